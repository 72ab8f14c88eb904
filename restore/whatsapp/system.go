package whatsapp

import (
	"strconv"
	"strings"
	"time"

	"touchback/restore/chat"
)

// systemWord is what the app noted by a code of message_system.action_type:
// a word for scripts, and words for people. "%s" is who it was done to or, for
// what someone did, who did it; a text without it names no one.
type systemWord struct{ action, text string }

func systemWordOf(code int64) systemWord {
	switch code {
	case 1:
		return systemWord{"subject", "The group's name was changed"}
	case 4, 12:
		return systemWord{"added", "%s joined the group"}
	case 5:
		return systemWord{"left", "%s left"}
	case 6:
		return systemWord{"icon", "The group's picture was changed"}
	case 7, 14:
		return systemWord{"removed", "%s was removed"}
	case 10, 28:
		return systemWord{"number_changed", "%s changed their phone number"}
	case 11:
		return systemWord{"created", "The group was created"}
	case 15:
		return systemWord{"admin", "%s became an admin"}
	case 18, 57:
		return systemWord{"key_changed", "The security code changed"}
	case 19, 67:
		return systemWord{"encrypted", "Messages and calls are end-to-end encrypted"}
	case 20:
		return systemWord{"joined_by_link", "%s joined by a link"}
	case 27:
		return systemWord{"description", "The group's description was changed"}
	case 56, 59, 68:
		return systemWord{"timer", "The timer of disappearing messages was changed"}
	case 58:
		return systemWord{"blocked", "This contact was blocked"}
	}
	return systemWord{numbered("action", code), "Note " + strconv.FormatInt(code, 10) + " of the app"}
}

// system reads what the app noted in a chat.
func (r *reading) system(m *chat.Message, code int64) {
	switch code {
	case typePrivacy:
		m.System = &chat.System{Action: "advanced_privacy", Text: "Advanced chat privacy was changed"}
		return
	case typeTimer:
		w := systemWordOf(56)
		m.System = &chat.System{Action: w.action, Text: r.timer(m.Row, w.text)}
		return
	}
	rec, ok := r.side(tSystem, m.Row)
	if !ok {
		m.System = &chat.System{Action: "unknown", Text: "A note of the app"}
		return
	}
	action := rec.int(cSystemAction)
	w := systemWordOf(action)
	m.System = &chat.System{Action: w.action}
	text := w.text
	if before, after, ok := strings.Cut(text, "%s"); ok {
		text = before + r.involved(m) + after
	}
	switch w.action {
	case "subject":
		text = r.renamed(m, text)
	case "timer":
		text = r.timer(m.Row, text)
	case "blocked":
		if b, ok := r.side(tSystemBlock, m.Row); ok && b.int(cBlocked) == 0 {
			m.System.Action, text = "unblocked", "This contact was unblocked"
		}
	case "number_changed":
		if n, ok := r.side(tSystemNumber, m.Row); ok {
			old, now := named(r.person(n.int(cSystemOldJID))), named(r.person(n.int(cSystemNewJID)))
			if old != "" && now != "" {
				text = old + " changed their phone number to " + now
			}
		}
	}
	m.System.Text = text
}

// renamed says what the name of a group was and became; the new one is the
// text of the message.
func (r *reading) renamed(m *chat.Message, text string) string {
	if old, ok := r.side(tSystemValue, m.Row); ok && len(old.bytes(cSystemOld)) > 0 {
		text += " from “" + clip(old.bytes(cSystemOld), maxName) + "”"
	}
	if m.Text != "" {
		text += " to “" + clip([]byte(m.Text), maxName) + "”"
	}
	return text
}

func (r *reading) timer(row int64, text string) string {
	rec, ok := r.side(tSystemTimer, row)
	if !ok {
		return text
	}
	const day = 24 * time.Hour
	switch d := time.Duration(rec.int(cTimerSeconds)) * time.Second; {
	case d <= 0:
		return "Disappearing messages were turned off"
	case d%day == 0:
		return "Disappearing messages were set to " + counted64(int64(d/day), "day")
	case d%time.Hour == 0:
		return "Disappearing messages were set to " + counted64(int64(d/time.Hour), "hour")
	}
	return "Disappearing messages were turned on"
}

func counted64(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.FormatInt(n, 10) + " " + what
}

// maxInvolved is how many people a note names.
const maxInvolved = 8

// involved names the people of a note, or its sender where it lists none.
func (r *reading) involved(m *chat.Message) string {
	var names []string
	rows := r.of(tSystemPeople, m.Row)
	for _, row := range rows[:min(len(rows), maxInvolved)] {
		if rec, ok := r.get(tSystemPeople, row); ok {
			if name := named(r.person(rec.int(cPeopleJID))); name != "" {
				names = append(names, name)
			}
		}
	}
	if more := len(rows) - maxInvolved; more > 0 {
		names = append(names, counted64(int64(more), "other"))
	}
	if len(names) > 0 {
		return strings.Join(names, ", ")
	}
	if m.FromMe {
		return "You"
	}
	if name := named(m.Sender); name != "" {
		return name
	}
	return "Someone"
}

// named is how a person is called in a sentence.
func named(p chat.Person) string {
	if p.Name != "" {
		return p.Name
	}
	return p.JID
}
