//go:build unix

package keys

import (
	"errors"
	"os"
	"syscall"
)

// syncDir makes a rename last through a power cut. Some file systems (shares,
// FUSE) can't sync a folder; the file itself is synced by then.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
