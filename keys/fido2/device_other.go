//go:build cgo && (darwin || windows)

package fido2

import (
	"context"

	"github.com/keys-pub/go-libfido2"

	"touchback/keys"
)

// waitUnlocked: here libfido2 takes no lock.
func waitUnlocked(context.Context, string) error { return nil }

// unreachable says why a device that libfido2 could not speak with is out of
// reach. Paths are no files here, so the list of devices decides.
func unreachable(_ context.Context, path string) error {
	found, err := libfido2.DeviceLocations()
	if err != nil {
		return nil
	}
	for _, l := range found {
		if l.Path == path {
			return nil
		}
	}
	return keys.ErrRemoved
}
