package export

import (
	"strconv"

	"touchback/restore/chat"
)

// appendMessage writes a message. second is that of its day.
func (h *HTML) appendMessage(b []byte, c *htmlChat, m *chat.Message, second int64) []byte {
	switch {
	case isSystem(m):
		return h.appendNote(b, c, m, systemWords(m), second)
	case isCall(m):
		return h.appendNote(b, c, m, callWords(m), second)
	}
	b = append(b, "<div class=\"m"...)
	if m.FromMe {
		b = append(b, " me"...)
	}
	from := hashOf(m)
	if from != c.from {
		b = append(b, " new"...)
	}
	b = appendAnchor(b, c.seq)
	if !m.FromMe && from != c.from && c.chat.Kind != chat.KindDirect {
		if name := nameOf(m.Sender); name != "" {
			b = append(b, "<div class=\"s h"...)
			b = append(b, byte('0'+hueOf(m.Sender.JID)), '"')
			b = append(b, " dir=\"auto\">"...)
			b = appendMarkup(b, name)
			b = append(b, "</div>"...)
		}
	}
	c.from = from
	if m.Forward {
		b = append(b, "<div class=\"x\">Forwarded"...)
		if m.Forwards >= manyForwards {
			b = append(b, " many times"...)
		}
		b = append(b, "</div>"...)
	}
	if m.Quoted != nil {
		b = h.appendQuote(b, c, m)
	}
	b = h.appendBody(b, m)
	b = h.appendFoot(b, m, second)
	if len(m.Reactions) > 0 {
		b = h.appendReactions(b, m.Reactions)
	}
	return append(b, "</div>\n"...)
}

// manyForwards is from when on the app says "many times".
const manyForwards = 5

// appendAnchor ends the start tag that class was begun in, with the name that
// links lead to.
func appendAnchor(b []byte, seq uint32) []byte {
	b = append(b, "\" id=\"m"...)
	b = strconv.AppendUint(b, uint64(seq), 10)
	return append(b, "\">"...)
}

// appendNote writes what no one said: a line in the middle.
func (h *HTML) appendNote(b []byte, c *htmlChat, m *chat.Message, words string, second int64) []byte {
	b = append(b, "<div class=\"n"...)
	b = appendAnchor(b, c.seq)
	b = appendPart(b, "t", words)
	if m.Call != nil {
		for _, p := range m.Call.People {
			b = appendPart(b, "x", whoIs(p.Person, false)+", "+p.Result)
		}
	}
	b = append(b, "<div class=\"f\">"...)
	if !m.Time.IsZero() {
		b = appendHour(b, second)
	}
	c.from = 0
	return append(b, "</div></div>\n"...)
}

// appendPart writes text of its own direction, which nothing in it can leave.
func appendPart(b []byte, class, s string) []byte {
	b = append(b, "<div class=\""...)
	b = append(b, class...)
	b = append(b, "\" dir=\"auto\">"...)
	b = appendMarkup(b, s)
	return append(b, "</div>"...)
}

// appendQuote writes what a message replies to, as a link where that is here.
func (h *HTML) appendQuote(b []byte, c *htmlChat, m *chat.Message) []byte {
	q := m.Quoted
	end := "</div>"
	if seq, ok := h.jumps.find(m.Chat, q.ID); ok {
		b = append(b, "<a class=\"q\" href=\""...)
		if page := c.pageOf(seq); page != len(c.pages) {
			b = append(b, c.link(page)...)
		}
		b = append(b, "#m"...)
		b = strconv.AppendUint(b, uint64(seq), 10)
		b = append(b, "\">"...)
		end = "</a>"
	} else {
		b = append(b, "<div class=\"q\">"...)
	}
	b = appendPart(b, "s", whoIs(q.Sender, q.FromMe))
	text := q.Text
	if text == "" {
		text = labelOf(q.Type)
	}
	b = appendPart(b, "t", clipped(text, quoteLength))
	return append(b, end...)
}

// quoteLength is how many characters of a message are shown above a reply.
const quoteLength = 300

// appendBody writes what the message says.
func (h *HTML) appendBody(b []byte, m *chat.Message) []byte {
	if isDeleted(m) {
		b = appendPart(b, "x", deletedWords(m))
		if m.Text != "" {
			b = appendPart(b, "t", m.Text)
		}
		return b
	}
	if m.Media != nil {
		b = h.media.appendMedia(b, m)
	}
	switch {
	case m.Poll != nil:
		b = h.appendPoll(b, m)
	case m.Event != nil:
		b = h.appendEvent(b, m.Event)
		b = appendText2(b, m.Text, m.Event.Name)
	case m.Media != nil && m.Text == "":
		if m.Media.Caption != "" {
			b = appendPart(b, "t", m.Media.Caption)
		}
	case m.Text != "":
		b = appendPart(b, "t", m.Text)
	}
	if m.Location != nil {
		b = appendPlace(b, m)
	}
	for i := range m.Contacts {
		b = append(b, "<div class=\"a\">"...)
		for _, line := range contactWords(&m.Contacts[i]) {
			b = appendPart(b, "l", line)
		}
		b = append(b, "</div>"...)
	}
	if m.Album != nil {
		b = appendPart(b, "x", albumWords(m.Album))
	}
	if m.Note != "" {
		b = appendPart(b, "x", m.Note)
	}
	if len(m.Mentions) > 0 {
		b = append(b, "<div class=\"x\">Mentioned: "...)
		for i, p := range m.Mentions {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendIsolated(b, whoIs(p, false))
		}
		b = append(b, "</div>"...)
	}
	if isBare(m) {
		b = appendPart(b, "x", labelOf(m.Type))
	}
	return b
}

// isBare tells whether there is nothing to show of a message but its kind.
func isBare(m *chat.Message) bool {
	return m.Text == "" && m.Media == nil && m.Poll == nil && m.Event == nil && m.Location == nil &&
		len(m.Contacts) == 0 && m.Album == nil && m.Note == "" && !isDeleted(m)
}

// appendText2 writes the text of a message that shows another text already,
// unless it is the same.
func appendText2(b []byte, s, shown string) []byte {
	if s == "" || s == shown {
		return b
	}
	return appendPart(b, "t", s)
}

// appendIsolated writes text within a line, which nothing in it can reorder.
func appendIsolated(b []byte, s string) []byte {
	b = append(b, "<bdi>"...)
	b = appendMarkup(b, s)
	return append(b, "</bdi>"...)
}

// appendFoot writes when it was said and how far it got.
func (h *HTML) appendFoot(b []byte, m *chat.Message, second int64) []byte {
	end := "</div>"
	if len(m.Receipts) > 0 {
		b = append(b, "<details class=\"f\"><summary>"...)
		end = "</summary>"
	} else {
		b = append(b, "<div class=\"f\">"...)
	}
	if m.Starred {
		b = append(b, "<span title=\"Starred\">★</span> "...)
	}
	if m.ViewOnce && m.Media == nil {
		b = append(b, "View once "...)
	}
	if !m.Edited.IsZero() {
		b = append(b, "<span title=\"Edited "...)
		b = h.clock.appendMoment(b, m.Edited)
		b = append(b, "\">Edited</span> "...)
	}
	if !m.Time.IsZero() {
		b = appendHour(b, second)
	}
	if label := statusLabel(m.Status); label != "" {
		b = append(b, " <span class=\"k"...)
		b = append(b, byte('0'+m.Status))
		b = append(b, "\" title=\""...)
		b = append(b, label...)
		b = append(b, "\">"...)
		b = append(b, ticks[m.Status]...)
		b = append(b, "</span>"...)
	}
	b = append(b, end...)
	if len(m.Receipts) > 0 {
		b = h.appendReceipts(b, m.Receipts)
	}
	return b
}

// ticks are shown by status.
var ticks = [...]string{chat.StatusPending: "…", chat.StatusSent: "✓", chat.StatusDelivered: "✓✓", chat.StatusRead: "✓✓", chat.StatusPlayed: "✓✓"}
