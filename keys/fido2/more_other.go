//go:build cgo && (darwin || windows)

package fido2

import (
	"context"

	"touchback/keys"
)

// more is what libfido2 tells of a key and go-libfido2 does not. Where it
// brings libfido2 along there is no way past it.
type more struct {
	pinChange bool
	uvTries   int // -1 where not known
}

func ask(string, bool) more { return more{uvTries: -1} }

func awaitTouch(context.Context, string) error { return keys.ErrNotSupported }
