package tui

import (
	"strings"

	"touchback/restore/flow"
	"touchback/tui/display"
	"touchback/tui/words"
)

// helpScreen lists the keys of the screen below it.
func (sc *scene) helpScreen() *body {
	b := sc.body()
	b.title(words.HelpTitle)
	add := func(rank int, hs []words.Hint) {
		for _, h := range hs {
			key := sc.th.AccentText.Render(sc.pad(sc.th.Say(h.Key), 11))
			for i, l := range display.Clean(sc.th.Say(h.Word)).Wrap(sc.room() - 11) {
				if i > 0 {
					key = strings.Repeat(" ", 11)
				}
				b.raw(rank, key+l)
			}
		}
	}
	add(must, words.Helps[sc.s.Screen])
	if sc.ui.soft != nil && sc.s.Screen != flow.Restore {
		add(must, words.HelpDemo)
	}
	b.gap()
	add(nice, words.Helps[""])
	return b
}
