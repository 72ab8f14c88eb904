package whatsapp

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"touchback/restore/chat"
	"touchback/restore/pages"
)

// Archive is a msgstore as it is read: an index of a few bytes a message, and
// the rows themselves in the spool. It implements chat.Archive.
//
// What is counted: live rows of the table message whose chat_row_id is above
// zero. Row 1, which the app keeps for no chat, has -1. Messages of a chat are
// in the order of their rows, which is the order they were stored in.
//
// Until about 2021 they were in the table messages; where that has more of
// them it is read instead, see oldChats.
type Archive struct {
	spool    *pages.Spool
	stream   *pages.Stream
	contacts *Contacts
	specs    [numTables]tableSpec
	tables   [numTables]atomic.Pointer[table]
	filled   atomic.Bool
	merged   atomic.Pointer[merged] // nil without increments

	mu       sync.RWMutex // guards all below
	chats    map[int64]*chatState
	messages int64
	// by keeps where rows are that belong to a message and are not found by
	// its row.
	by       [numTables + 1]*index
	spill    *spill     // of all indexes
	calls    *hashIndex // rows of call_log by call_id
	old      oldChats
	problems error
}

var _ chat.Archive = (*Archive)(nil)

// NewArchive returns an empty archive that will keep its rows in spool, which
// must be empty, and is the caller's to close once the archive is no longer
// used. contacts may be nil.
func NewArchive(spool *pages.Spool, contacts *Contacts) *Archive {
	beside := &spill{beside: spool}
	a := &Archive{
		spool:    spool,
		spill:    beside,
		stream:   pages.NewStream(spool, wanted()...),
		contacts: contacts,
		specs:    specs(),
		chats:    map[int64]*chatState{},
		calls:    newHashIndex(),
		old:      newOldChats(beside),
	}
	for _, id := range []tableID{
		tVCard, tOldVCard, tPollOption, tSystemPeople, tSystemNodes, tMissed, tMention, tReceipt, tTransaction,
		tAssociation, byChild, // album to part, part to album
		tReaction, tVote, tResponse, // message to add-on
		tChosen, tCallPeople, tMissedPeople, // by the row of a vote or a call
		tJIDMap, // number to hidden address
	} {
		a.by[id] = &index{spill: beside}
	}
	return a
}

// Progress is how far Fill has come.
type Progress struct {
	Bytes           int64 // of the database
	Total           int64 // bytes of the database as it says itself, 0 until known
	Messages, Chats int64
}

// Fill reads the database out of p, which must be of a msgstore. The archive
// can be read meanwhile. progress, where set, is called every 512 KiB or so.
//
// The error is ErrNoMessages where p is no message database, or that of
// reading p (see Payload.Open), of the spool (pages.ErrNoSpace) or of ctx.
// Rows that can't be read do not fail it: see Problems. Fill can be called
// once.
func (a *Archive) Fill(ctx context.Context, p *Payload, progress func(Progress)) error {
	if p.Kind != SQLite {
		return ErrNoMessages
	}
	if a.filled.Swap(true) {
		return errors.New("an archive is filled once")
	}
	r, err := p.openHelped(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	err = a.stream.Run(ctx, &counted{r: r, a: a, tell: progress}, a.take)
	if !a.stream.Complete() {
		return err
	}
	if a.table(tMessage) == nil && a.table(tOldMessage) == nil {
		return ErrNoMessages
	}
	a.mu.Lock()
	a.problems = err
	a.mu.Unlock()
	if err := a.spill.failed(); err != nil { // what came late is not in its place
		return err
	}
	return a.describeOldChats(ctx)
}

// Complete tells whether all of the database has been read.
func (a *Archive) Complete() bool { return a.stream.Complete() }

// Problems returns what of a database that verified could not be read, nil
// where all could: pages.CorruptError and others, joined.
func (a *Archive) Problems() error {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.problems
}

// take is called with rows as they are confirmed.
func (a *Archive) take(t *pages.Table, rows []pages.Row) error {
	b := a.bound(t)
	if b == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if b.id == tMessage {
		a.takeMessages(rows, b.pos)
		return nil
	}
	for i := range rows {
		r := record{&rows[i], b.pos}
		switch b.id {
		case tChat:
			a.chat(r.RowID).take(r)
		case tVCard, tOldVCard, tPollOption, tSystemPeople, tSystemNodes, tMissed, tMention, tReceipt, tTransaction,
			tChosen, tCallPeople, tMissedPeople, tJIDMap:
			a.by[b.id].add(r.int(0), r.RowID) // column 0 is what it belongs to
		case tAddOn:
			if id, ok := addOnTable(r.int(cAddOnType)); ok {
				a.by[id].add(r.int(cAddOnParent), r.RowID)
			}
		case tAssociation:
			if r.int(cAssociationType) == associationAlbum || b.pos[cAssociationType] < 0 {
				parent, child := r.int(cAssociationParent), r.int(cAssociationChild)
				a.by[tAssociation].add(parent, child)
				a.by[byChild].add(child, parent)
			}
		case tCallLog:
			a.calls.add(r.bytes(cCallID), r.RowID)
		case tOldMessage:
			a.old.takeMessage(r)
		case tChatList:
			a.old.takeChat(r)
		case tOldReceipt:
			if a.messages == 0 { // a newer layout has them elsewhere
				a.old.receipts.add(r.bytes(cOldReceiptKey), r.RowID)
			}
		default:
			return nil // rows are looked up when they are asked for
		}
	}
	return nil
}

// takeMessages notes which chats messages are in. Of those that follow each
// other in a chat only the newest is looked at more closely.
func (a *Archive) takeMessages(rows []pages.Row, pos []int) {
	var c *chatState
	newest := -1
	for i := range rows {
		r := record{&rows[i], pos}
		id := r.int(cMessageChat)
		if id <= 0 {
			continue
		}
		a.messages++
		if c == nil || c.row != id {
			if newest >= 0 {
				c.takeLast(record{&rows[newest], pos})
			}
			c, newest = a.chat(id), -1
		}
		if atEnd := c.rows.add(r.RowID, 0); !atEnd {
			c.generation++
		} else if at := r.int(cMessageTime); at >= c.lastTime {
			c.lastTime, newest = at, i
		}
	}
	if newest >= 0 {
		c.takeLast(record{&rows[newest], pos})
	}
}

// chat returns the state of a chat, new where it was not known.
func (a *Archive) chat(row int64) *chatState {
	c := a.chats[row]
	if c == nil {
		c = &chatState{row: row, named: -1, rows: index{spill: a.spill}}
		a.chats[row] = c
	}
	return c
}

// bound returns the table with its columns, nil where it can't be used.
func (a *Archive) bound(t *pages.Table) *table {
	for id := range a.tables {
		if b := a.tables[id].Load(); b != nil && b.Table == t {
			return b.orNil()
		}
	}
	for id := range a.specs {
		if a.specs[id].name == t.Name {
			b := bind(t, tableID(id), &a.specs[id])
			a.tables[id].Store(b)
			return b.orNil()
		}
	}
	return nil
}

func (b *table) orNil() *table {
	if !b.usable {
		return nil
	}
	return b
}

// table returns a table, nil where the backup has none, or not yet.
func (a *Archive) table(id tableID) *table {
	if b := a.tables[id].Load(); b != nil {
		return b.orNil()
	}
	t, ok := a.stream.Table(a.specs[id].name)
	if !ok {
		return nil
	}
	return a.bound(t)
}

// counted tells how much has been read.
type counted struct {
	r     io.Reader
	a     *Archive
	tell  func(Progress)
	bytes atomic.Int64
	total atomic.Int64
	head  []byte
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.bytes.Add(int64(n))
	if len(c.head) < 32 {
		if c.head = append(c.head, p[:min(n, 32-len(c.head))]...); len(c.head) == 32 {
			c.total.Store(databaseSize(c.head))
		}
	}
	return n, err
}

// Ahead is called by the stream between pieces, whose rows were taken by then.
func (c *counted) Ahead() {
	if r, ok := c.r.(pages.Ahead); ok {
		r.Ahead()
	}
	if c.tell != nil {
		messages, chats := c.a.Total()
		bytes := c.bytes.Load()
		c.tell(Progress{Bytes: bytes, Total: max(c.total.Load(), bytes), Messages: messages, Chats: chats})
	}
}

// databaseSize reads page size and page count of a SQLite header
// (https://sqlite.org/fileformat2.html §1.3).
func databaseSize(head []byte) int64 {
	size := int64(head[16])<<8 | int64(head[17])
	if size == 1 {
		size = 1 << 16
	}
	return size * (int64(head[28])<<24 | int64(head[29])<<16 | int64(head[30])<<8 | int64(head[31]))
}

// millis makes a time of a column in milliseconds; 0 and below is no time.
func millis(ms int64) time.Time {
	if ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
