package whatsapp

import (
	"context"
	"errors"
	"hash/maphash"
	"math"

	"touchback/restore/pages"
)

// merged is what a Merger leaves for those who read. It does not change.
type merged struct {
	spool   *pages.Spool
	seed    maphash.Seed
	changes []change
	numbers []int
	people  map[uint64]int64
	targets []target // those of the base by row, then those added by row
	base    int      // how many are of the base
	first   int64    // row of the first that was added
}

// target is a message that is changed, or added.
type target struct {
	row, chat   int64
	first, last int32 // its changes
}

// End finds what is changed, and shows it. The error is that of the base's
// spool or of ctx; the archive is as it was then. It can be called once for an
// archive.
func (m *Merger) End(ctx context.Context) (Merged, error) {
	a := m.a
	if m.ended || !a.Complete() || a.merged.Load() != nil {
		return Merged{}, errMerged
	}
	m.ended = true
	a.leaveOut(m.left)
	if len(m.changes) == 0 {
		return m.counts, nil
	}
	if err := m.findPeople(ctx); err != nil {
		return Merged{}, err
	}
	r := a.reading()
	a.mu.Lock()
	m.findChats(a)
	a.mu.Unlock()
	// Aliases are rows to look up, which is not done under the lock.
	m.findAliases(r)
	if r.err != nil {
		return Merged{}, r.err
	}
	g := &merged{spool: m.spool, seed: m.seed, changes: m.changes, numbers: m.numbers, people: m.people}
	a.mu.Lock()
	created := m.addChats(a)
	a.mu.Unlock()
	last, keys, err := m.match(ctx, g)
	if err == nil && last > math.MaxInt64-int64(len(m.changes)) {
		err = ErrTooLarge // no rows are left after it
	}
	if err != nil {
		a.mu.Lock()
		for _, row := range created {
			delete(a.chats, row)
		}
		a.mu.Unlock()
		return Merged{}, err
	}
	g.first = last + 1
	m.link(g, keys)
	m.show(a, g)
	m.describe(a, g)
	return m.counts, nil
}

func (a *Archive) leaveOut(left []error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.problems = errors.Join(append([]error{a.problems}, left...)...)
}

// findPeople looks up the rows of the addresses that were met.
func (m *Merger) findPeople(ctx context.Context) error {
	t := m.a.table(tJID)
	if t == nil {
		return nil
	}
	var parts []byte
	return m.a.stream.Scan(ctx, t.Name, func(rows []pages.Row) error {
		for i := range rows {
			rec := record{&rows[i], t.pos}
			b := rec.bytes(cJIDRaw)
			if len(b) == 0 {
				parts = append(append(append(parts[:0], rec.bytes(cJIDUser)...), '@'), rec.bytes(cJIDServer)...)
				b = parts
			}
			h := maphash.Bytes(m.seed, b)
			if row, ok := m.people[h]; ok && row == 0 {
				m.people[h] = rec.RowID
			}
		}
		return nil
	})
}

// findChats finds chats by their very addresses. Archive.mu is held.
func (m *Merger) findChats(a *Archive) {
	if _, old := a.current(); old {
		for i := range m.chats {
			m.chats[i].row = a.old.rows[m.chats[i].address]
		}
		return
	}
	byJID := make(map[int64]int64, len(a.chats))
	for row, c := range a.chats {
		if c.jid > 0 {
			byJID[c.jid] = row
		}
	}
	for i := range m.chats {
		m.chats[i].row = byJID[m.people[m.hash(m.chats[i].address)]]
	}
}

// findAliases finds chats that the base has under a hidden address, and the
// increment under the number behind it, or the reverse.
func (m *Merger) findAliases(r *reading) {
	byJID := map[int64]int64{}
	r.a.mu.RLock()
	for row, c := range r.a.chats {
		if c.jid > 0 {
			byJID[c.jid] = row
		}
	}
	r.a.mu.RUnlock()
	for i := range m.chats {
		c := &m.chats[i]
		jid := m.people[m.hash(c.address)]
		if c.row != 0 || jid == 0 {
			continue
		}
		if number, ok := r.get(tJIDMap, jid); ok {
			c.row = byJID[number.int(cJIDMapPhone)]
		}
		for _, lid := range r.anywhere(tJIDMap, jid) {
			if c.row == 0 {
				c.row = byJID[lid]
			}
		}
	}
}

// addChats makes the chats that the base does not have, and returns their rows
// where they can be taken back. Archive.mu is held.
func (m *Merger) addChats(a *Archive) (created []int64) {
	_, old := a.current()
	next := int64(1)
	for row := range a.chats {
		if row >= next && row < math.MaxInt64 {
			next = row + 1
		}
	}
	for i := range m.chats {
		c := &m.chats[i]
		switch {
		case c.row != 0:
		case old:
			c.row = a.old.chat(c.address).row
		default:
			for a.chats[next] != nil || next <= 0 { // beyond the last one
				next = max(next+1, 1)
			}
			state := a.chat(next)
			state.address, state.jid = c.address, m.people[m.hash(c.address)]
			c.row = next
			created = append(created, next)
		}
	}
	return created
}

// match finds the messages of the base that are changed, and the base's last
// row. keys say for each change's message where it is among the targets.
func (m *Merger) match(ctx context.Context, g *merged) (last int64, keys map[uint64]int32, err error) {
	keys = make(map[uint64]int32, len(m.changes))
	rows := make(map[int64]struct{}, len(m.chats))
	for i := range m.changes {
		c := &m.changes[i]
		chat := m.chats[c.chat].row
		rows[chat] = struct{}{}
		c.key = inChat(c.key, chat)
		keys[c.key] = none
	}
	id, columns := tMessage, [3]int{cMessageChat, cMessageFromMe, cMessageKey}
	old := m.a.isOld()
	if old {
		id, columns = tOldMessage, [3]int{cOldChat, cOldFromMe, cOldKey}
	}
	t := m.a.table(id)
	if t == nil { // the base has no message at all
		return 0, keys, nil
	}
	err = m.a.stream.Scan(ctx, t.Name, func(found []pages.Row) error {
		for i := range found {
			rec := record{&found[i], t.pos}
			last = max(last, rec.RowID)
			chat := rec.int(columns[0])
			if old {
				chat = m.a.oldChat(rec.bytes(columns[0]))
			}
			if _, ok := rows[chat]; !ok || chat <= 0 {
				continue
			}
			key := maphash.Bytes(m.seed, rec.bytes(columns[2]))
			if rec.int(columns[1]) != 0 {
				key = ^key
			}
			key = inChat(key, chat)
			if at, ok := keys[key]; ok && at == none {
				keys[key] = int32(len(g.targets))
				g.targets = append(g.targets, target{rec.RowID, chat, none, none})
			}
		}
		return nil
	})
	g.base = len(g.targets)
	return last, keys, err
}

// link hands the changes to their messages, in order. What was done to a
// message that comes only later in the increments is done in the end.
func (m *Merger) link(g *merged, keys map[uint64]int32) {
	var early []int32
	hand := func(at, i int32) {
		t := &g.targets[at]
		if t.first == none {
			t.first = i
			if int(at) < g.base {
				m.counts.Changed++
			}
		} else {
			g.changes[t.last].next = i
		}
		t.last = i
	}
	for i := range g.changes {
		c := &g.changes[i]
		at := keys[c.key]
		switch {
		case at != none:
		case c.kind == Put:
			at = int32(len(g.targets))
			keys[c.key] = at
			row := g.first + int64(len(g.targets)-g.base)
			g.targets = append(g.targets, target{row, m.chats[c.chat].row, none, none})
			m.counts.Added++
		default:
			early = append(early, int32(i))
			continue
		}
		hand(at, int32(i))
	}
	for _, i := range early {
		if at := keys[g.changes[i].key]; at != none {
			hand(at, i)
		} else {
			m.counts.Unmatched++
		}
	}
}

// show lets everyone see the changes.
func (m *Merger) show(a *Archive, g *merged) {
	a.mu.Lock()
	defer a.mu.Unlock()
	chats, old := a.current()
	a.merged.Store(g)
	for i, t := range g.targets {
		c := chats[t.chat]
		if i < g.base {
			if t.first != none {
				c.generation++
			}
			continue
		}
		c.rows.add(t.row, 0)
		if old {
			a.old.messages++
		} else {
			a.messages++
		}
	}
	for jid, name := range m.names {
		i, ok := m.chatOf[jid]
		if !ok {
			continue
		}
		// The name of a person is the address book's, if it has one.
		if c := chats[m.chats[i].row]; c != nil && (isGroup(jid) || c.jid == 0 && a.contacts.Name(jid) == "") {
			c.subject, c.named = name, none
		}
	}
}

// describe tells the list of chats what is newest in them.
func (m *Merger) describe(a *Archive, g *merged) {
	for i := range m.chats {
		row := m.chats[i].row
		n, _ := a.Count(row)
		if n == 0 {
			continue
		}
		list, err := a.Messages(row, n-1, 1)
		if err != nil || len(list) == 0 || list[0].Time.IsZero() {
			continue
		}
		newest := &list[0]
		a.mu.Lock()
		chats, _ := a.current()
		if c, at := chats[row], newest.Time.UnixMilli(); at >= c.lastTime {
			c.lastTime, c.lastType = at, newest.Type
			c.lastText = append([]byte(nil), newest.Text[:min(len(newest.Text), lastTextSize)]...)
			if newest.Row >= g.first {
				c.sortTime = max(c.sortTime, at)
			}
		}
		a.mu.Unlock()
	}
}
