package whatsapp

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"touchback/restore/chat"
)

// applyChange does a change to a message, which is empty but for its row and
// chat where only increments have it.
func applyChange(m *chat.Message, c *Change) {
	p := &c.Message
	switch c.Kind {
	case Put:
		if m.ID == "" {
			row, in := m.Row, m.Chat
			*m = *p
			m.Row, m.Chat = row, in
			return
		}
		putOver(m, p)
	case Edit:
		if m.Revoked || p.Edited.Before(m.Edited) {
			return
		}
		m.Text, m.Edited = p.Text, p.Edited
		if m.Media != nil && m.Media.Caption != "" {
			m.Media.Caption = p.Text
		}
	case React:
		for _, r := range p.Reactions {
			react(m, r)
		}
	case Delete:
		remove(m, p)
	}
}

// putOver writes a message over the one with the same ID. An increment knows
// less of a message than a msgstore: what it does not tell stays. What was
// deleted or edited stays so, since increments may be older than the base.
func putOver(m, p *chat.Message) {
	m.Starred = p.Starred
	m.Status = max(m.Status, p.Status)
	if len(p.Receipts) > 0 {
		m.Receipts = p.Receipts
	}
	for _, r := range p.Reactions {
		react(m, r)
	}
	switch {
	case m.Revoked:
		return
	case p.Revoked:
		remove(m, p)
		return
	case p.Type == chat.Waiting, strings.HasPrefix(string(p.Type), "type:"):
		return // nothing that can be shown came
	case p.Type == chat.SystemT && m.Type == chat.SystemT && m.System != nil:
		return // the base has the people's names to it
	}
	if m.Edited.IsZero() {
		m.Text = p.Text
	}
	m.Type = p.Type
	m.ViewOnce = m.ViewOnce || p.ViewOnce
	m.Forward = m.Forward || p.Forward
	m.Forwards = max(m.Forwards, p.Forwards)
	if p.Media != nil {
		m.Media = mediaOver(m.Media, p.Media)
	}
	if p.Quoted != nil && m.Quoted == nil {
		m.Quoted = p.Quoted
	}
	if len(p.Contacts) > 0 {
		m.Contacts = p.Contacts
	}
	if p.Location != nil {
		m.Location = p.Location
	}
	if p.Call != nil && m.Call == nil {
		m.Call = p.Call
	}
	if p.Album != nil && m.Album == nil {
		m.Album = p.Album
	}
	if p.Poll != nil && (m.Poll == nil || len(m.Poll.Options) != len(p.Poll.Options)) {
		m.Poll = p.Poll // the base's has the votes
	}
	if p.Event != nil {
		if m.Event != nil {
			p.Event.Responses = m.Event.Responses
		}
		m.Event = p.Event
	}
}

// mediaOver keeps where the file lies, which increments do not say.
func mediaOver(m, p *chat.Media) *chat.Media {
	if m == nil {
		return p
	}
	if p.SHA256 != "" && m.SHA256 != "" && p.SHA256 != m.SHA256 {
		return p // another file
	}
	over := *m
	over.SHA256 = cmp.Or(p.SHA256, m.SHA256)
	over.MIME = cmp.Or(p.MIME, m.MIME)
	over.Name = cmp.Or(p.Name, m.Name)
	return &over
}

// react puts one person's reaction in place of their earlier one. Without an
// emoji it was taken back.
func react(m *chat.Message, r chat.Reaction) {
	same := func(o chat.Reaction) bool {
		return o.FromMe && r.FromMe || !o.FromMe && !r.FromMe && samePerson(o.Sender, r.Sender)
	}
	for _, o := range m.Reactions {
		if same(o) && o.Time.After(r.Time) && !r.Time.IsZero() {
			return // an increment that is older than the base
		}
	}
	// A copy: what was read may be shared.
	kept := slices.DeleteFunc(slices.Clone(m.Reactions), same)
	if r.Emoji != "" {
		kept = append(kept, r)
	}
	m.Reactions = kept
}

// samePerson tells whether two are one, who may be known by a number in one
// place and by a hidden address in the other.
func samePerson(a, b chat.Person) bool {
	return a.JID == b.JID || a.Phone != "" && (a.Phone == b.JID || a.Phone == b.Phone) || b.Phone != "" && b.Phone == a.JID
}

// remove leaves of a message that was deleted what a msgstore keeps of one.
func remove(m, p *chat.Message) {
	at := p.RevokedAt
	if m.Revoked && at.IsZero() {
		at = m.RevokedAt
	}
	*m = chat.Message{
		Row: m.Row, Chat: m.Chat, ID: m.ID, Time: firstTime(m.Time, p.Time), FromMe: m.FromMe, Sender: m.Sender,
		Type: chat.Deleted, Status: m.Status, Received: m.Received, Starred: m.Starred, Increment: m.Increment,
		Revoked: true, RevokeBy: p.RevokeBy, RevokedByMe: p.RevokedByMe, RevokedAt: at,
	}
}

func firstTime(a, b time.Time) time.Time {
	if !a.IsZero() {
		return a
	}
	return b
}
