package pages

import (
	"math"
	"sort"
)

// leaf is where the rows from first to first+span are: 16 bytes.
type leaf struct {
	first int64
	page  uint32
	span  uint32 // at most math.MaxUint32; then the page itself must say
}

// leafBlock is how many leaves lie in one piece of memory. An insertion moves
// at most that many, and a list of all pieces: leaves may come in any order.
const leafBlock = 512

// leaves is an index of a table's confirmed leaves, by rowid.
type leaves struct {
	blocks [][]leaf // none empty
}

// find returns the last leaf whose first row is not after rowid.
func (l *leaves) find(rowid int64) (leaf, bool) {
	b, i := l.search(rowid)
	if i < 0 {
		return leaf{}, false
	}
	return l.blocks[b][i], true
}

// search returns where the last leaf with first ≤ rowid is; i is -1 where
// there is none.
func (l *leaves) search(rowid int64) (b, i int) {
	b = sort.Search(len(l.blocks), func(b int) bool { return l.blocks[b][0].first > rowid }) - 1
	if b < 0 {
		return 0, -1
	}
	block := l.blocks[b]
	return b, sort.Search(len(block), func(i int) bool { return block[i].first > rowid }) - 1
}

// insert adds a leaf with rows first to last, unless another has rows between
// them; then it returns that one's page. lastOf reads the last row of a page.
func (l *leaves) insert(first, last int64, page uint32, lastOf func(uint32) (int64, error)) (taken uint32, err error) {
	b, i := l.search(last)
	if i >= 0 {
		before := l.blocks[b][i]
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
	l.put(b, i+1, leaf{first, page, uint32(min(span, math.MaxUint32))})
	return 0, nil
}

// put places e at position i of block b.
func (l *leaves) put(b, i int, e leaf) {
	if len(l.blocks) == 0 {
		l.blocks = [][]leaf{{e}}
		return
	}
	block := l.blocks[b]
	if len(block) == leafBlock {
		half := leafBlock / 2
		if b == len(l.blocks)-1 && i == leafBlock {
			half = leafBlock // appended in order: leave full blocks behind
		}
		rest := append([]leaf(nil), block[half:]...)
		l.blocks = append(l.blocks, nil)
		copy(l.blocks[b+2:], l.blocks[b+1:])
		l.blocks[b], l.blocks[b+1] = block[:half], rest
		if i >= half {
			b, i = b+1, i-half
		}
		block = l.blocks[b]
	}
	block = append(block, leaf{})
	copy(block[i+1:], block[i:])
	block[i] = e
	l.blocks[b] = block
}
