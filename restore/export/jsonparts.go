package export

import (
	"math"
	"strconv"

	"touchback/restore/chat"
)

func (j *JSONL) appendReactions(b []byte, reactions []chat.Reaction) []byte {
	b = append(b, `,"reactions":[`...)
	for i, r := range reactions {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"sender":`...) // null: the owner of the backup
		b = appendOrNull(b, r.Sender.JID)
		b = append(b, `,"emoji":`...)
		b = appendString(b, r.Emoji)
		b = append(b, `,"time":`...)
		b = j.appendTime(b, r.Time)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendMedia(b []byte, m *chat.Media) []byte {
	b = append(b, `,"media":{`...)
	start := len(b)
	b = appendText(b, `,"path":`, m.Path)
	b = appendText(b, `,"mime":`, m.MIME)
	b = appendNumber(b, `,"bytes":`, m.Bytes)
	b = appendText(b, `,"name":`, m.Name)
	b = appendText(b, `,"caption":`, m.Caption)
	b = appendNumber(b, `,"seconds":`, m.Seconds)
	b = appendNumber(b, `,"width":`, m.Width)
	b = appendNumber(b, `,"height":`, m.Height)
	b = appendText(b, `,"sha256":`, m.SHA256)
	return endObject(b, start)
}

func appendQuoted(b []byte, q *chat.Quoted) []byte {
	b = append(b, `,"quoted":{"id":`...)
	b = appendString(b, q.ID)
	b = append(b, `,"sender":`...) // null: the owner of the backup
	b = appendOrNull(b, q.Sender.JID)
	b = append(b, `,"text":`...)
	b = appendString(b, q.Text)
	b = appendText(b, `,"type":`, string(q.Type))
	return append(b, '}')
}

func appendLocation(b []byte, l *chat.Location) []byte {
	b = append(b, `,"location":{"lat":`...)
	b = appendFloat(b, l.Lat)
	b = append(b, `,"lon":`...)
	b = appendFloat(b, l.Lon)
	b = appendText(b, `,"name":`, l.Name)
	b = appendText(b, `,"address":`, l.Address)
	b = appendFlag(b, `,"live":true`, l.Live)
	return append(b, '}')
}

func appendContacts(b []byte, contacts []chat.Contact) []byte {
	b = append(b, `,"contacts":[`...)
	for i, c := range contacts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		start := len(b)
		b = appendText(b, `,"name":`, c.Name)
		b = appendText(b, `,"vcard":`, c.VCard)
		b = appendText(b, `,"org":`, c.Org)
		b = appendPhones(b, c.Phones)
		b = appendStrings(b, `,"emails":`, c.Emails)
		b = endObject(b, start)
	}
	return append(b, ']')
}

// appendText appends the key and s, or nothing where s is empty. key begins
// with a comma and ends with a colon.
func appendText(b []byte, key, s string) []byte {
	if s == "" {
		return b
	}
	return appendString(append(b, key...), s)
}

// appendNumber appends the key and n, or nothing where n is 0.
func appendNumber(b []byte, key string, n int64) []byte {
	if n == 0 {
		return b
	}
	return strconv.AppendInt(append(b, key...), n, 10)
}

// appendFlag appends what is said where something is so.
func appendFlag(b []byte, said string, is bool) []byte {
	if !is {
		return b
	}
	return append(b, said...)
}

func appendOrNull(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendString(b, s)
}

// appendFloat appends f; null for what JSON has no number for.
func appendFloat(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// endObject drops the comma that its first key began with, and closes it.
func endObject(b []byte, start int) []byte {
	if len(b) > start {
		b = append(b[:start], b[start+1:]...)
	}
	return append(b, '}')
}
