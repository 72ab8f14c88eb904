package preview

import (
	"sort"
	"time"
)

// field is a line that is typed.
type field struct {
	open bool
	text string
}

// dated edits the day to jump to, as YYYY-MM-DD.
func (m *Model) dated(key, text string) bool {
	d := &m.date
	switch key {
	case "enter":
		at, err := time.ParseInLocation(time.DateOnly, d.text, m.loc)
		if err != nil {
			m.said = wordNoDay
		} else {
			m.jumpTo(at)
		}
		*d = field{}
	case "esc":
		*d = field{}
	case "backspace":
		d.text = d.text[:max(len(d.text)-1, 0)]
	case "ctrl+u":
		d.text = ""
	default:
		for _, r := range text {
			if (r >= '0' && r <= '9' || r == '-') && len(d.text) < len(time.DateOnly) {
				d.text += string(r)
			}
		}
	}
	return true
}

// jumpTo puts the first message of a day, or after it, at the top. Messages
// are nearly always in the order of their times, so that looking at a few is
// enough, however many there are; each is read alone.
func (m *Model) jumpTo(day time.Time) {
	p := &m.pane
	i := sort.Search(p.n, func(i int) bool {
		msgs, err := m.archive.Messages(p.chat, i, 1)
		return err != nil || len(msgs) == 0 || !msgs[0].Time.Before(day)
	})
	if i >= p.n {
		p.follow, m.said = true, wordNoLater
		return
	}
	p.jump(i)
}

// copy takes the marked message, unless everything is masked. From the list of
// chats it only goes to where the mark is seen.
func (m *Model) copy() {
	if m.masked {
		m.said = wordNoCopy
		return
	}
	p := &m.pane
	if m.archive == nil || p.n == 0 {
		return
	}
	if !m.messages {
		m.messages, m.said = true, wordMarked
		return
	}
	if p.width == 0 {
		return
	}
	_, _, last := p.view(m, p.width, p.height)
	msg, ok := p.message(m.archive, p.marked(last))
	if !ok {
		return
	}
	text := msg.Text
	if text == "" && msg.Media != nil {
		text = msg.Media.Caption
	}
	if text == "" {
		m.said = wordNothing
		return
	}
	m.copied, m.said = m.cleanLines(text).String(), wordCopied
}

// Copied returns, once, what is to go to the clipboard.
func (m *Model) Copied() (string, bool) {
	s := m.copied
	m.copied = ""
	return s, s != ""
}
