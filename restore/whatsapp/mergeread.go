package whatsapp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"slices"
	"sort"
	"strings"

	"touchback/restore/chat"
)

// errSpooled says that what was spooled does not read as it was written.
var errSpooled = errors.New("a change of an increment can't be read again")

// over applies what increments changed of a message of the base.
func (r *reading) over(m *chat.Message) {
	g := r.merged
	if g == nil || r.err != nil {
		return
	}
	// Rows mostly come in order, so that the next target is where the last
	// one was, or right after it.
	if r.touched > 0 && g.targets[r.touched-1].row >= m.Row {
		r.touched = sort.Search(g.base, func(i int) bool { return g.targets[i].row >= m.Row })
	}
	for r.touched < g.base && g.targets[r.touched].row < m.Row {
		r.touched++
	}
	if r.touched < g.base && g.targets[r.touched].row == m.Row {
		r.apply(g.targets[r.touched].first, m)
	}
}

// added tells whether a row is of a message that only increments have.
func (g *merged) added(row int64) bool {
	return g != nil && row >= g.first && row-g.first < int64(len(g.targets)-g.base)
}

// addedMessage reads one of them. m has its row.
func (r *reading) addedMessage(m *chat.Message) {
	t := r.merged.targets[r.merged.base+int(m.Row-r.merged.first)]
	m.Chat = t.chat
	r.apply(t.first, m)
}

// eachAdded calls fn with the messages that only increments have.
func (r *reading) eachAdded(ctx context.Context, f chat.Filter, fn func(*chat.Message) error) error {
	g := r.merged
	if g == nil {
		return nil
	}
	for _, t := range g.targets[g.base:] {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(f.Chats) > 0 && !slices.Contains(f.Chats, t.chat) {
			continue // without reading it
		}
		m := chat.Message{Row: t.row}
		r.addedMessage(&m)
		if r.err != nil {
			return r.err
		}
		if !f.Takes(m.Chat, m.Time) {
			continue
		}
		if err := fn(&m); err != nil {
			return err
		}
	}
	return nil
}

// apply does the changes from position i on to m.
func (r *reading) apply(i int32, m *chat.Message) {
	for g := r.merged; i != none && r.err == nil; i = g.changes[i].next {
		c, err := g.read(&g.changes[i])
		if err != nil {
			r.err = err
			return
		}
		for p := range peopleOf(&c.Message) {
			*p = r.met(*p)
		}
		r.ownQuote(&c)
		applyChange(m, &c)
		m.Increment = &g.numbers[g.changes[i].in]
	}
}

// read reads a change again.
func (g *merged) read(c *change) (Change, error) {
	b := make([]byte, c.size)
	if n, err := g.spool.ReadAt(b, c.off); n < len(b) {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return Change{}, fmt.Errorf("reading a change of an increment: %w", err)
	}
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return Change{}, errSpooled
	}
	read, ok := readChange(b[k+int(n):], string(b[k:k+int(n)]))
	if !ok {
		return Change{}, errSpooled
	}
	return read, nil
}

// met names a person of an increment as the base names them.
func (r *reading) met(p chat.Person) chat.Person {
	if p.JID == "" {
		return p
	}
	jid := address(p.JID)
	shown := p.Name // what they call themselves
	var q chat.Person
	if row := r.merged.people[maphash.String(r.merged.seed, jid)]; row != 0 {
		q = r.person(row)
	} else {
		q = r.personAt(jid)
	}
	if shown != "" && (q.Name == "" || q.Name[0] == '+') { // better than the number
		q.Name = clip([]byte(shown), maxName)
	}
	return q
}

// ownQuote tells whether a reply in a chat of two is to the owner's words:
// increments name who wrote them and not that it was the owner.
func (r *reading) ownQuote(c *Change) {
	q := c.Message.Quoted
	if q == nil || q.Sender.JID == "" || isGroup(c.ChatJID) || strings.HasSuffix(c.ChatJID, "@broadcast") {
		return
	}
	if !samePerson(q.Sender, r.met(chat.Person{JID: c.ChatJID})) {
		q.FromMe, q.Sender = true, chat.Person{}
	}
}

// peopleOf goes through everyone who is named in a message.
func peopleOf(m *chat.Message) iter.Seq[*chat.Person] {
	return func(yield func(*chat.Person) bool) {
		all := []*chat.Person{&m.Sender, &m.RevokeBy}
		if m.Quoted != nil {
			all = append(all, &m.Quoted.Sender)
		}
		if m.System != nil {
			all = append(all, &m.System.By)
			for i := range m.System.People {
				all = append(all, &m.System.People[i])
			}
		}
		for i := range m.Reactions {
			all = append(all, &m.Reactions[i].Sender)
		}
		for i := range m.Mentions {
			all = append(all, &m.Mentions[i])
		}
		for i := range m.Receipts {
			all = append(all, &m.Receipts[i].Person)
		}
		for _, p := range all {
			if !yield(p) {
				return
			}
		}
	}
}
