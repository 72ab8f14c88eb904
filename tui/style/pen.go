package style

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
)

// Pen writes one line in a colour and a strength. The zero Pen writes as the
// terminal does by itself.
//
// What goes before and after is worked out once. A lipgloss.Style does so for
// each text anew, with the borders, margins and tabs that nothing here has, and
// took more than half of the time of a frame.
type Pen struct {
	look          lipgloss.Style
	before, after string
}

func pen(look lipgloss.Style) Pen {
	before, after, _ := strings.Cut(look.Render("x"), "x")
	return Pen{look, before, after}
}

// Render returns a line as the pen writes it. It has no tab in it.
func (p Pen) Render(line string) string {
	if line == "" {
		return ""
	}
	return p.before + line + p.after
}

// Underlined is the same pen with a line under what it writes.
func (p Pen) Underlined() Pen { return pen(p.look.Underline(true)) }

// bold and of are the same pen, heavier, and in another colour.
func (p Pen) bold() Pen            { return pen(p.look.Bold(true)) }
func (p Pen) of(c color.Color) Pen { return pen(p.look.Foreground(c)) }
