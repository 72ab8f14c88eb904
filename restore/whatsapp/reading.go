package whatsapp

import (
	"errors"
	"strings"

	"touchback/restore/chat"
	"touchback/restore/pages"
)

// reading looks rows up for one call of Messages, Chats or Each. It keeps the
// people it met, and the first error: after one it finds nothing.
type reading struct {
	a       *Archive
	people  map[int64]chat.Person
	forward *forward // nil where messages are not read in order
	rows    []int64  // of the last call of of
	merged  *merged  // nil without increments
	touched int      // the next of its targets, see over
	err     error
}

// maxPeople is how many people a reading keeps; it then forgets them all.
const maxPeople = 1 << 14

func (a *Archive) reading() *reading {
	return &reading{a: a, people: map[int64]chat.Person{}, merged: a.merged.Load()}
}

// get looks a row up wherever it is. A row that can't be read is not there.
func (r *reading) get(id tableID, row int64) (record, bool) {
	t := r.a.table(id)
	if t == nil || r.err != nil {
		return record{}, false
	}
	found, ok, err := t.Get(row)
	if err != nil && !isCorrupt(err) {
		r.err = err
	}
	return record{&found, t.pos}, ok && err == nil
}

// side looks a row up that has the row of a message for its own. While all
// messages are read in order, it is right ahead.
func (r *reading) side(id tableID, message int64) (record, bool) {
	if r.forward == nil || r.forward.tables[id] == nil {
		return r.get(id, message)
	}
	if r.err != nil {
		return record{}, false
	}
	rec, ok, err := r.forward.tables[id].seek(message)
	if err != nil {
		r.err = err
		return record{}, false
	}
	return rec, ok
}

// of returns the rows of a table that belong to a message. They are good until
// of is called again.
func (r *reading) of(id tableID, message int64) []int64 {
	if r.forward != nil {
		r.rows = r.forward.by[id].values(r.rows[:0], message)
		return r.rows
	}
	r.rows = r.find(r.rows[:0], id, message)
	return r.rows
}

// find appends to dst the rows of a table that belong to a row of another.
func (r *reading) find(dst []int64, id tableID, of int64) []int64 {
	r.a.mu.RLock()
	defer r.a.mu.RUnlock()
	return r.a.by[id].values(dst, of)
}

// failed returns the first error, that of an index included.
func (r *reading) failed() error {
	if r.err == nil {
		r.err = r.a.spill.failed()
	}
	return r.err
}

// some is of, but for a preview no more than a screen can show.
func (r *reading) some(id tableID, message int64) []int64 {
	rows := r.of(id, message)
	if r.forward == nil {
		rows = rows[:min(len(rows), maxPreviewed)]
	}
	return rows
}

// anywhere returns the rows of a table that belong to a row of another, in no
// order from call to call.
func (r *reading) anywhere(id tableID, of int64) []int64 {
	return r.find(nil, id, of)
}

// person returns who has the address in row jid of the table jid.
func (r *reading) person(jid int64) chat.Person {
	if jid <= 0 {
		return chat.Person{}
	}
	if p, ok := r.people[jid]; ok {
		return p
	}
	p := r.findPerson(jid)
	if len(r.people) >= maxPeople {
		clear(r.people)
	}
	r.people[jid] = p
	return p
}

func (r *reading) findPerson(jid int64) chat.Person {
	user, server, address := r.address(jid)
	p := chat.Person{JID: address, Name: r.a.contacts.Name(address)}
	if address == "" {
		return p
	}
	switch server {
	case "lid":
		r.behind(jid, &p)
	case "s.whatsapp.net":
		if p.Name == "" {
			p.Name = r.numberName(jid, user)
		}
	}
	return p
}

// behind names a hidden address: by the contact of the number behind it, by
// the name it shows, by the number.
func (r *reading) behind(jid int64, p *chat.Person) {
	number := ""
	if m, ok := r.get(tJIDMap, jid); ok {
		user, _, address := r.address(m.int(cJIDMapPhone))
		p.Phone, number = address, phoneNumber(user)
		if p.Name == "" {
			p.Name = r.a.contacts.Name(address)
		}
	}
	if p.Name == "" {
		p.Name = r.shownName(jid)
	}
	if p.Name == "" {
		p.Name = number
	}
}

// shownName is the name that the owner of a hidden address chose to show.
func (r *reading) shownName(lid int64) string {
	l, ok := r.get(tLIDName, lid)
	if !ok {
		return ""
	}
	for _, c := range []int{cLIDName, cLIDUser} {
		if name := l.bytes(c); len(name) > 0 {
			return clip(name, maxName)
		}
	}
	return ""
}

// numberName names a number that no contact has: by what its owner shows
// under the hidden address, by the number.
func (r *reading) numberName(jid int64, user string) string {
	if user == "0" {
		return "WhatsApp"
	}
	for _, lid := range r.anywhere(tJIDMap, jid) {
		if name := r.shownName(lid); name != "" {
			return name
		}
		if _, _, address := r.address(lid); address != "" {
			if name := r.a.contacts.Name(address); name != "" {
				return name
			}
		}
	}
	return phoneNumber(user)
}

// personAt returns who has an address, for tables that know no rows of jid.
func (r *reading) personAt(address string) chat.Person {
	p := chat.Person{JID: address, Name: r.a.contacts.Name(address)}
	if user, server, _ := strings.Cut(address, "@"); p.Name == "" && server == "s.whatsapp.net" {
		if p.Name = phoneNumber(user); user == "0" {
			p.Name = "WhatsApp"
		}
	}
	return p
}

// address reads a row of jid: "user@server", or just the server.
func (r *reading) address(jid int64) (user, server, address string) {
	rec, ok := r.get(tJID, jid)
	if !ok {
		return "", "", ""
	}
	user, server = clip(rec.bytes(cJIDUser), maxName), clip(rec.bytes(cJIDServer), maxName)
	address = clip(rec.bytes(cJIDRaw), maxName)
	if address == "" && server != "" {
		address = strings.TrimPrefix(user+"@"+server, "@")
	}
	if before, after, found := strings.Cut(address, "@"); found && server == "" {
		user, server = before, after
	}
	return user, server, address
}

func isGroup(address string) bool { return strings.HasSuffix(address, "@g.us") }

// kindOf tells what a chat is by its address and chat.group_type: 0 none, 1 a
// community, 2 its announcements, 3 another group of it.
func (r *reading) kindOf(row int64, address string, groupType int64) chat.Kind {
	switch {
	case isGroup(address):
		if _, ok := r.get(tCommunity, row); groupType == 1 || ok && groupType == 0 {
			return chat.KindCommunity
		}
		return chat.KindGroup
	case strings.HasSuffix(address, "@newsletter"):
		return chat.KindChannel
	case address == statusAddress:
		return chat.KindStatus
	case strings.HasSuffix(address, "@broadcast"):
		return chat.KindBroadcast
	}
	return chat.KindDirect
}

const statusAddress = "status@broadcast"

// chatName returns the best name of a chat, never empty, and its address.
func (r *reading) chatName(row, jid int64, subject string) (name, address string) {
	p := r.person(jid)
	if subject != "" {
		return subject, p.JID
	}
	if p.Name != "" {
		return p.Name, p.JID
	}
	if strings.HasSuffix(p.JID, "@newsletter") {
		if n, ok := r.get(tNewsletter, row); ok && len(n.bytes(cNewsletterName)) > 0 {
			return clip(n.bytes(cNewsletterName), maxName), p.JID
		}
	}
	switch {
	case p.JID == statusAddress:
		return "Status", p.JID
	case p.JID != "":
		return p.JID, p.JID
	}
	return fallbackName(row), ""
}

// chatJID returns the row of a chat's address.
func (a *Archive) chatJID(row int64) int64 {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if c := a.chats[row]; c != nil {
		return c.jid
	}
	return 0
}

func isCorrupt(err error) bool {
	var corrupt *pages.CorruptError
	var large *pages.RecordTooLargeError
	return errors.As(err, &corrupt) || errors.As(err, &large)
}
