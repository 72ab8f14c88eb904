package whatsapp

import (
	"context"
	"hash/fnv"

	"touchback/restore/chat"
	"touchback/restore/pages"
)

// oldChats are the chats of the layout that was used until about 2021: all
// messages in the table messages, each with the address of its chat, and the
// chats in chat_list or, in the last of these versions, in chat. What belongs
// to a message was moved to tables of its own over the years, which have kept
// their names and their rows; they are looked at first.
//
// Counted are rows with a key_remote_jid other than "-1", the app's own first
// row. Archive.mu guards all.
type oldChats struct {
	rows      map[string]int64 // of an address
	chats     map[int64]*chatState
	described map[string]oldChat // of chat_list, by address
	receipts  *hashIndex         // rows of receipts by key_id
	messages  int64
	spill     *spill
}

type oldChat struct {
	subject  string
	archived bool
	sortTime int64
}

func newOldChats(s *spill) oldChats {
	return oldChats{rows: map[string]int64{}, chats: map[int64]*chatState{}, described: map[string]oldChat{}, receipts: newHashIndex(), spill: s}
}

// maxAddress is how many bytes of an address tell chats apart; the app's have
// less than 64.
const maxAddress = 256

// current returns the chats of the layout that has the messages.
func (a *Archive) current() (chats map[int64]*chatState, old bool) {
	if a.old.messages > a.messages {
		return a.old.chats, true
	}
	return a.chats, false
}

func (a *Archive) isOld() bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	_, old := a.current()
	return old
}

// oldChat returns the row of a chat by its address, 0 where it has none.
func (a *Archive) oldChat(address []byte) int64 {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.old.rows[clip(address, maxAddress)]
}

// oldAddress returns the address of a chat, "" where it is none of these.
func (a *Archive) oldAddress(row int64) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if chats, old := a.current(); old && chats[row] != nil {
		return chats[row].address
	}
	return ""
}

func (o *oldChats) takeMessage(r record) {
	address := clip(r.bytes(cOldChat), maxAddress)
	if address == "" || address == "-1" {
		return
	}
	o.messages++
	c := o.chat(address)
	if atEnd := c.rows.add(r.RowID, 0); !atEnd {
		c.generation++
		return
	}
	if at := r.int(cOldTime); at >= c.lastTime {
		code := r.number(cOldType)
		c.lastTime, c.lastType = at, oldType(r, code)
		text := r.bytes(oldTextColumn(code))
		c.lastText = append(c.lastText[:0], text[:min(len(text), lastTextSize)]...)
	}
}

// chat returns the state of a chat, new where it was not known. Chats had no
// rows that all versions agree on: the number follows from the address, so
// that it is the same in every backup of a phone.
func (o *oldChats) chat(address string) *chatState {
	row, ok := o.rows[address]
	if !ok {
		h := fnv.New32a()
		_, _ = h.Write([]byte(address))
		for row = int64(h.Sum32()) + 1; o.chats[row] != nil; row++ {
		}
		o.rows[address] = row
		o.chats[row] = &chatState{row: row, address: address, named: -1, rows: index{spill: o.spill}}
	}
	c := o.chats[row]
	if d, ok := o.described[address]; ok && !c.known {
		c.describe(d)
	}
	return c
}

func (o *oldChats) takeChat(r record) {
	address := clip(r.bytes(cChatListJID), maxAddress)
	d := oldChat{clip(r.bytes(cChatListSubject), maxName), r.int(cChatListArchived) != 0, r.int(cChatListSort)}
	o.described[address] = d
	if row, ok := o.rows[address]; ok {
		o.chats[row].describe(d)
	}
}

func (c *chatState) describe(d oldChat) {
	c.known, c.subject, c.archived, c.sortTime = true, d.subject, d.archived, d.sortTime
	c.named = -1
}

// describeOldChats gives old chats what newer tables say of them: chat, which
// knows them by rows of jid.
func (a *Archive) describeOldChats(ctx context.Context) error {
	jids, chats := a.table(tJID), a.table(tChat)
	if jids == nil || chats == nil || !a.isOld() {
		return nil
	}
	of := map[int64]string{}
	err := a.stream.Scan(ctx, jids.Name, func(rows []pages.Row) error {
		a.mu.RLock()
		defer a.mu.RUnlock()
		for i := range rows {
			address := clip(record{&rows[i], jids.pos}.bytes(cJIDRaw), maxAddress)
			if _, ok := a.old.rows[address]; ok {
				of[rows[i].RowID] = address
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.stream.Scan(ctx, chats.Name, func(rows []pages.Row) error {
		a.mu.Lock()
		defer a.mu.Unlock()
		for i := range rows {
			r := record{&rows[i], chats.pos}
			if c := a.old.chats[a.old.rows[of[r.int(cChatJID)]]]; c != nil && !c.known {
				c.describe(oldChat{clip(r.bytes(cChatSubject), maxName), r.int(cChatArchived) != 0, r.int(cChatSort)})
			}
		}
		return nil
	})
}

// oldChatName returns the best name of a chat, never empty.
func (r *reading) oldChatName(address, subject string) string {
	if subject != "" {
		return subject
	}
	if name := r.personAt(address).Name; name != "" {
		return name
	}
	if address == statusAddress {
		return "Status"
	}
	return address
}

// oldSender is who wrote in a chat: as the row says or, where it doesn't, whom
// the chat is with.
func (r *reading) oldSender(address, sender string) chat.Person {
	switch {
	case sender != "":
		return r.personAt(sender)
	case isGroup(address), address == statusAddress:
		return chat.Person{}
	}
	return r.personAt(address)
}
