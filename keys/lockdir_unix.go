//go:build unix

package keys

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// How long another program may be at the same folder before that counts as an
// edit in between, and how often it is looked at.
const (
	lockWait  = 5 * time.Second
	lockEvery = 20 * time.Millisecond
)

// lockDir keeps other programs from changing keyrings in a folder until unlock
// is called. It leaves nothing behind, however the program ends. Where the file
// system has no locks, such as on some network drives, sole is false.
func lockDir(dir string) (unlock func(), sole bool, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, false, err
	}
	unlock = func() { _ = f.Close() } // the lock goes with it
	for limit := time.Now().Add(lockWait); ; {
		switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
		case err == nil:
			return unlock, true, nil
		case errors.Is(err, unix.EINTR):
			continue
		case !errors.Is(err, unix.EWOULDBLOCK):
			return unlock, false, nil
		case time.Now().After(limit):
			unlock()
			return nil, false, ErrConcurrentEdit
		}
		time.Sleep(lockEvery)
	}
}
