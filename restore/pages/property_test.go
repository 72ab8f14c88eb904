package pages

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"pgregory.net/rapid"
)

// Whatever was done to a database, the rows are those of SQL.
func TestAnyDatabase(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		path := filepath.Join(dir, fmt.Sprintf("%d.db", runs))
		buildWith(t, path, func(c *sqlite3.Conn) {
			exec(t, c, fmt.Sprintf(`PRAGMA page_size=%d; PRAGMA auto_vacuum=%d; PRAGMA encoding='%s'`,
				rapid.SampledFrom([]int{512, 1024, 4096}).Draw(r, "page size"),
				rapid.IntRange(0, 2).Draw(r, "auto_vacuum"),
				rapid.SampledFrom([]string{"UTF-8", "UTF-16le", "UTF-16be"}).Draw(r, "encoding")))
			if rapid.Bool().Draw(r, "late") {
				exec(t, c, `CREATE TABLE first(x); INSERT INTO first VALUES (zeroblob(20000)); DROP TABLE first`)
			}
			exec(t, c, `CREATE TABLE a(x, y TEXT); CREATE TABLE b(y BLOB, id INTEGER PRIMARY KEY); CREATE INDEX i ON a(y)`)
			columns := 0
			for range rapid.IntRange(1, 25).Draw(r, "steps") {
				switch rapid.SampledFrom([]string{"many", "one", "delete", "update", "alter", "vacuum"}).Draw(r, "step") {
				case "many":
					exec(t, c, fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d)
						INSERT INTO a(_rowid_, x, y) SELECT (SELECT ifnull(max(_rowid_), 0) FROM a) + i * %d, i, hex(zeroblob(i %% 50)) FROM n`,
						rapid.IntRange(1, 400).Draw(r, "rows"), rapid.SampledFrom([]int64{1, 3, 1 << 33}).Draw(r, "stride")))
				case "one":
					insert(r, t, c)
				case "delete":
					from := rapid.IntRange(0, 600).Draw(r, "from")
					exec(t, c, fmt.Sprintf(`DELETE FROM a WHERE _rowid_ BETWEEN %d AND %d`, from, from+rapid.IntRange(0, 300).Draw(r, "to")))
					exec(t, c, fmt.Sprintf(`DELETE FROM b WHERE id %% 7 = %d`, from%7))
				case "update":
					exec(t, c, fmt.Sprintf(`UPDATE a SET y = hex(zeroblob(%d)) WHERE x %% 11 = 3`, rapid.IntRange(0, 3000).Draw(r, "size")))
				case "alter":
					columns++
					exec(t, c, fmt.Sprintf(`ALTER TABLE b ADD COLUMN c%d DEFAULT %s`, columns, rapid.SampledFrom([]string{"NULL", "7", "'seven'", "-1.25", "x'aa'"}).Draw(r, "default")))
				case "vacuum":
					exec(t, c, rapid.SampledFrom([]string{`VACUUM`, `PRAGMA incremental_vacuum(3)`, `REINDEX`}).Draw(r, "how"))
				}
			}
		})
		sameAsSQL(t, readFile(t, path), expect{table: "a"}, expect{table: "b"})
	})
}

// insert adds a row of any size with values of any kind.
func insert(r *rapid.T, t *testing.T, c *sqlite3.Conn) {
	s, _, err := c.Prepare(`INSERT OR REPLACE INTO b(y, id) VALUES (?, ?)`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	switch rapid.IntRange(0, 4).Draw(r, "kind") {
	case 0:
		err = s.BindText(1, rapid.String().Draw(r, "text"))
	case 1:
		err = s.BindBlob(1, make([]byte, rapid.IntRange(0, 40_000).Draw(r, "size")))
	case 2:
		err = s.BindInt64(1, rapid.Int64().Draw(r, "integer"))
	case 3:
		err = s.BindFloat(1, rapid.Float64().Draw(r, "real"))
	}
	if err == nil {
		err = s.BindInt64(2, rapid.Int64().Draw(r, "id"))
	}
	if err == nil {
		err = s.Exec()
	}
	if err != nil {
		t.Fatal(err)
	}
}
