package whatsapp

import (
	"encoding/base64"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"touchback/restore/chat"
	"touchback/restore/whatsapp/wire"
)

const (
	protocolRevoke = 0
	protocolEdit   = 14
	stubRevoke     = 1
	// latestTime is the end of the year 9999, after which RFC 3339 has no
	// way to write a time.
	latestTime = 253402300799
)

// changeOf reads a message of an increment. One without an ID or a chat can't
// be merged with anything.
func changeOf(info *wire.WebMessageInfo, jid string) (Change, bool) {
	key := info.GetKey()
	if key.GetRemoteJid() != "" {
		jid = key.GetRemoteJid()
	}
	if key.GetId() == "" || jid == "" {
		return Change{}, false
	}
	c := Change{ChatJID: jid}
	m := &c.Message
	m.ID, m.FromMe = key.GetId(), key.GetFromMe()
	m.Time = unixSeconds(int64(min(info.GetMessageTimestamp(), latestTime+1)))
	m.Starred = info.GetStarred()
	if m.FromMe {
		m.Status = historyStatus(info.GetStatus())
		for _, r := range info.GetUserReceipt() {
			m.Receipts = append(m.Receipts, chat.Receipt{
				Person:    chat.Person{JID: r.GetUserJid()},
				Delivered: unixSeconds(r.GetReceiptTimestamp()),
				Read:      unixSeconds(r.GetReadTimestamp()),
				Played:    unixSeconds(r.GetPlayedTimestamp()),
			})
		}
	} else {
		m.Sender = sentBy(key, info.GetParticipant(), jid)
		m.Sender.Name = info.GetPushName()
	}
	for _, r := range info.GetReactions() {
		if reaction := reactionOf(r.GetKey(), r.GetText(), r.GetSenderTimestampMs(), jid); reaction.Emoji != "" {
			m.Reactions = append(m.Reactions, reaction)
		}
	}
	content := &content{change: &c}
	switch stub := info.GetMessageStubType(); {
	case stub == stubRevoke:
		m.Type, m.Revoked, m.RevokedByMe = chat.Deleted, true, m.FromMe
	case stub != 0 && info.GetMessage() == nil:
		content.note(stub, info.GetMessageStubParameters())
	default:
		content.message(info.GetMessage(), 0)
	}
	return c, m.ID != ""
}

// sentBy is who sent a message that is not the owner's: in a chat of two, the
// other one.
func sentBy(key *wire.MessageKey, participant, jid string) chat.Person {
	for _, p := range []string{key.GetParticipant(), participant} {
		if p != "" {
			return chat.Person{JID: p}
		}
	}
	if isGroup(jid) || jid == "status@broadcast" {
		return chat.Person{}
	}
	return chat.Person{JID: jid}
}

func reactionOf(key *wire.MessageKey, emoji string, ms int64, jid string) chat.Reaction {
	r := chat.Reaction{FromMe: key.GetFromMe(), Emoji: emoji, Time: historyMillis(ms)}
	if !r.FromMe {
		r.Sender = sentBy(key, "", jid)
	}
	return r
}

func historyStatus(code uint32) chat.Status {
	switch code {
	case 0, 1: // of an error, or pending
		return chat.StatusPending
	case 2:
		return chat.StatusSent
	case 3:
		return chat.StatusDelivered
	case 4:
		return chat.StatusRead
	case 5:
		return chat.StatusPlayed
	}
	return chat.StatusNone
}

// unixSeconds makes a time; 0 and below, and what no calendar has, is none.
func unixSeconds(s int64) time.Time {
	if s <= 0 || s > latestTime {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

func historyMillis(ms int64) time.Time {
	if ms > latestTime*1000 {
		return time.Time{}
	}
	return millis(ms)
}

func sha256Text(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// unknownContent names a message of a kind that is not known by the number of
// its field.
func unknownContent(m *wire.Message) chat.Type {
	for b := m.ProtoReflect().GetUnknown(); len(b) > 0; {
		num, _, n := protowire.ConsumeField(b)
		if n < 0 {
			break
		}
		// 2 and 15 hand keys to a group, along with a message.
		if num != 2 && num != 15 {
			return chat.Type(numbered("type:history", int64(num)))
		}
		b = b[n:]
	}
	return chat.Text
}
