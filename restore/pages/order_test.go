package pages

import (
	"encoding/binary"
	"fmt"
	"io"
	"testing"
)

// atlas is the file format once more, as a recursion over a database that is
// there in full: when may each row show, if pages come one by one?
type atlas struct {
	t      *testing.T
	db     []byte
	size   int
	usable int
	maps   bool // it has pointer maps, and they count
}

func newAtlas(t *testing.T, db []byte) *atlas {
	size := int(binary.BigEndian.Uint16(db[16:]))
	if size == 1 {
		size = 65536
	}
	return &atlas{t, db, size, size - int(db[20]), binary.BigEndian.Uint32(db[52:]) != 0}
}

func (a *atlas) page(n int) []byte { return a.db[(n-1)*a.size:][:a.size] }

func (a *atlas) count() int { return len(a.db) / a.size }

// rows calls f for each row below page n with the page that comes last of all
// that lead to it: the way from the root, the leaf, its overflow pages. Page n
// is known to belong to the tree from page known on. Where there are pointer
// maps, a child is known as it comes, if its parent is by then.
func (a *atlas) rows(n, known int, f func(rowid int64, record []byte, last int)) {
	last := max(known, n)
	child := func(c int) {
		if a.maps && c < n && known <= c {
			a.rows(c, c, f)
			return
		}
		a.rows(c, last, f)
	}
	page := a.page(n)
	head := page
	if n == 1 {
		head = page[100:]
	}
	cells, start := int(binary.BigEndian.Uint16(head[3:])), len(page)-len(head)
	at := func(i int) int { return int(binary.BigEndian.Uint16(page[start+2*i:])) }
	switch head[0] {
	case 5:
		start += 12
		for i := range cells {
			child(int(binary.BigEndian.Uint32(page[at(i):])))
		}
		child(int(binary.BigEndian.Uint32(head[8:])))
	case 13:
		start += 8
		type row struct {
			id     int64
			record []byte
		}
		var rows []row
		for i := range cells {
			p := page[at(i):]
			size, n1 := uvarint(p)
			id, n2 := uvarint(p[n1:])
			p = p[n1+n2:]
			local := localSize(int(size), a.usable)
			record := append([]byte(nil), p[:local]...)
			if local < int(size) {
				for next := int(binary.BigEndian.Uint32(p[local:])); next != 0; next = int(binary.BigEndian.Uint32(a.page(next))) {
					last = max(last, next)
					record = append(record, a.page(next)[4:a.usable]...)
				}
			}
			rows = append(rows, row{int64(id), record[:size]})
		}
		for _, r := range rows {
			f(r.id, r.record, last)
		}
	default:
		a.t.Fatalf("page %d is of kind %#x", n, head[0])
	}
}

// released says for each row of t(id, body) with which page it must show.
func (a *atlas) released() map[int64]int {
	out := map[int64]int{}
	a.rows(1, 1, func(_ int64, record []byte, last int) {
		fields, err := appendFields(nil, record, 5)
		if err != nil {
			a.t.Fatal(err)
		}
		part := func(i int) []byte { return record[fields[i].off:][:fieldSize(fields[i].kind)] }
		if string(part(0)) != "table" || string(part(1)) != "t" {
			return
		}
		root, _ := intValue(fields[3].kind, part(3))
		a.rows(int(root), last, func(rowid int64, _ []byte, last int) { out[rowid] = last })
	})
	return out
}

func TestRowsShowWithTheLastPageOfTheirChain(t *testing.T) {
	create := `CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`
	for name, sql := range map[string][]string{
		"in order":               {create, many(3000, shortText)},
		"with deleted rows":      {create, many(3000, shortText), thinned},
		"shuffled":               {create, shuffled(2000), thinned},
		"overflow":               {create, many(700, mixedText)},
		"freed pages used again": {create, many(1500, mixedText), thinned, many(300, mixedText)},
		"vacuumed":               {create, many(900, mixedText), thinned, `VACUUM`},
		"created late":           append(manyTables(60), `CREATE TABLE other(x)`, `INSERT INTO other SELECT hex(zeroblob(100000))`, `DROP TABLE other`, create, many(900, shortText)),
		"pointer maps":           {`PRAGMA page_size=512; PRAGMA auto_vacuum=full`, create, fat(4000)},
		"pointer maps, thinned":  {`PRAGMA auto_vacuum=full`, create, many(3000, mixedText), thinned, many(500, shortText)},
		"pointer maps, shuffled": {`PRAGMA auto_vacuum=full`, create, shuffled(2000), thinned},
		"free pages in the maps": {`PRAGMA auto_vacuum=incremental`, create, fat(3000), thinned},
		"incremental vacuum":     {`PRAGMA auto_vacuum=incremental`, create, many(1500, mixedText), thinned, `PRAGMA incremental_vacuum(40)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := build(t, append([]string{`PRAGMA page_size=1024`}, sql...)...)
			a := newAtlas(t, db)
			due := a.released()
			byPage := map[int]int{}
			for _, n := range due {
				byPage[n]++
			}
			r, w := io.Pipe()
			rows, ended := make(chan int64, len(due)+1), make(chan error, 1)
			go func() {
				ended <- NewStream(spool(t), "t").Run(t.Context(), r, func(_ *Table, batch []Row) error {
					for i := range batch {
						select {
						case rows <- batch[i].RowID:
						default:
							return fmt.Errorf("more rows than there are: %d", batch[i].RowID)
						}
					}
					return nil
				})
			}()
			for n := 1; n <= a.count(); n++ {
				if _, err := w.Write(a.page(n)); err != nil {
					t.Fatal(err)
				}
				for range byPage[n] {
					select {
					case id := <-rows:
						if at, live := due[id]; !live {
							t.Fatalf("page %d: row %d shows, which was deleted", n, id)
						} else if at != n {
							t.Fatalf("page %d: row %d shows, whose chain ends with page %d", n, id, at)
						}
						delete(due, id)
					case err := <-ended:
						t.Fatal(err)
					}
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			if len(rows) > 0 || len(due) > 0 {
				t.Errorf("%d rows too many, %d too few", len(rows), len(due))
			}
		})
	}
}

// The tests above are worth nothing if no deleted row lies in the file.
func TestDeletedRowsAreInTheFile(t *testing.T) {
	db := build(t, `CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`, many(3000, shortText), thinned)
	a := newAtlas(t, db)
	live := a.released()
	deleted := 0
	for n := 2; n <= a.count(); n++ {
		if a.page(n)[0] != leafPage {
			continue
		}
		b, err := parseNode(uint32(n), a.page(n), a.usable)
		if err != nil {
			continue
		}
		for _, c := range b.appendCells(nil, uint32(n), nil) {
			if _, ok := live[c.rowid]; !ok {
				deleted++
			}
		}
	}
	if deleted == 0 {
		t.Error("no leaf holds deleted rows")
	}
}
