package plain

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TCGETS
	// TCSETSF drops what was typed before the question was seen: it was
	// echoed, and no answer to it.
	setTermios = unix.TCSETSF
)
