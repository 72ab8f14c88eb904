//go:build !cgo || !(linux || darwin)

package fido2

// blockSignals has nothing to keep signals from: there is no libfido2, or
// there are no signals.
func blockSignals() {}
