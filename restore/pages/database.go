package pages

import (
	"context"
	"fmt"
	"io"
)

// Database reads tables of a plain SQLite file that is there in full.
type Database struct{ tables tables }

// OpenDatabase finds the wanted tables, and all of their leaves, in the size
// bytes of src, which must not change. src is read from several goroutines if
// the tables are.
//
// What is damaged is left out and told in an error that carries CorruptErrors;
// the Database is good for the rest, and nil only if nothing can be read.
func OpenDatabase(ctx context.Context, src io.ReaderAt, size int64, want ...string) (*Database, error) {
	var b [headerSize]byte
	if size < headerSize {
		return nil, ErrNotSQLite
	}
	if n, err := src.ReadAt(b[:], 0); n < len(b) {
		return nil, fmt.Errorf("header of the database: %w", err)
	}
	head, err := parseHeader(b[:])
	if err != nil {
		return nil, err
	}
	db := &Database{}
	p := &pager{head, io.NewSectionReader(src, 0, size)}
	w := newWalker(p, want, db.tables.put, nil)
	// Page 1 has been awaited since newWalker; with it all pages are there.
	if err := p.read(1, w.page); err != nil {
		return nil, err
	}
	w.arrived = pageCount(size, head.pageSize)
	first := append([]byte(nil), w.page...)
	if err := w.visit(1, 1, first); err != nil {
		return nil, err
	}
	if err := w.drain(ctx); err != nil {
		return nil, err
	}
	w.finish()
	return db, w.problems.err()
}

// pageCount is how many pages size bytes make; a part of one counts.
func pageCount(size int64, pageSize int) uint32 {
	return uint32(min((size+int64(pageSize)-1)/int64(pageSize), 1<<32-2))
}

// Table returns a wanted table, if the database has it.
func (d *Database) Table(name string) (*Table, bool) { return d.tables.get(name) }

// Scan hands out all rows of a table in the order of rowids. They are valid
// until on returns.
func (d *Database) Scan(ctx context.Context, table string, on func(rows []Row) error) error {
	t, ok := d.tables.get(table)
	if !ok {
		return fmt.Errorf("%w: %s", ErrNoTable, table)
	}
	return t.scan(ctx, on)
}
