package fido2

import (
	"context"
	"time"

	"touchback/keys"
)

const (
	// grace is how long a helper gets to cancel and end before it is killed.
	// A key answers a cancellation within about 100 ms (CTAP 2.1 §11.2.9.1.5
	// asks for "immediately").
	grace = 2 * time.Second

	// quietLimit bounds what asks nothing of the person. A key answers
	// getInfo in a few milliseconds.
	quietLimit = 10 * time.Second
)

// Driver finds security keys and opens them, each request in a helper process
// of its own. It may be used by several goroutines; two requests to one key at
// the same time end in keys.ErrBusy for one of them.
type Driver struct {
	path string
	args []string

	available bool          // false: built without libfido2
	grace     time.Duration // see the constants
	quiet     time.Duration

	// started, where set, learns the process ID of each helper before it is
	// sent anything.
	started func(pid int)
}

var _ keys.Finder = (*Driver)(nil)

// New returns a driver that starts the program at path with args, which must
// lead straight to Main:
//
//	exe, err := os.Executable()
//	d := fido2.New(exe, "__fido2")
func New(path string, args ...string) *Driver {
	return &Driver{path: path, args: args, available: available, grace: grace, quiet: quietLimit}
}

// Available tells whether this build can speak to security keys at all.
func Available() bool { return available }

// List returns the security keys that are plugged in, at most 64, none being
// no error. The names in it are as the keys give them: hostile text.
func (d *Driver) List(ctx context.Context) ([]keys.DeviceInfo, error) {
	rep, err := d.quietly(ctx, request{Op: opList})
	return rep.Devices, err
}

// Open returns the key at path, a *Key. Nothing is opened yet: a path that
// leads nowhere shows at the first request.
func (d *Driver) Open(path string) keys.Authenticator { return &Key{driver: d, path: path} }

// quietly runs a request that asks nothing of the person, within quietLimit.
func (d *Driver) quietly(ctx context.Context, req request, pins ...*keys.Secret) (reply, error) {
	limited, cancel := context.WithTimeoutCause(ctx, d.quiet, ErrSilent)
	defer cancel()
	return d.exchange(limited, req, pins, nil)
}
