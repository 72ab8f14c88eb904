package whatsapp

import "touchback/restore/chat"

// addOnReaction is the message_add_on_type of a reaction. Poll votes (67) are
// counted in message_poll_option, edits (74) in message_edit_info.
const addOnReaction = 56

// addOn is a reaction as it is stored, over two tables.
type addOn struct {
	parent, sender, time int64
	fromMe               bool
	emoji                string
}

func newAddOn(on, reaction record) addOn {
	a := addOn{
		parent: on.int(cAddOnParent), sender: on.int(cAddOnSender), fromMe: on.int(cAddOnFromMe) != 0,
		emoji: reaction.text(cReactionText), time: reaction.int(cReactionTime),
	}
	if a.time <= 0 {
		a.time = on.int(cAddOnTime)
	}
	return a
}

func (r *reading) reactions(m *chat.Message) {
	for _, row := range r.of(tAddOn, m.Row) {
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
}

// addOn reads one reaction to a message.
func (r *reading) addOn(row, message int64) (addOn, bool) {
	if r.forward != nil && r.err == nil {
		a, ok, err := r.forward.reactions.seek(row, message)
		if err != nil {
			r.err = err
			return addOn{}, false
		}
		if ok {
			return a, true
		}
	}
	on, ok := r.get(tAddOn, row)
	if !ok {
		return addOn{}, false
	}
	reaction, ok := r.get(tReaction, row)
	if !ok {
		return addOn{}, false
	}
	return newAddOn(on, reaction), true
}

// maxAhead is how many reactions are kept that were read before the message
// they belong to.
const maxAhead = 8192

// reactionsAhead reads all reactions once, in the order they were made, beside
// messages in the order they were written. A reaction mostly comes soon after
// its message, so that few have to be kept. What does not fit is looked up.
type reactionsAhead struct {
	on, reaction *cursor // nil where the backup has no reactions
	last         int64   // the last row that was read
	kept         map[int64]addOn
}

// seek returns the reaction in that row, if it is among those at hand.
func (x *reactionsAhead) seek(row, message int64) (addOn, bool, error) {
	if a, ok := x.kept[row]; ok {
		delete(x.kept, row)
		return a, true, nil
	}
	if x.on == nil || x.reaction == nil {
		return addOn{}, false, nil
	}
	for x.last < row && len(x.kept) < maxAhead {
		on, ok, err := x.on.after(x.last)
		if err != nil || !ok {
			return addOn{}, false, err
		}
		x.last = on.RowID
		parent := on.int(cAddOnParent)
		if on.int(cAddOnType) != addOnReaction || parent < message && x.last != row {
			continue
		}
		reaction, ok, err := x.reaction.seek(x.last)
		if err != nil {
			return addOn{}, false, err
		}
		if !ok {
			continue
		}
		if a := newAddOn(on, reaction); x.last == row {
			return a, true, nil
		} else {
			x.kept[x.last] = a
		}
	}
	return addOn{}, false, nil
}
