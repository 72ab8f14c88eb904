package preview

import (
	"touchback/restore/chat"
	"touchback/tui/display"
	"touchback/tui/style"
)

// widest is how wide messages are at most: longer lines are hard to read, and
// hard to follow to their time.
const widest = 112

// View returns exactly h rows of at most w cells.
func (m *Model) View(w, h int) []string {
	if w != m.width {
		m.width = w
	}
	if w < 8 || h < 2 {
		out := make([]string, max(h, 0))
		return out
	}
	var rows []string
	switch {
	case w >= Narrow:
		left := listWidth(w)
		list, right := m.list(left, h), m.chat(min(w-left-2, widest), h)
		rows = make([]string, h)
		bar := " " + m.theme.Dim.Render(m.theme.Vertical)
		for i := range rows {
			list[i].pad(left)
			rows[i] = list[i].String() + bar + right[i]
		}
	case m.messages:
		rows = m.chat(w, h)
	default:
		for _, l := range m.list(w, h) {
			rows = append(rows, l.String())
		}
		// What the keys scroll by is known before the messages are seen.
		m.pane.height = h - 2
	}
	return rows
}

// tall is the height from which the list has the last message of each chat too.
const tall = 30

// list is the list of chats: a headline, and the rows around the open one.
func (m *Model) list(w, h int) []*line {
	out := make([]*line, h)
	for i := range out {
		out[i] = &line{}
	}
	head := out[0]
	switch f := m.find; {
	case (f.typing || f.query != "") && !f.inChat:
		head.words(m.theme.Accent, " / ")
		looking := ""
		if hunting, _ := f.hunt.looking(m.archive); hunting && !f.typing {
			looking = m.theme.Ellipsis
		}
		m.query(head, w-len(looking))
		head.words(m.theme.Dim, looking)
	default:
		st := m.theme.Strong
		if m.messages {
			st = m.theme.Dim
		}
		head.words(st, " "+wordChats)
		head.words(m.theme.Dim, "  "+style.Count(int64(len(m.chats))))
	}
	m.per = 1
	if h >= tall {
		m.per = 2
	}
	rows := (h - 1) / m.per
	if len(m.shown) == 0 {
		if m.find.query != "" {
			word := wordNoMatch
			if hunting, _ := m.find.hunt.looking(m.archive); hunting {
				word = m.theme.Say(wordLooking)
			}
			out[1].words(m.theme.Dim, " "+word)
		}
		return out
	}
	at := max(m.at(), 0)
	m.offset = min(m.offset, at, max(len(m.shown)-rows, 0))
	m.offset = max(m.offset, at-rows+1, 0)
	for i := range min(rows, len(m.shown)-m.offset) {
		c := m.chats[m.shown[m.offset+i]]
		m.chatRow(out[1+i*m.per], c.Row == m.chosen, m.offset+i, w)
		if m.per > 1 {
			m.lastRow(out[2+i*m.per], &c, w)
		}
	}
	if rest := len(m.shown) - m.offset - rows; rest > 0 {
		last := &line{}
		last.words(m.theme.Dim, " "+m.theme.Ellipsis+" "+style.Count(int64(rest+1))+" more")
		if last.w <= w && m.offset+rows-1 != at {
			clear := out[1+(rows-1)*m.per:]
			for i := range clear {
				clear[i] = &line{}
			}
			clear[0] = last
		}
	}
	return out
}

// query shows what is typed, with a cursor while it is.
func (m *Model) query(l *line, w int) {
	t := display.Clean(m.find.query)
	if m.byRune {
		t = t.ByRune()
	}
	l.text(style.Pen{}, t.TruncateWith(max(w-l.w-1, 0), m.theme.Ellipsis))
	if m.find.typing && l.w < w {
		l.words(m.theme.Cursor, " ")
	}
}

func (m *Model) chatRow(l *line, open bool, shown, w int) {
	c := m.chats[m.shown[shown]]
	name, count := style.Pen{}, m.theme.Dim
	if open {
		l.words(m.theme.Accent, m.theme.Bar)
		if !m.messages {
			name = m.theme.AccentText
		} else {
			name = m.theme.Strong
		}
	}
	l.pad(1)
	live, _ := m.archive.Count(c.Row)
	n := style.Count(int64(live))
	if found := m.find.hunt.in(c.Row).n; found > 0 {
		n, count = style.Count(int64(found))+" "+wordHits, m.theme.Done
	}
	label := m.clean(c.Name)
	if label.IsEmpty() {
		label = m.clean(number(c.JID))
	}
	l.text(name, label.TruncateWith(max(w-len(n)-3, 1), m.theme.Ellipsis))
	if w-len(n) > l.w {
		l.pad(w - len(n))
		l.words(count, n)
	}
}

// lastRow is the start of the last message of a chat, below its name.
func (m *Model) lastRow(l *line, c *chat.Chat, w int) {
	said := m.clean(c.LastText)
	if said.IsEmpty() && c.Messages > 0 {
		said = display.Clean(m.word(c.LastType))
	}
	l.pad(2)
	l.text(m.theme.Dim, said.TruncateWith(max(w-3, 1), m.theme.Ellipsis))
}

// chat is the open chat: a headline, its messages, and where in it one is. The
// first column is for the mark.
func (m *Model) chat(w, h int) []string {
	out := make([]string, 0, h)
	w--
	if m.chosen == 0 {
		out = append(out, "")
		for _, s := range display.Clean(m.theme.Say(wordWait)).Wrap(w) {
			out = append(out, " "+m.theme.Dim.Render(s))
		}
		for len(out) < h {
			out = append(out, "")
		}
		return out[:h]
	}
	out = append(out, " "+m.chatHead(w))
	rows, of, last := m.pane.view(m, w, h-2)
	if m.pane.err != nil {
		rows, of = []string{m.theme.Trouble.Render(display.Clean(wordUnread).TruncateWith(w, m.theme.Ellipsis).String())}, []int{-1}
	}
	marked := -2
	if m.messages {
		marked = m.pane.marked(last)
	}
	for i, r := range rows {
		before := " "
		if of[i] == marked {
			before = m.theme.Accent.Render(m.theme.Bar)
		}
		out = append(out, before+r)
	}
	for len(out) < h-1 {
		out = append(out, "")
	}
	return append(out, " "+m.place(w, last))[:h]
}

func (m *Model) chatHead(w int) string {
	n := style.Count(int64(m.pane.n)) + " " + wordMessages
	if m.pane.n == 1 {
		n = "1 " + wordMessage
	}
	if len(n) > w/2 {
		n = style.Count(int64(m.pane.n))
	}
	var name display.Text
	if i := m.at(); i >= 0 {
		name = m.clean(m.chats[m.shown[i]].Name)
	} else {
		for _, c := range m.chats {
			if c.Row == m.chosen {
				name = m.clean(c.Name)
			}
		}
	}
	st := m.theme.Strong
	if m.messages {
		st = m.theme.AccentText
	}
	var l line
	l.text(st, name.TruncateWith(max(w-len(n)-2, 0), m.theme.Ellipsis))
	if w > len(n) {
		l.pad(w - len(n))
		l.words(m.theme.Dim, n)
	}
	return l.String()
}

// place is the last row: the search, or whether the end is in sight.
func (m *Model) place(w, last int) string {
	var l line
	if f := m.find; f.inChat && (f.typing || f.query != "") || f.result != "" {
		l.words(m.theme.Accent, "/ ")
		m.query(&l, w)
		if r := m.theme.Say(f.result); r != "" && w-l.w > len(r)+2 {
			l.words(m.theme.Dim, "  "+r)
		}
		return l.String()
	}
	if m.date.open {
		l.words(m.theme.Accent, wordDay+" ")
		l.words(style.Pen{}, m.date.text)
		l.words(m.theme.Cursor, " ")
		return l.String()
	}
	if m.said != "" {
		t := display.Clean(m.theme.Say(m.said)).TruncateWith(w, m.theme.Ellipsis)
		l.text(m.theme.Dim, t)
		return l.String()
	}
	var s string
	switch below := m.pane.n - 1 - last; {
	case m.pane.follow && m.done:
		s = wordAll
	case m.pane.follow:
		s = m.theme.Down + " " + wordFollowing
	default:
		s = m.theme.Down + " " + style.Count(int64(max(below, 0))) + " " + wordBelow + "  " + wordEnd
	}
	t := display.Clean(s).TruncateWith(w, m.theme.Ellipsis)
	l.pad(w - t.Width())
	l.text(m.theme.Dim, t)
	return l.String()
}
