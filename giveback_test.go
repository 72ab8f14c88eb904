//go:build !windows

package main

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// mode is what decides how a terminal answers to keys.
func (t *terminal) mode() (local, input, output uint64) {
	t.t.Helper()
	s, err := unix.IoctlGetTermios(int(t.pty.Fd()), termiosGet)
	if err != nil {
		t.t.Fatal(err)
	}
	return uint64(s.Lflag), uint64(s.Iflag), uint64(s.Oflag)
}

// The terminal is given back as it was when the program is told to end.
func TestTerminatedGivesTheTerminalBack(t *testing.T) {
	term := open(t, 80, 24, "demo")
	term.sees("This is the backup")
	if !term.alt() {
		t.Fatal("no screen of its own")
	}
	if err := term.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := term.ends(); code != 130 {
		t.Errorf("exit code %d", code)
	}
	if term.alt() {
		t.Error("the screen is not given back")
	}
	if s := term.screen(); strings.Contains(s, "only read, never changed") {
		t.Errorf("left on the screen:\n%s", s)
	}
}

// alt reports whether the program draws on a screen of its own.
func (t *terminal) alt() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emu.IsAltScreen()
}

// Ctrl+Z gives the terminal back until the program goes on.
func TestSuspend(t *testing.T) {
	term := open(t, 80, 24, "demo")
	term.sees("This is the backup")
	local, input, output := term.mode()
	term.press("\x1a")
	term.until("the terminal as it was", func(string) bool { return !term.alt() })
	// It may not wait for the signal yet, so it is sent until it is heard.
	back := make(chan struct{})
	defer close(back)
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-back:
				return
			case <-tick.C:
				_ = term.cmd.Process.Signal(syscall.SIGCONT)
			}
		}
	}()
	term.until("the screen again", func(s string) bool {
		return term.alt() && strings.Contains(s, "This is the backup")
	})
	if l, i, o := term.mode(); l != local || i != input || o != output {
		t.Error("the terminal is not raw again")
	}
	term.press(enter)
	term.sees("How would you like to open it?")
}
