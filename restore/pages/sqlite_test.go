package pages

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

// build makes a database with SQLite, as a file that only it has touched.
func build(t testing.TB, statements ...string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "built.db")
	buildWith(t, path, func(c *sqlite3.Conn) {
		for _, s := range statements {
			exec(t, c, s)
		}
	})
	return readFile(t, path)
}

func buildWith(t testing.TB, path string, f func(*sqlite3.Conn)) {
	t.Helper()
	c, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	exec(t, c, `PRAGMA synchronous=off; PRAGMA journal_mode=memory`)
	f(c)
}

func exec(t testing.TB, c *sqlite3.Conn, sql string) {
	t.Helper()
	if err := c.Exec(sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func spool(t testing.TB) *Spool {
	t.Helper()
	s, err := NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// sqlRows reads a table through SQL: what every other way is compared with.
func sqlRows(t testing.TB, db []byte, table string, skip ...int) []string {
	t.Helper()
	c, done, err := OpenSQL(bytes.NewReader(db), int64(len(db)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := done(); err != nil {
			t.Fatal(err)
		}
	}()
	s, _, err := c.Prepare(`SELECT _rowid_, * FROM ` + sqlite3.QuoteIdentifier(table) + ` ORDER BY _rowid_`)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for s.Step() {
		line := fmt.Sprint(s.ColumnInt64(0))
		for i := 1; i < s.ColumnCount(); i++ {
			if slices.Contains(skip, i-1) {
				line += "|-"
				continue
			}
			switch s.ColumnType(i) {
			case sqlite3.INTEGER:
				line += fmt.Sprintf("|i%d", s.ColumnInt64(i))
			case sqlite3.FLOAT:
				line += fmt.Sprintf("|f%x", s.ColumnFloat(i))
			case sqlite3.TEXT:
				line += "|t" + s.ColumnText(i)
			case sqlite3.BLOB:
				line += fmt.Sprintf("|b%x", s.ColumnRawBlob(i))
			default:
				line += "|n"
			}
		}
		out = append(out, line)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

// describe writes a row as sqlRows does. real tells which columns SQLite turns
// from whole numbers into reals when they are read.
func describe(r *Row, real []int, skip ...int) string {
	line := fmt.Sprint(r.RowID)
	for i := range r.Len() {
		if slices.Contains(skip, i) {
			line += "|-"
			continue
		}
		switch r.Kind(i) {
		case Integer:
			if slices.Contains(real, i) {
				f, _ := r.Float(i)
				line += fmt.Sprintf("|f%x", f)
				continue
			}
			n, ok := r.Int(i)
			if !ok {
				line += "|no integer"
			}
			line += fmt.Sprintf("|i%d", n)
		case Float:
			f, ok := r.Float(i)
			if !ok {
				line += "|no real"
			}
			line += fmt.Sprintf("|f%x", f)
		case Text:
			line += "|t" + string(r.Text(i))
		case Blob:
			line += fmt.Sprintf("|b%x", r.Blob(i))
		default:
			if !r.IsNull(i) || r.Text(i) != nil || r.Blob(i) != nil {
				line += "|not null"
			}
			line += "|n"
		}
	}
	return line
}

// expect says what of a table can't be compared as it is.
type expect struct {
	table string
	real  []int // REAL columns
	skip  []int // VIRTUAL columns
}

// sameAsSQL compares every way to the rows of a table with SQL.
func sameAsSQL(t testing.TB, db []byte, tables ...expect) {
	t.Helper()
	var want []string
	for _, e := range tables {
		want = append(want, e.table)
	}
	s := NewStream(spool(t), want...)
	released := map[string]map[int64]string{}
	err := s.Run(t.Context(), &uneven{r: bytes.NewReader(db)}, func(table *Table, rows []Row) error {
		e := tables[slices.IndexFunc(tables, func(e expect) bool { return sameName(e.table, table.Name) })]
		if released[e.table] == nil {
			released[e.table] = map[int64]string{}
		}
		for i := range rows {
			r := &rows[i]
			if _, twice := released[e.table][r.RowID]; twice {
				t.Fatalf("row %d of %s came twice", r.RowID, e.table)
			}
			released[e.table][r.RowID] = describe(r, e.real, e.skip...)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	plain, err := OpenDatabase(t.Context(), bytes.NewReader(db), int64(len(db)), want...)
	if err != nil {
		t.Fatalf("OpenDatabase: %v", err)
	}
	for _, e := range tables {
		truth := sqlRows(t, db, e.table, e.skip...)
		var ids []int64
		for id := range released[e.table] {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		var run []string
		for _, id := range ids {
			run = append(run, released[e.table][id])
		}
		sameLines(t, e.table+", Run", run, truth)
		sameLines(t, e.table+", Stream.Scan", scanned(t, s.Scan, e), truth)
		sameLines(t, e.table+", Database.Scan", scanned(t, plain.Scan, e), truth)
		table, ok := s.Table(e.table)
		if !ok {
			t.Fatalf("no table %s", e.table)
		}
		if table.Rows() != int64(len(truth)) {
			t.Errorf("%s: Rows is %d, not %d", e.table, table.Rows(), len(truth))
		}
		var got []string
		for i, id := range ids {
			if i%(1+len(ids)/200) != 0 {
				got = append(got, run[i])
				continue
			}
			r, ok, err := table.Get(id)
			if err != nil || !ok {
				t.Fatalf("%s: Get(%d): %v, %v", e.table, id, ok, err)
			}
			got = append(got, describe(&r, e.real, e.skip...))
			if _, there := released[e.table][id+1]; !there {
				if _, ok, err := table.Get(id + 1); ok || err != nil {
					t.Fatalf("%s: Get(%d) of no row: %v, %v", e.table, id+1, ok, err)
				}
			}
		}
		sameLines(t, e.table+", Get", got, truth)
	}
}

func scanned(t testing.TB, scan func(context.Context, string, func([]Row) error) error, e expect) []string {
	t.Helper()
	var out []string
	if err := scan(t.Context(), e.table, func(rows []Row) error {
		for i := range rows {
			out = append(out, describe(&rows[i], e.real, e.skip...))
		}
		return nil
	}); err != nil {
		t.Fatalf("Scan of %s: %v", e.table, err)
	}
	return out
}

func sameLines(t testing.TB, what string, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("%s: row %d is\n%.300s\nand not\n%.300s", what, i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d rows, not %d", what, len(got), len(want))
	}
}

// uneven reads pieces of many sizes, none of them a page.
type uneven struct {
	r io.Reader
	n int
}

func (u *uneven) Read(p []byte) (int, error) {
	u.n = (u.n*31 + 977) % 70001
	return u.r.Read(p[:min(len(p), u.n+1)])
}
