package pages

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

func TestOpenSQLReadsASpool(t *testing.T) {
	for name, last := range map[string]string{"rollback journal": `SELECT 1`, "write-ahead log": `PRAGMA journal_mode=wal`} {
		t.Run(name, func(t *testing.T) {
			db := build(t, `CREATE TABLE t(id INTEGER PRIMARY KEY, body)`, many(2000, shortText), last)
			sp := spool(t)
			if _, err := sp.Write(db); err != nil {
				t.Fatal(err)
			}
			// Two at once, since names of databases are global.
			for range 2 {
				c, done, err := OpenSQL(sp, sp.Size())
				if err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := done(); err != nil {
						t.Error(err)
					}
				}()
				if got := value(t, c, `SELECT count(*) FROM t`); got != "2000" {
					t.Errorf("%s rows", got)
				}
			}
		})
	}
}

// value returns the first column of the first row.
func value(t *testing.T, c *sqlite3.Conn, sql string) string {
	t.Helper()
	s, _, err := c.Prepare(sql)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if !s.Step() {
		t.Fatalf("%s: %v", sql, s.Err())
	}
	return s.ColumnText(0)
}

func TestOpenSQLDistrustsTheSchema(t *testing.T) {
	db := build(t,
		`CREATE TABLE t(id INTEGER PRIMARY KEY, body)`, many(10, shortText),
		`CREATE VIEW v AS SELECT randomblob(10) AS x FROM t`,
		`CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t; END`)
	c, done, err := OpenSQL(bytes.NewReader(db), int64(len(db)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := done(); err != nil {
			t.Error(err)
		}
	}()
	outside := t.TempDir() + "/other.db"
	for _, sql := range []string{
		`SELECT * FROM v`,
		`INSERT INTO t(body) VALUES (1)`,
		`DROP TABLE t`,
		`ATTACH '` + outside + `' AS other`,
		`VACUUM INTO '` + outside + `'`,
		`PRAGMA writable_schema=on; UPDATE sqlite_schema SET sql = ''`,
		`CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END; INSERT INTO t(body) VALUES (1)`,
	} {
		if err := c.Exec(sql); err == nil {
			t.Errorf("%s works", sql)
		}
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a file was made outside")
	}
	for pragma, want := range map[string]string{"trusted_schema": "0", "temp_store": "2", "query_only": "1"} {
		if got := value(t, c, "PRAGMA "+pragma); got != want {
			t.Errorf("%s is %s", pragma, got)
		}
	}
}

// A sort of more than the cache would go to a temporary file, in the clear.
func TestOpenSQLWritesNoTemporaryFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("SQLITE_TMPDIR", dir)
	t.Setenv("TMPDIR", dir)
	db := build(t, `CREATE TABLE t(id INTEGER PRIMARY KEY, body)`, many(30_000, shortText))
	// A file cannot be made in a folder that is none.
	t.Setenv("SQLITE_TMPDIR", dir+"/absent")
	t.Setenv("TMPDIR", dir+"/absent")
	c, done, err := OpenSQL(bytes.NewReader(db), int64(len(db)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := done(); err != nil {
			t.Error(err)
		}
	}()
	if got := value(t, c, `SELECT count(*) FROM (SELECT body || hex(zeroblob(100)) AS b FROM t ORDER BY b DESC LIMIT 29000)`); got != "29000" {
		t.Error(got)
	}
}

func TestOpenSQLRefusesOtherFiles(t *testing.T) {
	if c, _, err := OpenSQL(strings.NewReader(strings.Repeat("no database ", 1000)), 12000); err == nil {
		// SQLite reads the header late.
		if err := c.Exec(`SELECT * FROM sqlite_schema`); err == nil {
			t.Error("a text opens")
		}
		_ = c.Close()
	}
	failing := io.NewSectionReader(failingReader{}, 0, 8192)
	if c, _, err := OpenSQL(failing, 8192); err == nil {
		if err := c.Exec(`SELECT * FROM sqlite_schema`); err == nil {
			t.Error("what can't be read opens")
		}
		_ = c.Close()
	}
}

type failingReader struct{}

func (failingReader) ReadAt([]byte, int64) (int, error) { return 0, io.ErrClosedPipe }
