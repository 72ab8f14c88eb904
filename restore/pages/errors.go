package pages

import (
	"errors"
	"fmt"
)

// Errors without details. Compare with errors.Is.
var (
	// ErrNoSpace says that the disk of the temporary file is full. The same
	// error also matches the system's own (syscall.ENOSPC, say).
	ErrNoSpace = errors.New("no space left for the temporary file")
	// ErrClosed says that the spool was closed.
	ErrClosed = errors.New("the temporary file is closed")
	// ErrNotSQLite says that the data does not start like a SQLite database.
	ErrNotSQLite = errors.New("not a SQLite database")
	// ErrIncomplete says that the database has not arrived in full.
	ErrIncomplete = errors.New("the database is not complete yet")
	// ErrNoTable says that the database has no such table, or that it was not
	// among those wanted.
	ErrNoTable = errors.New("no such table")
)

// CorruptError says which page breaks the file format, and how.
type CorruptError struct {
	Page   uint32 // counted from 1
	Reason string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("damaged database: page %d: %s", e.Page, e.Reason)
}

// RecordTooLargeError says that a row was left out since it is larger than
// MaxRecord.
type RecordTooLargeError struct {
	Table string
	RowID int64
	Size  uint64 // bytes, as the row claims
}

func (e *RecordTooLargeError) Error() string {
	return fmt.Sprintf("row %d of table %q has %d bytes, more than the %d that are read", e.RowID, e.Table, e.Size, MaxRecord)
}

// UnsupportedTableError says that a wanted table can't be read row by row.
type UnsupportedTableError struct {
	Table  string
	Reason string
}

func (e *UnsupportedTableError) Error() string {
	return fmt.Sprintf("table %q can't be read: %s", e.Table, e.Reason)
}

// problems collects what is wrong with a database without growing with it.
type problems struct {
	list []error
	more int
}

// maxProblems is how many problems are told in full; a hostile file has
// millions.
const maxProblems = 16

func (p *problems) add(err error) {
	if len(p.list) < maxProblems {
		p.list = append(p.list, err)
		return
	}
	p.more++
}

func (p *problems) corrupt(page uint32, format string, args ...any) {
	if len(p.list) >= maxProblems {
		p.more++ // spares the formatting
		return
	}
	p.add(&CorruptError{Page: page, Reason: fmt.Sprintf(format, args...)})
}

// err joins what was collected; nil where there is nothing.
func (p *problems) err() error {
	if p.more > 0 {
		return errors.Join(append(p.list[:len(p.list):len(p.list)], fmt.Errorf("and %d more problems", p.more))...)
	}
	return errors.Join(p.list...)
}
