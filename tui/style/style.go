// Package style is the look: one accent for the thing to act on, one colour
// for done, one for trouble, and the terminal's own foreground in two
// strengths. Only the sixteen colours of the terminal's palette are used, so
// that its theme decides, dark or light; and nothing is said by colour alone.
package style

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Theme is how things are drawn. The zero Theme is not useful: see New.
type Theme struct {
	Accent  Pen // marks: the thing to act on
	Done    Pen
	Trouble Pen
	// The same for words. They are only coloured on a background that is known,
	// since cyan on white and blue on black can hardly be read; red is on both.
	AccentText, DoneText, TroubleText Pen

	Strong Pen // the foreground, heavier: titles, names
	Dim    Pen // the foreground, weaker: what can be skipped
	Cursor Pen
	Glyphs
	ASCII bool
}

// Glyphs are the characters that the program draws with. Each is one cell
// wide, but for Ellipsis, Read and Delivered.
type Glyphs struct {
	Check, Here, Todo, Alert     string // marks of the step line
	Pointer, Bar                 string // before a line that is picked
	Dot                          string // between facts
	BarFull, BarRest             string // of progress
	Vertical, Horizontal         string
	TopLeft, TopRight            string
	BottomLeft, BottomRight      string
	Reply, Media, Down           string
	Sent, Delivered, Read, Clock string // how far an own message got
	Star                         string
	Ellipsis                     string
	Bullet                       string // a character of a secret
	Mask                         rune
	Touch, Rest                  string // the metal of a key that blinks, and that does not
	Spin                         []string
}

var unicodeGlyphs = Glyphs{
	Check: "✓", Here: "●", Todo: "○", Alert: "▲",
	Pointer: "→", Bar: "▌", Dot: "·",
	BarFull: "━", BarRest: "─",
	Vertical: "│", Horizontal: "─",
	TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯",
	Reply: "↳", Media: "▣", Down: "↓",
	Sent: "✓", Delivered: "✓✓", Read: "✓✓", Clock: "○",
	Star: "★", Ellipsis: "…", Bullet: "•", Mask: '▒',
	Touch: "◉", Rest: "○",
	Spin: []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"},
}

var asciiGlyphs = Glyphs{
	Check: "+", Here: "*", Todo: "-", Alert: "!",
	Pointer: ">", Bar: ">", Dot: "-",
	BarFull: "=", BarRest: "-",
	Vertical: "|", Horizontal: "-",
	TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
	Reply: ">", Media: "#", Down: "v",
	Sent: "v", Delivered: "vv", Read: "vv", Clock: "o",
	Star: "*", Ellipsis: "...", Bullet: "*", Mask: 'x',
	Touch: "@", Rest: "o",
	Spin: []string{"|", "/", "-", "\\"},
}

// New returns the theme for a terminal. Without Unicode the program's own
// glyphs and words are ASCII; text from a backup stays what it is.
func New(ascii bool) Theme {
	plain := lipgloss.NewStyle()
	bold, trouble := pen(plain.Bold(true)), pen(plain.Bold(true).Foreground(lipgloss.Red))
	t := Theme{
		Accent:  bold.of(lipgloss.Cyan),
		Done:    pen(plain.Foreground(lipgloss.Green)),
		Trouble: trouble,

		AccentText: bold, DoneText: bold, TroubleText: trouble,

		Strong: bold,
		Dim:    pen(plain.Faint(true)),
		Cursor: pen(plain.Reverse(true)),
		Glyphs: unicodeGlyphs,
		ASCII:  ascii,
	}
	if ascii {
		t.Glyphs = asciiGlyphs
	}
	return t
}

// On returns the theme for a background that is known to be dark, or light.
func (t Theme) On(dark bool) Theme {
	if !dark {
		t.Accent = t.Accent.of(lipgloss.Blue)
	}
	t.AccentText = t.Accent
	t.DoneText = t.Done.bold()
	return t
}

var toASCII = strings.NewReplacer(
	"…", "...", "“", `"`, "”", `"`, "’", "'", "–", "-", "—", "-", "·", "-", "→", ">", "↑↓", "up/down", "↑ ↓", "up down", "←", "<-", "×", "x",
)

// Say returns the program's own words, in ASCII where the terminal has no
// more. It is not for text from a backup.
func (t Theme) Say(words string) string {
	if t.ASCII {
		return toASCII.Replace(words)
	}
	return words
}
