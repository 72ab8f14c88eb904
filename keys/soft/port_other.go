//go:build !linux

package soft

import (
	"context"
	"errors"
	"fmt"
)

// Port is where the key is plugged in. Only Linux has such ports, since only
// there libfido2 opens any character device; elsewhere use Authenticator.
type Port struct{}

// Attach returns errors.ErrUnsupported.
func (k *Key) Attach(context.Context) (*Port, error) {
	return nil, fmt.Errorf("soft: plugging in: %w", errors.ErrUnsupported)
}

// AttachFunc returns errors.ErrUnsupported.
func (k *Key) AttachFunc(ctx context.Context, _ func(string)) (*Port, error) {
	return k.Attach(ctx)
}

// Path returns "": there is no device.
func (p *Port) Path() string { return "" }

// Close does nothing.
func (p *Port) Close() error { return nil }

func (p *Port) push() error { return nil }

func (p *Port) pull() {}
