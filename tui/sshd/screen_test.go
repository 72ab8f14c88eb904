package sshd

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	gossh "golang.org/x/crypto/ssh"

	"touchback/fixtures"
)

// screen is a client with a terminal.
type screen struct {
	t    *testing.T
	wait func() error         // for its end
	size func(w, h int) error // tells a new one
	in   io.Writer
	emu  *vt.Emulator
	done chan struct{}

	mu    sync.Mutex // guards emu, whose cells are read in place, and:
	raw   bytes.Buffer
	moved chan struct{}
}

// terminal asks for a terminal, and a command in it, "" for none.
func (s *site) terminal(c *gossh.Client, term string, w, h int, command string) *screen {
	s.t.Helper()
	return s.terminalWith(c, nil, term, w, h, command)
}

// terminalWith does that with an environment.
func (s *site) terminalWith(c *gossh.Client, env map[string]string, term string, w, h int, command string) *screen {
	s.t.Helper()
	sess, err := c.NewSession()
	if err != nil {
		s.t.Fatal(err)
	}
	for name, value := range env {
		if err := sess.Setenv(name, value); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := sess.RequestPty(term, h, w, gossh.TerminalModes{}); err != nil {
		s.t.Fatal(err)
	}
	in, err := sess.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := sess.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	x := newScreen(s.t, in, out, w, h)
	x.wait, x.size = sess.Wait, func(w, h int) error { return sess.WindowChange(h, w) }
	if command == "" {
		err = sess.Shell()
	} else {
		err = sess.Start(command)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = sess.Close(); _ = c.Close(); x.close() })
	return x
}

// newScreen draws what comes from out.
func newScreen(t *testing.T, in io.Writer, out io.Reader, w, h int) *screen {
	x := &screen{t: t, in: in, emu: vt.NewEmulator(w, h), done: make(chan struct{}), moved: make(chan struct{})}
	go func() { _, _ = io.Copy(in, x.emu) }() // what the terminal answers
	go x.draw(out)
	return x
}

// close is called when nothing more comes. The emulator's own Close would race
// with the reading of its answers; that of its pipe does not.
func (x *screen) close() {
	<-x.done
	_ = x.emu.InputPipe().(io.Closer).Close()
}

func (x *screen) draw(out io.Reader) {
	defer close(x.done)
	b := make([]byte, 32<<10)
	for {
		n, err := out.Read(b)
		x.mu.Lock()
		_, _ = x.emu.Write(b[:n])
		x.raw.Write(b[:n])
		close(x.moved)
		x.moved = make(chan struct{})
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (x *screen) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	var lines []string
	for y := range x.emu.Height() {
		var line strings.Builder
		for i := 0; i < x.emu.Width(); {
			c := x.emu.CellAt(i, y)
			if c == nil || c.Width == 0 {
				line.WriteByte(' ')
				i++
				continue
			}
			line.WriteString(c.Content)
			i += c.Width
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return strings.Join(lines, "\n")
}

// written is all that the terminal was sent.
func (x *screen) written() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw.String()
}

// resize changes the window.
func (x *screen) resize(w, h int) {
	x.t.Helper()
	x.mu.Lock()
	x.emu.Resize(w, h)
	x.mu.Unlock()
	if err := x.size(w, h); err != nil {
		x.t.Fatal(err)
	}
}

// sees waits for a text on the screen.
func (x *screen) sees(text string) {
	x.t.Helper()
	x.until(fmt.Sprintf("%q", text), func(s string) bool { return strings.Contains(s, text) })
}

// until waits until the screen is as ok wants it.
func (x *screen) until(what string, ok func(text string) bool) {
	x.t.Helper()
	limit := time.After(patience)
	for {
		x.mu.Lock()
		moved := x.moved
		x.mu.Unlock()
		if ok(x.text()) {
			return
		}
		select {
		case <-moved:
		case <-x.done:
			if !ok(x.text()) {
				x.t.Fatalf("the session ended before %s:\n%s", what, x.text())
			}
			return
		case <-limit:
			x.t.Fatalf("never saw %s:\n%s", what, x.text())
		}
	}
}

func (x *screen) press(keys ...string) {
	x.t.Helper()
	for _, k := range keys {
		if _, err := io.WriteString(x.in, k); err != nil {
			x.t.Fatal(err)
		}
	}
}

// ends waits for the exit status.
func (x *screen) ends() int {
	x.t.Helper()
	got := make(chan error, 1)
	go func() { got <- x.wait() }()
	select {
	case err := <-got:
		<-x.done // all that was said is there
		return code(x.t, err)
	case <-time.After(patience):
		x.t.Fatalf("the session does not end:\n%s", x.text())
		return -1
	}
}

// Keys as terminals send them.
const (
	enter = "\r"
	down  = "\x1b[B"
	ctrlc = "\x03"
)

// stations are the screens of the demonstration, in order: what is seen there,
// and what leads on.
var stations = []struct{ sees, press string }{
	{"This is the backup", enter},
	{"How would you like to open it?", enter},
	{"8 tries are left", fixtures.SamplePIN},
	{"••••••", enter},
	{"space touches it", " "},
	{"Are we still on for tomorrow?", ""},
	{"✓ restore", enter},
	{"What would you like to keep?", down},
	{"msgstore.jsonl", enter},
	{"Your messages are saved", enter},
}
