package pages

import "encoding/binary"

// pointerMap is the last pointer map page that has come. A database in
// auto-vacuum mode, which is what Android's SQLite makes by default, has one
// before each run of pages, and it names the parent of every page of a tree
// (§1.8). It comes before those pages do, and so before most parents: a table
// of millions of rows has its upper interior pages some hundred megabytes
// behind its first leaves.
//
// That makes a chain from the root complete long before all of its pages have
// come: the root names a page that is still to come, and the map says that
// this page is the parent of one that is there. SQLite keeps both ways in step
// in each transaction. Where they are not, once the parent has come, finish
// tells it.
type pointerMap struct {
	header *header
	first  uint32 // the page that the entries begin with
	page   []byte // nil before the first
}

// mapEntry is the size of an entry: what the page is, and its parent.
const mapEntry = 5

// mapNode is the kind of an entry for a page of a tree that is no root.
const mapNode = 5

// isMap tells whether page n is a pointer map.
func (h *header) isMap(n uint32) bool {
	return h.pointerMaps && n >= 2 && h.mapOf(n) == n
}

// mapOf returns the map page whose run page n lies in.
func (h *header) mapOf(n uint32) uint32 {
	run := uint32(h.usable/mapEntry) + 1
	m := (n-2)/run*run + 2
	if h.offset(m) == lockOffset {
		m++
	}
	return m
}

// take keeps page n where it is a map, and says whether it is one.
func (m *pointerMap) take(n uint32, page []byte) bool {
	if !m.header.isMap(n) {
		return false
	}
	m.first = n + 1
	m.page = append(m.page[:0], page[:m.header.usable]...)
	return true
}

// parent returns the parent of page n, 0 where the map gives none.
func (m *pointerMap) parent(n uint32) uint32 {
	if n < m.first {
		return 0
	}
	at := uint64(n-m.first) * mapEntry
	if at+mapEntry > uint64(len(m.page)) || m.page[at] != mapNode {
		return 0
	}
	return binary.BigEndian.Uint32(m.page[at+1:])
}
