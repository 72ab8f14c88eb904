package sshd

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func typed(t *testing.T, keys string, hidden bool) (lines, echo string) {
	t.Helper()
	var shown bytes.Buffer
	k := newTyping(strings.NewReader(keys), &shown)
	k.setEcho(!hidden)
	b, err := io.ReadAll(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), shown.String()
}

func TestTyping(t *testing.T) {
	for _, c := range []struct{ keys, lines, echo string }{
		{"abc\r", "abc\n", "abc\r\n"},
		{"a\nb\r", "a\nb\n", "a\r\nb\r\n"},
		{"abd\x7fc\r", "abc\n", "abd\b \bc\r\n"},
		{"é\x7fe\r", "e\n", "é\b \be\r\n"},
		{"wrong\x15right\r", "right\n", "wrong" + strings.Repeat("\b \b", 5) + "right\r\n"},
		{"\x7f\r", "\n", "\r\n"},
		{"a\x1b[A\x1bOP\x1b[1;5Cb\r", "ab\n", "ab\r\n"},
		{"a\x01b\r", "ab\n", "a\ab\r\n"},
		{"half", "", "half"},
		{"half\x03more\r", "", "half"},
		{"\x04", "", ""},
		{"a\x04\r", "a\n", "a\a\r\n"},
		{"\x9b31m\r", "\x9b31m\n", "31m\r\n"}, // half a character, which a terminal could take for a control
	} {
		lines, echo := typed(t, c.keys, false)
		if lines != c.lines || echo != c.echo {
			t.Errorf("%q: %q, %q", c.keys, lines, echo)
		}
	}
	lines, echo := typed(t, "123\x7f456\r", true)
	if lines != "12456\n" || strings.Trim(echo, "\r\n") != "" {
		t.Errorf("hidden: %q, %q", lines, echo)
	}
}

// TestLongLine goes no further than there is room.
func TestLongLine(t *testing.T) {
	lines, _ := typed(t, strings.Repeat("x", 3*maxTyped)+"\r", false)
	if lines != strings.Repeat("x", maxTyped)+"\n" {
		t.Errorf("%d bytes", len(lines))
	}
}

// TestTypedIsWiped leaves nothing of what was typed.
func TestTypedIsWiped(t *testing.T) {
	k := newTyping(strings.NewReader("secret\rpart"), io.Discard)
	var b [3]byte
	if _, err := k.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	line, ready := k.line[:cap(k.line)], k.ready[:cap(k.ready)]
	k.wipe()
	for _, b := range [][]byte{line, ready, k.raw[:]} {
		if len(bytes.Trim(b, "\x00")) > 0 {
			t.Errorf("%q is left", bytes.Trim(b, "\x00"))
		}
	}
}

// FuzzTyping: what is echoed moves no cursor but back over what was typed.
func FuzzTyping(f *testing.F) {
	f.Add([]byte("abc\r"))
	f.Add([]byte("\x1b[\x1b[2Jé\x7f\x15\x9b\r"))
	f.Fuzz(func(t *testing.T, keys []byte) {
		_, echo := typed(t, string(keys), false)
		for _, r := range strings.NewReplacer("\b \b", "", "\r\n", "", "\a", "").Replace(echo) {
			if r < ' ' || r >= 0x7f && r <= 0x9f || r == '\ufffd' {
				t.Fatalf("%q echoes %q", keys, echo)
			}
		}
	})
}
