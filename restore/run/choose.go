package run

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"touchback/keys"
)

// toucher is a key that can be told from others by being touched.
type toucher struct {
	path string
	key  interface{ AwaitTouch(context.Context) error }
}

// touchers are those of the keys at paths that can blink for it.
func touchers(f keys.Finder, paths ...string) []toucher {
	var list []toucher
	for _, path := range paths {
		if key, ok := f.Open(path).(interface{ AwaitTouch(context.Context) error }); ok {
			list = append(list, toucher{path, key})
		}
	}
	return list
}

// awaitTouch lets keys blink until one of them is touched, and tells which. It
// returns what makes them stop, and waits until they have.
func awaitTouch(ctx context.Context, fit []toucher, tell func(path string)) (rest func()) {
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	var once sync.Once
	for _, t := range fit {
		all.Go(func() {
			err := keys.ErrTimeout
			for errors.Is(err, keys.ErrTimeout) && ctx.Err() == nil { // people look for the right one for a while
				err = t.key.AwaitTouch(ctx)
			}
			if err == nil {
				once.Do(func() {
					stop()
					tell(t.path)
				})
			}
		})
	}
	return func() {
		stop()
		all.Wait()
	}
}

// chooseLimit is how long a touch among several keys is waited for where nobody
// can be shown that it still is.
const chooseLimit = 2 * time.Minute

// chosen is the one of several keys that is touched.
func chosen(ctx context.Context, f keys.Finder, devices []keys.DeviceInfo, ask Asker) (keys.DeviceInfo, error) {
	var paths []string
	for _, d := range devices {
		paths = append(paths, d.Path)
	}
	fit := touchers(f, paths...)
	if len(devices) == 1 || len(fit) == 0 || ask.Choose == nil {
		return devices[0], nil
	}
	ctx, cancel := context.WithTimeout(ctx, chooseLimit)
	defer cancel()
	ask.Choose(devices)
	touched := make(chan string, 1)
	rest := awaitTouch(ctx, fit, func(path string) { touched <- path })
	defer rest()
	select {
	case path := <-touched:
		return devices[slices.Index(paths, path)], nil
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return keys.DeviceInfo{}, keys.ErrTimeout
		}
		return keys.DeviceInfo{}, keys.ErrCancelled
	}
}
