package whatsapp

import (
	"strings"

	"touchback/restore/chat"
	"touchback/restore/whatsapp/wire"
)

// maxWrapped is how many wrappers a message is taken out of.
const maxWrapped = 8

// content fills a change from what was sent.
type content struct {
	change *Change
	quoted bool // it is quoted in another
}

// message reads the one thing that a message is.
func (c *content) message(w *wire.Message, depth int) {
	m := &c.change.Message
	if inner, once := unwrap(w); inner != nil && depth < maxWrapped {
		m.ViewOnce = m.ViewOnce || once
		c.message(inner, depth+1)
		return
	}
	switch {
	case w == nil:
		m.Type = chat.Waiting
	case w.ProtocolMessage != nil:
		c.protocol(w.ProtocolMessage, depth)
	case w.ReactionMessage != nil:
		c.reaction(w.ReactionMessage)
	case w.PollCreationMessage != nil:
		c.poll(w.PollCreationMessage)
	case w.PollCreationMessageV2 != nil:
		c.poll(w.PollCreationMessageV2)
	case w.PollCreationMessageV3 != nil:
		c.poll(w.PollCreationMessageV3)
	case w.PollCreationMessageV5 != nil:
		c.poll(w.PollCreationMessageV5)
	case w.EventMessage != nil:
		c.event(w.EventMessage)
	case w.AlbumMessage != nil:
		a := w.AlbumMessage
		m.Type = chat.Album
		m.Album = &chat.AlbumInfo{Images: int64(a.GetExpectedImageCount()), Videos: int64(a.GetExpectedVideoCount())}
		c.context(a.ContextInfo)
	case w.CallLogMessage != nil:
		m.Type, m.Call = chat.CallT, callOutcome(w.CallLogMessage)
	default:
		c.words(w)
	}
}

// words reads what has a text, a file, a place or a card.
func (c *content) words(w *wire.Message) {
	m := &c.change.Message
	switch {
	case w.ExtendedTextMessage != nil:
		m.Type, m.Text = chat.Text, w.ExtendedTextMessage.GetText()
		c.context(w.ExtendedTextMessage.ContextInfo)
	case w.ContactMessage != nil:
		m.Type, m.Contacts = chat.ContactT, []chat.Contact{card(w.ContactMessage)}
		c.context(w.ContactMessage.ContextInfo)
	case w.ContactsArrayMessage != nil:
		m.Type = chat.ContactT
		for _, one := range w.ContactsArrayMessage.Contacts {
			m.Contacts = append(m.Contacts, card(one))
		}
		c.context(w.ContactsArrayMessage.ContextInfo)
	case w.LocationMessage != nil:
		m.Type, m.Location = chat.LocationT, place(w.LocationMessage)
		c.context(w.LocationMessage.ContextInfo)
	case w.LiveLocationMessage != nil:
		l := w.LiveLocationMessage
		m.Type, m.Text = chat.LiveLoc, l.GetCaption()
		m.Location = &chat.Location{Lat: l.GetDegreesLatitude(), Lon: l.GetDegreesLongitude(), Live: true}
		c.context(l.ContextInfo)
	case c.media(w):
	case w.Conversation != nil:
		m.Type, m.Text = chat.Text, w.GetConversation()
	default:
		m.Type = unknownContent(w)
	}
}

// unwrap takes a message out of one that only says how to treat it.
func unwrap(w *wire.Message) (inner *wire.Message, once bool) {
	if w == nil {
		return nil, false
	}
	for _, f := range []*wire.FutureProof{w.ViewOnceMessage, w.ViewOnceMessageV2, w.ViewOnceMessageV2Extension} {
		if f.GetMessage() != nil {
			return f.Message, true
		}
	}
	for _, f := range []*wire.FutureProof{
		w.EphemeralMessage, w.DocumentWithCaptionMessage, w.EditedMessage, w.GroupMentionedMessage,
		w.LottieStickerMessage, w.AssociatedChildMessage,
	} {
		if f.GetMessage() != nil {
			return f.Message, false
		}
	}
	return w.GetDeviceSentMessage().GetMessage(), false
}

// protocol reads what one message does to another.
func (c *content) protocol(p *wire.ProtocolMessage, depth int) {
	m := &c.change.Message
	about := p.GetKey()
	switch p.GetType() {
	case protocolRevoke:
		by := m.Sender
		*m = chat.Message{ID: about.GetId(), FromMe: about.GetFromMe(), Type: chat.Deleted, Revoked: true,
			RevokeBy: by, RevokedByMe: m.FromMe, RevokedAt: m.Time}
		c.change.Kind = Delete
	case protocolEdit:
		edited := m.Time
		if t := historyMillis(p.GetTimestampMs()); !t.IsZero() {
			edited = t
		}
		if depth < maxWrapped {
			c.message(p.GetEditedMessage(), depth+1)
		}
		m.ID, m.FromMe, m.Edited = about.GetId(), about.GetFromMe(), edited
		c.change.Kind = Edit
	default:
		m.Type = chat.SystemT
		m.System = &chat.System{Action: numbered("protocol", int64(p.GetType())), Text: "A note of the app"}
	}
}

func (c *content) reaction(r *wire.ReactionMessage) {
	m := &c.change.Message
	reaction := chat.Reaction{Sender: m.Sender, FromMe: m.FromMe, Emoji: r.GetText(), Time: historyMillis(r.GetSenderTimestampMs())}
	*m = chat.Message{ID: r.GetKey().GetId(), FromMe: r.GetKey().GetFromMe(), Reactions: []chat.Reaction{reaction}}
	c.change.Kind = React
}

// context reads what a message replies to, and whether it was passed on.
func (c *content) context(info *wire.ContextInfo) {
	if c.quoted {
		return // what a quoted message replies to does not show
	}
	m := &c.change.Message
	m.Forward = m.Forward || info.GetIsForwarded() || info.GetForwardingScore() > 0
	m.Forwards = int64(info.GetForwardingScore())
	if info.GetStanzaId() == "" {
		return
	}
	quoted := content{quoted: true, change: &Change{}}
	quoted.message(info.GetQuotedMessage(), 0)
	q := &quoted.change.Message
	m.Quoted = &chat.Quoted{ID: info.GetStanzaId(), Sender: chat.Person{JID: info.GetParticipant()}, Type: q.Type, Text: q.Text}
}

func (c *content) poll(p *wire.PollCreationMessage) {
	m := &c.change.Message
	m.Type = chat.PollT
	m.Poll = &chat.Poll{Question: p.GetName(), Choices: int64(p.GetSelectableOptionsCount())}
	for _, o := range p.GetOptions() {
		m.Poll.Options = append(m.Poll.Options, chat.PollOption{Name: o.GetOptionName()})
	}
	c.context(p.ContextInfo)
}

func (c *content) event(e *wire.EventMessage) {
	m := &c.change.Message
	m.Type = chat.Event
	m.Event = &chat.EventInfo{
		Name: e.GetName(), Description: e.GetDescription(), Start: unixSeconds(e.GetStartTime()),
		End: unixSeconds(e.GetEndTime()), Link: e.GetJoinLink(), Cancelled: e.GetIsCanceled(),
	}
	if e.Location != nil {
		m.Event.Location = place(e.Location)
	}
	c.context(e.ContextInfo)
}

func place(l *wire.LocationMessage) *chat.Location {
	return &chat.Location{Lat: l.GetDegreesLatitude(), Lon: l.GetDegreesLongitude(), Name: l.GetName(), Address: l.GetAddress()}
}

func card(c *wire.ContactMessage) chat.Contact {
	parsed := parseCard(c.GetVcard())
	if name := c.GetDisplayName(); name != "" {
		parsed.Name = name
	}
	return parsed
}

func callOutcome(l *wire.CallLogMessage) *chat.Call {
	c := &chat.Call{Video: l.GetIsVideo(), Seconds: l.GetDurationSecs()}
	switch code := l.GetCallOutcome(); code {
	case 0, 4: // here, or on another device
		c.Result = "answered"
	case 1:
		c.Result = "missed"
	case 2:
		c.Result = "unavailable"
	case 3:
		c.Result = "rejected"
	default:
		c.Result = numbered("result", int64(code))
	}
	return c
}

// note reads what the app noted in a chat, by the code of the linked-device
// protocol, which is another than that of a msgstore.
func (c *content) note(stub uint32, parameters []string) {
	m := &c.change.Message
	m.Type = chat.SystemT
	words := map[uint32][2]string{
		20: {"created", "The group was created"},
		21: {"subject", "The group's name was changed"},
		22: {"icon", "The group's picture was changed"},
		24: {"description", "The group's description was changed"},
		27: {"added", "Someone was added to the group"},
		28: {"removed", "Someone was removed from the group"},
		29: {"admin", "Someone became an admin"},
		30: {"not_admin", "Someone is no longer an admin"},
		32: {"left", "Someone left the group"},
		33: {"number_changed", "Someone changed their phone number"},
		38: {"key_changed", "The security code changed"},
		39: {"encrypted", "Messages and calls are end-to-end encrypted"},
		71: {"joined_by_link", "Someone joined by a link"},
		72: {"timer", "The timer of disappearing messages was changed"},
	}
	switch stub {
	case 40, 41, 45, 46:
		m.Type, m.Call = chat.CallT, &chat.Call{Result: "missed", Video: stub == 41 || stub == 46, Group: stub > 44}
		return
	}
	w, ok := words[stub]
	if !ok {
		w = [2]string{numbered("stub", int64(stub)), "A note of the app"}
	}
	m.System = &chat.System{Action: w[0], Text: w[1], By: m.Sender}
	switch w[0] {
	case "subject", "created":
		if len(parameters) > 0 {
			m.Text = parameters[0]
			m.System.Text += " “" + clip([]byte(parameters[0]), maxName) + "”"
		}
	case "added", "removed", "admin", "not_admin", "left", "joined_by_link":
		for _, p := range parameters {
			if strings.Contains(p, "@") {
				m.System.People = append(m.System.People, chat.Person{JID: p})
			}
		}
	}
}
