// Package preview shows restored chats: the list of them, and the messages of
// one. It reads an index and only the rows in sight, so that a million messages
// scroll like a hundred, and it may be looked at while the archive grows.
//
// It is a part of a screen: the program around it passes keys on and asks for
// lines. All text of a backup goes through package display.
package preview

import (
	"time"

	"touchback/restore/chat"
	"touchback/tui/display"
	"touchback/tui/style"
)

// Options are what does not change while the program runs.
type Options struct {
	Theme    style.Theme
	Location *time.Location // of the times shown; nil is UTC
	Masked   bool           // start with nothing to read
}

// Model is the state of the preview. It is used from one goroutine.
type Model struct {
	theme  style.Theme
	loc    *time.Location
	masked bool
	byRune bool

	archive chat.Archive
	chats   []chat.Chat
	shown   []int // indexes of the chats that match the filter
	chosen  int64 // Chat.Row of the open chat; 0 for none
	moved   bool  // the person chose it
	offset  int   // first chat in sight
	per     int   // rows of a chat in the list

	messages bool // the messages have the keys, not the list
	pane     pane
	find     finder
	width    int // of the last View: narrow shows one pane at a time
	done     bool
	copied   string // by y, until it is taken
	said     string // what y or d came to, until the next key
	date     field  // d: the day to jump to
}

// New returns an empty preview.
func New(o Options) *Model {
	if o.Location == nil {
		o.Location = time.UTC
	}
	m := &Model{theme: o.Theme, loc: o.Location, masked: o.Masked, byRune: true}
	m.pane = newPane(0)
	return m
}

// Narrow is the width below which one pane is shown at a time.
const Narrow = 60

// SetArchive sets what is shown; nil forgets all that was.
func (m *Model) SetArchive(a chat.Archive) {
	if a == m.archive {
		return
	}
	m.archive = a
	m.chats, m.shown, m.chosen, m.moved, m.offset = nil, nil, 0, false, 0
	m.messages, m.done = false, false
	m.unfind()
	m.date, m.copied, m.said = field{}, "", ""
	m.pane = newPane(0)
	m.Refresh()
}

// SetClusters tells whether the terminal draws grapheme clusters (DEC mode
// 2027) or single code points.
func (m *Model) SetClusters(yes bool) {
	m.byRune = !yes
	clear(m.pane.rows)
}

// SetTheme changes the look, once the terminal has said what its background is.
func (m *Model) SetTheme(t style.Theme) {
	m.theme = t
	clear(m.pane.rows)
}

// SetDone tells that nothing more comes.
func (m *Model) SetDone(done bool) { m.done = done }

// Refresh looks for chats and messages that have come since the last time.
func (m *Model) Refresh() {
	if m.archive == nil {
		return
	}
	m.chats = m.archive.Chats()
	m.filter()
	if m.chosen == 0 || !m.moved && m.pane.n == 0 {
		m.choose()
	}
	m.pane.refresh(m.archive)
}

// choose opens the first chat that has something to show.
func (m *Model) choose() {
	for _, i := range m.shown {
		if n, _ := m.archive.Count(m.chats[i].Row); n > 0 {
			m.open(m.chats[i].Row)
			return
		}
	}
	if m.chosen == 0 && len(m.shown) > 0 {
		m.open(m.chats[m.shown[0]].Row)
	}
}

func (m *Model) open(row int64) {
	if row == m.chosen {
		return
	}
	m.chosen = row
	m.pane = newPane(row)
	m.find.stop()
	m.pane.refresh(m.archive)
	m.toHit()
}

// at returns where the open chat stands in the list that is shown, or -1.
func (m *Model) at() int {
	for i, c := range m.shown {
		if m.chats[c].Row == m.chosen {
			return i
		}
	}
	return -1
}

// Masked reports whether names and bodies are hidden.
func (m *Model) Masked() bool { return m.masked }

// Reading reports whether a narrow screen shows messages, so that "back" means
// the list.
func (m *Model) Reading() bool { return m.messages && m.width < Narrow }

// Typing reports whether keys are typed into the search field.
func (m *Model) Typing() bool { return m.find.typing || m.date.open }

// InMessages reports whether the messages have the keys.
func (m *Model) InMessages() bool { return m.messages }

// clean is text of the backup on one line, hidden where that is asked for.
func (m *Model) clean(s string) display.Text { return m.veil(display.Clean(s)) }

// cleanLines is text of the backup with its line breaks.
func (m *Model) cleanLines(s string) display.Text { return m.veil(display.CleanLines(s)) }

func (m *Model) veil(t display.Text) display.Text {
	if m.byRune {
		t = t.ByRune()
	}
	if m.masked {
		t = t.Mask(m.theme.Mask)
	}
	return t
}
