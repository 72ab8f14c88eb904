//go:build unix

package fido2

import "golang.org/x/sys/unix"

// harden keeps the memory of the helper, which holds a PIN, out of core files
// and, where the system can, out of reach of other processes of the same
// person.
func harden() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	undumpable()
}
