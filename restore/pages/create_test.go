package pages

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"pgregory.net/rapid"
)

// awkward are declarations that a simple reader gets wrong.
var awkward = []string{
	`CREATE TABLE t(a, b)`,
	`CREATE TABLE t(id INTEGER PRIMARY KEY, b)`,
	`CREATE TABLE t(id INT PRIMARY KEY, b)`,
	`CREATE TABLE t(id INTEGER PRIMARY KEY DESC, b)`,
	`CREATE TABLE t(id INTEGER PRIMARY KEY ASC AUTOINCREMENT)`,
	`CREATE TABLE t(id "INTEGER" PRIMARY KEY, b)`,
	`CREATE TABLE t(id integer CONSTRAINT x NOT NULL CONSTRAINT y PRIMARY KEY ON CONFLICT IGNORE, b)`,
	`CREATE TABLE t(id INTEGER, b, PRIMARY KEY(id))`,
	`CREATE TABLE t(id INTEGER, b, PRIMARY KEY("ID" DESC))`,
	`CREATE TABLE t(id INTEGER, b, CONSTRAINT pk PRIMARY KEY(id COLLATE nocase))`,
	`CREATE TABLE t(id INTEGER, b, PRIMARY KEY(id, b))`,
	`CREATE TABLE t(b, id INTEGER, CHECK(b > 0) UNIQUE(b) PRIMARY KEY(id))`,
	`CREATE TABLE t(id BIG INTEGER PRIMARY KEY, b)`,
	`CREATE TABLE t(id INTEGER(4) PRIMARY KEY, b)`,
	`CREATE TABLE t("a,b" TEXT, [c)d] TEXT, ` + "`e``f`" + ` TEXT, 'g''h' TEXT, "i""j")`,
	`CREATE TABLE "we(ird" (a DECIMAL(10, 5) DEFAULT (1 + (2 * 3)), b CHECK (b IN (1, 2, ')')), c)`,
	"CREATE TABLE t(a -- not (b\n, /* , c */ d, e /* unfinished */)",
	`CREATE TABLE t(a REFERENCES other(x) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, b, FOREIGN KEY (b) REFERENCES other)`,
	`CREATE TABLE t(a, b AS (a || ','), c GENERATED ALWAYS AS (a) STORED, d INT GENERATED ALWAYS AS (a + 1) VIRTUAL, e)`,
	`CREATE TABLE t(generated, always, key, "primary", rowid, desc, stored)`,
	`CREATE TABLE t(a varchar(20, 3) NOT NULL ON CONFLICT ABORT UNIQUE COLLATE nocase DEFAULT -5, b)`,
	`CREATE TABLE t(a DEFAULT x'00', b DEFAULT 'x,y', c DEFAULT "q)")`,
	`CREATE TABLE t(é, 漢字 TEXT, "🙂" INTEGER PRIMARY KEY)`,
	`CREATE TABLE t AS SELECT 1 AS a, 'x' AS "b c", 2 AS [d,e]`,
	`CREATE TABLE t(a, b PRIMARY KEY) WITHOUT ROWID`,
	`CREATE TABLE t(a ANY, b INTEGER PRIMARY KEY) STRICT`,
	`CREATE TABLE t(a TEXT PRIMARY KEY, b INT) STRICT, WITHOUT ROWID`,
	`CREATE TABLE t(a, "without" TEXT, "rowid" TEXT)`,
	`CREATE TABLE main.t(a, b)`,
	`CREATE TABLE IF NOT EXISTS t(a, b)`,
	`CREATE TABLE t(a INTEGER DEFAULT(3)PRIMARY KEY,b CHECK(b)NOT NULL)`,
}

func TestParseCreateAgreesWithSQLite(t *testing.T) {
	for _, sql := range awkward {
		t.Run(sql, func(t *testing.T) { agrees(t, sql, true) })
	}
}

// agrees compares parseCreate with what SQLite makes of the same statement.
func agrees(t testing.TB, sql string, must bool) {
	t.Helper()
	c, err := sqlite3.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Exec(sql); err != nil {
		if must {
			t.Fatalf("SQLite does not take it: %v", err)
		}
		return
	}
	var name, kept string
	query(t, c, `SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`, func(s *sqlite3.Stmt) {
		name, kept = s.ColumnText(0), s.ColumnText(1)
	})
	d, err := parseCreate(kept)
	if err != nil {
		t.Fatalf("%s: %v", kept, err)
	}
	var want, got []string
	query(t, c, `SELECT name, hidden FROM pragma_table_xinfo(`+sqlite3.Quote(name)+`)`, func(s *sqlite3.Stmt) {
		want = append(want, fmt.Sprint(s.ColumnText(0), " ", s.ColumnInt(1) == 2))
	})
	for _, column := range d.columns {
		got = append(got, fmt.Sprint(column.name, " ", column.virtual))
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s\ncolumns are %q,\nnot       %q", kept, got, want)
	}
	without := false
	query(t, c, `SELECT wr FROM pragma_table_list WHERE name = `+sqlite3.Quote(name), func(s *sqlite3.Stmt) {
		without = s.ColumnBool(0)
	})
	if d.withoutRowID != without {
		t.Fatalf("%s\nWITHOUT ROWID is %v", kept, d.withoutRowID)
	}
	if without {
		return
	}
	// Only an alias of the rowid takes the number of a row that has none.
	for i, column := range d.columns {
		if got, want := column.rowid, isRowID(t, c, name, column.name); got != want && !d.columns[i].virtual {
			t.Fatalf("%s\n%s is the rowid: %v", kept, column.name, got)
		}
	}
}

// isRowID asks SQLite whether a column is read as the rowid, by how it would
// look one up.
func isRowID(t testing.TB, c *sqlite3.Conn, table, column string) (is bool) {
	query(t, c, `EXPLAIN QUERY PLAN SELECT 1 FROM `+sqlite3.QuoteIdentifier(table)+` NOT INDEXED WHERE `+sqlite3.QuoteIdentifier(column)+` = 1`, func(s *sqlite3.Stmt) {
		is = is || strings.Contains(s.ColumnText(3), "INTEGER PRIMARY KEY")
	})
	return is
}

func query(t testing.TB, c *sqlite3.Conn, sql string, f func(*sqlite3.Stmt)) {
	t.Helper()
	s, _, err := c.Prepare(sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer func() { _ = s.Close() }()
	for s.Step() {
		f(s)
	}
	if err := s.Err(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestParseCreateOfAnyTable(t *testing.T) {
	pick := func(t *rapid.T, of ...string) string { return rapid.SampledFrom(of).Draw(t, "part") }
	rapid.Check(t, func(r *rapid.T) {
		var parts []string
		for i := range rapid.IntRange(1, 6).Draw(r, "columns") {
			parts = append(parts, strings.Join([]string{
				pick(r, fmt.Sprintf("c%d", i), fmt.Sprintf(`"c %d"`, i), fmt.Sprintf(`[c,%d]`, i), fmt.Sprintf("`c(%d`", i), fmt.Sprintf("key%d", i)),
				pick(r, "", "INTEGER", "integer", "INT", "TEXT", "VARCHAR(3)", "DECIMAL ( 1 , 2 )", "UNSIGNED BIG INT", `"INTEGER"`, "/* INT */ INTEGER", "INTEGER -- ,\n"),
				pick(r, "", "", "PRIMARY KEY", "PRIMARY KEY DESC", "PRIMARY KEY ASC", "NOT NULL", "CONSTRAINT n NULL", "UNIQUE", "AS (1)", "AS (1) STORED", "GENERATED ALWAYS AS (',') VIRTUAL"),
				pick(r, "", "", "DEFAULT 1", "DEFAULT (')')", "DEFAULT -1.5e-3", "CHECK (1, 2)", "CHECK (1 > ')')", "COLLATE nocase", "REFERENCES o(a)", "REFERENCES o ON DELETE SET NULL"),
			}, " "))
		}
		if rapid.Bool().Draw(r, "constraints") {
			parts = append(parts, pick(r, "PRIMARY KEY(c0)", "PRIMARY KEY (c0 DESC)", `PRIMARY KEY("c 0")`, "UNIQUE (c0), PRIMARY KEY (c1)", "CONSTRAINT k PRIMARY KEY (c0, c1)", "CHECK (1) FOREIGN KEY (c0) REFERENCES o(b, c)"))
		}
		sql := "CREATE TABLE t(" + strings.Join(parts, ", ") + ")" + pick(r, "", "", "WITHOUT ROWID", "STRICT")
		agrees(t, sql, false)
	})
}

func FuzzParseCreate(f *testing.F) {
	for _, sql := range awkward {
		f.Add(sql)
	}
	f.Add(`CREATE TABLE t(`)
	f.Add(`CREATE TABLE t(a DEFAULT`)
	f.Add(`CREATE TABLE t([`)
	f.Fuzz(func(t *testing.T, sql string) {
		d, err := parseCreate(sql)
		if err == nil && len(d.columns) == 0 {
			t.Error("no columns and no error")
		}
		for _, c := range d.columns {
			for aff := range realAffinity + 1 {
				v := parseConstant(c.fallback, aff, utf16le)
				if len(v.data) != int(fieldSize(v.kind)) {
					t.Errorf("%d bytes as type %d", len(v.data), v.kind)
				}
			}
		}
	})
}

func TestIndexOfColumns(t *testing.T) {
	table, err := newTable(&pager{}, "t", `CREATE TABLE t(Id INTEGER PRIMARY KEY, "Two Words", é)`, 2)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"ID": 0, "two words": 1, "é": 2, "É": -1, "rowid": -1, "": -1} {
		if got := table.Index(name); got != want {
			t.Errorf("%q is at %d", name, got)
		}
	}
	if _, err := newTable(&pager{}, "t", `CREATE TABLE t(a`+strings.Repeat(`,a`, maxColumns)+`)`, 2); err == nil {
		t.Error("too many columns")
	}
}
