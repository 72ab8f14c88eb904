package tui

import (
	"fmt"
	"io"
	"unicode/utf8"

	"touchback/keys"
	"touchback/tui/guide"
)

// secret is a field for a PIN or a password. The bytes are in one place, which
// is wiped; they are shown as dots, and no formatter reaches them.
type secret struct{ buf *secretBuf }

type secretBuf struct {
	b   [guide.MaxPassword]byte
	n   int
	max int
}

func newSecret(most int) secret { return secret{&secretBuf{max: min(most, guide.MaxPassword)}} }

// add appends text, and reports whether it fitted. Line breaks and other
// controls, which pasting brings along, are left out.
func (s secret) add(text string) bool {
	for _, r := range text {
		if r < 0x20 || r == 0x7f || r == utf8.RuneError {
			continue
		}
		n := utf8.RuneLen(r)
		if s.buf.n+n > s.buf.max {
			return false
		}
		utf8.EncodeRune(s.buf.b[s.buf.n:], r)
		s.buf.n += n
	}
	return true
}

// back takes the last character away.
func (s secret) back() {
	_, n := utf8.DecodeLastRune(s.buf.b[:s.buf.n])
	clear(s.buf.b[s.buf.n-n : s.buf.n])
	s.buf.n -= n
}

func (s secret) wipe() {
	clear(s.buf.b[:])
	s.buf.n = 0
}

// runes is the number of characters: the dots to draw.
func (s secret) runes() int { return utf8.RuneCount(s.buf.b[:s.buf.n]) }

// burst is how many of the last characters are modhex, the letters in which a
// security key types a one-time code when it is touched by accident.
func (s secret) burst() int { return guide.ModhexTail(s.buf.b[:s.buf.n]) }

// take hands the bytes over and leaves the field empty.
func (s secret) take() *keys.Secret {
	out := keys.NewSecret(s.buf.b[:s.buf.n]) // wipes what it copies
	s.buf.n = 0
	return out
}

// Format redacts, for every verb.
func (s secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[secret]") }

// String redacts; see Format.
func (s secret) String() string { return "[secret]" }
