package pages

import (
	"encoding/binary"
	"fmt"
)

// Kinds of table b-tree pages (§1.6).
const (
	interiorPage = 0x05
	leafPage     = 0x0d
)

// node is a b-tree page whose frame was checked: the cell pointers lie within
// it. What they point to is not checked yet.
type node struct {
	page  []byte // the usable part
	kind  byte
	ptrs  []byte // 2 bytes a cell
	right uint32 // of an interior page
}

// parseNode reads the frame of page n.
func parseNode(n uint32, page []byte, usable int) (node, error) {
	b := node{page: page[:usable]}
	head := page
	base := 0
	if n == 1 {
		base = headerSize
		head = page[base:]
	}
	b.kind = head[0]
	size := 8
	switch b.kind {
	case leafPage:
	case interiorPage:
		size = 12
		b.right = binary.BigEndian.Uint32(head[8:])
	default:
		return b, &CorruptError{n, fmt.Sprintf("kind %#02x where a table's page should be", b.kind)}
	}
	cells := int(binary.BigEndian.Uint16(head[3:]))
	start := base + size
	if start+2*cells > usable {
		return b, &CorruptError{n, fmt.Sprintf("%d cells do not fit", cells)}
	}
	b.ptrs = b.page[start : start+2*cells]
	return b, nil
}

func (b *node) len() int { return len(b.ptrs) / 2 }

// at returns the page from cell i on; nil where the pointer is wild.
func (b *node) at(i int) []byte {
	off := int(binary.BigEndian.Uint16(b.ptrs[2*i:]))
	if off >= len(b.page) || off < 8 {
		return nil
	}
	return b.page[off:]
}

// child returns the page that cell i of an interior page points to, and the
// last one for i == len.
func (b *node) child(i int) (uint32, bool) {
	if i == b.len() {
		return b.right, true
	}
	c := b.at(i)
	if len(c) < 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(c), true
}

// cell is one row on a leaf.
type cell struct {
	rowid    int64
	size     uint32 // of the record
	off      uint32 // where the record starts in the page
	local    uint32 // bytes of it in the page
	overflow uint32 // first page of the rest; 0 where there is none
}

// localSize is how much of a record of the given size lies in the leaf itself
// (§1.6, "cell payload overflow").
func localSize(size, usable int) int {
	most := usable - 35
	if size <= most {
		return size
	}
	least := (usable-12)*32/255 - 23
	if k := least + (size-least)%(usable-4); k <= most {
		return k
	}
	return least
}

// appendCells finds the rows of leaf n. Rows that are not in order, do not fit
// the page or are too large are left out and told to bad, which may be nil.
func (b *node) appendCells(cells []cell, n uint32, bad func(error)) []cell {
	skip := func(i int, reason string) {
		if bad != nil {
			bad(&CorruptError{n, fmt.Sprintf("row %d of the page: %s", i, reason)})
		}
	}
	room := len(b.page)
	for i := range b.len() {
		p := b.at(i)
		size, n1 := uvarint(p)
		if n1 == 0 {
			skip(i, "wild pointer")
			continue
		}
		rowid, n2 := uvarint(p[n1:])
		if n2 == 0 {
			skip(i, "cut short")
			continue
		}
		c := cell{rowid: int64(rowid), off: uint32(len(b.page) - len(p) + n1 + n2)}
		if len(cells) > 0 && c.rowid <= cells[len(cells)-1].rowid {
			skip(i, "out of order")
			continue
		}
		if size > MaxRecord {
			if bad != nil {
				bad(&RecordTooLargeError{RowID: c.rowid, Size: size})
			}
			continue
		}
		c.size = uint32(size)
		local := localSize(int(size), len(b.page))
		c.local = uint32(local)
		rest, end := p[n1+n2:], local
		if local < int(size) {
			end += 4
		}
		if len(rest) < end {
			skip(i, "longer than the page")
			continue
		}
		// Rows that lie across each other could make work without end.
		if room -= n1 + n2 + end; room < 0 {
			skip(i, "more rows than fit")
			return cells
		}
		if local < int(size) {
			if c.overflow = binary.BigEndian.Uint32(rest[local:]); c.overflow == 0 {
				skip(i, "its rest is nowhere")
				continue
			}
		}
		cells = append(cells, c)
	}
	return cells
}
