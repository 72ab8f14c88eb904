package preview

import (
	"strings"
	"time"

	"touchback/restore/chat"
	"touchback/tui/display"
	"touchback/tui/style"
)

// sameBreath is how close messages of one sender must be to share a headline.
const sameBreath = time.Minute

// layout returns the rows of a message, none wider than w, and how many of
// them only part it from the one above: an empty one, or a new day. before is
// that message, nil for the first.
func (m *Model) layout(msg, before *chat.Message, w int) (rows []string, lead int) {
	at := msg.Time.In(m.loc)
	newDay := before == nil || !sameDay(at, before.Time.In(m.loc))
	if newDay {
		if before != nil && !m.pane.dense {
			rows = append(rows, "")
		}
		rows = append(rows, m.daySeparator(at, w))
	}
	if msg.System != nil || msg.Type == chat.SystemT {
		if !m.pane.dense {
			rows = append(rows, "")
		}
		return append(rows, m.systemRows(msg, w)...), len(rows)
	}
	indent := 0
	if msg.FromMe {
		indent = min(4, w/8)
	}
	if newDay || msg.Quoted != nil || !sameBreathAs(msg, before) {
		if !newDay && !m.pane.dense {
			rows = append(rows, "")
		}
		lead = len(rows)
		rows = append(rows, m.headline(msg, at, indent, w))
	}
	rows = append(rows, m.body(msg, indent, w)...)
	return m.reactions(rows, msg, indent, w), lead
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

func sameBreathAs(msg, before *chat.Message) bool {
	return before != nil && before.System == nil && before.Type != chat.SystemT &&
		msg.FromMe == before.FromMe && msg.Sender.JID == before.Sender.JID && msg.Status == before.Status &&
		msg.Edited.IsZero() && !msg.Starred && !msg.Forward && !msg.ViewOnce &&
		msg.Time.Truncate(sameBreath).Equal(before.Time.Truncate(sameBreath))
}

// centred puts a text between two rules, or alone where there is no room.
func (m *Model) centred(t display.Text, rule string, w int) string {
	t = t.TruncateWith(w, m.theme.Ellipsis)
	left := (w - t.Width() - 2) / 2
	right := w - t.Width() - 2 - left
	var l line
	if left < 1 {
		l.text(m.theme.Dim, t)
		return l.String()
	}
	l.words(m.theme.Dim, strings.Repeat(rule, left)+" ")
	l.text(m.theme.Dim, t)
	if rule != " " {
		l.words(m.theme.Dim, " "+strings.Repeat(rule, right))
	}
	return l.String()
}

func (m *Model) daySeparator(at time.Time, w int) string {
	t := display.Clean(at.Format(dateFormat))
	return m.centred(t, m.theme.Horizontal, w)
}

func (m *Model) systemRows(msg *chat.Message, w int) []string {
	text := msg.Text
	if s := msg.System; s != nil {
		text = s.Text
		if text == "" {
			text = s.Action
		}
	}
	var rows []string
	for _, l := range m.clean(text).Wrap(max(w-4, 1)) {
		rows = append(rows, m.centred(m.again(l), " ", w))
	}
	return rows
}

// again makes a Text of a piece of a Text: cleaning changes nothing in it.
func (m *Model) again(s string) display.Text {
	t := display.CleanLines(s)
	if m.byRune {
		t = t.ByRune()
	}
	return t
}

// headline is who and when: "Ana ↳ what it answers            09:41".
func (m *Model) headline(msg *chat.Message, at time.Time, indent, w int) string {
	right := m.meta(msg, at)
	room := w - right.w - 2
	var l line
	l.pad(indent)
	name := display.Clean(wordYou)
	if !msg.FromMe {
		name = m.person(msg.Sender)
	}
	if room-indent > 2 {
		l.text(m.theme.Strong, name.TruncateWith(room-indent, m.theme.Ellipsis))
	}
	if q := msg.Quoted; q != nil && room-l.w > 8 {
		l.words(m.theme.Dim, " "+m.theme.Reply+" ")
		text := m.clean(q.Text)
		if q.Text == "" {
			text = display.Clean(m.word(q.Type))
		}
		l.text(m.theme.Dim, text.TruncateWith(room-l.w, m.theme.Ellipsis))
	}
	if w > right.w {
		l.pad(w - right.w)
		l.b.WriteString(right.String())
	}
	return l.String()
}

func (m *Model) person(p chat.Person) display.Text {
	for _, s := range []string{p.Name, number(p.JID)} {
		if t := m.clean(s); !t.IsEmpty() {
			return t
		}
	}
	return display.Clean(wordSomeone)
}

// number is the part of a JID that a person knows: 4179…@s.whatsapp.net.
func number(jid string) string {
	user, host, _ := strings.Cut(jid, "@")
	if host == "s.whatsapp.net" && user != "" {
		return "+" + user
	}
	return user
}

// meta is what stands at the right of a headline: marks, the time, and how far
// an own message got.
func (m *Model) meta(msg *chat.Message, at time.Time) *line {
	l := &line{}
	word := func(st style.Pen, s string) {
		if l.w > 0 {
			l.pad(l.w + 1)
		}
		l.words(st, s)
	}
	if msg.Starred {
		word(m.theme.Dim, m.theme.Star)
	}
	if msg.Forward {
		word(m.theme.Dim, wordForwarded)
	}
	if msg.ViewOnce {
		word(m.theme.Dim, wordOnce)
	}
	if !msg.Edited.IsZero() {
		word(m.theme.Dim, wordEdited)
	}
	word(m.theme.Dim, at.Format("15:04"))
	if msg.FromMe {
		switch msg.Status {
		case chat.StatusNone:
		case chat.StatusPending:
			word(m.theme.Dim, m.theme.Clock)
		case chat.StatusSent:
			word(m.theme.Dim, m.theme.Sent)
		case chat.StatusDelivered:
			word(m.theme.Dim, m.theme.Delivered)
		default:
			word(m.theme.Done, m.theme.Read)
		}
	}
	return l
}

// body is the text, and a line for whatever is no text.
func (m *Model) body(msg *chat.Message, indent, w int) []string {
	var rows []string
	add := func(st style.Pen, t display.Text, in int) {
		room := max(w-in, 1)
		right := t.RTL()
		for _, s := range t.Wrap(room) {
			var l line
			x := m.again(s)
			if right {
				l.pad(w - x.Width())
			} else {
				l.pad(in)
			}
			l.text(st, x)
			rows = append(rows, l.String())
		}
	}
	plain := style.Pen{}
	for _, l := range m.labels(msg) {
		if l.dim {
			add(m.theme.Dim, m.again(l.text), indent)
		} else {
			add(plain, m.again(l.text), indent+l.in)
		}
	}
	if text := m.cleanLines(bodyText(msg)); !text.IsEmpty() {
		add(plain, text, indent)
	}
	if len(rows) == 0 {
		rows = append(rows, "")
	}
	return rows
}

// bodyText is the text of a message, or a caption that is too long for the
// line that names the media.
func bodyText(msg *chat.Message) string {
	if msg.Revoked || msg.Type == chat.Deleted {
		return ""
	}
	if msg.Media == nil {
		return msg.Text
	}
	if c := caption(msg); !shortCaption(c) {
		return c
	} else if msg.Text != c {
		return msg.Text
	}
	return ""
}

// reactions go to the right of the last row, or below it.
func (m *Model) reactions(rows []string, msg *chat.Message, indent, w int) []string {
	if len(msg.Reactions) == 0 {
		return rows
	}
	count := map[string]int{}
	var order []string
	for _, r := range msg.Reactions {
		if r.Emoji == "" {
			continue
		}
		if count[r.Emoji]++; count[r.Emoji] == 1 {
			order = append(order, r.Emoji)
		}
	}
	l := &line{}
	for _, e := range order {
		t := m.clean(e).TruncateWith(8, m.theme.Ellipsis)
		n := ""
		if count[e] > 1 {
			n = " " + itoa(count[e])
		}
		if l.w+t.Width()+len(n)+2 > w-indent {
			break
		}
		if l.w > 0 {
			l.pad(l.w + 2)
		}
		l.text(style.Pen{}, t)
		l.words(m.theme.Dim, n)
	}
	if l.w == 0 {
		return rows
	}
	var at line
	at.pad(w - l.w)
	return append(rows, at.String()+l.String())
}
