package whatsapp

import "touchback/restore/chat"

// Codes of message_add_on.message_add_on_type. Edits (74) are read from
// message_edit_info.
const (
	addOnReaction = 56
	addOnVote     = 67
	addOnResponse = 93
)

// addOnTable is where the rest of an add-on is; ok is false for a kind that is
// not read.
func addOnTable(kind int64) (id tableID, ok bool) {
	switch kind {
	case addOnReaction:
		return tReaction, true
	case addOnVote:
		return tVote, true
	case addOnResponse:
		return tResponse, true
	}
	return 0, false
}

// addOn is what was hung on a message, as it is stored, over two tables.
type addOn struct {
	sender, time     int64
	fromMe           bool
	emoji            string // of a reaction
	response, guests int64  // of a response
}

func newAddOn(on, rest record) addOn {
	a := addOn{sender: on.int(cAddOnSender), fromMe: on.int(cAddOnFromMe) != 0}
	switch on.int(cAddOnType) {
	case addOnReaction:
		a.emoji, a.time = rest.text(cReactionText), rest.int(cReactionTime)
	case addOnVote:
		a.time = rest.int(cVoteTime)
	case addOnResponse:
		a.time = rest.int(cResponseTime)
		a.response, a.guests = rest.int(cResponseCode), max(rest.int(cResponseGuests), 0)
	}
	if a.time <= 0 {
		a.time = on.int(cAddOnTime)
	}
	return a
}

// addOns reads the reactions to a message and the answers to an event.
func (r *reading) addOns(m *chat.Message) {
	for _, row := range r.of(tReaction, m.Row) {
		a, ok := r.addOn(row, m.Row)
		if !ok || a.emoji == "" {
			continue // taken back
		}
		reaction := chat.Reaction{FromMe: a.fromMe, Emoji: a.emoji, Time: millis(a.time)}
		if !a.fromMe {
			reaction.Sender = r.sender(m.Chat, a.sender)
		}
		m.Reactions = append(m.Reactions, reaction)
	}
	if m.Event == nil {
		return
	}
	for _, row := range r.of(tResponse, m.Row) {
		a, ok := r.addOn(row, m.Row)
		if !ok {
			continue
		}
		answer := chat.EventResponse{FromMe: a.fromMe, Response: responseWord(a.response), Guests: a.guests, Time: millis(a.time)}
		if !a.fromMe {
			answer.Sender = r.sender(m.Chat, a.sender)
		}
		m.Event.Responses = append(m.Event.Responses, answer)
	}
}

// addOn reads one add-on of a message.
func (r *reading) addOn(row, message int64) (addOn, bool) {
	if r.forward != nil && r.err == nil {
		a, ok, err := r.forward.addOns.seek(row, message)
		if r.err = err; ok || err != nil {
			return a, ok
		}
	}
	on, ok := r.get(tAddOn, row)
	if !ok {
		return addOn{}, false
	}
	id, ok := addOnTable(on.int(cAddOnType))
	if !ok {
		return addOn{}, false
	}
	rest, ok := r.get(id, row)
	if !ok {
		return addOn{}, false
	}
	return newAddOn(on, rest), true
}
