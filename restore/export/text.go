package export

import (
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"touchback/restore/chat"
)

// Text writes chats as WhatsApp's own "Export chat" does on Android with a
// clock of 24 hours, day before month:
//
//	12/05/26, 09:41 - Ana: Are we still on?
//	12/05/26, 09:43 - You: IMG-20260512-WA0001.jpg (file attached)
//	Look at that
//	12/05/26, 09:44 - Bob joined the group
//
// A file that is not there is "<Media omitted>". A text may have several
// lines; one that reads as the start of a message gets a space before it, so
// that nothing in a message passes for another. Texts are written as
// appendLegible says; JSONL has them exactly.
type Text struct {
	w     io.Writer // where all goes to one file; else nil
	one   []byte
	shelf shelf
	clock *clock
	media func(path string) (file string, ok bool)
	names map[int64]string
	files map[int64]*sheet
	line  []byte // scratch
}

// NewText returns a Sink that writes all it gets to w, in pieces of about 64
// KiB: for one chat, as the app does.
func NewText(w io.Writer, o Options) *Text {
	return &Text{w: w, clock: newClock(o.Zone), media: o.Media}
}

// NewTextFolder returns a Sink that writes a file a chat to f: "WhatsApp Chat
// with NAME (ROW).txt". The caller commits f after End.
func NewTextFolder(f *Folder, o Options) *Text {
	return &Text{shelf: shelf{folder: f}, clock: newClock(o.Zone), media: o.Media, files: map[int64]*sheet{}}
}

// Begin notes the names of the chats. One without messages gets no file.
func (t *Text) Begin(chats []chat.Chat) error {
	t.names = make(map[int64]string, len(chats))
	for i := range chats {
		t.names[chats[i].Row] = chats[i].Name
	}
	return nil
}

// Message adds a message.
func (t *Text) Message(m *chat.Message) error {
	if t.w != nil {
		t.one = t.appendMessage(t.one, m)
		if len(t.one) < flushAt {
			return nil
		}
		return t.End()
	}
	s := t.files[m.Chat]
	if s == nil {
		s = &sheet{name: "WhatsApp Chat with " + fileSafe(t.names[m.Chat]) + " (" + strconv.FormatInt(m.Chat, 10) + ").txt"}
		t.files[m.Chat] = s
	}
	return t.shelf.put(s, t.appendMessage(t.shelf.take(s), m))
}

// End writes what is left.
func (t *Text) End() error {
	if t.w == nil {
		return t.shelf.flush()
	}
	_, err := t.w.Write(t.one)
	t.one = t.one[:0]
	return err
}

func (t *Text) appendMessage(b []byte, m *chat.Message) []byte {
	if !m.Time.IsZero() {
		day, second := t.clock.local(m.Time)
		t.clock.turn(day)
		if d := t.clock.date; len(d) == len("2006-01-02") { // a year of four digits
			b = append(b, d[8:]...)
			b = append(b, '/')
			b = append(b, d[5:7]...)
			b = append(b, '/')
			b = append(b, d[2:4]...)
		} else {
			b = append(b, d...)
		}
		b = append(b, ", "...)
		b = appendHour(b, second)
		b = append(b, " - "...)
	}
	switch {
	case isSystem(m):
		return append(t.appendLines(b, systemWords(m)), '\n')
	case isCall(m):
		return append(t.appendLines(b, callWords(m)), '\n')
	}
	t.line = appendLegible(t.line[:0], whoIs(m.Sender, m.FromMe))
	for i, c := range t.line { // a name is one line
		if c == '\n' || c == '\t' {
			t.line[i] = ' '
		}
	}
	b = append(b, t.line...)
	b = append(b, ": "...)
	b = t.appendLines(b, t.said(m))
	if !m.Edited.IsZero() && !isDeleted(m) {
		b = append(b, " <This message was edited>"...)
	}
	return append(b, '\n')
}

// said is what a message says, in lines.
func (t *Text) said(m *chat.Message) string {
	switch {
	case isDeleted(m):
		return deletedWords(m)
	case m.Media != nil:
		s := "<Media omitted>"
		if t.media != nil && m.Media.Path != "" {
			if _, ok := t.media(m.Media.Path); ok {
				s = fileName(m.Media) + " (file attached)"
			}
		}
		text := m.Text
		if text == "" {
			text = m.Media.Caption
		}
		if text != "" {
			s += "\n" + text
		}
		return s
	}
	return plainWords(m)
}

// appendLines writes text that may have several lines.
func (t *Text) appendLines(b []byte, s string) []byte {
	start := len(b)
	b = appendLegible(b, s)
	for i := start; i < len(b); i++ {
		if b[i] == '\n' && readsAsMessage(b[i+1:]) {
			b = append(b, 0)
			copy(b[i+2:], b[i+1:])
			b[i+1] = ' '
		}
	}
	return b
}

// readsAsMessage tells whether a line begins as a message does: with a number
// and what parts a date. Digits of any script count, as parsers may.
func readsAsMessage(line []byte) bool {
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		if i == 0 && r == '[' { // as on the other kind of phone
			i++
			continue
		}
		if !unicode.IsDigit(r) {
			return i > 0 && (r == '/' || r == '.' || r == '-' || r == '\u2044' || r == '\uff0f')
		}
		i += n
	}
	return false
}

// fileNameBytes bounds what a file name has of a chat's name: with the words
// around it, it stays below the 255 that file systems take.
const fileNameBytes = 120

// fileSafe makes a part of a file name of the name of a chat: letters, marks,
// digits, and a few others that mean nothing to any file system; "_" for all
// else.
func fileSafe(name string) string {
	b := make([]byte, 0, fileNameBytes)
	for _, r := range name {
		if r == utf8.RuneError || r >= utf8.RuneSelf && hidden(r) ||
			!unicode.In(r, unicode.L, unicode.M, unicode.Nd) && !strings.ContainsRune(" -+&,", r) {
			r = '_'
		}
		if len(b)+utf8.RuneLen(r) > fileNameBytes {
			break
		}
		b = utf8.AppendRune(b, r)
	}
	if len(b) == 0 {
		return "_"
	}
	return string(b)
}
