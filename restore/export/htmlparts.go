package export

import (
	"strconv"
	"time"

	"touchback/restore/chat"
)

func (h *HTML) appendReactions(b []byte, reactions []chat.Reaction) []byte {
	b = append(b, "<div class=\"r\">"...)
	for _, r := range reactions {
		b = append(b, "<span title=\""...)
		b = h.clock.appendMoment(b, r.Time)
		b = append(b, "\">"...)
		b = appendIsolated(b, r.Emoji)
		b = append(b, ' ')
		b = appendIsolated(b, whoIs(r.Sender, r.FromMe))
		b = append(b, "</span>"...)
	}
	return append(b, "</div>"...)
}

func (h *HTML) appendReceipts(b []byte, receipts []chat.Receipt) []byte {
	for _, r := range receipts {
		b = append(b, "<div>"...)
		b = appendIsolated(b, whoIs(r.Person, false))
		b = h.appendWhen(b, ": delivered ", r.Delivered)
		b = h.appendWhen(b, ", read ", r.Read)
		b = h.appendWhen(b, ", played ", r.Played)
		b = append(b, "</div>"...)
	}
	return append(b, "</details>"...)
}

func (h *HTML) appendPoll(b []byte, m *chat.Message) []byte {
	p := m.Poll
	b = appendPart(b, "t", p.Question)
	b = appendText2(b, m.Text, p.Question)
	var most int64 = 1
	for _, o := range p.Options {
		most = max(most, o.Votes)
	}
	b = append(b, "<div class=\"p\">"...)
	for _, o := range p.Options {
		b = appendPart(b, "l", o.Name)
		b = append(b, "<div class=\"v\"><meter max=\""...)
		b = strconv.AppendInt(b, most, 10)
		b = append(b, "\" value=\""...)
		b = strconv.AppendInt(b, max(o.Votes, 0), 10)
		b = append(b, "\"></meter> "...)
		b = append(b, countWords(o.Votes, "vote")...)
		for i, v := range o.Voters {
			if i == 0 {
				b = append(b, ": "...)
			} else {
				b = append(b, ", "...)
			}
			b = appendIsolated(b, whoIs(v.Sender, v.FromMe))
		}
		b = append(b, "</div>"...)
	}
	b = append(b, "</div>"...)
	if !p.Ends.IsZero() {
		b = append(b, "<div class=\"x\">Ends "...)
		b = h.clock.appendMoment(b, p.Ends)
		b = append(b, "</div>"...)
	}
	return b
}

func (h *HTML) appendEvent(b []byte, e *chat.EventInfo) []byte {
	b = append(b, "<div class=\"a\">"...)
	b = appendPart(b, "l", e.Name)
	if e.Cancelled {
		b = append(b, "<div class=\"x\">Cancelled</div>"...)
	}
	if !e.Start.IsZero() || !e.End.IsZero() {
		b = append(b, "<div class=\"x\">"...)
		b = h.clock.appendMoment(b, e.Start)
		if !e.End.IsZero() {
			b = append(b, " to "...)
			b = h.clock.appendMoment(b, e.End)
		}
		b = append(b, "</div>"...)
	}
	for _, s := range []string{e.Description, e.Link} {
		if s != "" {
			b = appendPart(b, "t", s)
		}
	}
	if e.Location != nil {
		b = appendPart(b, "x", placeWords(e.Location))
	}
	for _, r := range e.Responses {
		b = append(b, "<div class=\"x\">"...)
		b = appendIsolated(b, whoIs(r.Sender, r.FromMe))
		b = append(b, ": "...)
		b = appendMarkup(b, responseWords(r.Response))
		if r.Guests > 0 {
			b = append(b, ", with "...)
			b = append(b, countWords(r.Guests, "guest")...)
		}
		b = append(b, "</div>"...)
	}
	return append(b, "</div>"...)
}

// appendWhen writes words and a time, or nothing where that has not happened.
func (h *HTML) appendWhen(b []byte, words string, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	return h.clock.appendMoment(append(b, words...), t)
}

func appendPlace(b []byte, m *chat.Message) []byte {
	b = append(b, "<div class=\"a\">"...)
	b = appendPart(b, "l", labelOf(m.Type))
	for _, s := range []string{m.Location.Name, m.Location.Address, coordinates(m.Location)} {
		if s != "" {
			b = appendPart(b, "x", s)
		}
	}
	return append(b, "</div>"...)
}
