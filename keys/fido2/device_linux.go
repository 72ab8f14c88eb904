//go:build cgo

package fido2

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"touchback/keys"
)

// lockWait is how long another program may hold the key before it counts as
// busy. libfido2 itself would sleep up to 21 seconds, deaf to a cancellation.
const lockWait = time.Second

// waitUnlocked waits until no other program holds the lock that libfido2 takes
// on a device. It judges nothing else: libfido2 may see a device where this
// does not.
func waitUnlocked(ctx context.Context, path string) error {
	limit := time.After(lockWait)
	for {
		err := probe(path)
		if !errors.Is(err, keys.ErrBusy) {
			return nil
		}
		select {
		case <-ctx.Done():
			return keys.ErrCancelled
		case <-limit:
			return err
		case <-time.After(cancelEvery):
		}
	}
}

// unreachable says why a device that libfido2 could not speak with is out of
// reach, nil where it does not look so.
func unreachable(ctx context.Context, path string) error {
	if err := probe(path); !errors.Is(err, keys.ErrBusy) {
		return err
	}
	return waitUnlocked(ctx, path)
}

func probe(path string) error {
	// O_NOCTTY and O_NONBLOCK, because path may be anything a person typed.
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return keys.ErrPermission
	case errors.Is(err, unix.EBUSY):
		return keys.ErrBusy
	case err != nil:
		return keys.ErrRemoved
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		return keys.ErrRemoved
	}
	if st.Mode()&os.ModeCharDevice == 0 {
		return keys.ErrNoAuthenticator
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		return keys.ErrBusy
	}
	return nil
}
