package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"touchback/restore/flow"
	"touchback/tui/display"
	"touchback/tui/preview"
	"touchback/tui/style"
	"touchback/tui/words"
)

// The smallest window in which every screen still says what it has to.
const (
	minWidth  = 36
	minHeight = 8
)

// scene is all that a screen is drawn from: the state of the flow, what is
// being typed, and the window. Drawing changes nothing.
type scene struct {
	s      flow.State
	ui     *ui
	w, h   int
	th     style.Theme
	now    time.Time // in the person's time zone
	method ansi.Method
}

// ui is what a front end knows beside the flow: fields, folds and notes.
type ui struct {
	pin, pass secret
	digits    digits
	path      entry  // Find: a file or folder; Key: a key file
	typing    bool   // Find, Key: the field for it is open
	address   string // Browser: of the page; a secret, drawn and nothing else
	name      entry  // Name
	again     secret // NewPass, NewPIN: once more
	second    bool   // NewPass, NewPIN: the second field is open
	save      entry  // Save: where to
	note      string
	notice    string // of what surrounds the restore
	confirm   bool   // PIN: few tries are left, and Enter was pressed once
	retry     bool   // PIN: the one before was wrong
	unfolded  bool
	help      bool
	helpAt    int // the first line of it in sight
	saveNext  bool
	beat      int // counts up while something moves
	motion    bool
	soft      *softKey
	demoPIN   string
	private   bool
	preview   *preview.Model
}

// softKey is how the drawn key is now.
type softKey struct{ plugged, waiting bool }

// roomy reports whether there is space for boxes and empty lines.
func (sc *scene) roomy() bool { return sc.h >= 18 && sc.w >= 60 }

func (sc *scene) margin() int {
	if sc.w < 60 {
		return 1
	}
	return 2
}

func (sc *scene) indent() int {
	if sc.w < 60 {
		return 2
	}
	return 5
}

// room is the width of the body. Long lines are hard to read.
func (sc *scene) room() int { return min(sc.w-sc.indent()-1, 96) }

func (sc *scene) width(s string) int { return sc.method.StringWidth(s) }

// fitText measures text as the terminal does.
func (sc *scene) fitText(t display.Text) display.Text {
	if sc.method == ansi.WcWidth {
		return t.ByRune()
	}
	return t
}

// text is hostile text on one line, at most w cells.
func (sc *scene) text(s string, w int) string {
	return sc.fitText(display.Clean(s)).TruncateWith(w, sc.th.Ellipsis).String()
}

// lines draws the whole screen: exactly h lines, none wider than w.
func (sc *scene) lines() []string {
	if sc.w < minWidth || sc.h < minHeight {
		return sc.tooSmall()
	}
	out := sc.top()
	room := sc.h - len(out) - sc.foot()
	if sc.s.Screen == flow.Restore && !sc.ui.help {
		m := strings.Repeat(" ", sc.margin()-1)
		for _, l := range sc.ui.preview.View(sc.w-2*sc.margin()+1, room) {
			out = append(out, m+l)
		}
	} else {
		in := strings.Repeat(" ", sc.indent())
		for _, l := range sc.screen().fit(room) {
			if l != "" {
				l = in + l
			}
			out = append(out, l)
		}
	}
	for len(out) < sc.h-1 {
		out = append(out, "")
	}
	out = append(out[:sc.h-1], sc.footer())
	for i, l := range out {
		if sc.width(l) > sc.w {
			out[i] = sc.method.Truncate(l, sc.w, "")
		}
	}
	return out
}

// top is what stands above the body: the name, the steps, and empty lines where
// there is room.
func (sc *scene) top() []string {
	out := []string{sc.header()}
	if sc.roomy() && sc.s.Screen != flow.Restore {
		out = append(out, "")
	}
	if sc.s.Screen != flow.Home {
		out = append(out, sc.steps())
	}
	switch {
	case sc.roomy() && sc.s.Screen != flow.Restore:
		out = append(out, "", "")
	case sc.h >= 12:
		out = append(out, "")
	}
	return out
}

// foot is how many lines the hints take, with the empty one above them.
func (sc *scene) foot() int {
	if sc.roomy() {
		return 2
	}
	return 1
}

func (sc *scene) tooSmall() []string {
	out := make([]string, 0, sc.h)
	for _, l := range display.Clean(sc.th.Say(words.TooSmall)).Wrap(max(sc.w, 1)) {
		if len(out) < sc.h {
			out = append(out, l)
		}
	}
	return out
}

// screen is the body of the screen the person is at.
func (sc *scene) screen() *body {
	if sc.ui.help {
		return sc.helpScreen()
	}
	switch sc.s.Screen {
	case flow.Home:
		return sc.home()
	case flow.Ways:
		return sc.ways()
	case flow.Name:
		return sc.name()
	case flow.NewPass:
		return sc.newPass()
	case flow.Recipient:
		return sc.recipient()
	case flow.KeepKey:
		return sc.keepKey()
	case flow.Summary:
		return sc.summary()
	case flow.Locked:
		return sc.locked()
	case flow.OneWay:
		return sc.oneWay()
	case flow.Remove:
		return sc.removeWay()
	case flow.Find:
		return sc.find()
	case flow.Backup:
		return sc.backup()
	case flow.Method:
		return sc.methods()
	case flow.Connect:
		return sc.connect()
	case flow.Choose:
		return sc.choose()
	case flow.PIN:
		return sc.pin()
	case flow.NewPIN:
		return sc.newPIN()
	case flow.Touch:
		return sc.touch()
	case flow.Browser:
		return sc.browser()
	case flow.Password:
		return sc.password()
	case flow.Key:
		return sc.key()
	case flow.Verify:
		return sc.verify()
	case flow.Save:
		return sc.saveScreen()
	case flow.Done:
		return sc.done()
	case flow.Trouble:
		return sc.troubleScreen()
	case flow.Left:
		b := sc.body()
		b.say(must, words.LeftBody)
		return b
	}
	return sc.body()
}

func say(format string, a ...any) string { return fmt.Sprintf(format, a...) }
