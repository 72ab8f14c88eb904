package sshd

import (
	"io"
	"sync/atomic"
	"unicode/utf8"
)

// maxTyped bounds a line that is typed, in bytes.
const maxTyped = 4 << 10

// typing turns the keys of a terminal into lines. A client that has a terminal
// leaves it raw and expects the other end to echo and to edit, which elsewhere
// the system's terminal driver does; here there is none.
type typing struct {
	from io.Reader
	echo io.Writer
	hide atomic.Bool

	line   []byte // typed so far
	ready  []byte // lines that were not read yet
	raw    [256]byte
	escape byte // within an escape sequence: its kind
	err    error
}

func newTyping(from io.Reader, echo io.Writer) *typing {
	// Neither grows: what is typed may be a secret, and is in one place.
	return &typing{from: from, echo: echo, line: make([]byte, 0, maxTyped), ready: make([]byte, 0, maxTyped+len(typing{}.raw)+1)}
}

// setEcho shows what is typed, or does not.
func (t *typing) setEcho(on bool) { t.hide.Store(!on) }

// Read implements io.Reader. It returns whole lines; Ctrl+C is the end.
func (t *typing) Read(p []byte) (int, error) {
	for len(t.ready) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		n, err := t.from.Read(t.raw[:])
		for _, c := range t.raw[:n] {
			t.key(c)
		}
		clear(t.raw[:n])
		if err != nil {
			t.err = err
		}
	}
	n := copy(p, t.ready)
	left := copy(t.ready, t.ready[n:])
	clear(t.ready[left:])
	t.ready = t.ready[:left]
	return n, nil
}

// Control keys as terminals send them.
const (
	ctrlC, ctrlD, ctrlU, bell, backspace, escape, del = 0x03, 0x04, 0x15, 0x07, 0x08, 0x1b, 0x7f
)

func (t *typing) key(c byte) {
	switch {
	case t.err != nil:
	case t.escape != 0:
		t.skip(c)
	case c == escape:
		t.escape = escape
	case c == '\r' || c == '\n':
		if len(t.ready)+len(t.line) < cap(t.ready) {
			t.ready = append(append(t.ready, t.line...), '\n')
		}
		t.empty()
		t.say("\r\n")
	case c == ctrlC, c == ctrlD && len(t.line) == 0:
		t.empty()
		t.err = io.EOF
	case c == ctrlU:
		for len(t.line) > 0 {
			t.rubOut()
		}
	case c == backspace || c == del:
		t.rubOut()
	case c < ' ' || len(t.line) == cap(t.line):
		t.say(string(rune(bell)))
	default:
		t.line = append(t.line, c)
		t.show()
	}
}

// skip leaves out what arrow and function keys send (ECMA-48 5.4).
func (t *typing) skip(c byte) {
	if t.escape == escape && (c == '[' || c == 'O') {
		t.escape = c
		return
	}
	if t.escape == '[' && (c < '@' || c > '~') {
		return
	}
	t.escape = 0
}

// show echoes the last character, once it is whole.
func (t *typing) show() {
	if t.hide.Load() {
		return
	}
	start := len(t.line) - 1
	for start > 0 && !utf8.RuneStart(t.line[start]) && len(t.line)-start < utf8.UTFMax {
		start--
	}
	if r, n := utf8.DecodeRune(t.line[start:]); n == len(t.line)-start && r != utf8.RuneError && r >= ' ' && (r < 0x7f || r > 0x9f) {
		_, _ = t.echo.Write(t.line[start:])
	}
}

// rubOut takes the last character away.
func (t *typing) rubOut() {
	if len(t.line) == 0 {
		return
	}
	_, n := utf8.DecodeLastRune(t.line)
	clear(t.line[len(t.line)-n:])
	t.line = t.line[:len(t.line)-n]
	if !t.hide.Load() {
		t.say("\b \b")
	}
}

func (t *typing) empty() {
	clear(t.line)
	t.line = t.line[:0]
}

func (t *typing) say(s string) { _, _ = io.WriteString(t.echo, s) }

// wipe forgets what was typed and not read.
func (t *typing) wipe() {
	clear(t.raw[:])
	t.empty()
	clear(t.ready)
	t.ready = t.ready[:0]
}
