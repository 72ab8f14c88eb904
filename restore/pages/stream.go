package pages

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// Stream reads the live rows of tables while their database arrives, and keeps
// the pages of all tables in a spool.
type Stream struct {
	spool    *Spool
	want     []string
	tables   tables
	started  atomic.Bool
	complete atomic.Bool
}

// NewStream makes a stream into an empty spool, which stays the caller's to
// close once neither Run nor any reader needs it. It looks for the wanted
// tables; ASCII letters of their names have no case.
func NewStream(spool *Spool, want ...string) *Stream {
	return &Stream{spool: spool, want: want}
}

// Run consumes a whole database, not deflated, from r into the spool. It calls
// on, from its own goroutine, with rows of a wanted table as soon as a chain
// of interior pages from the table's root reaches their leaf and all their
// overflow pages have come: within a leaf by rowid, leaves as they are
// confirmed. The rows are valid until on returns; on may call Table.Get.
//
// The pages are kept and decoded in that goroutine, while another one reads r.
// If r is Ahead, its work is done there too, so that two cores are enough for
// all, and the one that reads is seldom interrupted.
//
// Run ends at the first error of r, of the spool (ErrNoSpace, also before the
// first page where the database says that it will not fit), of on or of
// ctx. It does not return before a Read of r that is under way. Damage does
// not end it: the spool gets all there is, the rows that can be read come out,
// and in the end the error carries CorruptErrors, RecordTooLargeErrors and
// UnsupportedTableErrors, some of each.
//
// A Stream runs once.
func (s *Stream) Run(ctx context.Context, r io.Reader, on func(t *Table, rows []Row) error) error {
	if s.started.Swap(true) || s.spool.Size() != 0 {
		return errors.New("pages: a stream runs once, into an empty spool")
	}
	first := make([]byte, headerSize)
	if _, err := io.ReadFull(r, first); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = ErrNotSQLite
		}
		return fmt.Errorf("header of the database: %w", err)
	}
	head, err := parseHeader(first)
	if err != nil {
		return err
	}
	if err := s.spool.Expect(int64(head.pages) * int64(head.pageSize)); err != nil {
		return err
	}
	kept := &kept{header: head, spool: s.spool}
	w := newWalker(&pager{head, kept}, s.want, s.tables.put, on)
	in := newIntake(io.MultiReader(bytes.NewReader(first), r))
	err = in.run(ctx, head.pageSize, func(ctx context.Context, b []byte) error {
		if err := kept.add(b); err != nil {
			return err
		}
		return w.arriveAll(ctx, b)
	}, func() {
		if r, ok := r.(Ahead); ok {
			r.Ahead()
		}
	})
	if err != nil {
		return err
	}
	w.finish()
	s.complete.Store(true)
	return w.problems.err()
}

// arriveAll takes whole pages; only the last page of a file may be cut short.
func (w *walker) arriveAll(ctx context.Context, b []byte) error {
	size := w.pager.pageSize
	for len(b) > 0 {
		page := b
		if len(b) < size {
			page = append(make([]byte, 0, size), b...)[:size]
		}
		if w.arrived == 1<<32-2 {
			return &CorruptError{w.arrived, "more pages than the format has numbers"}
		}
		if err := w.arrive(ctx, w.arrived+1, page[:size]); err != nil {
			return err
		}
		b = b[min(size, len(b)):]
	}
	return nil
}

// Complete tells whether Run has consumed the whole database.
func (s *Stream) Complete() bool { return s.complete.Load() }

// Table returns a wanted table, if it was found by now. It may be called while
// Run runs.
func (s *Stream) Table(name string) (*Table, bool) { return s.tables.get(name) }

// Scan hands out all rows of a wanted table in the order of rowids, which are
// exactly those that Run has released. They are valid until on returns. Before
// Run has consumed the whole database, it is ErrIncomplete.
func (s *Stream) Scan(ctx context.Context, table string, on func(rows []Row) error) error {
	if !s.Complete() {
		return ErrIncomplete
	}
	t, ok := s.tables.get(table)
	if !ok {
		return fmt.Errorf("%w: %s", ErrNoTable, table)
	}
	return t.scan(ctx, on)
}
