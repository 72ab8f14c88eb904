package harden

import "golang.org/x/sys/unix"

// undumpable shuts /proc/PID/mem and ptrace(2) for all but the administrator.
func undumpable() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }
