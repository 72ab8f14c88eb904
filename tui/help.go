package tui

import (
	"strings"

	"touchback/restore/flow"
	"touchback/tui/display"
)

// helpScreen lists the keys of the screen below it.
func (sc *scene) helpScreen() *body {
	b := sc.body()
	b.title(helpTitle)
	add := func(rank int, hs []hint) {
		for _, h := range hs {
			key := sc.th.AccentText.Render(sc.pad(sc.th.Say(h.key), 11))
			for i, l := range display.Clean(sc.th.Say(h.word)).Wrap(sc.room() - 11) {
				if i > 0 {
					key = strings.Repeat(" ", 11)
				}
				b.raw(rank, key+l)
			}
		}
	}
	add(must, helps[sc.s.Screen])
	if sc.ui.soft != nil && sc.s.Screen != flow.Restore {
		add(must, helpDemo)
	}
	b.gap()
	add(nice, helps[""])
	return b
}
