package whatsapp

import (
	"sort"
	"strconv"

	"touchback/restore/chat"
)

// chatState is what is kept of a chat. Archive.mu guards it.
type chatState struct {
	row        int64
	jid        int64 // row of its address
	known      bool  // its row of the table chat has come
	hidden     bool
	archived   bool
	groupType  int64
	subject    string
	sortTime   int64 // ms
	rows       index // of its messages
	generation uint64

	lastTime int64 // ms, of the newest message
	lastType chat.Type
	lastText []byte // the first bytes of its text

	name, address string
	kind          chat.Kind
	named         int64 // how many rows the name was made from, see nameRows
}

// lastTextSize is how many bytes of the newest text a list of chats shows.
const lastTextSize = 160

// take reads a row of the table chat.
func (c *chatState) take(r record) {
	c.known = true
	c.jid = r.int(cChatJID)
	c.hidden = r.int(cChatHidden) != 0
	c.archived = r.int(cChatArchived) != 0
	c.subject = clip(r.bytes(cChatSubject), maxName)
	c.sortTime = r.int(cChatSort)
	c.groupType = r.int(cChatGroupType)
	c.named = -1
}

// takeLast notes what the newest message, whose time is known, says in the list
// of chats.
func (c *chatState) takeLast(r record) {
	c.lastType = typeOf(r)
	text := r.bytes(cMessageText)
	c.lastText = append(c.lastText[:0], text[:min(len(text), lastTextSize)]...)
}

// Chats returns the chats known so far, newest first. A chat without messages
// is among them unless the app hides it.
func (a *Archive) Chats() []chat.Chat {
	n := a.reading()
	a.nameChats(n)
	a.mu.RLock()
	defer a.mu.RUnlock()
	chats, _ := a.current()
	list := make([]chat.Chat, 0, len(chats))
	for _, c := range chats {
		if !c.listed() {
			continue
		}
		last := millis(c.lastTime)
		order := millis(c.sortTime)
		if order.IsZero() {
			order = last
		}
		name, kind := c.name, c.kind
		if name == "" { // it has come just now
			name, kind = fallbackName(c.row), chat.KindDirect
		}
		list = append(list, chat.Chat{
			Row: c.row, JID: c.address, Name: name, Kind: kind, Group: isGroup(c.address), Archived: c.archived,
			Messages: int64(c.rows.n), Last: last, LastText: clip(c.lastText, lastTextSize-3), LastType: c.lastType,
			SortTime: order,
		})
	}
	sort.Slice(list, func(i, j int) bool {
		if !list[i].SortTime.Equal(list[j].SortTime) {
			return list[i].SortTime.After(list[j].SortTime)
		}
		return list[i].Row < list[j].Row
	})
	return list
}

// listed tells whether a chat is shown.
func (c *chatState) listed() bool { return c.rows.n > 0 || c.known && !c.hidden && c.row > 0 }

// nameChats makes names for chats whose name may be better known by now. It
// looks rows up without holding the lock.
func (a *Archive) nameChats(r *reading) {
	from := a.nameRows()
	type todo struct {
		row, jid, groupType int64
		subject, address    string
	}
	var open []todo
	a.mu.RLock()
	chats, old := a.current()
	for _, c := range chats {
		if c.named != from && c.listed() {
			open = append(open, todo{c.row, c.jid, c.groupType, c.subject, c.address})
		}
	}
	a.mu.RUnlock()
	for _, t := range open {
		var name string
		if old || t.jid <= 0 && t.address != "" { // or an increment's
			name = r.oldChatName(t.address, t.subject)
		} else {
			name, t.address = r.chatName(t.row, t.jid, t.subject)
		}
		kind := r.kindOf(t.row, t.address, t.groupType)
		if r.err != nil {
			return // the spool was closed: what is known stays
		}
		a.mu.Lock()
		if c := chats[t.row]; c != nil && c.jid == t.jid && c.subject == t.subject {
			c.name, c.address, c.kind, c.named = name, t.address, kind, from
		}
		a.mu.Unlock()
	}
}

// nameRows counts the rows that names are made from, so that a name is made
// again only when there are more of them.
func (a *Archive) nameRows() int64 {
	n := int64(0)
	for _, id := range []tableID{tJID, tJIDMap, tLIDName, tNewsletter, tCommunity} {
		if t := a.table(id); t != nil {
			n += t.Rows()
		}
	}
	return n
}

// Count returns how many messages of a chat can be read.
func (a *Archive) Count(row int64) (int, uint64) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	chats, _ := a.current()
	c := chats[row]
	if c == nil {
		return 0, 0
	}
	return c.rows.n, c.generation
}

// Total returns how many messages, and chats to list, are known.
func (a *Archive) Total() (messages, chats int64) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	all, old := a.current()
	for _, c := range all {
		if c.listed() {
			chats++
		}
	}
	if old {
		return a.old.messages, chats
	}
	return a.messages, chats
}

// maxPreviewText bounds what one message costs a preview, in bytes; the app
// allows 65,536 characters. Exports get all of it.
const maxPreviewText = 1 << 20

// Messages returns up to n messages of a chat from the from-th oldest on. It
// holds what is known of them by now: replies, media and reactions may still
// be on their way while the database is read.
func (a *Archive) Messages(row int64, from, n int) ([]chat.Message, error) {
	a.mu.RLock()
	chats, old := a.current()
	c := chats[row]
	var rows []int64
	if c != nil && from >= 0 && n > 0 {
		rows = c.rows.keys(nil, from, min(n, c.rows.n))
	}
	a.mu.RUnlock()
	r := a.reading()
	list := make([]chat.Message, 0, len(rows))
	table := tMessage
	if old {
		table = tOldMessage
	}
	for _, id := range rows {
		rec, ok := record{}, false
		if !r.merged.added(id) {
			rec, ok = r.get(table, id)
		}
		if r.err != nil {
			return nil, r.err
		}
		m := chat.Message{Row: id, Chat: row, Type: chat.Waiting}
		switch {
		case r.merged.added(id):
			m = chat.Message{Row: id}
			r.addedMessage(&m)
		case ok && old:
			r.oldMessage(&m, rec)
		case ok:
			r.message(&m, rec)
		}
		r.over(&m)
		if len(m.Text) > maxPreviewText {
			m.Text = clip([]byte(m.Text), maxPreviewText) + "…"
		}
		list = append(list, m)
	}
	return list, r.failed()
}

// fallbackName is for a chat without an address.
func fallbackName(row int64) string { return "chat " + strconv.FormatInt(row, 10) }
