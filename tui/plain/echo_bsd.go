//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package plain

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TIOCGETA
	// TIOCSETAF drops what was typed before the question was seen: it was
	// echoed, and no answer to it.
	setTermios = unix.TIOCSETAF
)
