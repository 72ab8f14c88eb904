package preview

import (
	"strings"

	"touchback/tui/display"
	"touchback/tui/style"
)

// line is a row of a screen in the making: it knows how many cells it has,
// since the width of text depends on the terminal and cannot be measured later.
type line struct {
	b strings.Builder
	w int
}

// leftToRight (LRM, UAX #9) takes no cell. A terminal that reorders lines would
// otherwise take a number or a frame after such a text for a part of it, and
// put it on the other side.
const leftToRight = "\u200e"

// text adds text of the backup.
func (l *line) text(st style.Pen, t display.Text) {
	if s := t.String(); s != "" {
		l.b.WriteString(st.Render(s))
		l.w += t.Width()
		if t.HasRTL() {
			l.b.WriteString(leftToRight)
		}
	}
}

// words adds the program's own words.
func (l *line) words(st style.Pen, s string) {
	if s != "" {
		l.b.WriteString(st.Render(s))
		l.w += display.Clean(s).Width()
	}
}

// pad adds spaces up to a column.
func (l *line) pad(to int) {
	if to > l.w {
		l.b.WriteString(strings.Repeat(" ", to-l.w))
		l.w = to
	}
}

func (l *line) String() string { return l.b.String() }
