package plain

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"touchback/tui/words"
)

// The 64-digit key may come in several lines, as phones show it in four.
const (
	keyDigits = 64
	maxDigits = 4 << 10 // bytes; package keys reads no more
)

// digits takes a line of the 64-digit key. It is handed over once it is
// complete, and as soon as it is wrong: package keys then says where.
func (g *guided) digits(b []byte) *answerError {
	if g.page.ask != askDigits {
		return errNoSense
	}
	// One piece of memory that never moves, so that all of it can be wiped.
	all := make([]byte, 0, len(g.secret)+len(b)+1)
	all = append(all, g.secret...)
	if len(all) > 0 {
		all = append(all, '\n')
	}
	all = append(all, b...)
	clear(g.secret)
	g.secret = all
	n, bad := countDigits(all)
	if n < keyDigits && !bad && len(all) <= maxDigits && !g.cfg.JSON {
		g.voice.note(fmt.Sprintf(words.PlainMore, n))
		g.voice.again(g.page, g.state)
		return nil
	}
	g.secret = nil
	g.deposit(all)
	return nil
}

// countDigits counts the digits 0–9 and a–f, and reports whether there is a
// letter or digit of another kind. What stands between is left to package keys.
func countDigits(b []byte) (n int, bad bool) {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		b = b[size:]
		if r >= 0xff01 && r <= 0xff5e {
			r -= 0xff01 - '!' // full-width, as Asian keyboards type
		}
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'f', r >= 'A' && r <= 'F':
			n++
		case unicode.IsLetter(r), unicode.IsDigit(r), r == utf8.RuneError:
			bad = true
		}
	}
	return n, bad
}
