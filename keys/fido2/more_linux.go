//go:build cgo

package fido2

/*
#cgo CFLAGS: -I/usr/include/fido
#cgo LDFLAGS: -lfido2
#include <stdlib.h>
#include <fido.h>

// Weak: it came with libfido2 1.12.
extern bool fido_cbor_info_new_pin_required(const fido_cbor_info_t *) __attribute__((weak));

static bool new_pin_required(const fido_cbor_info_t *i) {
	return fido_cbor_info_new_pin_required != NULL && fido_cbor_info_new_pin_required(i);
}
*/
import "C"

import (
	"context"
	"errors"
	"unsafe"

	"touchback/keys"
)

// more is what libfido2 tells of a key and go-libfido2 does not.
type more struct {
	pinChange bool
	uvTries   int // -1 where not known
}

// ask asks the key at path for it; uv says that it verifies people by itself.
// What the key does not tell is not known, and nothing fails for it.
func ask(path string, uv bool) more {
	got := more{uvTries: -1}
	dev := open(path)
	if dev == nil {
		return got
	}
	defer shut(dev)
	info := C.fido_cbor_info_new()
	if info == nil {
		return got
	}
	defer C.fido_cbor_info_free(&info)
	if C.fido_dev_get_cbor_info(dev, info) == C.FIDO_OK {
		got.pinChange = bool(C.new_pin_required(info))
	}
	var n C.int
	if uv && C.fido_dev_get_uv_retry_count(dev, &n) == C.FIDO_OK {
		got.uvTries = int(n)
	}
	return got
}

// touchRound is how long one look for a touch takes, in milliseconds.
const touchRound = 100

// awaitTouch makes the key at path blink until it is touched.
func awaitTouch(ctx context.Context, path string) error {
	dev := open(path)
	if dev == nil {
		return keys.ErrNoAuthenticator
	}
	defer shut(dev)
	if r := C.fido_dev_get_touch_begin(dev); r != C.FIDO_OK {
		return fromCode(int(r))
	}
	for {
		var touched C.int
		switch r := C.fido_dev_get_touch_status(dev, &touched, touchRound); {
		case r != C.FIDO_OK:
			return fromCode(int(r))
		case touched != 0:
			return nil
		case ctx.Err() != nil:
			C.fido_dev_cancel(dev)
			return keys.ErrCancelled
		}
		// A key that is gone only looks as if nobody touched it.
		if err := probe(path); errors.Is(err, keys.ErrRemoved) {
			return err
		}
	}
}

// open returns nil where the device can't be opened.
func open(path string) *C.fido_dev_t {
	dev := C.fido_dev_new()
	if dev == nil {
		return nil
	}
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	if C.fido_dev_open(dev, name) != C.FIDO_OK {
		C.fido_dev_free(&dev)
		return nil
	}
	return dev
}

func shut(dev *C.fido_dev_t) {
	C.fido_dev_close(dev)
	C.fido_dev_free(&dev)
}
