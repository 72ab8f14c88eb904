package plain

import "os"

// openTerminal opens the console, which has a name for each direction.
func openTerminal() (terminal, error) {
	in, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return terminal{}, err
	}
	out, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		_ = in.Close()
		return terminal{}, err
	}
	return terminal{in, out}, nil
}
