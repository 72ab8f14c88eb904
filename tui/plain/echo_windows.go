package plain

import "golang.org/x/sys/windows"

// hide switches echo off. Lines are still edited, and Ctrl+C is a signal.
func hide(fd int) error {
	var mode uint32
	h := windows.Handle(fd)
	if err := windows.GetConsoleMode(h, &mode); err != nil {
		return err
	}
	mode &^= windows.ENABLE_ECHO_INPUT
	mode |= windows.ENABLE_PROCESSED_INPUT | windows.ENABLE_LINE_INPUT
	return windows.SetConsoleMode(h, mode)
}
