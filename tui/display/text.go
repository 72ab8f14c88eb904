// Package display makes text from a backup fit to be seen. A Text is the only
// form in which such text reaches a screen, or a file that a person opens.
//
// The rules: nothing in a Text moves a cursor, changes a colour, reorders what
// stands around it, or takes more cells than it says. What is taken away and
// carried meaning leaves a mark (U+FFFD, a control picture, a dotted circle),
// so that nothing disappears silently; invisible characters just go.
package display

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Text is text that is safe to show. Its lines are separated by '\n'; a Text
// made by Clean has one line. The zero Text is empty.
type Text struct {
	s    string
	rune bool // measured rune by rune: see ByRune
}

// Ellipsis is the tail of a text that was cut, where the terminal is trusted
// with more than ASCII.
const Ellipsis = "…"

// String returns the text.
func (t Text) String() string { return t.s }

// IsEmpty reports whether there is nothing to see.
func (t Text) IsEmpty() bool { return strings.TrimSpace(t.s) == "" }

// ByRune returns the text for a terminal that advances the cursor by code
// points and not by grapheme clusters (it does not report DEC mode 2027).
// Joined emoji come apart, skin tones and emoji presentation go, and what is
// left is measured as such terminals do.
func (t Text) ByRune() Text {
	if isASCII(t.s) {
		return Text{s: t.s, rune: true}
	}
	out := strings.Map(func(r rune) rune {
		switch {
		case r == vs16, r == keycap, isSkinTone(r):
			return -1
		}
		return r
	}, t.s)
	if strings.ContainsRune(out, zwj) {
		out = splitEmoji(out)
	}
	return Text{s: out, rune: true}
}

// splitEmoji drops the joiners between emoji and keeps those between letters.
func splitEmoji(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if r == zwj && isPictographic(last) {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// Width returns the cells of the widest line.
func (t Text) Width() int {
	w := 0
	for l := range strings.SplitSeq(t.s, "\n") {
		w = max(w, t.method().StringWidth(l))
	}
	return w
}

func (t Text) method() ansi.Method {
	if t.rune {
		return ansi.WcWidth
	}
	return ansi.GraphemeWidth
}

// Truncate returns the first line in at most w cells, ending in an ellipsis
// where it was longer, or where more lines follow.
func (t Text) Truncate(w int) Text { return t.TruncateWith(w, Ellipsis) }

// TruncateWith is Truncate with another tail, which must be printable ASCII
// or Ellipsis.
func (t Text) TruncateWith(w int, tail string) Text {
	s, rest, more := strings.Cut(t.s, "\n")
	m := t.method()
	more = more && strings.TrimSpace(rest) != ""
	if !more && m.StringWidth(s) <= w {
		return Text{s: s, rune: t.rune}
	}
	room := w - ansi.StringWidth(tail)
	if room < 0 {
		return Text{rune: t.rune}
	}
	end, used := 0, 0
	for end < len(s) {
		c, cw := ansi.FirstGraphemeCluster(s[end:], m)
		if used+cw > room {
			break
		}
		end += len(c)
		used += cw
	}
	return Text{s: s[:end] + tail, rune: t.rune}
}

// Mask returns a text of the same shape with nothing left to read: digits
// become '#', spaces stay, all else becomes glyph, which must be one cell wide.
func (t Text) Mask(glyph rune) Text {
	var b strings.Builder
	m := t.method()
	for i, l := range strings.Split(t.s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		for l != "" {
			c, w := ansi.FirstGraphemeCluster(l, m)
			l = l[len(c):]
			r := []rune(c)[0]
			switch {
			case unicode.IsSpace(r) || w == 0:
				b.WriteString(strings.Repeat(" ", w))
			case unicode.IsDigit(r) && w == 1:
				b.WriteByte('#')
			default:
				b.WriteString(strings.Repeat(string(glyph), w))
			}
		}
	}
	return Text{s: b.String(), rune: t.rune}
}

// HasRTL reports whether there is any letter that runs from right to left.
func (t Text) HasRTL() bool {
	for _, r := range t.s {
		if isRTL(r) {
			return true
		}
	}
	return false
}

func isRTL(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
}

// RTL reports whether the text starts in a script that runs from right to
// left: its first strong character decides, as in UAX #9, rule P2.
func (t Text) RTL() bool {
	for _, r := range t.s {
		if isRTL(r) && unicode.IsLetter(r) {
			return true
		}
		if unicode.IsLetter(r) {
			return false
		}
	}
	return false
}
