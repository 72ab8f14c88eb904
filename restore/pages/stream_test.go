package pages

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// many inserts n rows into t(id, body) from a recursive query.
func many(n int, body string) string {
	return fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d)
		INSERT INTO t(body) SELECT %s FROM n`, n, body)
}

const (
	shortText = `'body of ' || i || hex(i * 7919)`
	// Every ninth is larger than a page, whatever its size.
	mixedText = `CASE i % 9 WHEN 0 THEN 'long ' || hex(zeroblob(i * 37 % 7001)) || i ELSE 'short ' || i END`
	// Some leaves lose rows, and some are freed with all of theirs.
	thinned = `DELETE FROM t WHERE id % 3 = 0; DELETE FROM t WHERE id BETWEEN 200 AND 600`
)

// shuffled inserts n rows into t in an order that has nothing to do with ids.
func shuffled(n int) string {
	return fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d)
		INSERT INTO t(id, body) SELECT (i * 2797) %% 4999, 'shuffled ' || i FROM n`, min(n, 4998))
}

// history is how a database came about.
type history struct {
	name string
	sql  []string
}

func histories(pageSize int) []history {
	create := `CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`
	rows := 800 + pageSize/16 // enough for a tree of several levels
	return []history{
		{"empty", []string{create}},
		{"one row", []string{create, many(1, shortText)}},
		{"many rows", []string{create, many(rows, shortText)}},
		{"overflow", []string{create, many(rows/4, mixedText)}},
		{"deleted", []string{create, many(rows, shortText), thinned}},
		{"deleted with overflow", []string{create, many(rows/2, mixedText), thinned}},
		{"freed pages used again", []string{create, many(rows/2, mixedText), thinned, many(rows/9, mixedText)}},
		{"secure delete off, all deleted", []string{`PRAGMA secure_delete=off`, create, many(rows/2, shortText), `DELETE FROM t`}},
		{"shuffled", []string{create, shuffled(rows)}},
		{"shuffled, deleted", []string{create, shuffled(rows), thinned}},
		{"vacuumed", []string{create, shuffled(rows), thinned, `VACUUM`}},
		{"created late", []string{`CREATE TABLE other(x)`, `INSERT INTO other SELECT hex(randomblob(3000)) FROM (VALUES(1),(2),(3),(4),(5),(6),(7),(8),(9))`, create, many(rows/2, shortText)}},
		{"created late into freed pages", []string{`CREATE TABLE other(x)`, `INSERT INTO other SELECT hex(zeroblob(300000))`, `DROP TABLE other`, create, many(rows/2, mixedText)}},
		{"large schema", append(manyTables(300), create, many(rows/9, shortText))},
		{"one record of megabytes", []string{create, many(100, shortText), `INSERT INTO t(body) SELECT 'huge' || hex(zeroblob(1000000))`, many(100, shortText)}},
		{"altered", []string{create, many(rows/9, shortText), `ALTER TABLE t ADD COLUMN later TEXT`, many(rows/9, shortText)}},
		{"renamed", []string{`CREATE TABLE was(id INTEGER PRIMARY KEY, body TEXT)`, `ALTER TABLE was RENAME TO t`, many(rows/9, shortText)}},
		{"write-ahead log", []string{create, many(rows/3, shortText), `PRAGMA journal_mode=wal`, `PRAGMA wal_checkpoint(truncate)`}},
	}
}

func TestRowsAreThoseOfSQL(t *testing.T) {
	for _, size := range []int{512, 1024, 4096, 65536} {
		for _, vacuum := range []string{"none", "full", "incremental"} {
			for _, enc := range []string{"UTF-8", "UTF-16le", "UTF-16be"} {
				// Encodings have nothing to do with pages, nor have the kinds
				// of vacuum with their size; the largest takes the longest.
				if enc != "UTF-8" && (size != 1024 || vacuum != "none") || vacuum == "incremental" && size != 1024 || vacuum != "full" && size == 65536 {
					continue
				}
				t.Run(fmt.Sprintf("%d/%s/%s", size, vacuum, enc), func(t *testing.T) {
					t.Parallel()
					for _, test := range histories(size) {
						pragmas := fmt.Sprintf(`PRAGMA page_size=%d; PRAGMA auto_vacuum=%s; PRAGMA encoding='%s'`, size, vacuum, enc)
						db := build(t, append([]string{pragmas}, test.sql...)...)
						t.Log(test.name, len(db))
						sameAsSQL(t, db, expect{table: "t"})
					}
				})
			}
		}
	}
}

func manyTables(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(`CREATE TABLE filler%d(a /* %s */)`, i, strings.Repeat("x", 90)))
	}
	return out
}

func TestSeveralTables(t *testing.T) {
	db := build(t,
		`CREATE TABLE "A b"(x REAL, y)`, `CREATE TABLE empty(z)`, `CREATE TABLE other(k INTEGER PRIMARY KEY)`,
		`INSERT INTO "A b" VALUES (1, 2), (1.5, x'00ff'), (NULL, 'x'), (-3, ''), (2e300, x'')`,
		`INSERT INTO other VALUES (-9223372036854775808), (-1), (0), (127), (128), (32768), (8388608), (2147483648), (140737488355328), (9223372036854775807)`)
	sameAsSQL(t, db, expect{table: "a B", real: []int{0}}, expect{table: "empty"}, expect{table: "other"})
}

func TestReservedBytes(t *testing.T) {
	// SQLite's own way to reserve bytes is a file control; the format's is a
	// byte of the header, which VACUUM keeps.
	db := reserved(t, 40)
	if db[20] != 40 {
		t.Fatalf("%d bytes reserved", db[20])
	}
	sameAsSQL(t, db, expect{table: "t"})
}

func TestDefaultsOfAddedColumns(t *testing.T) {
	sql := []string{`CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`, many(3, shortText)}
	defaults := []string{
		`TEXT DEFAULT 'it''s'`, `TEXT DEFAULT ''`, `TEXT DEFAULT 12`, `TEXT DEFAULT -1.5`, `INTEGER DEFAULT 7`,
		`INTEGER NOT NULL DEFAULT -9223372036854775808`, `INT DEFAULT '42'`, `INT DEFAULT ' 4e2 '`, `INT DEFAULT 'four'`,
		`DEFAULT 0x10`, `DEFAULT -0x10`, `DEFAULT x'00fE'`, `DEFAULT TRUE`, `DEFAULT false`, `DEFAULT NULL`, `DEFAULT (3)`,
		`DEFAULT (-3)`, `DEFAULT +4`, `NUMERIC DEFAULT 1.0`, `NUMERIC DEFAULT 1e100`, `BLOB DEFAULT 1.25`, `DEFAULT word`,
		`DEFAULT "quoted"`, `TEXT DEFAULT 'é漢🙂'`, `VARCHAR(10) DEFAULT 5 NOT NULL`, `DEFAULT 99999999999999999999`,
		`BOOLEAN NOT NULL DEFAULT 0 CHECK (1 > 0)`, ``, `TEXT COLLATE nocase DEFAULT 'x'`, `REAL DEFAULT 3`, `REAL DEFAULT '2.5'`,
	}
	for i, d := range defaults {
		sql = append(sql, fmt.Sprintf(`ALTER TABLE t ADD COLUMN c%d %s`, i, d))
	}
	sql = append(sql, many(2, shortText))
	for _, enc := range []string{"UTF-8", "UTF-16le", "UTF-16be"} {
		db := build(t, append([]string{`PRAGMA encoding='` + enc + `'`}, sql...)...)
		sameAsSQL(t, db, expect{table: "t", real: []int{2 + 29, 2 + 30}})
	}
}

func TestGeneratedColumns(t *testing.T) {
	db := build(t, `CREATE TABLE t(v AS (body || '!'), id INTEGER PRIMARY KEY, s TEXT GENERATED ALWAYS AS (id * 2) STORED, body TEXT, w INT GENERATED ALWAYS AS (id + 1) VIRTUAL, z DEFAULT 'zz')`,
		many(50, shortText))
	sameAsSQL(t, db, expect{table: "t", skip: []int{0, 4}})
}

func TestTablesThatCannotBeRead(t *testing.T) {
	db := build(t, `CREATE TABLE t(id INTEGER PRIMARY KEY, body)`, many(10, shortText),
		`CREATE TABLE sorted(a PRIMARY KEY, b) WITHOUT ROWID`, `PRAGMA writable_schema=on`, `INSERT INTO sqlite_schema VALUES ('table', 'words', 'words', 0, 'CREATE VIRTUAL TABLE words USING any(x)')`, `CREATE VIEW seen AS SELECT 1`)
	rows := 0
	s := NewStream(spool(t), "t", "sorted", "words", "seen", "absent")
	err := s.Run(t.Context(), bytes.NewReader(db), func(_ *Table, r []Row) error { rows += len(r); return nil })
	if rows != 10 {
		t.Errorf("%d rows of the good table, not 10", rows)
	}
	var names []string
	for _, err := range err.(interface{ Unwrap() []error }).Unwrap() {
		var unsupported *UnsupportedTableError
		if !errors.As(err, &unsupported) {
			t.Fatal(err)
		}
		names = append(names, unsupported.Table)
	}
	if got := strings.Join(names, " "); got != "sorted words" {
		t.Errorf("unsupported: %s", got)
	}
	for _, name := range []string{"sorted", "seen", "absent"} {
		if err := s.Scan(t.Context(), name, nil); !errors.Is(err, ErrNoTable) {
			t.Errorf("Scan of %s: %v", name, err)
		}
	}
}

func TestSizesThatDoNotMatch(t *testing.T) {
	db := build(t, `CREATE TABLE t(id INTEGER PRIMARY KEY, body)`, many(2000, shortText))
	run := func(b []byte) (rows int, err error) {
		err = NewStream(spool(t), "t").Run(t.Context(), bytes.NewReader(b), func(_ *Table, r []Row) error { rows += len(r); return nil })
		return rows, err
	}
	var corrupt *CorruptError
	t.Run("part of a page follows", func(t *testing.T) {
		if rows, err := run(append(bytes.Clone(db), 1, 2, 3)); rows != 2000 || err != nil {
			t.Error(rows, err)
		}
	})
	t.Run("a page is missing", func(t *testing.T) {
		if rows, err := run(db[:len(db)-4096]); rows >= 2000 || rows < 1000 || !errors.As(err, &corrupt) {
			t.Error(rows, err)
		}
	})
	t.Run("the header does not know", func(t *testing.T) {
		b := bytes.Clone(db)
		clear(b[28:32])
		b[24]++ // as a version of SQLite leaves it that does not count pages
		if rows, err := run(b); rows != 2000 || err != nil {
			t.Error(rows, err)
		}
	})
	t.Run("the last page is cut where nothing is lost", func(t *testing.T) {
		b := build(t, `CREATE TABLE t(id INTEGER PRIMARY KEY, body)`, many(20, shortText))
		b = append(b, make([]byte, 4096)...) // beyond what the header counts
		if rows, err := run(b[:len(b)-100]); rows != 20 || err != nil {
			t.Error(rows, err)
		}
	})
	for name, b := range map[string][]byte{"nothing": nil, "short": db[:99], "other": make([]byte, 5000)} {
		t.Run(name, func(t *testing.T) {
			if _, err := run(b); !errors.Is(err, ErrNotSQLite) {
				t.Error(err)
			}
		})
	}
}
