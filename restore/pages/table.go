package pages

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
)

// Table is a table of the database with its confirmed leaves. All methods may
// be called from any goroutine, also while the database still arrives.
type Table struct {
	Name        string
	Columns     []string // in the order of the schema
	RowIDColumn int      // the INTEGER PRIMARY KEY column, -1 where there is none
	Root        uint32   // page

	stored   []int      // where in the record each column is; -1 for VIRTUAL ones
	inRecord int        // how many columns a full record has
	defaults []constant // of each column
	text     encoding
	pager    *pager

	mu     sync.RWMutex // guards leaves
	leaves leaves
	rows   atomic.Int64
}

// newTable reads a CREATE TABLE. Its error is an UnsupportedTableError.
func newTable(p *pager, name, sql string, root uint32) (*Table, error) {
	if root == 0 {
		return nil, &UnsupportedTableError{name, "it is a virtual table"}
	}
	d, err := parseCreate(sql)
	if err != nil {
		return nil, &UnsupportedTableError{name, err.Error()}
	}
	if d.withoutRowID {
		return nil, &UnsupportedTableError{name, "it is WITHOUT ROWID"}
	}
	t := &Table{Name: name, RowIDColumn: -1, Root: root, text: p.text, pager: p}
	for i, c := range d.columns {
		t.Columns = append(t.Columns, c.name)
		at := t.inRecord
		if c.virtual {
			at = -1
		} else {
			t.inRecord++
		}
		t.stored = append(t.stored, at)
		if c.rowid {
			t.RowIDColumn = i
		}
		var value constant
		if c.fallback != nil && !c.virtual {
			value = parseConstant(c.fallback, affinityOf(spelled(c.declared)), p.text)
		}
		t.defaults = append(t.defaults, value)
	}
	return t, nil
}

func spelled(tokens []token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.text
	}
	return strings.Join(words, " ")
}

// Index returns the position of a column, -1 where the table has none of that
// name. ASCII letters have no case.
func (t *Table) Index(column string) int {
	for i, name := range t.Columns {
		if sameName(name, column) {
			return i
		}
	}
	return -1
}

// Rows returns how many rows were released so far.
func (t *Table) Rows() int64 { return t.rows.Load() }

// Get returns the row with that rowid, if it was released by now. The Row is
// the caller's to keep. A row that can't be read is a CorruptError.
func (t *Table) Get(rowid int64) (Row, bool, error) {
	t.mu.RLock()
	leaf, ok := t.leaves.find(rowid)
	t.mu.RUnlock()
	if !ok {
		return Row{}, false, nil
	}
	page := make([]byte, t.pager.pageSize)
	cells, err := t.cells(leaf.page, page, make([]cell, 0, 64))
	if err != nil {
		return Row{}, false, err
	}
	for i := range cells {
		if cells[i].rowid != rowid {
			continue
		}
		var (
			row     Row
			damaged error
			d       = decoder{pager: t.pager}
		)
		err := d.leaf(t, leaf.page, page, cells[i:i+1], func(rows []Row) error {
			row = rows[0].Clone()
			return nil
		}, func(err error) { damaged = err })
		if err == nil {
			err = damaged
		}
		return row, err == nil, err
	}
	return Row{}, false, nil
}

// cells reads leaf n into page and finds its rows.
func (t *Table) cells(n uint32, page []byte, cells []cell) ([]cell, error) {
	if err := t.pager.read(n, page); err != nil {
		return nil, err
	}
	b, err := parseNode(n, page, t.pager.usable)
	if err != nil {
		return nil, err
	}
	if b.kind != leafPage {
		return nil, &CorruptError{n, "no leaf any more"}
	}
	return b.appendCells(cells[:0], n, nil), nil
}

// lastOf returns the last row of leaf n.
func (t *Table) lastOf(n uint32) (int64, error) {
	cells, err := t.cells(n, make([]byte, t.pager.pageSize), nil)
	if err != nil || len(cells) == 0 {
		return 0, err
	}
	return cells[len(cells)-1].rowid, nil
}

// add confirms a leaf. It returns the page of another leaf that has rows in
// the same range, 0 where there is none.
func (t *Table) add(page uint32, cells []cell) (uint32, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.leaves.insert(cells[0].rowid, cells[len(cells)-1].rowid, page, t.lastOf)
}

// scanWindow is how many bytes a scan reads at once where leaves lie close.
const scanWindow = 256 << 10

// scan hands out all rows in the order of rowids. No leaf is added meanwhile.
func (t *Table) scan(ctx context.Context, on func([]Row) error) error {
	var (
		d      = decoder{pager: t.pager}
		window []byte // pages from start on
		start  uint32
		cells  []cell
		queue  []leaf
		size   = t.pager.pageSize
		most   = max(scanWindow/size, 1)
		ignore = func(error) {} // Run, or OpenDatabase, has told it
	)
	window = make([]byte, 0, most*size)
	for block := range t.leaves.all() {
		for queue = block; len(queue) > 0; queue = queue[1:] {
			if err := ctx.Err(); err != nil {
				return err
			}
			n := queue[0].page
			if n < start || int(n-start) >= len(window)/size {
				// As far ahead as the next leaves lie, in file order.
				end := n
				for _, l := range queue {
					if l.page < end || int(l.page-n) >= most {
						break
					}
					end = l.page
				}
				start = n
				window = window[:int(end-n+1)*size]
				if err := t.pager.read(n, window); err != nil {
					return err
				}
			}
			page := window[int(n-start)*size:][:size]
			b, err := parseNode(n, page, t.pager.usable)
			if err != nil {
				return err
			}
			cells = b.appendCells(cells[:0], n, nil)
			if err := d.leaf(t, n, page, cells, on, ignore); err != nil {
				return err
			}
		}
	}
	return nil
}
