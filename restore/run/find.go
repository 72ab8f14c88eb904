package run

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"

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

// folders are where backups lie below a folder that a person names: the folder
// itself, or a copy of a phone's storage.
var folders = []string{
	".", "Databases", "WhatsApp/Databases", "com.whatsapp/WhatsApp/Databases",
	"Android/media/com.whatsapp/WhatsApp/Databases",
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
	for _, f := range folders {
		dir := filepath.Join(path, filepath.FromSlash(f))
		entries, err := p.readDir(dir)
		if err != nil {
			if f == "." {
				return e, err
			}
			continue
		}
		for _, entry := range entries {
			name := entry.Name()
			if !backupName.MatchString(name) || incrementName.MatchString(name) {
				continue
			}
			if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
				all = append(all, p.found(filepath.Join(dir, name), info))
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

// found describes a file by its name, its header and the keyring beside it.
func (p place) found(path string, info fs.FileInfo) flow.Found {
	f := flow.Found{
		Path: path, App: "WhatsApp", Size: info.Size(), Modified: info.ModTime().Unix(),
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
