package whatsapp

import (
	"strconv"

	"touchback/restore/chat"
)

// Codes of message.message_type. Those not here are "type:N".
const (
	typeText          = 0
	typeImage         = 1
	typeAudio         = 2
	typeVideo         = 3
	typeContact       = 4
	typeLocation      = 5
	typeSystem        = 7
	typeDocument      = 9
	typeMissedCall    = 10
	typeWaiting       = 11
	typeGIF           = 13
	typeContacts      = 14
	typeRevoked       = 15
	typeLiveLocation  = 16
	typeSticker       = 20
	typeTimer         = 36
	typeOnceImage     = 42
	typeOnceVideo     = 43
	typeRevokedAdmin  = 64
	typePoll          = 66
	typeVideoNote     = 81
	typeOnceVoice     = 82
	typeCall          = 90
	typeEvent         = 92
	typeAlbum         = 99
	typeStatusMention = 103
	typePollTwo       = 106 // a second encoding of a poll
	typePrivacy       = 112
)

const (
	originForwarded = 1 // a bit of message.origination_flags
	originVoice     = 1 // message.origin of audio that was recorded in the chat
	statusSystem    = 6 // of system messages before they had a type
)

func wordOf(code int64) chat.Type {
	switch code {
	case typeText:
		return chat.Text
	case typeImage, typeOnceImage:
		return chat.Image
	case typeAudio:
		return chat.Audio
	case typeOnceVoice:
		return chat.Voice
	case typeVideo, typeOnceVideo:
		return chat.Video
	case typeContact, typeContacts:
		return chat.ContactT
	case typeLocation:
		return chat.LocationT
	case typeSystem, typeTimer, typePrivacy:
		return chat.SystemT
	case typeDocument:
		return chat.Document
	case typeMissedCall, typeCall:
		return chat.CallT
	case typeWaiting:
		return chat.Waiting
	case typeGIF:
		return chat.GIF
	case typeRevoked, typeRevokedAdmin:
		return chat.Deleted
	case typeLiveLocation:
		return chat.LiveLoc
	case typeSticker:
		return chat.Sticker
	case typePoll, typePollTwo:
		return chat.PollT
	case typeVideoNote:
		return chat.VideoNote
	case typeEvent:
		return chat.Event
	case typeAlbum:
		return chat.Album
	case typeStatusMention:
		return chat.Mention
	}
	return chat.Type(numbered("type", code))
}

// numbered is the word for a code that has none.
func numbered(what string, code int64) string { return what + ":" + strconv.FormatInt(code, 10) }

// typeOf tells what a row of message is, as far as the row itself says.
func typeOf(r record) chat.Type {
	code := r.int(cMessageType)
	switch {
	case code == typeAudio && r.int(cMessageOrigin) == originVoice:
		return chat.Voice
	case code == typeText && r.int(cMessageStatus) == statusSystem:
		return chat.SystemT
	}
	return wordOf(code)
}

// statusOf reads message.status of an own message.
func statusOf(code int64) chat.Status {
	switch code {
	case 0, 1:
		return chat.StatusPending
	case 4:
		return chat.StatusSent
	case 5:
		return chat.StatusDelivered
	case 13:
		return chat.StatusRead
	case 8:
		return chat.StatusPlayed
	}
	return chat.StatusNone
}

// message fills m from its row and all that belongs to it. m has its row and
// chat.
func (r *reading) message(m *chat.Message, rec record) {
	code := rec.int(cMessageType)
	m.ID = rec.text(cMessageKey)
	m.Time = millis(rec.int(cMessageTime))
	m.FromMe = rec.int(cMessageFromMe) != 0
	m.Type = typeOf(rec)
	m.Text = rec.text(cMessageText)
	m.Starred = rec.int(cMessageStarred) != 0
	if m.Forward = rec.int(cMessageOriginFlags)&originForwarded != 0; m.Forward {
		if f, ok := r.side(tForwarded, m.Row); ok {
			m.Forwards = f.int(cForwardScore)
		}
	}
	if m.FromMe {
		if m.Type != chat.SystemT {
			m.Status = statusOf(rec.int(cMessageStatus))
			r.receipts(m)
		}
	} else {
		m.Sender = r.sender(m.Chat, rec.int(cMessageSender))
		m.Received = millis(rec.int(cMessageReceived))
	}
	r.parts(m, code)
	r.mentions(m)
	r.addOns(m)
}

// sender is who wrote in a chat. A 1:1 chat may leave it out, as 0 or NULL:
// then it is who the chat is with. A group that leaves it out tells no one.
func (r *reading) sender(chatRow, jid int64) chat.Person {
	if jid > 0 {
		return r.person(jid)
	}
	p := r.person(r.a.chatJID(chatRow))
	if p.JID == "" {
		p = r.personAt(r.a.oldAddress(chatRow))
	}
	if isGroup(p.JID) || p.JID == "status@broadcast" {
		return chat.Person{}
	}
	return p
}

// parts reads the tables that a message of this kind can have rows in.
func (r *reading) parts(m *chat.Message, code int64) {
	switch code {
	case typeText, typeImage, typeAudio, typeVideo, typeDocument, typeGIF, typeSticker, typeVideoNote,
		typeOnceImage, typeOnceVideo, typeOnceVoice:
	case typeAlbum:
		r.album(m)
	case typeEvent:
		r.event(m)
	case typeContact, typeContacts:
		r.contacts(m)
	case typeLocation, typeLiveLocation:
		r.location(m, code == typeLiveLocation)
	case typePoll, typePollTwo:
		r.poll(m)
	case typeCall:
		m.Call = r.callOf(m)
	case typeMissedCall:
		m.Call = r.missedCall(m)
	case typeRevoked, typeRevokedAdmin:
		r.revoked(m, code)
		return
	case typeSystem, typeTimer, typePrivacy:
		r.system(m, code)
		return
	default:
		r.trade(m)
	}
	if m.Type == chat.SystemT { // an old one, known by its status
		r.system(m, code)
		return
	}
	if code != typeText {
		r.media(m, code)
		m.InAlbum = r.albumOf(m.Row)
	}
	r.quoted(m)
	if edit, ok := r.side(tEdit, m.Row); ok {
		m.Edited = millis(edit.int(cEditTime))
	}
}
