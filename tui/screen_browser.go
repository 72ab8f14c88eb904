package tui

import (
	"strings"

	"touchback/restore/flow"
	"touchback/tui/style"
	"touchback/tui/words"
)

// browser shows the page's address before anything is opened: over SSH, and
// where a browser in a sandbox does not come up, it is the only way there.
func (sc *scene) browser() *body {
	b := sc.body()
	s := sc.s
	b.title(words.PageTitle)
	if !s.Asking {
		b.work(words.PageStarting)
		return b
	}
	asks := words.PageAsks
	if s.Task == flow.Adding {
		asks = words.PageMakes
	}
	b.say(nice, say(asks, sc.keyName()))
	b.gap()
	if s.Page.Forward != "" {
		b.say(nice, forwardWords(s.Page))
		b.whole(s.Page.Forward)
		b.gap()
		b.say(nice, words.PageAddress)
	}
	b.whole(sc.ui.address)
	b.gap()
	b.work(sc.pageState())
	if p := s.Page; p.Opened && !p.Refused {
		b.dim(nice, words.PageOpened)
	}
	b.gap()
	b.dim(nice, words.PageSecret)
	b.dim(nice, words.ReadOnly)
	return b
}

// forwardWords say when to type the line that forwards the page's port.
func forwardWords(p flow.PageInfo) string {
	if p.Within {
		return words.PageWithin
	}
	return words.PageForward
}

// pageState is what the page is waiting for.
func (sc *scene) pageState() string {
	waiting := words.PageWaiting + "  " + style.Clock(int64(sc.s.Elapsed))
	if g := sc.s.Gesture; sc.s.Task == flow.Adding && g > 0 && g <= flow.Gestures {
		waiting = say(words.PageN, g, flow.Gestures, words.Gestures[g]) + "  " + style.Clock(int64(sc.s.Elapsed))
	}
	if sc.s.Page.Refused {
		return words.PageNoOpen
	}
	return waiting
}

// whole adds what is copied or typed as it stands: no character of it is left
// out, and where it does not fit it goes on in the next line.
func (b *body) whole(text string) {
	text = b.sc.text(text, len(text))
	b.paras++
	for room := b.sc.room(); text != ""; {
		n := min(room, len(text))
		b.rows = append(b.rows, bodyRow{b.sc.th.AccentText.Render(strings.TrimRight(text[:n], " ")), must, b.paras})
		text = text[n:]
	}
}
