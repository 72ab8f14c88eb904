package preview

import "strings"

// finder is the search: over the names of chats, and over the texts of the
// open one. It looks through a slice of messages at a time, so that a chat of
// a million never holds up the screen.
type finder struct {
	typing bool
	query  string
	inChat bool // it is for messages, not for names

	looking bool
	at      int // the next message to look at
	step    int // -1 to older ones, 1 to newer
	result  string
}

// slice is how many messages one step looks at.
const slice = 4096

func (f *finder) stop() { f.looking, f.result = false, "" }

// seek starts looking from the present place.
func (m *Model) seek(step int) {
	f := &m.find
	if f.query == "" || m.archive == nil || m.pane.n == 0 {
		return
	}
	f.inChat, f.looking, f.step, f.result = true, true, step, wordLooking
	f.at = m.pane.top + step
	if m.pane.follow {
		f.at = m.pane.n - 1
	}
}

// Seeking reports whether a search is under way, so that Seek is to be called.
func (m *Model) Seeking() bool { return m.find.looking }

// Seek looks through some more messages.
func (m *Model) Seek() {
	f := &m.find
	if !f.looking {
		return
	}
	want := strings.ToLower(f.query)
	for range slice {
		if f.at < 0 || f.at >= m.pane.n {
			f.looking, f.result = false, wordNotFound
			return
		}
		msg, ok := m.pane.message(m.archive, f.at)
		if ok {
			text := msg.Text
			if msg.Media != nil {
				text += "\n" + msg.Media.Caption + "\n" + msg.Media.Name
			}
			if strings.Contains(strings.ToLower(text), want) {
				f.looking, f.result = false, wordFound
				m.pane.jump(f.at)
				return
			}
		}
		f.at += f.step
	}
}

// filter keeps the chats whose names match what is typed.
func (m *Model) filter() {
	m.shown = m.shown[:0]
	want := ""
	if !m.find.inChat {
		want = strings.ToLower(m.find.query)
	}
	for i, c := range m.chats {
		if want == "" || strings.Contains(strings.ToLower(c.Name), want) {
			m.shown = append(m.shown, i)
		}
	}
}
