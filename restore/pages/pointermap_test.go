package pages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"testing"
)

// fatRows are enough for a tree of four levels, of pages of 512 bytes.
const fatRows = 7500

// fat fills t with rows of which two fit a page of 512 bytes.
func fat(rows int) string {
	return fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d)
		INSERT INTO t SELECT i, i || hex(zeroblob(100)) FROM n`, rows)
}

// mapped is a database whose upper interior pages come late.
func mapped(t *testing.T, vacuum string, more ...string) *victim {
	return &victim{t, build(t, append([]string{`PRAGMA page_size=512; PRAGMA auto_vacuum=` + vacuum,
		`CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`, fat(fatRows)}, more...)...)}
}

const someDeleted = `DELETE FROM t WHERE id BETWEEN 2000 AND 3000`

// Without the maps, nothing of a tree of four levels shows before its first
// page of the second level has come, far behind the first rows.
func TestPointerMapsShowRowsBeforeTheirParents(t *testing.T) {
	v := mapped(t, "full")
	a := newAtlas(t, v.db)
	first := func() int {
		least := a.count()
		for _, n := range a.released() {
			least = min(least, n)
		}
		return least
	}
	with := first()
	a.maps = false
	if without := first(); with > a.count()/20 || without < a.count()/4 {
		t.Fatalf("of %d pages, the first row shows with page %d, without maps %d: this tests nothing", a.count(), with, without)
	}
	// Half a file: rows have come, though the root's first child has not.
	half := v.db[:a.count()/8*512]
	if int(v.child(v.root("t"), 0))*512 <= len(half) {
		t.Fatal("the root's first child has come")
	}
	released, err := runAll(t, half)
	if corrupt := (*CorruptError)(nil); !errors.As(err, &corrupt) {
		t.Errorf("an eighth of a file: %v", err)
	}
	if len(released["t"]) < 200 {
		t.Errorf("%d rows in an eighth of a file", len(released["t"]))
	}
}

// entry returns what the map says of page n.
func (v *victim) entry(n uint32) []byte {
	head, err := parseHeader(v.db)
	if err != nil {
		v.t.Fatal(err)
	}
	m := head.mapOf(n)
	return v.page(m)[(n-m-1)*mapEntry:][:mapEntry]
}

func TestPointerMapEntries(t *testing.T) {
	v := mapped(t, "full")
	root := v.root("t")
	if e := v.entry(root); e[0] != 1 {
		t.Errorf("the root's entry is %d", e)
	}
	for i := range int(binary.BigEndian.Uint16(v.page(root)[3:])) {
		if e := v.entry(v.child(root, i)); e[0] != mapNode || binary.BigEndian.Uint32(e[1:]) != root {
			t.Errorf("the entry of child %d is %d, the root is page %d", i, e, root)
		}
	}
	// Around the page of the locks, which is no page of any tree: the map
	// that would lie there lies behind it.
	for _, size := range []int{512, 1024, 4096, 1 << 16} {
		h := header{pageSize: size, usable: size, pointerMaps: true}
		lock := uint32(lockOffset/size) + 1
		for n := lock - 300; n < lock+300; n++ {
			if m := h.mapOf(n); n != lock && (m > n || h.offset(m) == lockOffset) {
				t.Fatalf("size %d: the map of page %d is %d", size, n, m)
			}
		}
		if h.check(lock) == "" {
			t.Errorf("size %d: the page of the locks may be in a tree", size)
		}
	}
	h := header{pageSize: 4096, usable: 4096, pointerMaps: true}
	for n, want := range map[uint32]bool{1: false, 2: true, 3: false, 821: false, 822: true, 1642: true} {
		if h.isMap(n) != want {
			t.Errorf("page %d is a map: %v", n, !want)
		}
	}
}

// What a map says wrongly is told, and gives no row twice.
func TestPointerMapsThatLie(t *testing.T) {
	sound := map[string][]byte{"full": mapped(t, "full").db, "incremental": mapped(t, "incremental", someDeleted).db}
	lastChild := func(v *victim) uint32 { return binary.BigEndian.Uint32(v.page(v.root("t"))[8:]) }
	for name, test := range map[string]struct {
		vacuum string
		lie    func(v *victim)
		told   bool
		rows   int
	}{
		"nothing is wrong":            {"full", func(*victim) {}, false, fatRows},
		"no entry at all":             {"full", func(v *victim) { clear(v.page(2)) }, false, fatRows},
		"a leaf is its own parent":    {"full", func(v *victim) { n := v.leaf("t"); put32(v.entry(n)[1:], n) }, false, fatRows},
		"a leaf has a wild parent":    {"full", func(v *victim) { put32(v.entry(v.leaf("t"))[1:], 1<<32-1) }, false, fatRows},
		"a leaf has a parent to come": {"full", func(v *victim) { put32(v.entry(v.leaf("t"))[1:], lastChild(v)) }, false, fatRows},
		"a tree points to a map":      {"full", func(v *victim) { put32(v.page(v.root("t"))[8:], 2) }, true, 2000},
		"a free page has a parent to come": {"incremental", func(v *victim) {
			n := binary.BigEndian.Uint32(v.db[32:]) // of the freelist; its first leaf
			n = binary.BigEndian.Uint32(v.page(n)[8:])
			copy(v.entry(n), []byte{mapNode})
			put32(v.entry(n)[1:], lastChild(v))
		}, true, 2000},
	} {
		t.Run(name, func(t *testing.T) {
			v := &victim{t, bytes.Clone(sound[test.vacuum])}
			test.lie(v)
			released, err := runAll(t, v.db)
			if corrupt := (*CorruptError)(nil); errors.As(err, &corrupt) != test.told {
				t.Errorf("told as %v", err)
			}
			if got := len(released["t"]); got < test.rows {
				t.Errorf("%d rows: %v", got, err)
			}
		})
	}
}

// Deleted rows stay out while the pages come, whatever the maps know.
func TestPointerMapsKeepDeletedRowsOut(t *testing.T) {
	db := mapped(t, "incremental", someDeleted).db
	if free := binary.BigEndian.Uint32(db[36:]); free < 100 {
		t.Fatalf("%d free pages", free)
	}
	var got []int64
	if err := NewStream(spool(t), "t").Run(t.Context(), bytes.NewReader(db), func(_ *Table, rows []Row) error {
		for i := range rows {
			got = append(got, rows[i].RowID)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(got, func(id int64) bool { return id >= 2000 && id <= 3000 }) || len(got) != fatRows-1001 {
		t.Errorf("%d rows", len(got))
	}
}
