package export

import "slices"

// shelf gathers what goes to many files at once, a sheet each, in a bounded
// number of bytes: messages come in the order of their rows, a chat after the
// other, and a file can't stay open for each of thousands.
type shelf struct {
	folder *Folder
	begun  []*sheet // those that hold something
	held   int      // bytes in all sheets
	spare  [][]byte // buffers to use again
}

// sheet is a file in the making. Whoever appends to buf tells the shelf.
type sheet struct {
	name    string
	buf     []byte
	written int64 // bytes that have gone to the file
}

const (
	sheetLimit = 128 << 10 // bytes a sheet holds before they go to its file
	shelfLimit = 16 << 20  // bytes all sheets hold before all go
	maxSpare   = 64
)

// take makes a sheet ready to append to.
func (h *shelf) take(s *sheet) []byte {
	if s.buf != nil {
		return s.buf
	}
	h.begun = append(h.begun, s)
	if n := len(h.spare); n > 0 {
		s.buf, h.spare = h.spare[n-1], h.spare[:n-1]
		return s.buf
	}
	s.buf = make([]byte, 0, 4<<10)
	return s.buf
}

// put takes back what take gave, with what was appended.
func (h *shelf) put(s *sheet, b []byte) error {
	h.held += len(b) - len(s.buf)
	s.buf = b
	switch {
	case h.held >= shelfLimit:
		return h.flush()
	case len(b) >= sheetLimit:
		return h.write(s)
	}
	return nil
}

// write moves what a sheet holds to its file. The sheet stays begun.
func (h *shelf) write(s *sheet) error {
	if len(s.buf) == 0 {
		return nil
	}
	err := h.folder.Append(s.name, s.buf)
	h.held -= len(s.buf)
	s.written += int64(len(s.buf))
	s.buf = s.buf[:0]
	if cap(s.buf) > 2*sheetLimit { // a long message came by
		s.buf = make([]byte, 0, sheetLimit)
	}
	return err
}

// done moves what a sheet holds to its file and takes its buffer back: thousands
// of finished sheets would each keep theirs.
func (h *shelf) done(s *sheet) error {
	if err := h.write(s); err != nil {
		return err
	}
	if i := slices.Index(h.begun, s); i >= 0 {
		h.begun = slices.Delete(h.begun, i, i+1)
		h.release(s)
	}
	return nil
}

func (h *shelf) release(s *sheet) {
	if len(h.spare) < maxSpare {
		h.spare = append(h.spare, s.buf)
	}
	s.buf = nil
}

// flush moves what all sheets hold to their files.
func (h *shelf) flush() error {
	for _, s := range h.begun {
		if err := h.write(s); err != nil {
			return err
		}
		h.release(s)
	}
	clear(h.begun)
	h.begun = h.begun[:0]
	return nil
}

// replace writes over what a sheet has at an offset, wherever that is by now.
func (h *shelf) replace(s *sheet, p []byte, off int64) error {
	if off >= s.written {
		copy(s.buf[off-s.written:], p)
		return nil
	}
	if off+int64(len(p)) > s.written { // half of it is still here
		if err := h.write(s); err != nil {
			return err
		}
	}
	return h.folder.WriteAt(s.name, p, off)
}
