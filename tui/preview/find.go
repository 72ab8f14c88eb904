package preview

import (
	"strings"
	"time"
)

// finder is the search. From the list of chats it is over all of them, their
// names and their texts, see hunt; from the messages it is over the open one,
// and goes from one that was found to the next. That looks through messages for
// a moment at a time, so that a chat of a million never holds up the screen.
type finder struct {
	typing bool
	query  string
	inChat bool // it was begun in the messages
	hunt   *hunt

	looking bool
	at      int // the next message to look at
	step    int // -1 to older ones, 1 to newer
	result  string
}

// A step takes no longer than moment, about half of a frame; the clock is looked
// at after every few messages.
const (
	moment = 8 * time.Millisecond
	few    = 64
)

func (f *finder) stop() { f.looking, f.result = false, "" }

// seek starts looking from the message that was found last, or from the newest.
func (m *Model) seek(step int) {
	f, p := &m.find, &m.pane
	if f.query == "" || m.archive == nil || p.n == 0 {
		return
	}
	f.looking, f.step, f.result = true, step, wordLooking
	switch {
	case p.mark >= 0:
		f.at = p.mark + step
	case p.follow:
		f.at = p.n - 1
	default:
		f.at = p.top + step
	}
}

// Searching reports whether there is something that is looked for.
func (m *Model) Searching() bool { return m.find.query != "" }

// Seeking reports whether a search is under way, so that Seek is to be called.
func (m *Model) Seeking() bool {
	hunting, _ := m.find.hunt.looking(m.archive)
	return m.find.looking || hunting
}

// Seek looks through some more messages, and shows what was found elsewhere.
func (m *Model) Seek() {
	f := &m.find
	if f.hunt != nil {
		if _, behind := f.hunt.looking(m.archive); behind {
			f.hunt.again(m.archive)
		}
		m.filter()
		m.openShown()
	}
	if !f.looking {
		return
	}
	want := fold(f.query)
	began := time.Now()
	for i := 0; i%few != 0 || i == 0 || time.Since(began) < moment; i++ {
		if f.at < 0 || f.at >= m.pane.n {
			f.looking, f.result = false, wordNotFound
			return
		}
		msg, ok := m.pane.message(m.archive, f.at)
		if ok && says(&msg, want) {
			f.looking, f.result = false, wordFound
			m.pane.jump(f.at)
			return
		}
		f.at += f.step
	}
}

// filter keeps the chats whose names match what is typed, and those in which it
// was found.
func (m *Model) filter() {
	f := &m.find
	m.shown = m.shown[:0]
	want := ""
	if !f.inChat {
		want = fold(f.query)
	}
	for i, c := range m.chats {
		if want == "" || strings.Contains(fold(c.Name), want) || f.hunt.in(c.Row).n > 0 {
			m.shown = append(m.shown, i)
		}
	}
}

// narrowDown looks for what is typed now.
func (m *Model) narrowDown() {
	f := &m.find
	f.hunt.end()
	if f.hunt = nil; !f.inChat && f.query != "" && m.archive != nil {
		f.hunt = newHunt(m.archive, f.query)
	}
	m.filter()
	m.openShown()
}

// openShown opens the first chat of the list where the open one is not in it.
func (m *Model) openShown() {
	if m.at() < 0 && len(m.shown) > 0 {
		m.moved = true
		m.open(m.chats[m.shown[0]].Row)
	}
}

// toHit goes to the newest message of the open chat in which it was found.
func (m *Model) toHit() {
	found := m.find.hunt.in(m.chosen)
	if found.n == 0 {
		return
	}
	if msg, ok := m.pane.message(m.archive, found.newest); ok && says(&msg, m.find.hunt.want) {
		m.pane.jump(found.newest)
		return
	}
	m.pane.follow, m.pane.mark = true, -1 // rows came in before it
	m.seek(-1)
}

// unfind ends the search.
func (m *Model) unfind() {
	m.find.hunt.end()
	m.find = finder{}
}
