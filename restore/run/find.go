package run

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"touchback/restore/flow"
	"touchback/restore/whatsapp"
)

// missingError says that there is no backup where one was looked for.
type missingError struct{ where string }

func (e *missingError) Error() string { return "no such file or folder: " + e.where }

// Is makes errors.Is(err, fs.ErrNotExist) hold.
func (e *missingError) Is(target error) bool { return target == fs.ErrNotExist }

var (
	// Message databases only: contacts and settings are found beside them.
	backupName = regexp.MustCompile(`^msgstore.*\.crypt1[245]$`)
	// msgstore-YYYY-MM-DD.N.db.crypt15 are daily copies that the app keeps.
	dailyName = regexp.MustCompile(`^msgstore-\d{4}-\d\d-\d\d`)
	// Increments hold what came after a base and are no backup by themselves.
	incrementName = regexp.MustCompile(`^msgstore-increment`)
)

// Where backups lie below a folder that a person names: the folder itself, or
// a copy of a phone's storage or of all of a phone.
var (
	storages = []string{".", "sdcard", "storage/emulated/0", "data/media/0", "Internal storage", "Internal shared storage"}
	folders  = []string{
		".", "Databases",
		"WhatsApp/Databases", "com.whatsapp/WhatsApp/Databases",
		"media/com.whatsapp/WhatsApp/Databases", "Android/media/com.whatsapp/WhatsApp/Databases",
		"WhatsApp Business/Databases", "com.whatsapp.w4b/WhatsApp Business/Databases",
		"media/com.whatsapp.w4b/WhatsApp Business/Databases", "Android/media/com.whatsapp.w4b/WhatsApp Business/Databases",
	}
)

// appOf tells by the folder whose backup it is. The two apps write the same
// files, in folders of their own.
func appOf(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	path = filepath.ToSlash(path)
	if strings.Contains(path, "/com.whatsapp.w4b/") || strings.Contains(path, "/WhatsApp Business/") {
		return "WhatsApp Business"
	}
	return "WhatsApp"
}

// choose returns the newest backup where path is a folder, or else path.
func (p place) choose(path string) (string, error) {
	info, err := p.stat(p.home(path))
	if err != nil || !info.IsDir() {
		return path, nil // opening it says what is wrong
	}
	e, err := p.find(path)
	switch {
	case err != nil:
		return "", err
	case e.N == 0:
		return "", &missingError{filepath.Join(path, "msgstore*.crypt15")}
	}
	return e.Backups[0].Path, nil
}

// findBackups tells of the backups at a path, newest first, daily copies last.
func (w *work) findBackups(path string) {
	e, err := place{w.cfg.Root}.find(path)
	if err != nil {
		w.fail(err)
		return
	}
	e.Attempt = w.attempt
	w.tell(e)
}

// find lists the backups at a path.
func (p place) find(path string) (e flow.FoundBackups, err error) {
	path = p.home(path)
	if path == "" {
		path = "."
	}
	info, err := p.stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return e, &missingError{path}
	case err != nil:
		return e, err
	}
	if !info.IsDir() {
		e.Backups[0], e.N, e.Exact = p.found(path, info), 1, true
		return e, nil
	}
	var all []flow.Found
	for _, storage := range storages {
		for _, f := range folders {
			dir := filepath.Join(path, filepath.FromSlash(storage), filepath.FromSlash(f))
			list, err := p.databases(dir)
			if err != nil && dir == filepath.Clean(path) {
				return e, err
			}
			for _, info := range list {
				all = append(all, p.found(filepath.Join(dir, info.Name()), info))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b flow.Found) int {
		if a.Older != b.Older {
			return map[bool]int{false: -1, true: 1}[a.Older]
		}
		return cmp.Compare(b.Modified, a.Modified)
	})
	e.N = copy(e.Backups[:], all)
	e.More = len(all) - e.N
	return e, nil
}

// databases lists the message databases in a folder.
func (p place) databases(dir string) ([]fs.FileInfo, error) {
	entries, err := p.readDir(dir)
	if err != nil {
		return nil, err
	}
	var list []fs.FileInfo
	for _, entry := range entries {
		if name := entry.Name(); !backupName.MatchString(name) || incrementName.MatchString(name) {
			continue
		}
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			list = append(list, info)
		}
	}
	return list, nil
}

// found describes a file by its name, its header and the keyring beside it.
func (p place) found(path string, info fs.FileInfo) flow.Found {
	f := flow.Found{
		Path: path, App: appOf(path), Size: info.Size(), Modified: info.ModTime().Unix(),
		Older: dailyName.MatchString(filepath.Base(path)), Protected: "64-digit key",
	}
	if b, err := p.backup(path, ""); err == nil {
		f.Format = string(b.Container.Format)
		if b.Keyring != nil {
			f.Protected = "passkey"
		} else if b.Container.Format != whatsapp.Crypt15 {
			f.Protected = "key file"
		}
		b.Close()
	}
	return f
}
