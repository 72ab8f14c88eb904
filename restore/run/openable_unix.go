//go:build unix

package run

import "syscall"

// openable tells whether a device may be read and written, without opening it.
func openable(path string) bool { return syscall.Access(path, readWrite) == nil }

// readWrite is R_OK|W_OK (POSIX access(2)), which package syscall does not name.
const readWrite = 4 | 2
