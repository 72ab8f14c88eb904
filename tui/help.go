package tui

import "touchback/restore/flow"

// helpScreen lists the keys of the screen below it.
func (sc *scene) helpScreen() *body {
	b := sc.body()
	b.title(helpTitle)
	add := func(rank int, hs []hint) {
		for _, h := range hs {
			key := sc.pad(sc.th.Say(h.key), 12)
			b.raw(rank, sc.th.Accent.Render(key)+sc.text(sc.th.Say(h.word), sc.room()-12))
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
