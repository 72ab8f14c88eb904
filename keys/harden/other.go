//go:build !unix

package fido2

func harden() {}
