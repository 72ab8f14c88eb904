//go:build unix && !linux

package fido2

func undumpable() {}
