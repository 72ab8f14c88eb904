package whatsapp

import (
	"context"
	"errors"
	"iter"
	"math"

	"touchback/restore/chat"
	"touchback/restore/pages"
)

// Each calls fn with every message that f takes, in the order of rows, with
// all that belongs to it. The message is fn's only until it returns. Before
// the database is read in full it fails with pages.ErrIncomplete. It may be
// called from several goroutines, and while the archive is read otherwise.
func (a *Archive) Each(ctx context.Context, f chat.Filter, fn func(*chat.Message) error) error {
	old := a.isOld()
	t := a.table(tMessage)
	if old {
		t = a.table(tOldMessage)
	}
	if t == nil {
		if !a.Complete() {
			return pages.ErrIncomplete
		}
		return a.reading().eachAdded(ctx, f, fn)
	}
	r := a.reading()
	r.forward = a.readForward(ctx)
	defer r.forward.stop()
	err := handOver(ctx, func(ctx context.Context, emit func() *chat.Message) error {
		return a.stream.Scan(ctx, t.Name, func(rows []pages.Row) error {
			for i := range rows {
				rec := record{&rows[i], t.pos}
				id, at := rec.int(cMessageChat), rec.int(cMessageTime)
				if old {
					id, at = a.oldChat(rec.bytes(cOldChat)), rec.int(cOldTime)
				}
				if id <= 0 || !f.Takes(id, millis(at)) {
					continue
				}
				m := emit()
				if m == nil {
					return ctx.Err()
				}
				m.Row, m.Chat = rec.RowID, id
				if old {
					r.oldMessage(m, rec)
				} else {
					r.message(m, rec)
				}
				r.over(m)
				if r.err != nil {
					return r.err
				}
			}
			return nil
		})
	}, fn)
	if err != nil {
		return err
	}
	if err := r.eachAdded(ctx, f, fn); err != nil {
		return err
	}
	return r.failed()
}

// forward is what is read beside the messages, all in order.
type forward struct {
	tables   [numTables]*cursor
	by       [numTables + 1]*walk
	addOns   ahead[addOn]
	receipts ahead[receipt]
	mentions ahead[int64]
}

func (a *Archive) readForward(ctx context.Context) *forward {
	f := &forward{}
	for id := range a.specs {
		if b := a.table(tableID(id)); b != nil && a.specs[id].forward {
			f.tables[id] = newCursor(ctx, a.stream, b)
		}
	}
	for id, x := range a.by { // complete, so that they no longer change
		if x != nil {
			f.by[id] = &walk{x: x}
		}
	}
	f.addOns = ahead[addOn]{on: f.tables[tAddOn], kept: map[int64]keptRow[addOn]{}, read: f.readAddOn}
	f.receipts = ahead[receipt]{on: f.tables[tReceipt], kept: map[int64]keptRow[receipt]{},
		read: func(r record) (receipt, int64, bool, error) { return newReceipt(r), r.int(cReceiptMessage), true, nil }}
	f.mentions = ahead[int64]{on: f.tables[tMention], kept: map[int64]keptRow[int64]{},
		read: func(r record) (int64, int64, bool, error) {
			return r.int(cMentionJID), r.int(cMentionMessage), true, nil
		}}
	return f
}

// readAddOn reads the second half of an add-on, beside the first.
func (f *forward) readAddOn(on record) (addOn, int64, bool, error) {
	id, ok := addOnTable(on.int(cAddOnType))
	if !ok || f.tables[id] == nil {
		return addOn{}, 0, false, nil
	}
	rest, ok, err := f.tables[id].seek(on.RowID)
	if !ok || err != nil {
		return addOn{}, 0, false, err
	}
	return newAddOn(on, rest), on.int(cAddOnParent), true, nil
}

func (f *forward) stop() {
	for _, c := range f.tables {
		if c != nil {
			c.end()
		}
	}
}

// cursor reads a table in order, beside another: rows are asked for with
// rising numbers only.
type cursor struct {
	next func() ([]pages.Row, bool)
	end  func()
	pos  []int
	rows []pages.Row // what is left of the leaf under it
	last int64       // the last row of that leaf
	done bool
	err  error // of the scan
}

func newCursor(ctx context.Context, s *pages.Stream, t *table) *cursor {
	c := &cursor{pos: t.pos}
	// The rows of a leaf stay valid until the next leaf is asked for: until
	// then the scan waits inside its callback.
	c.next, c.end = iter.Pull(func(yield func([]pages.Row) bool) {
		err := s.Scan(ctx, t.Name, func(rows []pages.Row) error {
			if !yield(rows) {
				return errStopped
			}
			return nil
		})
		if !errors.Is(err, errStopped) {
			c.err = err
		}
	})
	return c
}

// errStopped ends a scan that no one reads on.
var errStopped = errors.New("stopped")

// seek returns the row of that number.
func (c *cursor) seek(row int64) (record, bool, error) {
	if row == math.MinInt64 {
		return record{}, false, nil // nothing lies before it to go on from
	}
	rec, ok, err := c.after(row - 1)
	return rec, ok && rec.RowID == row, err
}

// after returns the first row after that number.
func (c *cursor) after(row int64) (record, bool, error) {
	for !c.done && (len(c.rows) == 0 || c.last <= row) {
		rows, ok := c.next()
		if !ok {
			c.rows, c.done = nil, true
			return record{}, false, c.err
		}
		c.rows, c.last = rows, rows[len(rows)-1].RowID
	}
	for len(c.rows) > 0 && c.rows[0].RowID <= row {
		c.rows = c.rows[1:]
	}
	if len(c.rows) == 0 {
		return record{}, false, nil
	}
	return record{&c.rows[0], c.pos}, true, nil
}
