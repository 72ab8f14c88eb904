package export

import (
	"io"
	"math"
	"strconv"
	"time"

	"touchback/restore/chat"
)

// flushAt is how many bytes JSONL gathers before it writes.
const flushAt = 64 << 10

// JSONL writes a message a line, in the order it gets them, UTF-8 and JSON
// always. Each line has row, chat, chat_name, id, time, from_me, sender,
// sender_name, type and text; null where there is none (an own message has no
// sender). All other keys are there only where there is something to say.
type JSONL struct {
	w     io.Writer
	buf   []byte
	names map[int64][]byte // chat names as JSON strings
	day   int64            // the day that date is the text of, since 1970
	date  [10]byte
}

// NewJSONL returns a Sink that writes to w in pieces of about 64 KiB.
func NewJSONL(w io.Writer) *JSONL {
	return &JSONL{w: w, buf: make([]byte, 0, flushAt+flushAt/4), day: math.MinInt64}
}

// Begin notes the names of the chats.
func (j *JSONL) Begin(chats []chat.Chat) error {
	j.names = make(map[int64][]byte, len(chats))
	for i := range chats {
		j.names[chats[i].Row] = appendString(nil, chats[i].Name)
	}
	return nil
}

// End writes what is left.
func (j *JSONL) End() error { return j.flush() }

func (j *JSONL) flush() error {
	_, err := j.w.Write(j.buf)
	j.buf = j.buf[:0]
	return err
}

// Message adds a line.
func (j *JSONL) Message(m *chat.Message) error {
	b := j.buf
	b = append(b, `{"row":`...)
	b = strconv.AppendInt(b, m.Row, 10)
	b = append(b, `,"chat":`...)
	b = strconv.AppendInt(b, m.Chat, 10)
	b = append(b, `,"chat_name":`...)
	if name, ok := j.names[m.Chat]; ok {
		b = append(b, name...)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"id":`...)
	b = appendString(b, m.ID)
	b = append(b, `,"time":`...)
	b = j.appendTime(b, m.Time)
	b = append(b, `,"from_me":`...)
	b = strconv.AppendBool(b, m.FromMe)
	b = append(b, `,"sender":`...)
	b = appendOrNull(b, m.Sender.JID)
	b = append(b, `,"sender_name":`...)
	b = appendOrNull(b, m.Sender.Name)
	b = append(b, `,"type":`...)
	b = appendString(b, string(m.Type))
	b = append(b, `,"text":`...)
	b = appendString(b, m.Text)
	b = j.appendExtras(b, m)
	j.buf = append(b, '}', '\n')
	if len(j.buf) >= flushAt {
		return j.flush()
	}
	return nil
}

// appendExtras writes the keys that few messages have.
func (j *JSONL) appendExtras(b []byte, m *chat.Message) []byte {
	if m.Media != nil {
		b = appendMedia(b, m.Media)
	}
	if m.Quoted != nil {
		b = appendQuoted(b, m.Quoted)
	}
	if len(m.Reactions) > 0 {
		b = j.appendReactions(b, m.Reactions)
	}
	if !m.Edited.IsZero() {
		b = append(b, `,"edited_at":`...)
		b = j.appendTime(b, m.Edited)
	}
	b = appendFlag(b, `,"revoked":true`, m.Revoked)
	if m.RevokeBy.JID != "" {
		b = append(b, `,"revoked_by":`...)
		b = appendString(b, m.RevokeBy.JID)
	}
	b = appendFlag(b, `,"forwarded":true`, m.Forward)
	b = appendFlag(b, `,"starred":true`, m.Starred)
	b = appendFlag(b, `,"view_once":true`, m.ViewOnce)
	if m.Location != nil {
		b = appendLocation(b, m.Location)
	}
	if len(m.Contacts) > 0 {
		b = appendContacts(b, m.Contacts)
	}
	if m.Poll != nil {
		b = j.appendPoll(b, m.Poll)
	}
	if m.System != nil {
		b = appendSystem(b, m.System)
	}
	if m.Call != nil {
		b = appendCall(b, m.Call)
	}
	if word := statusWord(m.Status); word != "" {
		b = append(b, `,"status":"`...)
		b = append(b, word...)
		b = append(b, '"')
	}
	return j.appendRare(b, m)
}

// appendRare writes the keys that came to the format later, in the end.
func (j *JSONL) appendRare(b []byte, m *chat.Message) []byte {
	b = appendText(b, `,"note":`, m.Note)
	b = appendText(b, `,"sender_phone":`, m.Sender.Phone)
	b = appendNumber(b, `,"forwards":`, m.Forwards)
	b = j.appendMoment(b, `,"received_at":`, m.Received)
	b = appendFlag(b, `,"revoked_by_me":true`, m.RevokedByMe)
	b = j.appendMoment(b, `,"revoked_at":`, m.RevokedAt)
	if len(m.Mentions) > 0 {
		b = append(b, `,"mentions":`...)
		b = appendPeople(b, m.Mentions)
	}
	if len(m.Receipts) > 0 {
		b = j.appendReceipts(b, m.Receipts)
	}
	if m.Event != nil {
		b = j.appendEvent(b, m.Event)
	}
	if m.Album != nil {
		b = appendAlbum(b, m.Album)
	}
	b = appendNumber(b, `,"in_album":`, m.InAlbum)
	if m.Increment != nil {
		b = strconv.AppendInt(append(b, `,"increment":`...), int64(*m.Increment), 10)
	}
	return b
}

func statusWord(s chat.Status) string {
	switch s {
	case chat.StatusPending:
		return "pending"
	case chat.StatusSent:
		return "sent"
	case chat.StatusDelivered:
		return "delivered"
	case chat.StatusRead:
		return "read"
	case chat.StatusPlayed:
		return "played"
	}
	return ""
}

// appendMoment appends the key and t, or nothing where there is no time.
func (j *JSONL) appendMoment(b []byte, key string, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	return j.appendTime(append(b, key...), t)
}

const dayMillis = 24 * 60 * 60 * 1000

// appendTime writes RFC 3339 in UTC with milliseconds; null for no time, and
// for a year that RFC 3339 can't write. The date is kept from the message
// before, which mostly has the same.
func (j *JSONL) appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	ms := t.UnixMilli()
	day, rest := ms/dayMillis, ms%dayMillis
	if rest < 0 {
		day, rest = day-1, rest+dayMillis
	}
	if day != j.day {
		u := t.UTC()
		if y := u.Year(); y < 0 || y > 9999 {
			return append(b, "null"...)
		}
		u.AppendFormat(j.date[:0], time.DateOnly)
		j.day = day
	}
	b = append(b, '"')
	b = append(b, j.date[:]...)
	s := rest / 1000
	b = append(b, 'T')
	b = appendDigits(b, s/3600, 2)
	b = append(b, ':')
	b = appendDigits(b, s/60%60, 2)
	b = append(b, ':')
	b = appendDigits(b, s%60, 2)
	b = append(b, '.')
	b = appendDigits(b, rest%1000, 3)
	return append(b, 'Z', '"')
}

func appendDigits(b []byte, v int64, n int) []byte {
	if n == 3 {
		b = append(b, byte('0'+v/100))
		v %= 100
	}
	return append(b, byte('0'+v/10), byte('0'+v%10))
}
