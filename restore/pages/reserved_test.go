package pages

import (
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

// reserved builds a database that keeps n bytes of each page free.
func reserved(t *testing.T, n int) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "reserved.db")
	buildWith(t, path, func(c *sqlite3.Conn) {
		if _, err := c.FileControl("main", sqlite3.FCNTL_RESERVE_BYTES, n); err != nil {
			t.Fatal(err)
		}
		for _, sql := range []string{`PRAGMA page_size=512`, `VACUUM`, `CREATE TABLE t(id INTEGER PRIMARY KEY, body)`, many(1000, mixedText), thinned} {
			exec(t, c, sql)
		}
	})
	return readFile(t, path)
}
