//go:build cgo && (linux || darwin || windows)

package fido2

import (
	"context"
	"strings"
	"sync"

	"github.com/keys-pub/go-libfido2"

	"touchback/keys"
)

// available: this build has libfido2. Linking it runs fido_init once in every
// process, which sets two flags of the calling thread and nothing else; all
// other calls are made below, in the helper.
const available = true

// hardware is the backend that reaches real keys.
type hardware struct {
	mu  sync.Mutex
	dev *libfido2.Device
}

func newHardware() backend {
	libfido2.SetLogger(silence{})
	return &hardware{}
}

func (h *hardware) do(ctx context.Context, req request, pins [][]byte, touch func() error) (reply, error) {
	if req.Op == opList {
		return list()
	}
	if req.Path == "" {
		return reply{}, keys.ErrNoAuthenticator
	}
	if err := waitUnlocked(ctx, req.Path); err != nil {
		return reply{}, err
	}
	if req.Op == opAwaitTouch {
		return reply{}, awaitTouch(ctx, req.Path)
	}
	dev, err := libfido2.NewDevice(req.Path)
	if err != nil {
		return reply{}, keys.ErrNoAuthenticator
	}
	h.mu.Lock()
	h.dev = dev
	h.mu.Unlock()

	c := ceremony{ctx: ctx, dev: dev, req: req, pins: pins, touch: touch}
	rep, err := c.run()
	if err == nil {
		return rep, nil
	}
	if ctx.Err() != nil { // a cancelled key fails in many ways
		return reply{}, keys.ErrCancelled
	}
	return reply{}, c.explain(err)
}

// cancel may come while the device is being opened, when go-libfido2 has
// nothing to cancel yet and says nothing, so the error would tell nothing.
// go-libfido2 stores the opened device without its lock; reading a stale nil
// here costs one round of cancelEvery.
func (h *hardware) cancel() {
	h.mu.Lock()
	dev := h.dev
	h.mu.Unlock()
	if dev != nil {
		_ = dev.Cancel()
	}
}

func list() (reply, error) {
	found, err := libfido2.DeviceLocations()
	if err != nil {
		return reply{}, &DeviceError{Code: codeInternal}
	}
	var rep reply
	for _, l := range found {
		rep.Devices = append(rep.Devices, keys.DeviceInfo{
			Path:    l.Path,
			Product: strings.ToValidUTF8(l.Product, "�"),
			Vendor:  strings.ToValidUTF8(l.Manufacturer, "�"),
		})
	}
	return rep, nil
}

// silence keeps go-libfido2 from standard error.
type silence struct{}

func (silence) Debugf(string, ...any)   {}
func (silence) Infof(string, ...any)    {}
func (silence) Warningf(string, ...any) {}
func (silence) Errorf(string, ...any)   {}
func (silence) Fatalf(string, ...any)   {}
