package run

import (
	"cmp"
	"path/filepath"
	"slices"
	"time"
)

// Beside is what lies beside a backup and has to do with it. All of it is told
// by names: nothing is opened.
type Beside struct {
	Increments []Increment `json:"increments"`
	Older      []Older     `json:"older"`     // daily copies, newest first
	Contacts   *string     `json:"contacts"`  // path of wa.db, or null
	Media      *string     `json:"media"`     // path of the media folder, or null
	KeyFiles   []KeyFile   `json:"key_files"` // what they hold is never told
}

// Older is an older copy of a backup.
type Older struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"` // bytes
	Modified time.Time `json:"modified"`
}

// KeyFile is a file that is named as WhatsApp names its keys.
type KeyFile struct {
	Path string `json:"path"`
	Kind string `json:"kind"` // a KeyFile constant
}

// What a key file is, by its name.
const (
	KeyFileRoot     = "encryption_key" // encrypted_backup.key, the 64-digit key
	KeyFileProvided = "wa_provided"    // key: opens crypt14 and crypt12
	KeyFilePassword = "password_data"  // password_data.key, which opens nothing
)

var keyFileNames = []struct{ name, kind string }{
	{"encrypted_backup.key", KeyFileRoot}, {"key", KeyFileProvided}, {"password_data.key", KeyFilePassword},
}

// keyFolders are where key files lie below a folder that a person names, or the
// folder above a backup: the app keeps them in its own, which only a copy of
// all of a phone has.
var keyFolders = []string{
	".", "files", "com.whatsapp/files", "com.whatsapp.w4b/files",
	"data/data/com.whatsapp/files", "data/data/com.whatsapp.w4b/files",
	"data/user/0/com.whatsapp/files", "data/user/0/com.whatsapp.w4b/files",
}

// maxOlder is how many older copies are listed; the app keeps seven.
const maxOlder = 100

// beside looks around a backup, and in the folder that was named for it.
func (b *Backup) beside(named string) Beside {
	dir := filepath.Dir(b.Path)
	s := Beside{Increments: b.Increments(), Older: b.older(dir), KeyFiles: []KeyFile{}}
	if s.Increments == nil {
		s.Increments = []Increment{}
	}
	for _, path := range contactPaths(b.Path) {
		if b.place.isFile(path) && path != b.Path {
			s.Contacts = &path
			break
		}
	}
	for _, up := range []string{dir, filepath.Join(dir, "..")} {
		path := filepath.Join(up, "Media")
		if info, err := b.place.stat(path); s.Media == nil && err == nil && info.IsDir() {
			s.Media = &path
		}
	}
	seen := map[string]bool{}
	for _, in := range []string{dir, filepath.Join(dir, ".."), filepath.Join(dir, "..", ".."), named} {
		for _, folder := range keyFolders {
			for _, k := range keyFileNames {
				path := filepath.Join(in, filepath.FromSlash(folder), k.name)
				if !seen[path] && b.place.isFile(path) {
					s.KeyFiles = append(s.KeyFiles, KeyFile{path, k.kind})
				}
				seen[path] = true
			}
		}
	}
	return s
}

// older lists the daily copies in the folder of a backup.
func (b *Backup) older(dir string) []Older {
	list := []Older{}
	all, err := b.place.databases(dir)
	if err != nil {
		return list
	}
	for _, info := range all {
		if path := filepath.Join(dir, info.Name()); path != filepath.Clean(b.Path) && dailyName.MatchString(info.Name()) {
			list = append(list, Older{path, info.Size(), info.ModTime().UTC()})
		}
	}
	slices.SortFunc(list, func(a, b Older) int {
		return cmp.Or(b.Modified.Compare(a.Modified), cmp.Compare(b.Path, a.Path))
	})
	return list[:min(len(list), maxOlder)]
}

func (p place) isFile(path string) bool {
	info, err := p.stat(path)
	return err == nil && info.Mode().IsRegular()
}
