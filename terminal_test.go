//go:build !windows

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a screen may take to come, on a machine that is busy
// and under the race detector.
const patience = 60 * time.Second

// terminal is a person's terminal with the program in it: what is written is
// drawn by an emulator, and tests read the screen.
type terminal struct {
	t    testing.TB
	cmd  *exec.Cmd
	pty  *os.File
	emu  *vt.Emulator
	done chan struct{} // closed when the program wrote its last

	mu    sync.Mutex    // guards emu, whose cells are read in place, and:
	moved chan struct{} // closed and made anew at every write
	said  []byte        // all that was written
}

// open starts the program in a terminal of the given size, in a folder of its
// own.
func open(t testing.TB, w, h int, args ...string) *terminal {
	t.Helper()
	return openIn(t, t.TempDir(), w, h, args...)
}

// openIn is open in a folder that is there.
func openIn(t testing.TB, dir string, w, h int, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command("touchback", args...)
	cmd.Dir = dir
	return inTerminal(t, w, h, cmd)
}

// inTerminal starts any program so; its environment is added to this one.
func inTerminal(t testing.TB, w, h int, cmd *exec.Cmd) *terminal {
	t.Helper()
	cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "GORACE=atexit_sleep_ms=0"), cmd.Env...)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)})
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{
		t: t, cmd: cmd, pty: f, emu: vt.NewEmulator(w, h),
		done: make(chan struct{}), moved: make(chan struct{}),
	}
	_, _ = term.emu.WriteString("\x1b[?2027h") // it draws clusters, and is to say so
	go term.draw()
	go func() { _, _ = io.Copy(f, term.emu) }() // what the terminal answers
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-term.done // nothing writes to the emulator any more
		_ = f.Close()
		// Its Close would race with the Read above; the pipe's does not.
		_ = term.emu.InputPipe().(io.Closer).Close()
		_ = cmd.Wait()
	})
	return term
}

// draw feeds the emulator until the program ends.
func (t *terminal) draw() {
	defer close(t.done)
	b := make([]byte, 32<<10)
	for {
		n, err := t.pty.Read(b)
		t.mu.Lock()
		_, _ = t.emu.Write(b[:n])
		t.said = append(t.said, b[:n]...)
		close(t.moved)
		t.moved = make(chan struct{})
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// screen returns the lines that are seen.
func (t *terminal) screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var lines []string
	for y := range t.emu.Height() {
		var line strings.Builder
		for x := 0; x < t.emu.Width(); {
			c := t.emu.CellAt(x, y)
			if c == nil || c.Width == 0 {
				line.WriteByte(' ')
				x++
				continue
			}
			line.WriteString(c.Content)
			x += c.Width
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return strings.Join(lines, "\n")
}

// until waits until the screen is as ok wants it.
func (t *terminal) until(what string, ok func(screen string) bool) string {
	t.t.Helper()
	limit := time.After(patience)
	for {
		t.mu.Lock()
		moved := t.moved
		t.mu.Unlock()
		s := t.screen()
		if ok(s) {
			return s
		}
		select {
		case <-moved:
		case <-t.done:
			if s := t.screen(); ok(s) {
				return s
			}
			t.t.Fatalf("the program ended before %s:\n%s", what, t.screen())
		case <-limit:
			t.t.Fatalf("never saw %s:\n%s", what, t.screen())
		}
	}
}

// sees waits for a text.
func (t *terminal) sees(text string) string {
	t.t.Helper()
	return t.until(text, func(s string) bool { return strings.Contains(s, text) })
}

// press sends keys as a terminal does.
func (t *terminal) press(keys ...string) {
	t.t.Helper()
	for _, k := range keys {
		if _, err := t.pty.WriteString(k); err != nil {
			t.t.Fatal(err)
		}
	}
}

// Keys as terminals send them.
const (
	enter  = "\r"
	escape = "\x1b"
	up     = "\x1b[A"
	down   = "\x1b[B"
	ctrlC  = "\x03"
)

// resize changes the size of the window.
func (t *terminal) resize(w, h int) {
	t.t.Helper()
	t.mu.Lock()
	t.emu.Resize(w, h)
	t.mu.Unlock()
	if err := pty.Setsize(t.pty, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil && !errors.Is(err, syscall.EIO) {
		t.t.Fatal(err)
	}
}

// ends waits for the program to end and returns its exit code.
func (t *terminal) ends() int {
	t.t.Helper()
	select {
	case <-t.done:
	case <-time.After(patience):
		t.t.Fatalf("the program does not end:\n%s", t.screen())
	}
	_ = t.cmd.Wait()
	return t.cmd.ProcessState.ExitCode()
}

// answerPIN runs a command of a script whose controlling terminal asks for a
// PIN, and returns its exit code.
func answerPIN(ts *testscript.TestScript, pin, command string, args []string) (int, error) {
	master, slave, err := pty.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = master.Close() }()
	cmd := exec.Command(command, args...)
	cmd.Dir, cmd.Stdin = ts.MkAbs("."), slave
	cmd.Env = append(os.Environ(), "FIDO2_TOKEN="+ts.Getenv("FIDO2_TOKEN"), "GORACE=atexit_sleep_ms=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	stdout, err := os.Create(ts.MkAbs("stdout.txt"))
	if err != nil {
		return 0, err
	}
	defer func() { _ = stdout.Close() }()
	stderr, err := os.Create(ts.MkAbs("stderr.txt"))
	if err != nil {
		return 0, err
	}
	defer func() { _ = stderr.Close() }()
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	_ = slave.Close() // so that reading ends with the command
	go func() {
		var seen []byte
		b := make([]byte, 1024)
		for {
			n, err := master.Read(b)
			if err != nil {
				return
			}
			seen = append(seen, b[:n]...)
			if bytes.Contains(seen, []byte("PIN")) {
				_, _ = master.WriteString(pin + "\n")
				break
			}
		}
		_, _ = io.Copy(io.Discard, master)
	}()
	kill := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode(), nil
}
