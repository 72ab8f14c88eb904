//go:build !unix

package fido2

import "testing"

func watch(_ *testing.T, d *Driver) func() {
	d.started = func(int) {}
	return func() {}
}
