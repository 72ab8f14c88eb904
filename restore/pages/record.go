package pages

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// MaxRecord is the size in bytes above which a row is left out: what one
// record may cost in memory.
const MaxRecord = 256 << 20

var errRecord = errors.New("a record lies about its length")

// uvarint reads a varint (§1.6): up to nine bytes, the ninth with all its
// bits. It returns the number of bytes, 0 where b is too short.
func uvarint(b []byte) (uint64, int) {
	var v uint64
	for i, c := range b {
		if i == 8 {
			return v<<8 | uint64(c), 9
		}
		v = v<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// field is where one column lies in a record.
type field struct {
	kind uint32 // the serial type (§2.1)
	off  uint32
}

// shortSize is the length of the serial types that take one byte: a table,
// since each column of each row asks. 10 and 11 are reserved; SQLite reads
// them as NULL.
var shortSize = func() (size [0x80]uint8) {
	copy(size[:], []uint8{0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0})
	for kind := 12; kind < len(size); kind++ {
		size[kind] = uint8(kind-12) / 2
	}
	return size
}()

func fieldSize(kind uint32) uint32 {
	if kind < 0x80 {
		return uint32(shortSize[kind])
	}
	return (kind - 12) / 2
}

// appendFields finds the first limit columns of a record, which is not larger
// than MaxRecord, and checks that each lies within it, so that no accessor can
// fail later.
func appendFields(fields []field, rec []byte, limit int) ([]field, error) {
	size, n := uvarint(rec)
	if n == 0 || size < uint64(n) || size > uint64(len(rec)) {
		return fields, errRecord
	}
	head, end := rec[n:size], size
	start := len(fields)
	fields = slices.Grow(fields, min(limit, len(head)))
	room := fields[start:cap(fields)]
	i, n := 0, 0
	for n < limit && i < len(head) {
		kind := uint32(head[i])
		i++
		if kind >= 0x80 {
			wide, m := uvarint(head[i-1:])
			if m == 0 || wide > 2*MaxRecord+13 {
				return fields, errRecord
			}
			kind = uint32(wide)
			i += m - 1
		}
		room[n] = field{kind, uint32(end)}
		n++
		// At most MaxRecord a column: no sum of them wraps. That of the last
		// one is the largest, so that one check holds for all.
		end += uint64(fieldSize(kind))
	}
	if end > uint64(len(rec)) {
		return fields, errRecord
	}
	return fields[:start+n], nil
}

// intValue reads the serial types 1 to 6, 8 and 9. b has the type's length.
func intValue(kind uint32, b []byte) (int64, bool) {
	switch kind {
	case 1:
		return int64(int8(b[0])), true
	case 2:
		return int64(int16(binary.BigEndian.Uint16(b))), true
	case 3:
		return int64(int32(uint32(b[0])<<24|uint32(b[1])<<16|uint32(b[2])<<8) >> 8), true
	case 4:
		return int64(int32(binary.BigEndian.Uint32(b))), true
	case 5:
		return int64(int16(binary.BigEndian.Uint16(b)))<<32 | int64(binary.BigEndian.Uint32(b[2:])), true
	case 6:
		return int64(binary.BigEndian.Uint64(b)), true
	case 8:
		return 0, true
	case 9:
		return 1, true
	}
	return 0, false
}

// floatValue reads the serial type 7; NaN is NULL, as in SQLite.
func floatValue(kind uint32, b []byte) (float64, bool) {
	if kind != 7 {
		return 0, false
	}
	f := math.Float64frombits(binary.BigEndian.Uint64(b))
	return f, !math.IsNaN(f)
}
