package pages

import (
	"os"

	"golang.org/x/sys/unix"
)

// openUnnamed opens a file that never had a name. O_EXCL keeps anyone from
// giving it one through /proc. Not every file system can do that.
func openUnnamed(dir string) (*os.File, error) {
	f, err := os.OpenFile(dir, unix.O_TMPFILE|unix.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		return f, nil
	}
	return openUnlinked(dir)
}
