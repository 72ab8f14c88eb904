package pages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
)

// indexed is a database with many pages of an index among those of a table.
func indexed(t *testing.T) []byte {
	return build(t, `PRAGMA page_size=512`, `CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`,
		`CREATE INDEX i ON t(substr(body, 1, 40), id)`,
		many(3000, `'body of ' || i || CASE i % 60 WHEN 0 THEN hex(zeroblob(2000)) ELSE hex(i * 7919) END`))
}

// keep puts a database into a spool, some pages at a time.
func keep(t *testing.T, db []byte) *kept {
	t.Helper()
	head, err := parseHeader(db)
	if err != nil {
		t.Fatal(err)
	}
	k := &kept{header: head, spool: spool(t)}
	for n, rest := 1, db; len(rest) > 0; n++ {
		some := min(n%7*head.pageSize+head.pageSize, len(rest))
		if err := k.add(rest[:some]); err != nil {
			t.Fatal(err)
		}
		rest = rest[some:]
	}
	return k
}

func TestPagesOfIndexesAreNotKept(t *testing.T) {
	db := indexed(t)
	k := keep(t, db)
	size, indexes := k.pageSize, 0
	want := bytes.Clone(db)
	for at := 0; at < len(db); at += size {
		if db[at] != indexLeaf && db[at] != indexInterior {
			continue
		}
		clear(want[at:][:size])
		indexes++
		if _, err := k.ReadAt(make([]byte, size), int64(at)); !errors.Is(err, errNotKept) {
			t.Fatalf("page %d: %v", at/size+1, err)
		}
	}
	if indexes < len(db)/size/10 {
		t.Fatalf("%d of %d pages are of indexes", indexes, len(db)/size)
	}
	if in := k.spool.Size(); in != int64(len(db)-indexes*size) {
		t.Errorf("%d bytes in the spool, of %d with %d pages of indexes", in, len(db), indexes)
	}
	for at := 0; at < len(db); at += size {
		if k.ofIndex(db[at]) {
			continue
		}
		for _, n := range []int{4, size, 9 * size, len(db)} {
			got := make([]byte, n)
			m, err := k.ReadAt(got, int64(at))
			if wanted := want[at:min(at+n, len(db))]; !bytes.Equal(got[:m], wanted) || (err == nil) != (len(wanted) == n) {
				t.Fatalf("%d bytes from page %d on: %d, %v", n, at/size+1, m, err)
			}
		}
	}
	if _, err := k.ReadAt(make([]byte, 1), int64(len(db))); !errors.Is(err, io.EOF) {
		t.Errorf("past the end: %v", err)
	}
}

// The first byte of an overflow page tells less where a database is so large
// that the number of the next page may begin with any, or where it does not
// say how large it is.
func TestAllPagesOfAHugeDatabaseAreKept(t *testing.T) {
	for _, pages := range []uint32{0, 0x02000000, 0xffffffff} {
		h := header{pages: pages}
		if h.ofIndex(indexLeaf) || h.ofIndex(indexInterior) {
			t.Errorf("%d pages: some are not kept", pages)
		}
	}
	if h := (header{pages: 0x02000000 - 1}); !h.ofIndex(indexLeaf) || !h.ofIndex(indexInterior) || h.ofIndex(leafPage) || h.ofIndex(0) {
		t.Error("the wrong pages are kept")
	}
}

// Whoever points from a table to a page of an index gets to hear of it, whether
// the page has come before or not, and loses no more than that.
func TestATableThatNamesAPageOfAnIndex(t *testing.T) {
	db := indexed(t)
	size := int(binary.BigEndian.Uint16(db[16:]))
	var first, last uint32 // leaves of the index
	for at := 0; at < len(db); at += size {
		if db[at] == indexLeaf {
			if first == 0 {
				first = uint32(at/size + 1)
			}
			last = uint32(at/size + 1)
		}
	}
	all := len(sqlRows(t, db, "t"))
	for name, wrong := range map[string]uint32{"before": first, "behind": last} {
		for kind, point := range map[string]func(db []byte, n uint32) bool{
			"child":    pointChild,
			"overflow": pointOverflow,
			"its end":  endOverflow,
		} {
			bad := bytes.Clone(db)
			if !point(bad, wrong) {
				t.Fatalf("%s: nothing to point with", kind)
			}
			rows := 0
			err := NewStream(spool(t), "t").Run(t.Context(), bytes.NewReader(bad), func(_ *Table, r []Row) error {
				rows += len(r)
				return nil
			})
			corrupt := (*CorruptError)(nil)
			if !errors.As(err, &corrupt) {
				t.Errorf("%s %s: %v", kind, name, err)
			}
			if _, err := OpenDatabase(t.Context(), bytes.NewReader(bad), int64(len(bad)), "t"); !errors.As(err, &corrupt) {
				t.Errorf("%s %s, OpenDatabase: %v", kind, name, err)
			}
			if rows == all || rows < all*3/4 {
				t.Errorf("%s %s: %d rows of %d", kind, name, rows, all)
			}
		}
	}
}

// pointChild makes an interior page of a table in the middle of the file name
// page n as its first child.
func pointChild(db []byte, n uint32) bool {
	size := int(binary.BigEndian.Uint16(db[16:]))
	for at := len(db) / 2 / size * size; at < len(db); at += size {
		if page := db[at:][:size]; page[0] == interiorPage && binary.BigEndian.Uint16(page[3:]) > 2 {
			binary.BigEndian.PutUint32(page[binary.BigEndian.Uint16(page[12:]):], n)
			return true
		}
	}
	return false
}

// pointOverflow makes the first row in the middle of the file that goes on
// elsewhere go on in page n.
func pointOverflow(db []byte, n uint32) bool {
	first := overflowIn(db)
	if first != nil {
		binary.BigEndian.PutUint32(first, n)
	}
	return first != nil
}

// endOverflow makes the last page of that row look like one of an index. What
// follows it is nothing, so that no pointer is wrong.
func endOverflow(db []byte, _ uint32) bool {
	size := int(binary.BigEndian.Uint16(db[16:]))
	next := overflowIn(db)
	for next != nil {
		page := db[int(binary.BigEndian.Uint32(next)-1)*size:]
		if binary.BigEndian.Uint32(page) == 0 {
			page[0] = indexInterior
			return true
		}
		next = page
	}
	return false
}

// overflowIn returns where a row in the middle of the file names the page that
// it goes on in.
func overflowIn(db []byte) []byte {
	size := int(binary.BigEndian.Uint16(db[16:]))
	for at := len(db) / 2 / size * size; at < len(db); at += size {
		if db[at] != leafPage {
			continue
		}
		b, err := parseNode(uint32(at/size+1), db[at:][:size], size)
		if err != nil {
			continue
		}
		for _, c := range b.appendCells(nil, 1, nil) {
			if c.overflow > 0 && c.size > 2000 {
				return db[at+int(c.off+c.local):]
			}
		}
	}
	return nil
}
