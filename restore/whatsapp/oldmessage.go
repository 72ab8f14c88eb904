package whatsapp

import (
	"bytes"
	"strings"

	"touchback/restore/chat"
)

// Codes that only the old layout has; the others are those of message_type.
const (
	oldTypeCall  = 8
	oldRevoked   = 7 // messages.edit_version of a message that was deleted
	maxMentioned = 1024
)

// oldTextColumn is where a message of that kind has what its sender wrote.
func oldTextColumn(code int64) int {
	switch code {
	case typeImage, typeAudio, typeVideo, typeDocument, typeGIF, typeSticker, typeLiveLocation:
		return cOldCaption
	case typeContact:
		return cOldName // data is the card
	}
	return cOldText
}

func oldType(r record, code int64) chat.Type {
	switch {
	case r.int(cOldStatus) == statusSystem && (code == typeText || code == typeSystem):
		return chat.SystemT
	case code == typeAudio && r.int(cOldOrigin) == originVoice:
		return chat.Voice
	case code == oldTypeCall:
		return chat.CallT
	case code == typeText && r.int(cOldEditVersion) == oldRevoked:
		return chat.Deleted
	}
	return wordOf(code)
}

// oldMessage fills m from a row of messages and all that belongs to it. m has
// its row and chat.
func (r *reading) oldMessage(m *chat.Message, rec record) {
	code := rec.number(cOldType)
	address := clip(rec.bytes(cOldChat), maxAddress)
	m.ID = rec.text(cOldKey)
	m.Time = millis(rec.int(cOldTime))
	m.FromMe = rec.int(cOldFromMe) != 0
	m.Type = oldType(rec, code)
	m.Text = rec.text(oldTextColumn(code))
	m.Starred = rec.int(cOldStarred) != 0
	m.Forwards = max(rec.int(cOldForwards), 0)
	m.Forward = m.Forwards > 0
	sender := r.oldSender(address, clip(rec.bytes(cOldSender), maxAddress))
	switch {
	case !m.FromMe:
		m.Sender = sender
		m.Received = millis(rec.int(cOldReceived))
	case m.Type != chat.SystemT:
		m.Status = statusOf(rec.int(cOldStatus))
		r.oldReceipts(m, rec, address)
	}
	switch m.Type {
	case chat.SystemT:
		r.oldSystem(m, rec, code)
		return
	case chat.Deleted:
		r.revoked(m, code)
		return
	case chat.CallT:
		if code == typeMissedCall {
			m.Call = r.missedCall(m)
		} else {
			m.Call = r.callOf(m)
		}
	case chat.ContactT:
		if r.contacts(m); len(m.Contacts) == 0 && len(rec.bytes(cOldText)) > 0 {
			m.Contacts = append(m.Contacts, parseCard(rec.text(cOldText)))
		}
	case chat.LocationT, chat.LiveLoc:
		r.oldLocation(m, rec)
	case chat.Text:
	default:
		r.oldMedia(m, rec, code)
	}
	if strings.HasPrefix(string(m.Type), "type:") {
		r.trade(m)
	}
	r.oldQuoted(m, rec, address)
	r.oldMentions(m, rec)
	r.addOns(m)
}

func (r *reading) oldMedia(m *chat.Message, rec record, code int64) {
	r.media(m, code)
	if m.Media == nil {
		if len(rec.bytes(cOldMIME)) == 0 && rec.int(cOldSize) <= 0 {
			return
		}
		m.Media = &chat.Media{}
	}
	d := m.Media
	if d.Path == "" {
		d.Path = oldPath(oldBlob(rec, cOldThumb))
	}
	keep(&d.MIME, rec.text(cOldMIME))
	keep(&d.Name, rec.text(cOldName))
	keep(&d.Caption, rec.text(cOldCaption))
	keep(&d.SHA256, rec.text(cOldHash))
	if d.Bytes == 0 {
		d.Bytes = max(rec.int(cOldSize), 0)
	}
	if d.Seconds == 0 {
		d.Seconds = max(rec.int(cOldSeconds), 0)
	}
}

// keep fills what is empty.
func keep(s *string, other string) {
	if *s == "" {
		*s = other
	}
}

// oldBlob is a column that holds a blob, though it is declared as text.
func oldBlob(rec record, c int) []byte {
	if b := rec.Blob(rec.pos[c]); b != nil {
		return b
	}
	return rec.bytes(c)
}

// oldPath finds where a file is in the serialized Java object that old
// versions kept of it: strings there are 't', two bytes of length, the text.
func oldPath(blob []byte) string {
	for b := blob; ; {
		at := bytes.IndexByte(b, 't')
		if at < 0 || at+3 > len(b) {
			return ""
		}
		b = b[at+1:]
		n := int(b[0])<<8 | int(b[1])
		if n+2 <= len(b) {
			if s := b[2 : 2+n]; bytes.Contains(s, []byte("Media/")) {
				return string(s)
			}
		}
	}
}

func (r *reading) oldLocation(m *chat.Message, rec record) {
	if r.location(m, m.Type == chat.LiveLoc); m.Location != nil {
		return
	}
	name, place, _ := strings.Cut(rec.text(cOldName), "\n")
	m.Location = &chat.Location{
		Lat: rec.float(cOldLat), Lon: rec.float(cOldLon), Name: name, Address: place, Live: m.Type == chat.LiveLoc,
	}
}

// oldQuoted reads what a message replies to: a copy in messages_quotes.
func (r *reading) oldQuoted(m *chat.Message, rec record, address string) {
	if row := rec.int(cOldQuoted); row > 0 {
		if q, ok := r.get(tOldQuote, row); ok {
			code := q.number(cOldQuoteType)
			m.Quoted = &chat.Quoted{ID: q.text(cOldQuoteKey), FromMe: q.int(cOldQuoteFromMe) != 0, Type: wordOf(code), Text: q.text(cOldQuoteText)}
			if code == typeContact {
				m.Quoted.Text = parseCard(m.Quoted.Text).Name
			}
			keep(&m.Quoted.Text, q.text(cOldQuoteCaption))
			if !m.Quoted.FromMe {
				from := clip(q.bytes(cOldQuoteChat), maxAddress)
				keep(&from, address)
				m.Quoted.Sender = r.oldSender(from, clip(q.bytes(cOldQuoteSender), maxAddress))
			}
			return
		}
	}
	r.quoted(m)
}

// oldMentions reads the addresses in mentioned_jids, which commas part.
func (r *reading) oldMentions(m *chat.Message, rec record) {
	if r.mentions(m); len(m.Mentions) > 0 {
		return
	}
	list := rec.text(cOldMentions)
	for list != "" && len(m.Mentions) < maxMentioned {
		var one string
		one, list, _ = strings.Cut(list, ",")
		if one = strings.TrimSpace(one); one != "" && len(one) <= maxAddress {
			m.Mentions = append(m.Mentions, r.personAt(one))
		}
	}
}

// oldReceipts reads the times of a message to one person from its row, and
// those of a group from the table receipts.
func (r *reading) oldReceipts(m *chat.Message, rec record, address string) {
	if r.receipts(m); len(m.Receipts) > 0 {
		return
	}
	if !isGroup(address) {
		x := chat.Receipt{
			Person: r.personAt(address), Delivered: millis(rec.int(cOldDelivered)),
			Read: millis(rec.int(cOldRead)), Played: millis(rec.int(cOldPlayed)),
		}
		if !x.Delivered.IsZero() || !x.Read.IsZero() || !x.Played.IsZero() {
			m.Receipts = append(m.Receipts, x)
		}
		return
	}
	key := rec.bytes(cOldKey)
	r.a.mu.RLock()
	rows := r.a.old.receipts.values(nil, key)
	r.a.mu.RUnlock()
	if r.forward == nil {
		rows = rows[:min(len(rows), maxPreviewed)]
	}
	for _, row := range rows {
		x, ok := r.get(tOldReceipt, row)
		if !ok || !bytes.Equal(x.bytes(cOldReceiptKey), key) || string(x.bytes(cOldReceiptChat)) != address {
			continue
		}
		m.Receipts = append(m.Receipts, chat.Receipt{
			Person: r.personAt(clip(x.bytes(cOldReceiptPerson), maxAddress)), Delivered: millis(x.int(cOldReceiptDelivered)),
			Read: millis(x.int(cOldReceiptRead)), Played: millis(x.int(cOldReceiptPlayed)),
		})
	}
}

// oldSystem reads what the app noted. The action was kept as the size of a
// file, and the people as serialized Java strings in place of a thumbnail.
func (r *reading) oldSystem(m *chat.Message, rec record, code int64) {
	if _, ok := r.side(tSystem, m.Row); ok {
		r.system(m, code)
		return
	}
	r.note(m, rec.int(cOldSize), r.oldPeople(oldBlob(rec, cOldThumb)))
}

// oldPeople finds addresses of people in a serialized Java object.
func (r *reading) oldPeople(blob []byte) []chat.Person {
	const server = "@s.whatsapp.net"
	var people []chat.Person
	for b := blob; len(people) < maxMentioned; {
		at := bytes.Index(b, []byte(server))
		if at < 0 {
			break
		}
		from := at
		for from > 0 && b[from-1] >= '0' && b[from-1] <= '9' {
			from--
		}
		if from < at && at-from <= 20 {
			people = append(people, r.personAt(string(b[from:at])+server))
		}
		b = b[at+len(server):]
	}
	return people
}
