package export

import (
	"math"
	"strconv"
	"unicode/utf8"

	"touchback/restore/chat"
)

// searchIndex writes what the search of the index page reads: scripts of about
// a megabyte, since a page that was opened from disk may load nothing else.
// Each calls touchback(N, "…") with a line a message:
//
//	chat, page, seq, minute, sender (base 36), text
//
// with tabs between. The page goes through them one at a time, the newest
// first, so that its memory and the wait for the first result do not grow with
// the number of messages.
type searchIndex struct {
	folder  *Folder
	lines   []byte
	out     []byte
	shards  int
	senders map[string]int // by name, from 1; 0 is one who is not listed
	names   []string
}

const (
	shardBytes   = 1 << 20
	searchedText = 4 << 10 // bytes of a message that are searched
	maxSenders   = 20_000  // names that are shown beside results
	senderName   = 60      // characters of each
)

// noMinute is for messages without a time.
const noMinute = math.MinInt64

func newSearchIndex(f *Folder) *searchIndex {
	return &searchIndex{folder: f, senders: map[string]int{}}
}

func (x *searchIndex) add(index, page int, seq uint32, minute int64, m *chat.Message) error {
	b := x.lines
	start := len(b)
	b = strconv.AppendInt(b, int64(index), 36)
	b = append(b, '\t')
	b = strconv.AppendInt(b, int64(page), 36)
	b = append(b, '\t')
	b = strconv.AppendUint(b, uint64(seq), 36)
	b = append(b, '\t')
	if minute != noMinute {
		b = strconv.AppendInt(b, minute, 36)
	}
	b = append(b, '\t')
	b = strconv.AppendInt(b, int64(x.sender(m)), 36)
	b = append(b, '\t')
	text := len(b)
	b = appendSearched(b, m)
	if len(b) == text { // nothing to find
		x.lines = b[:start]
		return nil
	}
	x.lines = append(b, '\n')
	if len(x.lines) >= shardBytes {
		return x.flush()
	}
	return nil
}

// appendSearched appends all that can be found of a message, flat.
func appendSearched(b []byte, m *chat.Message) []byte {
	if isSystem(m) {
		return appendFlat(b, systemWords(m))
	}
	b = appendFlat(b, m.Text)
	if m.Media != nil {
		if m.Text == "" {
			b = appendFlat(b, m.Media.Caption)
		}
		b = appendFlat(b, m.Media.Name)
	}
	b = appendFlat(b, m.Note)
	if m.Location != nil {
		b = appendFlat(appendFlat(b, m.Location.Name), m.Location.Address)
	}
	for i := range m.Contacts {
		for _, s := range contactWords(&m.Contacts[i]) {
			b = appendFlat(b, s)
		}
	}
	if m.Poll != nil {
		if m.Poll.Question != m.Text {
			b = appendFlat(b, m.Poll.Question)
		}
		for _, o := range m.Poll.Options {
			b = appendFlat(b, o.Name)
		}
	}
	if m.Event != nil {
		b = appendFlat(appendFlat(b, m.Event.Name), m.Event.Description)
	}
	return b
}

// appendFlat appends s in one line, after a space where something stands
// before it.
func appendFlat(b []byte, s string) []byte {
	if s == "" {
		return b
	}
	if n := len(b); n > 0 && b[n-1] != '\t' && b[n-1] != '\n' {
		b = append(b, ' ')
	}
	if len(s) > searchedText {
		s = s[:searchedText]
		for !utf8.RuneStart(s[len(s)-1]) { // not within a character
			s = s[:len(s)-1]
		}
		s = s[:len(s)-1]
	}
	at := len(b)
	b = append(b, s...)
	for i := at; i < len(b); i++ {
		if b[i] < ' ' || b[i] == 0x7f {
			b[i] = ' '
		}
	}
	return b
}

// sender is the number of who sent a message.
func (x *searchIndex) sender(m *chat.Message) int {
	name := "You"
	if !m.FromMe {
		name = nameOf(m.Sender)
	}
	if n, ok := x.senders[name]; ok {
		return n
	}
	if name == "" || len(x.names) == maxSenders || len(name) > 16*senderName {
		return 0
	}
	x.names = append(x.names, clipped(name, senderName))
	x.senders[name] = len(x.names)
	return len(x.names)
}

func (x *searchIndex) flush() error {
	b := append(x.out[:0], "touchback("...)
	b = strconv.AppendInt(b, int64(x.shards), 10)
	b = append(b, ',')
	b = appendString(b, string(x.lines))
	b = append(b, ')', '\n')
	x.out, x.lines = b, x.lines[:0]
	name := "search/" + strconv.Itoa(x.shards) + ".js"
	x.shards++
	return x.folder.Append(name, b)
}

func (x *searchIndex) end() error {
	if len(x.lines) == 0 {
		return nil
	}
	return x.flush()
}

// appendData writes what the script of the search starts from, as JSON.
func (x *searchIndex) appendData(b []byte) []byte {
	b = append(b, `{"shards":`...)
	b = strconv.AppendInt(b, int64(x.shards), 10)
	b = append(b, `,"senders":[""`...)
	for _, name := range x.names {
		b = appendScript(append(b, ','), name)
	}
	return append(b, ']', '}')
}
