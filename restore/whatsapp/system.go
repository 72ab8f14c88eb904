package whatsapp

import (
	"strconv"
	"strings"

	"touchback/restore/chat"
)

// systemWord is what the app noted by a code of message_system.action_type:
// a word for scripts, and words for people. "%s" in them is to whom it was
// done. by is said instead where it is known who did it, who is its first
// "%s". A text without "%s" names no one.
type systemWord struct{ action, text, by string }

func systemWordOf(code int64) systemWord {
	switch code {
	case 1:
		return systemWord{"subject", "The group's name was changed", "%s changed the group's name"}
	case 4, 12:
		return systemWord{"added", "%s joined the group", "%s added %s"}
	case 5, 13:
		return systemWord{"left", "%s left", ""}
	case 6:
		return systemWord{"icon", "The group's picture was changed", "%s changed the group's picture"}
	case 7, 14:
		return systemWord{"removed", "%s was removed", "%s removed %s"}
	case 10, 28:
		return systemWord{"number_changed", "%s changed their phone number", ""}
	case 11:
		return systemWord{"created", "The group was created", "%s created the group"}
	case 15:
		return systemWord{"admin", "%s became an admin", ""}
	case 16:
		return systemWord{"not_admin", "%s is no longer an admin", ""}
	case 18, 57:
		return systemWord{"key_changed", "The security code changed", ""}
	case 19, 67:
		return systemWord{"encrypted", "Messages and calls are end-to-end encrypted", ""}
	case 20:
		return systemWord{"joined_by_link", "%s joined by a link", ""}
	case 27:
		return systemWord{"description", "The group's description was changed", "%s changed the group's description"}
	case 56, 59, 68:
		return systemWord{"timer", "The timer of disappearing messages was changed", ""}
	case 58:
		return systemWord{"blocked", "This contact was blocked", ""}
	case 69:
		return systemWord{"business", "This is a business", ""}
	case 70:
		return systemWord{"group_call", "A call in the group was started", "%s started a call in the group"}
	case 79:
		return systemWord{"joined_from_community", "%s joined from the community", ""}
	case 87, 108, 109, 110, 111, 112, 113, 114, 115, 116, 123, 124, 125, 126, 127, 128, 144:
		return systemWord{"community", "The community was changed", ""}
	case 118:
		return systemWord{"pinned", "A message was pinned", "%s pinned a message"}
	case 165:
		return systemWord{"username_changed", "%s changed their username", ""}
	}
	return systemWord{numbered("action", code), "Note " + strconv.FormatInt(code, 10) + " of the app", ""}
}

// system reads what the app noted in a chat.
func (r *reading) system(m *chat.Message, code int64) {
	switch code {
	case typePrivacy:
		m.System = &chat.System{Action: "advanced_privacy", Text: "Advanced chat privacy was changed", By: m.Sender}
		return
	case typeTimer:
		w := systemWordOf(56)
		m.System = &chat.System{Action: w.action, Text: r.timer(m.Row, w.text), By: m.Sender}
		return
	}
	rec, ok := r.side(tSystem, m.Row)
	if !ok {
		m.System = &chat.System{Action: "unknown", Text: "A note of the app"}
		return
	}
	var people []chat.Person
	rows := r.of(tSystemPeople, m.Row)
	for _, row := range rows {
		if p, ok := r.get(tSystemPeople, row); ok {
			if who := r.person(p.int(cPeopleJID)); who.JID != "" {
				people = append(people, who)
			}
		}
	}
	r.note(m, rec.int(cSystemAction), people)
}

// note puts into words what was done, by whom and to whom.
func (r *reading) note(m *chat.Message, code int64, people []chat.Person) {
	w := systemWordOf(code)
	s := &chat.System{Action: w.action, By: m.Sender, People: people}
	m.System = s
	s.Text = r.told(m, w, people)
	switch w.action {
	case "subject":
		s.Text = r.renamed(m, s.Text)
	case "created":
		if m.Text != "" {
			s.Text += " “" + clip([]byte(m.Text), maxName) + "”"
		}
	case "timer":
		s.Text = r.timer(m.Row, s.Text)
	case "blocked":
		if b, ok := r.side(tSystemBlock, m.Row); ok && b.int(cBlocked) == 0 {
			s.Action, s.Text = "unblocked", "This contact was unblocked"
		}
	case "number_changed":
		if n, ok := r.side(tSystemNumber, m.Row); ok {
			old, now := r.person(n.int(cSystemOldJID)), r.person(n.int(cSystemNewJID))
			if named(old) != "" && named(now) != "" {
				s.People = []chat.Person{old, now}
				s.Text = named(old) + " changed their phone number to " + named(now)
			}
		}
	case "business":
		if b, ok := r.side(tSystemBusiness, m.Row); ok && len(b.bytes(cBusinessName)) > 0 {
			s.Text += ": " + clip(b.bytes(cBusinessName), maxName)
		}
	case "community":
		s.Text = r.groups(m, s.Text)
	}
}

// told says who did what to whom, as far as it is known.
func (r *reading) told(m *chat.Message, w systemWord, people []chat.Person) string {
	by := named(m.Sender)
	if m.FromMe {
		by = "You"
	}
	whom := names(people)
	if whom == "" && w.action == "added" && !m.FromMe {
		// Where the row lists nobody, it is about the owner.
		if g, ok := r.side(tSystemGroup, m.Row); ok && g.int(cMeJoined) != 0 {
			whom = "you"
		}
	}
	two := strings.Count(w.by, "%s") == 2
	text := w.text
	switch {
	case by != "" && w.by != "" && !two:
		text = strings.Replace(w.by, "%s", by, 1)
	case by != "" && two && whom != "" && !involves(people, m.Sender):
		before, rest, _ := strings.Cut(w.by, "%s")
		middle, after, _ := strings.Cut(rest, "%s")
		text = before + by + middle + whom + after
	case strings.Contains(text, "%s"):
		if whom == "" {
			whom = by
		}
		if whom == "" {
			whom = "Someone"
		}
		if len(people) > 1 {
			text = strings.Replace(text, "%s was", "%s were", 1)
			text = strings.Replace(text, "%s is no longer an admin", "%s are no longer admins", 1)
			text = strings.Replace(text, "became an admin", "became admins", 1)
		}
		text = strings.Replace(text, "%s", capital(whom), 1)
	case strings.HasPrefix(w.action, "action:") && whom != "":
		text += ": " + whom
	}
	return text
}

func involves(people []chat.Person, who chat.Person) bool {
	for _, p := range people {
		if who.JID != "" && p.JID == who.JID {
			return true
		}
	}
	return false
}

func capital(s string) string {
	if s == "you" {
		return "You"
	}
	return s
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

// groups adds the groups of a community that a note is about.
func (r *reading) groups(m *chat.Message, text string) string {
	var list []string
	for _, row := range r.of(tSystemNodes, m.Row) {
		if n, ok := r.get(tSystemNodes, row); ok && len(n.bytes(cNodeSubject)) > 0 {
			if len(list) == maxInvolved {
				list = append(list, "…")
				break
			}
			list = append(list, "“"+clip(n.bytes(cNodeSubject), maxName)+"”")
		}
	}
	if len(list) == 0 {
		return text
	}
	return text + ": " + strings.Join(list, ", ")
}

func (r *reading) timer(row int64, text string) string {
	rec, ok := r.side(tSystemTimer, row)
	if !ok {
		return text
	}
	const day, hour = 24 * 60 * 60, 60 * 60 // seconds
	switch d := rec.int(cTimerSeconds); {
	case d <= 0:
		return "Disappearing messages were turned off"
	case d%day == 0:
		return "Disappearing messages were set to " + counted64(d/day, "day")
	case d%hour == 0:
		return "Disappearing messages were set to " + counted64(d/hour, "hour")
	}
	return "Disappearing messages were turned on"
}

func counted64(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.FormatInt(n, 10) + " " + what
}

// maxInvolved is how many people or groups a note names.
const maxInvolved = 8

// names lists people in a sentence.
func names(people []chat.Person) string {
	var list []string
	for _, p := range people[:min(len(people), maxInvolved)] {
		if name := named(p); name != "" {
			list = append(list, name)
		}
	}
	if more := len(people) - maxInvolved; more > 0 {
		list = append(list, counted64(int64(more), "other"))
	}
	return strings.Join(list, ", ")
}

// named is how a person is called in a sentence.
func named(p chat.Person) string {
	if p.Name != "" {
		return p.Name
	}
	return p.JID
}
