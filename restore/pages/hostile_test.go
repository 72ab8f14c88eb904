package pages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// victim is a database to be damaged: three tables with trees of several
// levels and overflow pages.
type victim struct {
	t  *testing.T
	db []byte
}

func newVictim(t *testing.T) *victim {
	return &victim{t, build(t, `PRAGMA page_size=512`,
		`CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`,
		`CREATE TABLE o(id INTEGER PRIMARY KEY, body TEXT)`,
		many(2000, shortText),
		`INSERT INTO o SELECT id, 'long' || hex(zeroblob(id * 20)) FROM t WHERE id < 60`)}
}

func (v *victim) page(n uint32) []byte { return v.db[(n-1)*512:][:512] }

// root returns the root of a table as the schema has it.
func (v *victim) root(table string) uint32 {
	s, err := OpenDatabase(v.t.Context(), bytes.NewReader(v.db), int64(len(v.db)), table)
	if err != nil {
		v.t.Fatal(err)
	}
	found, _ := s.Table(table)
	return found.Root
}

// child returns the i-th child of an interior page.
func (v *victim) child(n uint32, i int) uint32 {
	return binary.BigEndian.Uint32(v.cell(n, i))
}

// cell returns the page from the i-th cell on.
func (v *victim) cell(n uint32, i int) []byte {
	page := v.page(n)
	start := 8
	if page[0] == interiorPage {
		start = 12
	}
	return page[binary.BigEndian.Uint16(page[start+2*i:]):]
}

// leaf goes down to the first leaf of a table.
func (v *victim) leaf(table string) uint32 {
	n := v.root(table)
	for v.page(n)[0] == interiorPage {
		n = v.child(n, 0)
	}
	return n
}

// overflow returns where the cell of a leaf points to its first overflow page.
func (v *victim) overflow(n uint32, i int) []byte {
	c := v.cell(n, i)
	size, n1 := uvarint(c)
	_, n2 := uvarint(c[n1:])
	return c[n1+n2+localSize(int(size), 512):][:4]
}

// long returns a leaf of o and a row on it that has several overflow pages.
func (v *victim) long() (page uint32, row int) {
	root := v.page(v.root("o"))
	for i := range int(binary.BigEndian.Uint16(root[3:])) {
		page = v.child(v.root("o"), i)
		for row = range int(binary.BigEndian.Uint16(v.page(page)[3:])) {
			if size, _ := uvarint(v.cell(page, row)); size > 2*512 {
				return page, row
			}
		}
	}
	v.t.Fatal("no row has overflow pages")
	return 0, 0
}

func put32(b []byte, n uint32) { binary.BigEndian.PutUint32(b, n) }

func TestDamageCostsWhatItTouches(t *testing.T) {
	var (
		corrupt     *CorruptError
		tooLarge    *RecordTooLargeError
		unsupported *UnsupportedTableError
	)
	for name, test := range map[string]struct {
		damage func(v *victim)
		as     any // the error
		least  int // rows of t that still come
	}{
		"a page is its own child":          {func(v *victim) { put32(v.cell(v.root("t"), 0), v.root("t")) }, &corrupt, 1000},
		"a child is the schema":            {func(v *victim) { put32(v.cell(v.root("t"), 1), 1) }, &corrupt, 1000},
		"a child is the root of another":   {func(v *victim) { put32(v.cell(v.root("t"), 1), v.root("o")) }, &corrupt, 1000},
		"two parents":                      {func(v *victim) { put32(v.cell(v.root("t"), 1), v.child(v.root("t"), 0)) }, &corrupt, 1000},
		"a child on page 0":                {func(v *victim) { put32(v.cell(v.root("t"), 0), 0) }, &corrupt, 1000},
		"a child past the end":             {func(v *victim) { put32(v.cell(v.root("t"), 0), 1<<32-1) }, &corrupt, 1000},
		"a child past an unknown end":      {func(v *victim) { v.db[24]++; put32(v.cell(v.root("t"), 0), 1<<32-1) }, &corrupt, 1000},
		"a child on the page of the locks": {func(v *victim) { v.db[24]++; put32(v.cell(v.root("t"), 0), 1<<21+1) }, &corrupt, 1000},
		"a cell pointer into the frame":    {func(v *victim) { binary.BigEndian.PutUint16(v.page(v.root("t"))[12:], 3) }, &corrupt, 1000},
		"a cell pointer past the page":     {func(v *victim) { binary.BigEndian.PutUint16(v.page(v.root("t"))[12:], 600) }, &corrupt, 1000},
		"more cells than fit":              {func(v *victim) { binary.BigEndian.PutUint16(v.page(v.leaf("t"))[3:], 300) }, &corrupt, 1900},
		"cells across each other": {func(v *victim) {
			page := v.page(v.leaf("t"))
			binary.BigEndian.PutUint16(page[3:], 200)
			for i := range 200 {
				binary.BigEndian.PutUint16(page[8+2*i:], uint16(410+i/2))
			}
		}, &corrupt, 1900},
		"a cell twice":       {func(v *victim) { p := v.page(v.leaf("t")); copy(p[10:12], p[8:10]) }, &corrupt, 1990},
		"a leaf of an index": {func(v *victim) { v.page(v.leaf("t"))[0] = 10 }, &corrupt, 1900},
		"a page of no kind":  {func(v *victim) { clear(v.page(v.leaf("t"))) }, &corrupt, 1900},
		"a row twice": {func(v *victim) {
			page := v.child(v.root("t"), 0)
			for v.page(v.child(page, 0))[0] == interiorPage {
				page = v.child(page, 0)
			}
			copy(v.page(v.child(page, 1)), v.page(v.child(page, 0)))
		}, &corrupt, 1900},
		"a record larger than any":        {func(v *victim) { copy(v.cell(v.leaf("t"), 0), "\xff\xff\xff\xff\x7f") }, &tooLarge, 1990},
		"a record larger than the file":   {func(v *victim) { copy(v.cell(v.leaf("t"), 0), "\xc0\x80\x80\x00") }, &corrupt, 1900},
		"a header larger than its record": {func(v *victim) { v.cell(v.leaf("t"), 0)[2] = 0x7f }, &corrupt, 1990},
		"a text larger than its record":   {func(v *victim) { v.cell(v.leaf("t"), 0)[4] = 0x7f }, &corrupt, 1990},
		"an overflow chain in a ring":     {func(v *victim) { p, i := v.long(); n := binary.BigEndian.Uint32(v.overflow(p, i)); put32(v.page(n), n) }, &corrupt, 2000},
		"an overflow chain that ends":     {func(v *victim) { p, i := v.long(); put32(v.overflow(p, i), 0) }, &corrupt, 2000},
		"an overflow chain into the tree": {func(v *victim) { p, i := v.long(); put32(v.overflow(p, i), v.leaf("t")) }, &corrupt, 1900},
		"an overflow chain past the end":  {func(v *victim) { p, i := v.long(); put32(v.overflow(p, i), 1<<31) }, &corrupt, 2000},
		"a root before the start":         {func(v *victim) { v.schema("o", func(row []byte) { row[rootAt(row)] = 0xff }) }, &corrupt, 2000},
		"a root that is another's":        {func(v *victim) { n := v.root("t"); v.schema("o", func(row []byte) { row[rootAt(row)] = byte(n) }) }, &corrupt, 2000},
		"no statement": {func(v *victim) {
			v.schema("o", func(row []byte) { copy(row[bytes.Index(row, []byte("(id")):], "        ") })
		}, &unsupported, 2000},
		"a page is missing":         {func(v *victim) { v.db = v.db[:len(v.db)-512] }, &corrupt, 1900},
		"a free page is live again": {func(v *victim) { put32(v.cell(v.root("t"), 0), uint32(len(v.db)/512)) }, nil, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t)
			sound := len(run(t, v.db)["t"])
			if sound != 2000 {
				t.Fatalf("%d rows before the damage", sound)
			}
			test.damage(v)
			released, err := runAll(t, v.db)
			if test.as != nil && !errors.As(err, test.as) {
				t.Errorf("told as %v", err)
			}
			if got := len(released["t"]); got < test.least {
				t.Errorf("%d rows still came: %v", got, err)
			}
		})
	}
}

// schema hands out the row of sqlite_schema for a table, to be changed.
func (v *victim) schema(table string, change func(row []byte)) {
	at := bytes.Index(v.db[:512], []byte("table"+table+table))
	if at < 0 {
		v.t.Fatal("no such table")
	}
	change(v.db[at:512])
}

// rootAt is where the root is in a row of sqlite_schema: after type, name and
// tbl_name, the names being one letter long.
func rootAt([]byte) int { return len("table") + 2 }

// run is runAll for a sound database.
func run(t *testing.T, db []byte) map[string][]int64 {
	t.Helper()
	released, err := runAll(t, db)
	if err != nil {
		t.Fatal(err)
	}
	return released
}

// runAll reads t and o in every way, none of which may give a row twice or
// disagree with another.
func runAll(t testing.TB, db []byte) (map[string][]int64, error) {
	t.Helper()
	f := &file{room: 1 << 30}
	s := NewStream(newSpoolWith(t, f), "t", "o")
	released := map[string][]int64{}
	bytesOut := 0
	err := s.Run(t.Context(), bytes.NewReader(db), func(table *Table, rows []Row) error {
		for i := range rows {
			released[table.Name] = append(released[table.Name], rows[i].RowID)
			for j := range rows[i].Len() {
				bytesOut += len(rows[i].Blob(j)) + len(rows[i].Text(j))
			}
		}
		return nil
	})
	if bytesOut > 4*len(db)+4096 {
		t.Errorf("%d bytes of rows from a file of %d", bytesOut, len(db))
	}
	for name, ids := range released {
		slices.Sort(ids)
		if dup := len(ids) - len(slices.Compact(slices.Clone(ids))); dup > 0 {
			t.Errorf("%s: %d rows came twice", name, dup)
		}
		if !s.Complete() {
			continue
		}
		var again []int64
		if err := s.Scan(t.Context(), name, func(rows []Row) error {
			for i := range rows {
				again = append(again, rows[i].RowID)
			}
			return nil
		}); err != nil || !slices.Equal(again, ids) {
			t.Errorf("%s: Scan gives %d rows, Run %d: %v", name, len(again), len(ids), err)
		}
		table, _ := s.Table(name)
		for i := 0; i < len(ids); i += 1 + len(ids)/20 {
			if r, ok, err := table.Get(ids[i]); !ok || err != nil || r.RowID != ids[i] {
				t.Errorf("%s: Get(%d): %v, %v", name, ids[i], ok, err)
			}
		}
	}
	plain, plainErr := OpenDatabase(t.Context(), bytes.NewReader(db), int64(len(db)), "t", "o")
	if s.Complete() != (plain != nil) {
		t.Errorf("Run says %v, OpenDatabase %v", err, plainErr)
	}
	// Only a stream reads pointer maps, and so may find more.
	if err == nil && plainErr != nil || err != nil && plainErr == nil && binary.BigEndian.Uint32(db[52:]) == 0 {
		t.Errorf("Run says %v, OpenDatabase %v", err, plainErr)
	}
	return released, err
}

// A chain of interior pages as deep as the file is long must end, and must
// not take a stack frame a page.
func TestDeepTree(t *testing.T) {
	v := newVictim(t)
	root := v.root("t")
	last := uint32(len(v.db) / 512)
	interior := func(next uint32) []byte {
		page := make([]byte, 512)
		page[0] = interiorPage
		put32(page[8:], next)
		return page
	}
	copy(v.page(root), interior(last+1))
	const depth = 100_000
	for i := range uint32(depth) {
		v.db = append(v.db, interior(last+2+i)...)
	}
	v.db = append(v.db, bytes.Clone(v.page(v.leaf("o")))...)
	v.db[24]++ // the header does not know the size
	released, err := runAll(t, v.db)
	if err != nil || len(released["t"]) == 0 {
		t.Error(len(released["t"]), err)
	}
}

func TestMillionProblemsAreFewWords(t *testing.T) {
	v := newVictim(t)
	for n := uint32(2); int(n) <= len(v.db)/512; n++ {
		if p := v.page(n); p[0] == leafPage {
			for i := range 5 {
				binary.BigEndian.PutUint16(p[8+2*i:], 511)
			}
		}
	}
	_, err := runAll(t, v.db)
	if lines := strings.Count(err.Error(), "\n"); lines != maxProblems {
		t.Errorf("%d lines: %v", lines, err)
	}
}

func TestGetWhileRowsArrive(t *testing.T) {
	db := build(t, `PRAGMA page_size=1024`, `CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`, many(20_000, mixedText), shuffledDelete)
	s := NewStream(spool(t), "t")
	ids := make(chan int64, 100)
	ended := make(chan error, 1)
	go func() {
		for id := range ids {
			table, ok := s.Table("t")
			if !ok {
				ended <- errors.New("no table though there are rows")
				return
			}
			r, ok, err := table.Get(id)
			if err != nil || !ok || !bytes.Contains(r.Text(1), fmt.Append(nil, id)) {
				ended <- fmt.Errorf("row %d: %v, %w, %.40q", id, ok, err, r.Text(1))
				return
			}
		}
		ended <- nil
	}()
	var got error
	err := s.Run(t.Context(), &uneven{r: bytes.NewReader(db)}, func(_ *Table, rows []Row) error {
		select {
		case ids <- rows[len(rows)-1].RowID:
			return nil
		case got = <-ended:
			return got
		}
	})
	close(ids)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

const shuffledDelete = `DELETE FROM t WHERE id * 7919 % 5 = 0`
