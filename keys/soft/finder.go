package soft

import (
	"context"
	"fmt"

	"touchback/keys"
)

// Finder lists software keys as if they hung on this machine, and opens them
// directly. Keys that are unplugged are not listed.
type Finder []*Key

var _ keys.Finder = Finder(nil)

// Product and Vendor are how a software key calls itself.
const (
	Product = "Software Key"
	Vendor  = "Touchback"
)

func finderPath(i int) string { return fmt.Sprintf("soft:%d", i) }

// List implements keys.Finder.
func (f Finder) List(ctx context.Context) ([]keys.DeviceInfo, error) {
	var found []keys.DeviceInfo
	for i, k := range f {
		if e, _ := k.Watch(); e != Unplugged {
			found = append(found, keys.DeviceInfo{Path: finderPath(i), Product: Product, Vendor: Vendor})
		}
	}
	return found, ctx.Err()
}

// Open implements keys.Finder. A path that List never gave opens a key that is
// never there.
func (f Finder) Open(path string) keys.Authenticator {
	for i, k := range f {
		if path == finderPath(i) {
			return k.Authenticator()
		}
	}
	none := New([32]byte{}, Options{})
	none.Unplug()
	return none.Authenticator()
}
