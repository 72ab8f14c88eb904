package display

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Limits, in bytes of the original. They bound what one message can cost a
// screen; All has none, for files.
const (
	MaxLine = 4 << 10   // Clean: names, labels, snippets
	MaxText = 256 << 10 // CleanLines: a message
)

// maxMarks is how many combining marks stay on a base. Vocalised Hebrew and
// Vietnamese need three; towers of hundreds reach over the lines above.
const maxMarks = 4

// maxCluster is the bytes of one grapheme cluster. The longest emoji sequence
// of Unicode 16 has 35; rows of jamo or conjuncts never end.
const maxCluster = 64

const (
	zwnj   = '\u200c'
	zwj    = '\u200d'
	vs16   = '\ufe0f'
	keycap = '\u20e3'
	circle = '\u25cc' // carries a mark that has no base
)

// Clean returns s as one line: line breaks and tabs become spaces. What is
// longer than MaxLine ends in an ellipsis.
func Clean(s string) Text { return clean(s, MaxLine, false) }

// CleanLines returns s with its line breaks. What is longer than MaxText ends
// in an ellipsis.
func CleanLines(s string) Text { return clean(s, MaxText, true) }

// CleanAll is CleanLines without a limit, for files.
func CleanAll(s string) Text { return clean(s, len(s), true) }

func clean(s string, limit int, lines bool) Text {
	cut := len(s) > limit
	if cut {
		s = s[:limit]
		// A rune that was cut in two is not an invalid one.
		for range utf8.UTFMax - 1 {
			if r, n := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || n != 1 {
				break
			}
			s = s[:len(s)-1]
		}
	}
	if !isASCII(s) {
		s = (&cleaner{lines: lines}).run(s)
	}
	if cut {
		s += Ellipsis
	}
	return Text{s: s}
}

// isASCII reports whether all of s is printable ASCII, as most text is.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// cleaner passes the runes of a text one by one.
type cleaner struct {
	lines bool
	out   strings.Builder
	last  rune // what was written last; 0 at the start of a line
	marks int  // combining marks on the present base
	bad   bool // the last thing was an invalid byte: a run of them is one mark
}

func (c *cleaner) run(s string) string {
	c.out.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			if !c.bad {
				c.put(utf8.RuneError)
			}
			c.bad = true
			i++
			continue
		}
		c.bad = false
		if r == '\r' {
			// CR LF is one line break, and CR alone never goes back to the
			// start of the line.
			if strings.HasPrefix(s[i+1:], "\n") {
				i++
			}
			r = '\n'
		}
		next, _ := utf8.DecodeRuneInString(s[i+n:])
		c.take(r, next)
		i += n
	}
	return shorten(c.out.String())
}

// take decides about one rune; next is the one after it.
func (c *cleaner) take(r, next rune) {
	switch {
	case r == '\n', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
		if c.lines {
			c.out.WriteByte('\n')
			c.last, c.marks = 0, 0
		} else {
			c.put(' ')
		}
	case r == '\t':
		c.put(' ')
		if c.lines {
			c.out.WriteString("   ")
		}
	case r < 0x20:
		c.put(0x2400 + r) // control pictures
	case r == 0x7f:
		c.put(0x2421)
	case r < 0x7f:
		c.put(r)
	case r < 0xa0, isPrepend(r), isNoncharacter(r), unicode.Is(unicode.Co, r):
		c.put(utf8.RuneError)
	case r == zwj, r == zwnj:
		if c.joins(r, next) {
			c.out.WriteRune(r)
			c.last = r
		}
	case r == vs16:
		if isPictographic(c.last) || next == keycap && isKeycapBase(c.last) {
			c.out.WriteRune(r) // c.last stays: a joiner looks at the emoji
		}
	case isSkinTone(r):
		if isPictographic(c.last) {
			c.out.WriteRune(r)
		} else {
			c.put(utf8.RuneError)
		}
	case isInvisible(r):
	case unicode.Is(unicode.M, r):
		c.mark(r)
	case r != 0x3000 && unicode.Is(unicode.Zs, r):
		c.put(' ')
	default:
		if c.last == 0 && joinsSpace(r) {
			c.put(circle)
		}
		c.put(r)
	}
}

// put writes a rune that stands on its own.
func (c *cleaner) put(r rune) {
	c.out.WriteRune(r)
	c.last, c.marks = r, 0
}

// mark writes a combining mark, on something that can carry it.
func (c *cleaner) mark(r rune) {
	if c.last == 0 || c.last == ' ' {
		// It would sit on whatever stands before this text.
		c.put(circle)
	}
	if c.marks++; c.marks <= maxMarks {
		c.out.WriteRune(r)
		if c.last == zwj || c.last == zwnj {
			c.last = r
		}
	}
}

// joins reports whether a joiner does something between its neighbours: inside
// an emoji sequence, or between letters of a script that needs it.
func (c *cleaner) joins(r, next rune) bool {
	if r == zwj && isPictographic(c.last) {
		return isPictographic(next)
	}
	return needsJoiner(c.last) && needsJoiner(next)
}

// joinsSpace reports whether r would form one cluster with a space before it.
func joinsSpace(r rune) bool {
	if r < 0x300 {
		return false
	}
	c, _ := ansi.FirstGraphemeCluster(" "+string(r), ansi.GraphemeWidth)
	return len(c) > 1
}

// shorten cuts grapheme clusters that never end.
func shorten(s string) string {
	var b strings.Builder
	for rest := s; rest != ""; {
		c, _ := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		rest = rest[len(c):]
		if len(c) > maxCluster {
			n := maxCluster
			for !utf8.RuneStart(c[n]) {
				n--
			}
			c = strings.TrimRight(c[:n], string(zwj)+string(zwnj))
		}
		b.WriteString(c)
	}
	return b.String()
}
