package export

import (
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"touchback/restore/chat"
)

// CSV writes a message a row, RFC 4180, the first row the names of the
// columns, all chats in one table and in the order it gets them.
//
// It is made for spreadsheets. It begins with a byte order mark, without which
// Excel takes UTF-8 for the local code page; other programs drop it. Where a
// cell, or a line or a part after a separator within it, begins with what
// makes a formula (= + - @, also their wide forms, a tab), an apostrophe
// stands before: a spreadsheet that parts columns at semicolons does not see
// our quotes. Texts are written as appendLegible says; JSONL has them exactly.
type CSV struct {
	w     io.Writer
	buf   []byte
	cell  []byte // scratch
	names map[int64]string
}

const csvHeader = "\uFEFFrow,chat,chat_name,id,time_utc,from_me,sender,sender_name,type,text," +
	"media_path,media_mime,media_bytes,quoted_id,quoted_text,reactions,edited_utc,deleted,forwarded,starred,status\r\n"

// NewCSV returns a Sink that writes to w in pieces of about 64 KiB.
func NewCSV(w io.Writer) *CSV {
	return &CSV{w: w, buf: append(make([]byte, 0, flushAt+flushAt/4), csvHeader...)}
}

// Begin notes the names of the chats.
func (c *CSV) Begin(chats []chat.Chat) error {
	c.names = make(map[int64]string, len(chats))
	for i := range chats {
		c.names[chats[i].Row] = chats[i].Name
	}
	return nil
}

// End writes what is left.
func (c *CSV) End() error { return c.flush() }

func (c *CSV) flush() error {
	_, err := c.w.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}

// Message adds a row.
func (c *CSV) Message(m *chat.Message) error {
	b := strconv.AppendInt(c.buf, m.Row, 10)
	b = strconv.AppendInt(append(b, ','), m.Chat, 10)
	b = c.appendCell(b, c.names[m.Chat])
	b = c.appendCell(b, m.ID)
	b = appendCSVTime(append(b, ','), m.Time)
	b = append(b, ',')
	b = strconv.AppendBool(b, m.FromMe)
	b = c.appendCell(b, m.Sender.JID)
	b = c.appendCell(b, m.Sender.Name)
	b = c.appendCell(b, string(m.Type))
	b = c.appendCell(b, csvText(m))
	if m.Media != nil {
		b = c.appendCell(b, m.Media.Path)
		b = c.appendCell(b, m.Media.MIME)
		b = strconv.AppendInt(append(b, ','), m.Media.Bytes, 10)
	} else {
		b = append(b, ",,,"...)
	}
	if m.Quoted != nil {
		b = c.appendCell(b, m.Quoted.ID)
		b = c.appendCell(b, m.Quoted.Text)
	} else {
		b = append(b, ",,"...)
	}
	b = c.appendCell(b, reactionWords(m.Reactions))
	b = appendCSVTime(append(b, ','), m.Edited)
	b = append(b, ',')
	b = strconv.AppendBool(b, isDeleted(m))
	b = append(b, ',')
	b = strconv.AppendBool(b, m.Forward)
	b = append(b, ',')
	b = strconv.AppendBool(b, m.Starred)
	b = append(b, ',')
	b = append(b, statusWord(m.Status)...)
	c.buf = append(b, '\r', '\n')
	if len(c.buf) >= flushAt {
		return c.flush()
	}
	return nil
}

// csvText is what a message says in one cell.
func csvText(m *chat.Message) string {
	switch {
	case isSystem(m):
		return systemWords(m)
	case isCall(m):
		return callWords(m)
	case isDeleted(m):
		return deletedWords(m)
	case m.Media != nil && m.Text == "":
		return m.Media.Caption
	case m.Type == chat.Text || m.Media != nil:
		return m.Text
	}
	return plainWords(m)
}

func reactionWords(reactions []chat.Reaction) string {
	if len(reactions) == 0 {
		return ""
	}
	var all []string
	for _, r := range reactions {
		all = append(all, r.Emoji+" "+whoIs(r.Sender, r.FromMe))
	}
	return strings.Join(all, ", ")
}

// appendCSVTime writes what every spreadsheet takes for a time, in UTC.
func appendCSVTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	return t.UTC().AppendFormat(b, "2006-01-02 15:04:05")
}

// appendCell writes a comma and a cell, quoted where it must be.
func (c *CSV) appendCell(b []byte, s string) []byte {
	b = append(b, ',')
	if s == "" {
		return b
	}
	c.cell = appendLegible(c.cell[:0], s)
	quote := false
	begins := true // whether a cell could begin here, for some program
	at := len(b)
	for i := 0; i < len(c.cell); {
		ch := c.cell[i]
		if begins && isFormula(c.cell[i:]) {
			b = append(b, '\'')
			begins = false
		}
		switch ch {
		case '"':
			b, quote = append(b, '"'), true
		case '\n', '\t', ';':
			begins, quote = true, true
		case ',':
			begins, quote = false, true
		case ' ', '\'':
			quote = true // leading spaces stay, and a cell may begin after them
		default:
			begins = false
		}
		b = append(b, ch)
		i++
	}
	if !quote {
		return b
	}
	b = append(b, `""`...)
	copy(b[at+1:], b[at:len(b)-2])
	b[at] = '"'
	b[len(b)-1] = '"'
	return b
}

// isFormula tells whether a cell that begins so is taken for a formula (OWASP,
// CSV Injection), or for a number that loses its plus or minus.
func isFormula(b []byte) bool {
	switch b[0] {
	case '=', '+', '-', '@', '\t':
		return true
	}
	if b[0] < utf8.RuneSelf {
		return false
	}
	switch r, _ := utf8.DecodeRune(b); r {
	case '＝', '＋', '－', '＠', '﹢', '﹣', '﹦', '﹫', '−', '˗':
		return true
	}
	return false
}
