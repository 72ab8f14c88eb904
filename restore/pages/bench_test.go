package pages

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

// benchRows is how many rows the benchmarks read; a metric tells rows/s.
const benchRows = 200_000

// messages builds a table like one of messages: twenty columns, most of them
// small numbers, and a text of some words.
func messages(t testing.TB, seed uint64, rows int) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "messages.db")
	random := rand.New(rand.NewPCG(seed, 1))
	words := strings.Fields("see you at ten then we take the train to the lake 好的 明天 见 да конечно 🙂 and bring the dog")
	buildWith(t, path, func(c *sqlite3.Conn) {
		exec(t, c, `CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat INTEGER NOT NULL, from_me INTEGER NOT NULL,
			key_id TEXT NOT NULL, sender INTEGER, status INTEGER, broadcast INTEGER, recipients INTEGER, participants TEXT,
			flags INTEGER, origin INTEGER, timestamp INTEGER, received INTEGER, receipt INTEGER, type INTEGER, body TEXT,
			starred INTEGER, lookup INTEGER, addons INTEGER, sort_id INTEGER NOT NULL DEFAULT 0)`)
		exec(t, c, `CREATE UNIQUE INDEX message_key ON message(chat, from_me, key_id, sender)`)
		exec(t, c, `BEGIN`)
		s, _, err := c.Prepare(`INSERT INTO message VALUES (NULL,?,?,?,?,13,0,0,NULL,0,?,?,?,-1,0,?,0,NULL,0,?)`)
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			var text []string
			for range 1 + random.IntN(20) {
				text = append(text, words[random.IntN(len(words))])
			}
			when := 1_600_000_000_000 + int64(i)*40_000
			for j, v := range []any{random.IntN(40), random.IntN(2), fmt.Sprintf("%032X", random.Uint64()), random.IntN(300), 0, when, when + 900, strings.Join(text, " "), i} {
				switch v := v.(type) {
				case string:
					err = s.BindText(j+1, v)
				case int64:
					err = s.BindInt64(j+1, v)
				case int:
					err = s.BindInt(j+1, v)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Exec(); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		exec(t, c, `COMMIT`)
	})
	return readFile(t, path)
}

// read takes of a row what a message needs.
func read(r *Row) int {
	n := len(r.Text(3)) + len(r.Text(15))
	for _, i := range [...]int{0, 1, 2, 4, 5, 10, 11, 14, 16} {
		v, _ := r.Int(i)
		n += int(v & 1)
	}
	return n
}

func perRow(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkRun(b *testing.B) {
	db := messages(b, 1, benchRows)
	b.SetBytes(int64(len(db)))
	b.ReportAllocs()
	for b.Loop() {
		s := NewStream(spool(b), "message")
		rows, sum := 0, 0
		if err := s.Run(b.Context(), bytes.NewReader(db), func(_ *Table, r []Row) error {
			rows += len(r)
			for i := range r {
				sum += read(&r[i])
			}
			return nil
		}); err != nil || rows != benchRows {
			b.Fatal(rows, err)
		}
		_ = s.spool.Close()
	}
	perRow(b, benchRows)
}

// BenchmarkDecode is the decoder alone: no spool, no other goroutine.
func BenchmarkDecode(b *testing.B) {
	db := messages(b, 1, benchRows)
	head, err := parseHeader(db)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(db)))
	b.ReportAllocs()
	for b.Loop() {
		rows, sum := 0, 0
		w := newWalker(&pager{head, bytes.NewReader(db)}, []string{"message"}, func(*Table) {}, func(_ *Table, r []Row) error {
			rows += len(r)
			for i := range r {
				sum += read(&r[i])
			}
			return nil
		})
		if err := w.arriveAll(b.Context(), db); err != nil || rows != benchRows {
			b.Fatal(rows, err)
		}
	}
	perRow(b, benchRows)
}

func BenchmarkScan(b *testing.B) {
	db := messages(b, 1, benchRows)
	s := NewStream(spool(b), "message")
	if err := s.Run(b.Context(), bytes.NewReader(db), func(*Table, []Row) error { return nil }); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(db)))
	b.ReportAllocs()
	for b.Loop() {
		sum := 0
		if err := s.Scan(context.Background(), "message", func(r []Row) error {
			for i := range r {
				sum += read(&r[i])
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b, benchRows)
}

// BenchmarkYardstickSQL is the same scan through SQL on the same spool.
func BenchmarkYardstickSQL(b *testing.B) {
	db := messages(b, 1, benchRows)
	sp := spool(b)
	if _, err := sp.Write(db); err != nil {
		b.Fatal(err)
	}
	c, done, err := OpenSQL(sp, sp.Size())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = done() }()
	s, _, err := c.Prepare(`SELECT * FROM message`)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	b.SetBytes(int64(len(db)))
	for b.Loop() {
		sum := 0
		for s.Step() {
			sum += len(s.ColumnRawText(3)) + len(s.ColumnRawText(15))
			for _, i := range [...]int{0, 1, 2, 4, 5, 10, 11, 14, 16} {
				sum += int(s.ColumnInt64(i) & 1)
			}
		}
		if err := s.Reset(); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b, benchRows)
}

func BenchmarkGet(b *testing.B) {
	db := messages(b, 1, benchRows)
	s := NewStream(spool(b), "message")
	if err := s.Run(b.Context(), bytes.NewReader(db), func(*Table, []Row) error { return nil }); err != nil {
		b.Fatal(err)
	}
	table, _ := s.Table("message")
	b.ReportAllocs()
	for i := int64(0); b.Loop(); i++ {
		if _, ok, err := table.Get(1 + i*7919%benchRows); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkSpoolWrite(b *testing.B) {
	buf := make([]byte, 512<<10)
	s := spool(b)
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		if s.Size() > 256<<20 {
			b.StopTimer()
			_ = s.Close()
			s = spool(b)
			b.StartTimer()
		}
		if _, err := s.Write(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSpoolReadPage(b *testing.B) {
	s := spool(b)
	if _, err := io.CopyN(s, zeros{}, 64<<20); err != nil {
		b.Fatal(err)
	}
	page := make([]byte, 4096)
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for i := int64(0); b.Loop(); i++ {
		if _, err := s.ReadAt(page, i*7919%(16<<10)*4096); err != nil {
			b.Fatal(err)
		}
	}
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func BenchmarkSpoolReadWord(b *testing.B) {
	s := spool(b)
	if _, err := io.CopyN(s, zeros{}, 64<<20); err != nil {
		b.Fatal(err)
	}
	var word [4]byte
	for i := int64(0); b.Loop(); i++ {
		if _, err := s.ReadAt(word[:], i*7919%(16<<10)*4096); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKeystream(b *testing.B) {
	s := spool(b)
	b.ReportAllocs()
	for i := int64(0); b.Loop(); i++ {
		keystream(s.block, i<<12)
	}
}
