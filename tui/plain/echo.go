package plain

import (
	"os"

	"golang.org/x/term"
)

// echo switches what is typed on a terminal off and on. Line editing, Ctrl+C
// and Ctrl+D stay as they are.
type echo struct {
	f      *os.File      // nil where there is no terminal, or set switches it
	set    func(on bool) // may be nil
	saved  *term.State   // of f, while it is hidden
	hidden bool
}

// off hides what is typed from now on. It may be called again.
func (e *echo) off() {
	if e.hidden {
		return
	}
	if e.set != nil {
		e.set(false)
		e.hidden = true
	}
	if e.f == nil {
		return
	}
	e.control(func(fd int) {
		saved, err := term.GetState(fd)
		if err == nil && hide(fd) == nil {
			e.saved, e.hidden = saved, true
		}
	})
}

// on leaves the terminal as it was found.
func (e *echo) on() {
	if e.set != nil && e.hidden {
		e.set(true)
	}
	e.hidden = false
	if e.saved == nil {
		return
	}
	e.control(func(fd int) { _ = term.Restore(fd, e.saved) })
	e.saved = nil
}

// control lends the descriptor without making the file a blocking one, as Fd
// would: a read of it can then still be ended.
func (e *echo) control(f func(fd int)) { withFd(e.f, f) }

func withFd(file *os.File, f func(fd int)) {
	if c, err := file.SyscallConn(); err == nil {
		_ = c.Control(func(fd uintptr) { f(int(fd)) })
	}
}

// IsTerminal reports whether f is a terminal.
func IsTerminal(f *os.File) bool {
	is := false
	if f != nil {
		withFd(f, func(fd int) { is = term.IsTerminal(fd) })
	}
	return is
}
