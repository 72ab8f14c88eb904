package plain

import (
	"os"
	"runtime"
)

// HasScreen reports whether a full-screen program can run: standard input and
// output are terminals, and the terminal can do more than append lines.
func HasScreen() bool { return IsTerminal(os.Stdin) && IsTerminal(os.Stdout) && capable() }

// capable reports whether the terminal can move its cursor. Windows sets no
// TERM, and all its consoles can.
func capable() bool {
	t := os.Getenv("TERM")
	return runtime.GOOS == "windows" && t == "" || t != "" && t != "dumb"
}

// rewrites reports whether a line on f can be written anew.
func rewrites(f *os.File) bool { return IsTerminal(f) && capable() }
