package export

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// syncTree makes all under dir durable. A journal is committed once for the
// whole file system, not once for each of thousands of files.
func syncTree(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = unix.Syncfs(int(d.Fd()))
	_ = d.Close()
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) {
		return syncFiles(dir)
	}
	return err
}
