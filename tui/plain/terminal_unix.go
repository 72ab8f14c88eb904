//go:build unix

package plain

import "os"

// openTerminal opens the controlling terminal.
func openTerminal() (terminal, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	return terminal{f, f}, err
}
