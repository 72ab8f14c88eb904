package export

import (
	"errors"
	"io/fs"
	"os"
)

// linkOrRename publishes where the system has no rename that refuses to
// replace. A hard link refuses just as well. Where there are no hard links
// (FAT, exFAT: the usual memory stick), a look and a rename are the best that
// is left, with an instant between the two.
func linkOrRename(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil {
		_ = os.Remove(temp) // published all the same
		return nil
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, statErr := os.Lstat(path); statErr == nil {
		return fs.ErrExist
	} else if !errors.Is(statErr, fs.ErrNotExist) {
		return statErr
	}
	return os.Rename(temp, path)
}
