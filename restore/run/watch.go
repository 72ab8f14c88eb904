package run

import (
	"errors"
	"slices"
	"sync"
	"time"

	"touchback/keys"
	"touchback/restore/flow"
)

// scanEvery is how often the security keys are listed while one is awaited. A
// list takes a few milliseconds; people notice a quarter of a second.
const scanEvery = 300 * time.Millisecond

// watchKeys tells which security keys are plugged in until the work ends. Of
// several it tells which one holds the passkey, or lets them blink until one
// of them is touched.
func (w *work) watchKeys(e flow.WatchKeys) {
	if w.cfg.Finder == nil {
		w.fail(keys.ErrNotSupported)
		return
	}
	var before []keys.DeviceInfo
	rest := func() {}
	defer func() { rest() }()
	for first := true; ; first = false {
		now, err := w.list()
		if err != nil {
			w.fail(err)
			return
		}
		if first || !slices.Equal(now, before) {
			rest() // a key that blinks answers nothing else
			before = now
			seen := flow.KeysSeen{Attempt: w.attempt, Shut: len(now) == 0 && w.closed() > 0}
			for _, d := range now[:min(len(now), flow.MaxDevices)] {
				seen.Devices[seen.N] = flow.Device{Path: d.Path, Product: d.Product}
				seen.N++
			}
			var fit []toucher
			if seen.N > 1 {
				fit, seen.Only = w.fitting(e, seen.Devices[:seen.N])
			}
			seen.Blink = seen.Only == "" && len(fit) > 0
			w.tell(seen)
			rest = func() {}
			if seen.Blink {
				rest = awaitTouch(w.ctx, fit, func(path string) {
					w.tell(flow.KeyTouched{Attempt: w.attempt, Device: path})
				})
			}
		}
		select {
		case <-w.ctx.Done():
			return
		case <-time.After(scanEvery):
		}
	}
}

// list returns the security keys that may be used.
func (w *work) list() ([]keys.DeviceInfo, error) {
	all, err := w.cfg.Finder.List(w.ctx)
	if errors.Is(err, keys.ErrNoAuthenticator) {
		all, err = nil, nil
	}
	if w.cfg.Device == "" || err != nil {
		return all, err
	}
	for _, d := range all {
		if d.Path == w.cfg.Device {
			return []keys.DeviceInfo{d}, nil
		}
	}
	// A path that was given is tried even where it is not listed.
	return []keys.DeviceInfo{{Path: w.cfg.Device, Product: "security key"}}, nil
}

// fitting asks several keys, without a touch, which of them holds the passkey.
// It returns the path of the only one that does; where several may, those that
// can blink.
func (w *work) fitting(e flow.WatchKeys, devices []flow.Device) (fit []toucher, only string) {
	m, err := w.method(e.Method)
	known := err == nil && m.Passkey != nil && !e.New
	may := make([]bool, len(devices))
	var all sync.WaitGroup
	for i, d := range devices {
		all.Go(func() {
			may[i] = true
			if known {
				holds, err := w.cfg.Finder.Open(d.Path).Knows(w.ctx, *m.Passkey)
				may[i] = holds && err == nil
			}
		})
	}
	all.Wait()
	n := 0
	for i, d := range devices {
		if !may[i] {
			continue
		}
		n++
		only = d.Path
		fit = append(fit, touchers(w.cfg.Finder, d.Path)...)
	}
	if n != 1 {
		only = ""
	}
	return fit, only
}
