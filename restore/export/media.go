package export

import (
	"os"
	"path"
	"path/filepath"
	"strings"
)

// MediaFolder finds the files that messages name in a folder of a phone, or of
// a copy of one. Close it after the export.
type MediaFolder struct {
	root *os.Root
	dir  string // absolute, with no links in it
	base string // where paths of a backup begin, below dir
}

// mediaBases are where the paths that a backup keeps ("Media/WhatsApp
// Images/IMG….jpg") can begin below a folder that a person names: the app's
// folder, the one above it, and the whole storage of the phone.
var mediaBases = []string{".", "WhatsApp", "Android/media/com.whatsapp/WhatsApp", "com.whatsapp/WhatsApp"}

// OpenMediaFolder opens dir: WhatsApp's folder, its Media folder, or one they
// lie in as on the phone.
func OpenMediaFolder(dir string) (*MediaFolder, error) {
	dir, err := filepath.Abs(dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	m := &MediaFolder{root: root, dir: dir, base: "."}
	for _, base := range mediaBases {
		if info, err := root.Stat(path.Join(base, "Media")); err == nil && info.IsDir() {
			m.base = base
			return m, nil
		}
	}
	if filepath.Base(dir) == "Media" { // the paths begin one folder above
		m.base = ""
	}
	return m, nil
}

// Close lets go of the folder.
func (m *MediaFolder) Close() {
	if m != nil {
		_ = m.root.Close()
	}
}

// Find returns where the file of a message is. name is as the backup has it
// and hostile: whatever it says, what is found is a regular file inside the
// folder, links in it followed no further.
func (m *MediaFolder) Find(name string) (file string, ok bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if i := strings.LastIndex(name, "/WhatsApp/Media/"); i >= 0 { // from the phone's storage on
		name = name[i+len("/WhatsApp/"):]
	}
	name = path.Clean(name)
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return "", false
	}
	if m.base == "" {
		if name, ok = strings.CutPrefix(name, "Media/"); !ok {
			return "", false
		}
	} else {
		name = path.Join(m.base, name)
	}
	local := filepath.FromSlash(name)
	info, err := m.root.Stat(local)
	if err != nil || !info.Mode().IsRegular() {
		return "", false
	}
	return filepath.Join(m.dir, local), true
}
