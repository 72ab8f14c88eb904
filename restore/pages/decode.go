package pages

import (
	"encoding/binary"
	"errors"
	"slices"
)

const (
	// overflowBatch is how many bytes of records that do not lie in their
	// leaf are gathered before the rows so far are handed out.
	overflowBatch = 1 << 20
	// overflowKeep is how large a buffer for them is kept for the next leaf.
	overflowKeep = 4 << 20
)

// decoder makes rows of cells. Its memory is used again for each leaf.
type decoder struct {
	pager  *pager
	rows   []Row
	fields []field
	big    []byte // records with an overflow chain, end to end
	page   []byte
}

// leaf hands out the rows of cells, in one batch or, where they are large, in
// several. What is wrong with a row is told to bad and costs that row alone.
func (d *decoder) leaf(t *Table, n uint32, page []byte, cells []cell, on func([]Row) error, bad func(error)) error {
	for i := range cells {
		rec, err := d.record(page, &cells[i])
		if err != nil {
			if corrupt := (*CorruptError)(nil); !errors.As(err, &corrupt) {
				return err
			}
			bad(err)
			continue
		}
		start := len(d.fields)
		d.fields, err = appendFields(d.fields, rec, t.inRecord)
		if err != nil {
			d.fields = d.fields[:start]
			bad(&CorruptError{n, err.Error()})
			continue
		}
		d.rows = append(d.rows, Row{RowID: cells[i].rowid, table: t, rec: rec, fields: d.fields[start:]})
		if len(d.big) >= overflowBatch {
			if err := d.hand(on); err != nil {
				return err
			}
		}
	}
	return d.hand(on)
}

// hand lends the rows out and takes their memory back.
func (d *decoder) hand(on func([]Row) error) error {
	var err error
	if len(d.rows) > 0 {
		err = on(d.rows)
	}
	d.rows, d.fields, d.big = d.rows[:0], d.fields[:0], d.big[:0]
	if cap(d.big) > overflowKeep {
		d.big = nil
	}
	return err
}

// record returns the bytes of a row. The chain of its overflow pages was
// followed before, so its size is no lie by now.
func (d *decoder) record(page []byte, c *cell) ([]byte, error) {
	local := page[c.off:][:c.local]
	if c.overflow == 0 {
		return local, nil
	}
	if d.page == nil {
		d.page = make([]byte, d.pager.pageSize)
	}
	start := len(d.big)
	// Rows that were gathered before keep the memory they point to.
	d.big = append(slices.Grow(d.big, int(c.size)), local...)
	for next, left := c.overflow, c.size-c.local; left > 0; {
		if why := d.pager.check(next); why != "" {
			d.big = d.big[:start]
			return nil, &CorruptError{next, why}
		}
		if err := d.pager.read(next, d.page); err != nil {
			d.big = d.big[:start]
			return nil, err
		}
		part := min(left, d.pager.fits())
		d.big = append(d.big, d.page[4:][:part]...)
		next = binary.BigEndian.Uint32(d.page)
		left -= part
	}
	return d.big[start:], nil
}
