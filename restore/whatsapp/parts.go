package whatsapp

import (
	"strings"

	"touchback/restore/chat"
)

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

func (r *reading) revoked(m *chat.Message) {
	m.Revoked = true
	if rec, ok := r.side(tRevoked, m.Row); ok {
		m.RevokeBy = r.person(rec.int(cRevokedAdmin))
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
	for _, row := range r.of(tVCard, m.Row) {
		if rec, ok := r.get(tVCard, row); ok {
			card := rec.text(cVCardText)
			m.Contacts = append(m.Contacts, chat.Contact{Name: cardName(card), VCard: card})
		}
	}
}

// cardName is the formatted name (FN) of a vCard (RFC 6350 §6.2.1).
func cardName(card string) string {
	for line := range strings.Lines(card) {
		key, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		if name, _, _ := strings.Cut(key, ";"); ok && strings.EqualFold(name, "FN") {
			return strings.NewReplacer(`\,`, ",", `\;`, ";", `\\`, `\`, `\n`, " ").Replace(value)
		}
	}
	return ""
}

func (r *reading) poll(m *chat.Message) {
	m.Poll = &chat.Poll{Question: m.Text}
	for _, row := range r.of(tPollOption, m.Row) {
		if rec, ok := r.get(tPollOption, row); ok {
			m.Poll.Options = append(m.Poll.Options, chat.PollOption{Name: rec.text(cPollName), Votes: rec.int(cPollVotes)})
		}
	}
}
