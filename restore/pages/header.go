package pages

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// headerSize is the length of the file header that page 1 starts with (§1.3).
const headerSize = 100

// lockOffset is where the page lies that the system's locks are taken on; it
// never holds data (§1.4).
const lockOffset = 1 << 30

// encoding is how text is stored, as the header has it.
type encoding uint8

const (
	utf8Text encoding = iota + 1
	utf16le
	utf16be
)

// header is what the file header says of all pages.
type header struct {
	pageSize int
	usable   int // pageSize without the bytes reserved at the end of each page
	pages    uint32
	text     encoding
	// pointerMaps says that the database is in auto-vacuum mode.
	pointerMaps bool
}

// parseHeader reads the first headerSize bytes of a database. The bytes that
// tell WAL mode (18, 19) do not matter: a backup is one file.
func parseHeader(b []byte) (header, error) {
	var h header
	if len(b) < headerSize || string(b[:16]) != "SQLite format 3\x00" {
		return h, ErrNotSQLite
	}
	h.pageSize = int(binary.BigEndian.Uint16(b[16:]))
	if h.pageSize == 1 {
		h.pageSize = 1 << 16
	}
	if h.pageSize < 512 || bits.OnesCount(uint(h.pageSize)) != 1 {
		return h, fmt.Errorf("%w: page size %d", ErrNotSQLite, h.pageSize)
	}
	// With less than 480 usable bytes the format's own arithmetic goes
	// negative; SQLite refuses such files as well.
	if h.usable = h.pageSize - int(b[20]); h.usable < 480 {
		return h, fmt.Errorf("%w: %d bytes reserved in each page of %d", ErrNotSQLite, b[20], h.pageSize)
	}
	if b[21] != 64 || b[22] != 32 || b[23] != 32 {
		return h, fmt.Errorf("%w: payload fractions %d, %d, %d", ErrNotSQLite, b[21], b[22], b[23])
	}
	h.text = encoding(binary.BigEndian.Uint32(b[56:]))
	if h.text != utf16le && h.text != utf16be {
		h.text = utf8Text
	}
	h.pointerMaps = binary.BigEndian.Uint32(b[52:]) != 0 // the largest root page, then
	// The size is only right if the last writer knew of it (§1.3.7).
	h.pages = binary.BigEndian.Uint32(b[28:])
	if binary.BigEndian.Uint32(b[24:]) != binary.BigEndian.Uint32(b[92:]) {
		h.pages = 0
	}
	return h, nil
}

// offset returns where page n starts in the file.
func (h *header) offset(n uint32) int64 { return int64(n-1) * int64(h.pageSize) }

// check says why no tree can hold page n; nothing where one can.
func (h *header) check(n uint32) string {
	switch {
	case n == 0:
		return "a pointer to page 0"
	case h.pages > 0 && n > h.pages:
		return fmt.Sprintf("a pointer to page %d of %d", n, h.pages)
	case h.offset(n) == lockOffset:
		return "a pointer to the page of the locks"
	case h.isMap(n):
		return "a pointer to a pointer map"
	}
	return ""
}
