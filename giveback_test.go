//go:build !windows

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"touchback/fixtures"
)

// settings are what decides how a terminal takes keys and writes.
func settings(t testing.TB, f *os.File) unix.Termios {
	t.Helper()
	s, err := unix.IoctlGetTermios(int(f.Fd()), termiosGet)
	if err != nil {
		t.Fatal(err)
	}
	return *s
}

// asMade are the settings of a terminal that nobody has changed.
func asMade(t testing.TB) unix.Termios {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = master.Close(); _ = slave.Close() }()
	return settings(t, master)
}

// wrote returns all that the program wrote so far.
func (t *terminal) wrote() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.said)
}

var (
	modeSwitch = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])`)
	titleSet   = regexp.MustCompile(`\x1b\][012];([^\x07\x1b]*)(?:\x07|\x1b\\)`)
	progress   = regexp.MustCompile(`\x1b\]9;4;?([^\x07\x1b]*)(?:\x07|\x1b\\)`)
	keyboard   = regexp.MustCompile(`\x1b\[([=<>])([0-9;]*)u`)
)

// givenBack fails where the terminal is not as it was before the program.
func (t *terminal) givenBack() {
	t.t.Helper()
	said := t.wrote()
	// What is on when a terminal is opened; all else is off.
	on := map[string]bool{"25": true, "7": true} // the cursor, and wrapping
	for _, m := range modeSwitch.FindAllStringSubmatch(said, -1) {
		for number := range strings.SplitSeq(m[1], ";") {
			on[number] = m[2] == "h"
		}
	}
	for mode, is := range on {
		if is != (mode == "25" || mode == "7") {
			t.t.Errorf("mode %s is left on: %v", mode, is)
		}
	}
	last := func(what string, re *regexp.Regexp, ok func(string) bool) {
		if all := re.FindAllStringSubmatch(said, -1); len(all) > 0 && !ok(all[len(all)-1][1]) {
			t.t.Errorf("%s is left as %q", what, all[len(all)-1][0])
		}
	}
	last("the title", titleSet, func(s string) bool { return s == "" })
	last("the progress bar", progress, func(s string) bool { return strings.HasPrefix(s, "0") || s == "" })
	last("the keyboard", keyboard, func(s string) bool { return s == "<" })
	if s := said[strings.LastIndexByte(said, '\x1b')+1:]; strings.HasPrefix(s, "[") && strings.HasSuffix(s, "m") && s != "[m" && s != "[0m" {
		t.t.Errorf("a colour is left: %q", s)
	}
	if got := settings(t.t, t.pty); got != asMade(t.t) {
		t.t.Errorf("the settings are %+v, not %+v", got, asMade(t.t))
	}
}

// The terminal is given back as it was, however the program ends.
func TestGivesTheTerminalBack(t *testing.T) {
	for _, c := range []struct {
		name string
		exit int
		end  func(*terminal)
	}{
		{"done", 0, func(term *terminal) {
			term.toTouch()
			term.press(" ")
			term.sees("✓ restore")
			term.press(enter)
			term.sees("msgstore-html")
			term.press(enter)
			term.sees("Your messages are saved")
			term.press(enter)
		}},
		{"left", 130, func(term *terminal) {
			term.sees("This is the backup")
			term.press("q")
		}},
		{"stopped", 130, func(term *terminal) {
			term.toTouch()
			term.press(ctrlC)
			term.sees("Stopped")
			term.press(ctrlC)
		}},
		{"stopped in the messages", 130, func(term *terminal) {
			term.toTouch()
			term.press(" ")
			term.sees("✓ restore")
			term.press(ctrlC, ctrlC)
		}},
		{"terminated", 130, func(term *terminal) {
			term.toTouch()
			if err := term.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			term := open(t, 80, 24, "demo")
			c.end(term)
			if code := term.ends(); code != c.exit {
				t.Errorf("exit code %d, not %d", code, c.exit)
			}
			term.givenBack()
			if s := strings.TrimSpace(term.screen()); s != "" && !strings.HasPrefix(s, "touchback: ") {
				t.Errorf("left on the screen:\n%s", s)
			}
		})
	}
}

// It is so after a failure, and in the midst of work that shows how far it is.
func TestGivesTheTerminalBackAfterWork(t *testing.T) {
	dir := t.TempDir()
	t.Run("failure", func(t *testing.T) {
		name := filepath.Join(dir, "msgstore.db.crypt15")
		if err := os.WriteFile(name, []byte("PK\x03\x04 is no backup"), 0o600); err != nil {
			t.Fatal(err)
		}
		term := open(t, 80, 24, "restore", name)
		term.sees("This is no backup we know")
		term.press(down, enter)
		if code := term.ends(); code != 5 {
			t.Errorf("exit code %d", code)
		}
		term.givenBack()
	})
	t.Run("progress", func(t *testing.T) {
		backup, key := generated(t, 60_000)
		term := open(t, 80, 24, "restore", backup)
		term.sees("It is locked with")
		term.press(enter)
		term.sees("How would you like to open it?")
		term.press(enter)
		term.sees("Type or paste it")
		term.press(key)
		term.sees("All 64 digits are there")
		term.press(enter)
		term.until("how far it is", func(string) bool { return strings.Contains(term.wrote(), "\x1b]9;4;1;") })
		term.press(ctrlC, ctrlC)
		if code := term.ends(); code != 130 {
			t.Errorf("exit code %d", code)
		}
		term.givenBack()
	})
}

// generated is a backup of so many messages, and the 64 digits that open it.
func generated(t *testing.T, messages int) (backup, digits string) {
	t.Helper()
	root := sha256.Sum256([]byte(t.Name()))
	dir := t.TempDir()
	db := filepath.Join(dir, "plain.db")
	if _, err := fixtures.Generate(t.Context(), db, fixtures.Options{Messages: messages, Seed: 9}); err != nil {
		t.Fatal(err)
	}
	plain, err := os.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close() }()
	backup = filepath.Join(dir, "msgstore.db.crypt15")
	sealed, err := os.Create(backup)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(fixtures.WriteCrypt15(sealed, plain, root[:], fixtures.Crypt15Options{Level: 1}), sealed.Close()); err != nil {
		t.Fatal(err)
	}
	return backup, hex.EncodeToString(root[:])
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
	raw := settings(t, term.pty)
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
	if settings(t, term.pty) != raw {
		t.Error("the terminal is not raw again")
	}
	term.press(enter)
	term.sees("How would you like to open it?")
}
