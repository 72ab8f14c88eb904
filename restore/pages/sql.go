package pages

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs/readervfs"
)

const (
	// sqlCache is SQLite's page cache in KiB.
	sqlCache = 2 << 10
	// sqlHeap is what all of one connection may take, in bytes: room for one
	// record of MaxRecord, or for a sort of some million rows. Beyond it, a
	// statement fails and the program goes on.
	sqlHeap = 512 << 20
)

// OpenSQL opens the size bytes of src, a complete database that no longer
// changes, for reading by SQL. The function closes the connection; it must be
// called once all statements are closed.
//
// The schema is hostile: views, triggers and functions in it do not run,
// nothing can be attached, and nothing is written anywhere: what SQLite would
// put into temporary files stays in memory.
func OpenSQL(src io.ReaderAt, size int64) (*sqlite3.Conn, func() error, error) {
	name := "touchback-" + rand.Text()
	readervfs.Create(name, database{io.NewSectionReader(src, 0, size)})
	conn, err := sqlite3.OpenFlags("file:"+url.PathEscape(name)+"?vfs=reader&immutable=1",
		sqlite3.OPEN_READONLY|sqlite3.OPEN_URI)
	if err != nil {
		readervfs.Delete(name)
		return nil, nil, fmt.Errorf("open the database: %w", err)
	}
	closeConn := func() error {
		if err := conn.Close(); err != nil {
			return fmt.Errorf("close the database: %w", err)
		}
		readervfs.Delete(name)
		return nil
	}
	if err := distrust(conn); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open the database: %w", err), closeConn())
	}
	return conn, closeConn, nil
}

// distrust follows https://sqlite.org/security.html, and a little further.
func distrust(c *sqlite3.Conn) error {
	for option, on := range map[sqlite3.DBConfig]bool{
		sqlite3.DBCONFIG_DEFENSIVE:      true,
		sqlite3.DBCONFIG_TRUSTED_SCHEMA: false,
		sqlite3.DBCONFIG_ENABLE_TRIGGER: false,
		sqlite3.DBCONFIG_ENABLE_VIEW:    false,
	} {
		if _, err := c.Config(option, on); err != nil {
			return err
		}
	}
	c.Limit(sqlite3.LIMIT_ATTACHED, 0)
	c.Limit(sqlite3.LIMIT_LENGTH, MaxRecord)
	c.HardHeapLimit(sqlHeap)
	return c.Exec(fmt.Sprintf(`
		PRAGMA temp_store = memory;
		PRAGMA cache_size = -%d;
		PRAGMA cell_size_check = on;
		PRAGMA query_only = on;`, sqlCache))
}

// database is what readervfs takes.
type database struct{ *io.SectionReader }

func (d database) Size() (int64, error) { return d.SectionReader.Size(), nil }
