//go:build unix

package export

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockFolder takes the folder for the caller alone, until the file is closed
// or the process ends; it fails where another has it.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
