//go:build !cgo || !(linux || darwin || windows)

package fido2

import (
	"context"

	"touchback/keys"
)

// available: this build has no libfido2.
const available = false

type noHardware struct{}

func newHardware() backend { return noHardware{} }

func (noHardware) do(context.Context, request, [][]byte, func() error) (reply, error) {
	return reply{}, keys.ErrNotSupported
}

func (noHardware) cancel() {}
