package pages

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// pager reads whole pages of a database.
type pager struct {
	header
	src io.ReaderAt
}

// read fills buf, which has the size of one or more pages, from page n on. A
// last page that is cut short is filled up with zeros, as SQLite does. No page
// of an index is read, whether src has it or not.
func (p *pager) read(n uint32, buf []byte) error {
	m, err := p.src.ReadAt(buf, p.offset(n))
	switch {
	case errors.Is(err, errNotKept), m > 0 && p.ofIndex(buf[0]):
		return &CorruptError{n, errNotKept.Error()}
	case m == len(buf):
		return nil
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("page %d: %w", n, err)
	case m == 0:
		return &CorruptError{n, "past the end of the file"}
	}
	clear(buf[m:])
	return nil
}

// next returns the page that follows n in an overflow chain.
func (p *pager) next(n uint32) (uint32, error) {
	var b [4]byte
	m, err := p.src.ReadAt(b[:], p.offset(n))
	switch {
	case errors.Is(err, errNotKept), m > 0 && p.ofIndex(b[0]):
		return 0, &CorruptError{n, errNotKept.Error()}
	case m == len(b):
	case errors.Is(err, io.EOF):
		return 0, &CorruptError{n, "past the end of the file"}
	default:
		return 0, fmt.Errorf("page %d: %w", n, err)
	}
	return binary.BigEndian.Uint32(b[:]), nil
}

// fits is how much of a record one overflow page holds.
func (p *pager) fits() uint32 { return uint32(p.usable - 4) }
