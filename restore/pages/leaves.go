package pages

import (
	"bytes"
	"encoding/binary"
	"iter"
	"math"
	"slices"
	"sort"
)

// leaf is where the rows from first to first+span are.
type leaf struct {
	first int64
	page  uint32
	span  uint32 // at most math.MaxUint32; then the page itself must say
}

// leafBlock is how many leaves are packed together: what one look-up unpacks.
const leafBlock = 128

// leaves is an index of a table's confirmed leaves, by rowid. It is packed,
// since it is the one thing here that grows with the database: about four
// bytes a leaf. Leaves may come in any order; most come at the end.
type leaves struct {
	blocks []packedLeaves // none empty, in order
	open   int            // the block whose leaves are in list, and only there
	list   []leaf
}

type packedLeaves struct {
	first  int64
	packed []byte
}

// all hands out the leaves in order, a block at a time, which is valid until
// the next one.
func (l *leaves) all() iter.Seq[[]leaf] {
	return func(yield func([]leaf) bool) {
		var list []leaf
		for b := range l.blocks {
			if list = l.unpack(list[:0], b); !yield(list) {
				return
			}
		}
	}
}

// find returns the last leaf whose first row is not after rowid.
func (l *leaves) find(rowid int64) (leaf, bool) {
	b := l.block(rowid)
	if b < 0 {
		return leaf{}, false
	}
	list := l.list
	if b != l.open {
		var room [leafBlock]leaf
		list = l.unpack(room[:0], b)
	}
	return list[after(list, rowid)-1], true // the block begins no later
}

// block returns the last block whose first row is not after rowid, -1 where
// there is none.
func (l *leaves) block(rowid int64) int {
	return sort.Search(len(l.blocks), func(b int) bool { return l.blocks[b].first > rowid }) - 1
}

// after returns how many leaves of a list begin at rowid or before.
func after(list []leaf, rowid int64) int {
	return sort.Search(len(list), func(i int) bool { return list[i].first > rowid })
}

// insert adds a leaf with rows first to last, unless another has rows between
// them; then it returns that one's page. lastOf reads the last row of a page.
func (l *leaves) insert(first, last int64, page uint32, lastOf func(uint32) (int64, error)) (taken uint32, err error) {
	if before, ok := l.find(last); ok {
		end := before.first + int64(before.span)
		if before.first < first && before.span == math.MaxUint32 {
			if end, err = lastOf(before.page); err != nil {
				return 0, err
			}
		}
		if before.first >= first || end >= first {
			return before.page, nil
		}
	}
	span := uint64(last) - uint64(first)
	l.put(leaf{first, page, uint32(min(span, math.MaxUint32))})
	return 0, nil
}

// put places e where it belongs.
func (l *leaves) put(e leaf) {
	if len(l.blocks) == 0 {
		l.blocks = []packedLeaves{{}}
	}
	b := max(l.block(e.first), 0)
	if b != l.open {
		l.pack(l.open, l.list)
		l.list, l.open = l.unpack(l.list[:0], b), b
	}
	i := after(l.list, e.first)
	if len(l.list) == leafBlock {
		half := leafBlock / 2
		if b == len(l.blocks)-1 && i == leafBlock {
			half = leafBlock // appended in order: leave full blocks behind
		}
		l.blocks = slices.Insert(l.blocks, b+1, packedLeaves{})
		if i >= half {
			l.pack(b, l.list[:half])
			l.list, l.open = slices.Delete(l.list, 0, half), b+1
			i -= half
		} else {
			l.pack(b+1, l.list[half:])
			l.list = l.list[:half]
		}
	}
	l.list = slices.Insert(l.list, i, e)
	l.blocks[l.open].first = l.list[0].first
}

// pack writes leaves into a block: of each one, how far it is from the one
// before, in rows and in pages, and its span.
func (l *leaves) pack(b int, list []leaf) {
	var room [leafBlock * (2*binary.MaxVarintLen64 + binary.MaxVarintLen32)]byte
	packed, last := room[:0], leaf{first: list[0].first}
	for _, e := range list {
		packed = binary.AppendUvarint(packed, uint64(e.first)-uint64(last.first))
		packed = binary.AppendUvarint(packed, uint64(e.span))
		packed = binary.AppendVarint(packed, int64(e.page)-int64(last.page))
		last = e
	}
	l.blocks[b] = packedLeaves{list[0].first, bytes.Clone(packed)}
}

// unpack appends the leaves of a block to list.
func (l *leaves) unpack(list []leaf, b int) []leaf {
	if b == l.open {
		return append(list, l.list...)
	}
	e := leaf{first: l.blocks[b].first}
	for p := l.blocks[b].packed; len(p) > 0; {
		first, n1 := binary.Uvarint(p)
		span, n2 := binary.Uvarint(p[n1:])
		page, n3 := binary.Varint(p[n1+n2:])
		p = p[n1+n2+n3:]
		e = leaf{int64(uint64(e.first) + first), uint32(int64(e.page) + page), uint32(span)}
		list = append(list, e)
	}
	return list
}
