//go:build unix

package export

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes a file as lockFolder does.
func lockFile(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// busy tells whether another has the lock.
func busy(err error) bool { return errors.Is(err, unix.EWOULDBLOCK) }

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
