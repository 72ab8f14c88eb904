//go:build unix

package plain

import "golang.org/x/sys/unix"

// hide switches echo off (POSIX termios). ICANON and ISIG stay on, so that
// lines are edited, and Ctrl+C is a signal.
func hide(fd int) error {
	t, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return err
	}
	t.Lflag &^= unix.ECHO | unix.ECHONL
	t.Lflag |= unix.ICANON | unix.ISIG
	t.Iflag |= unix.ICRNL
	return unix.IoctlSetTermios(fd, setTermios, t)
}
