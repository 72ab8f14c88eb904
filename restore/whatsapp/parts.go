package whatsapp

import "touchback/restore/chat"

func (r *reading) media(m *chat.Message, code int64) {
	m.ViewOnce = code == typeOnceImage || code == typeOnceVideo || code == typeOnceVoice
	rec, ok := r.side(tMedia, m.Row)
	if !ok {
		return
	}
	m.Media = &chat.Media{
		Path: rec.text(cMediaPath), MIME: rec.text(cMediaMIME), Name: rec.text(cMediaName), Caption: rec.text(cMediaCaption),
		Bytes: rec.int(cMediaSize), Seconds: rec.int(cMediaSeconds),
		Width: rec.int(cMediaWidth), Height: rec.int(cMediaHeight), SHA256: rec.text(cMediaHash),
	}
	if m.Media.Bytes == 0 {
		m.Media.Bytes = rec.int(cMediaLength) // what was not downloaded has only this
	}
	if !m.ViewOnce && (code == typeImage || code == typeVideo || code == typeAudio) {
		_, m.ViewOnce = r.side(tViewOnce, m.Row)
	}
}

func (r *reading) quoted(m *chat.Message) {
	rec, ok := r.side(tQuoted, m.Row)
	if !ok {
		return
	}
	q := &chat.Quoted{
		ID: rec.text(cQuotedKey), FromMe: rec.int(cQuotedFromMe) != 0,
		Type: wordOf(rec.int(cQuotedType)), Text: rec.text(cQuotedText),
	}
	if !q.FromMe {
		from := rec.int(cQuotedChat)
		if from <= 0 {
			from = m.Chat
		}
		q.Sender = r.sender(from, rec.int(cQuotedSender))
	}
	m.Quoted = q
}

// revoked says who deleted a message: the admin that is named, or else the one
// who wrote it, unless it was an admin who is not named.
func (r *reading) revoked(m *chat.Message, code int64) {
	m.Revoked = true
	if rec, ok := r.side(tRevoked, m.Row); ok {
		m.RevokeBy = r.person(rec.int(cRevokedAdmin))
		m.RevokedAt = millis(rec.int(cRevokedTime))
	}
	if m.RevokeBy.JID == "" && code == typeRevoked {
		m.RevokeBy, m.RevokedByMe = m.Sender, m.FromMe
	}
}

func (r *reading) location(m *chat.Message, live bool) {
	if rec, ok := r.side(tLocation, m.Row); ok {
		m.Location = &chat.Location{
			Lat: rec.float(cLocationLat), Lon: rec.float(cLocationLon),
			Name: rec.text(cLocationName), Address: rec.text(cLocationAddress), Live: live,
		}
	}
}

func (r *reading) contacts(m *chat.Message) {
	r.cards(m, tVCard)
	if len(m.Contacts) == 0 {
		r.cards(m, tOldVCard)
	}
}

// cards reads the contact cards of a message from either table of them; both
// have the message's row and the card.
func (r *reading) cards(m *chat.Message, id tableID) {
	for _, row := range r.of(id, m.Row) {
		if rec, ok := r.get(id, row); ok {
			m.Contacts = append(m.Contacts, parseCard(rec.text(cVCardText)))
		}
	}
}

// maxPreviewed is how many receipts and mentions of a message a preview reads;
// exports get all of them.
const maxPreviewed = 32

// mentions reads who is mentioned in a text.
func (r *reading) mentions(m *chat.Message) {
	for _, row := range r.some(tMention, m.Row) {
		if jid, ok := r.mention(row, m.Row); ok {
			if p := r.person(jid); p.JID != "" {
				m.Mentions = append(m.Mentions, p)
			}
		}
	}
}

func (r *reading) mention(row, message int64) (jid int64, ok bool) {
	if r.forward != nil && r.err == nil {
		jid, ok, r.err = r.forward.mentions.seek(row, message)
		if ok || r.err != nil {
			return jid, ok
		}
	}
	rec, ok := r.get(tMention, row)
	if !ok {
		return 0, false
	}
	return rec.int(cMentionJID), true
}

// receipt is a row of receipt_user.
type receipt struct{ person, delivered, read, played int64 }

func newReceipt(rec record) receipt {
	return receipt{rec.int(cReceiptJID), rec.int(cReceiptDelivered), rec.int(cReceiptRead), rec.int(cReceiptPlayed)}
}

// receipts reads how far an own message got with each person.
func (r *reading) receipts(m *chat.Message) {
	rows := r.some(tReceipt, m.Row)
	if len(rows) == 0 {
		return
	}
	m.Receipts = make([]chat.Receipt, 0, len(rows))
	for _, row := range rows {
		if x, ok := r.receipt(row, m.Row); ok {
			m.Receipts = append(m.Receipts, chat.Receipt{
				Person: r.person(x.person), Delivered: millis(x.delivered), Read: millis(x.read), Played: millis(x.played),
			})
		}
	}
}

func (r *reading) receipt(row, message int64) (receipt, bool) {
	if r.forward != nil && r.err == nil {
		x, ok, err := r.forward.receipts.seek(row, message)
		if r.err = err; ok || err != nil {
			return x, ok
		}
	}
	rec, ok := r.get(tReceipt, row)
	if !ok {
		return receipt{}, false
	}
	return newReceipt(rec), true
}
