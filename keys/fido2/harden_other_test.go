//go:build !linux

package fido2

func hardens() {}

func nobody() {}
