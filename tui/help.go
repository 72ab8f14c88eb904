package tui

import (
	"slices"
	"strings"

	"touchback/restore/flow"
	"touchback/tui/display"
	"touchback/tui/words"
)

// helpScreen lists the keys of the screen below it. Where they are more than
// fit, they scroll.
func (sc *scene) helpScreen() *body {
	b := sc.body()
	b.title(words.HelpTitle)
	b.listAt, b.sel, b.scroll = len(b.rows), sc.ui.helpAt, true
	add := func(hs []words.Hint) {
		for _, h := range hs {
			key := sc.th.AccentText.Render(sc.pad(sc.th.Say(h.Key), 11))
			for i, l := range display.Clean(sc.th.Say(h.Word)).Wrap(sc.room() - 11) {
				if i > 0 {
					key = strings.Repeat(" ", 11)
				}
				b.list = append(b.list, key+l)
			}
		}
	}
	add(words.Helps[sc.s.Screen])
	if sc.ui.soft != nil && sc.s.Screen != flow.Restore {
		add(words.HelpDemo)
	}
	if sc.roomy() {
		b.list = append(b.list, "")
	}
	add(words.Helps[""])
	return b
}

// helpScrolls reports whether there is more help than is in sight.
func (sc *scene) helpScrolls() bool {
	top := sc.top()
	return sc.ui.help && len(sc.helpScreen().list)+1 > sc.h-len(top)-sc.foot()
}

// keyHelp scrolls the help, and closes it with any other key.
func (m *Model) keyHelp(name string) {
	by := 0
	if m.scene().helpScrolls() {
		switch name {
		case "up", "k", "pgup":
			by = -1
		case "down", "j", "pgdown", "space":
			by = 1
		}
	}
	if by == 0 {
		m.ui.help = false
		return
	}
	before := m.scene().lines()
	m.ui.helpAt = max(m.ui.helpAt+by, 0)
	if by > 0 && slices.Equal(before, m.scene().lines()) {
		m.ui.helpAt-- // the end is in sight
	}
}
