package tui

import (
	"fmt"
	"io"
	"unicode"

	"touchback/keys"
)

// The 64-digit key, as the phone shows it: sixteen groups of four.
const (
	digitGroups = 16
	groupDigits = 4
	keyDigits   = digitGroups * groupDigits
)

// digits is the field for the 64-digit key. What stands between digits is
// understood, and only kept where it makes a group too short: a digit that was
// left out is then blamed on the right group.
type digits struct{ buf *digitsBuf }

type digitsBuf struct {
	b [keyDigits + 96]byte // ' ' ends a group
	n int
}

func newDigits() digits { return digits{new(digitsBuf)} }

// add appends typed or pasted text; false where no more fits.
func (d digits) add(text string) bool {
	for _, r := range text {
		if r >= 0xff01 && r <= 0xff5e {
			r -= 0xff01 - '!' // full-width, as Asian keyboards type
		}
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Pd, unicode.Zs, unicode.Cf), r == '.', r == '·', r == '•', r == '−':
			if d.buf.n == 0 || d.buf.b[d.buf.n-1] == ' ' {
				continue
			}
			r = ' '
		case r < 0x21 || r == 0x7f:
			continue
		case r > 0x7e:
			r = '?' // something that is no digit: shown as wrong
		}
		if d.buf.n == len(d.buf.b) {
			return false
		}
		d.buf.b[d.buf.n] = byte(r)
		d.buf.n++
	}
	return true
}

func (d digits) back() {
	if d.buf.n > 0 {
		d.buf.n--
		d.buf.b[d.buf.n] = 0
	}
}

func (d digits) wipe() {
	clear(d.buf.b[:])
	d.buf.n = 0
}

// group is a group as it is drawn.
type group struct {
	text string
	bad  bool // a character that is no digit, or too few before the next group
}

// groups returns the groups typed so far and how many characters they have.
func (d digits) groups() ([]group, int) {
	total, bad := 0, false
	for _, c := range d.buf.b[:d.buf.n] {
		if c != ' ' {
			total++
			bad = bad || !isHex(c)
		}
	}
	// Where the number of digits is right, it does not matter how they were
	// grouped.
	whole := total == keyDigits && !bad
	var out []group
	var g group
	end := func(closed bool) {
		if g.text != "" {
			g.bad = g.bad || closed && len(g.text) != groupDigits
			out = append(out, g)
			g = group{}
		}
	}
	for _, c := range d.buf.b[:d.buf.n] {
		if c == ' ' {
			if !whole {
				end(true)
			}
			continue
		}
		if len(g.text) == groupDigits {
			end(true)
		}
		g.text += string(rune(c))
		g.bad = g.bad || !isHex(c)
	}
	end(false)
	return out, total
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// wrong returns the first group that is wrong, from 1, or 0.
func (d digits) wrong() int {
	gs, _ := d.groups()
	for i, g := range gs {
		if g.bad || i >= digitGroups {
			return i + 1
		}
	}
	return 0
}

// complete reports whether there are 64 digits and nothing else.
func (d digits) complete() bool {
	_, total := d.groups()
	return total == keyDigits && d.wrong() == 0
}

// take hands the digits over and leaves the field empty.
func (d digits) take() *keys.Secret {
	var b [keyDigits]byte
	n := 0
	for _, c := range d.buf.b[:d.buf.n] {
		if c != ' ' && n < len(b) {
			b[n] = c
			n++
		}
	}
	d.wipe()
	return keys.NewSecret(b[:n]) // wipes what it copies
}

// Format redacts, for every verb.
func (d digits) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[secret]") }

// String redacts; see Format.
func (d digits) String() string { return "[secret]" }
