package preview

import (
	"fmt"
	"strconv"
	"strings"

	"touchback/restore/chat"
	"touchback/tui/display"
	"touchback/tui/style"
)

// label is a row that says what a message is, where it is no text. Its text
// has been cleaned, and hidden where that is asked for.
type label struct {
	text string
	in   int // cells it is moved in by
	dim  bool
}

func itoa(n int) string { return strconv.Itoa(n) }

// shortCaption reports whether a caption fits on the line that names the media.
func shortCaption(s string) bool { return len(s) <= 60 && !strings.ContainsAny(s, "\r\n") }

// caption is the text that came with media, wherever the backup keeps it.
func caption(msg *chat.Message) string {
	if msg.Media.Caption != "" {
		return msg.Media.Caption
	}
	return msg.Text
}

// word names a type; codes that are not known are shown as they are.
func (m *Model) word(t chat.Type) string {
	if w, ok := wordOf[t]; ok {
		return w
	}
	return display.Clean(string(t)).String()
}

// labels are the rows of all that is no text.
func (m *Model) labels(msg *chat.Message) []label {
	switch {
	case msg.Revoked || msg.Type == chat.Deleted:
		return []label{{text: wordDeleted, dim: true}}
	case msg.Type == chat.Waiting:
		return []label{{text: wordWaiting, dim: true}}
	case msg.Poll != nil:
		return m.pollLabels(msg.Poll)
	case msg.Call != nil:
		return []label{{text: m.fact(m.callWords(msg.Call), msg.Call.Seconds, 0)}}
	case msg.Location != nil:
		return []label{{text: m.locationWords(msg)}}
	case len(msg.Contacts) > 0:
		var out []label
		for _, c := range msg.Contacts {
			out = append(out, label{text: m.fact(m.word(chat.ContactT)) + m.and(m.clean(c.Name).String())})
		}
		return out
	case msg.Media != nil:
		return []label{{text: m.mediaWords(msg)}}
	case msg.Text == "" || msg.Type != chat.Text:
		return []label{{text: m.fact(m.word(msg.Type))}}
	}
	return nil
}

// fact is the mark, a word, and up to two numbers: seconds and bytes.
func (m *Model) fact(word string, numbers ...int64) string {
	s := m.theme.Media + " " + word
	if len(numbers) > 0 && numbers[0] > 0 {
		s += m.and(style.Clock(numbers[0]))
	}
	if len(numbers) > 1 && numbers[1] > 0 {
		s += m.and(style.Bytes(numbers[1]))
	}
	return s
}

func (m *Model) and(s string) string {
	if s == "" {
		return ""
	}
	return " " + m.theme.Dot + " " + s
}

func (m *Model) mediaWords(msg *chat.Message) string {
	md := msg.Media
	s := m.fact(m.word(msg.Type), md.Seconds, md.Bytes)
	if msg.Type == chat.Document {
		s += m.and(m.clean(md.Name).String())
	}
	if c := caption(msg); shortCaption(c) && !m.clean(c).IsEmpty() {
		s += m.and(`"` + m.clean(c).String() + `"`)
	}
	return s
}

func (m *Model) locationWords(msg *chat.Message) string {
	l := msg.Location
	t := chat.LocationT
	if l.Live {
		t = chat.LiveLoc
	}
	where := l.Name
	if where == "" {
		where = l.Address
	}
	s := m.fact(m.word(t)) + m.and(m.clean(where).String())
	return s + m.and(m.clean(fmt.Sprintf("%.5f, %.5f", l.Lat, l.Lon)).String())
}

func (m *Model) callWords(c *chat.Call) string {
	word := wordVoiceCall
	if c.Video {
		word = wordVideoCall
	}
	result, ok := wordOfResult[c.Result]
	if !ok {
		result = display.Clean(c.Result).String() + " "
	}
	return result + word
}

func (m *Model) pollLabels(p *chat.Poll) []label {
	out := []label{{text: m.fact(m.word(chat.PollT)) + m.and(m.clean(p.Question).String())}}
	for _, o := range p.Options {
		votes := wordVotes
		if o.Votes == 1 {
			votes = wordVote
		}
		out = append(out, label{in: 2, text: m.clean(o.Name).String() + m.and(style.Count(o.Votes)+" "+votes)})
	}
	return out
}
