package whatsapp_test

import (
	"context"
	"encoding/json"
	"io"
	"testing"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/export"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

const benchMessages = 50_000

// filled restores a generated backup for benchmarks of what comes after.
func filled(b *testing.B) *whatsapp.Archive {
	return generate(b, fixtures.Options{Messages: benchMessages, Deleted: true}).restore(b)
}

// BenchmarkFill is decrypting, inflating and indexing a database; the
// yardstick is to do no more than inflate it.
func BenchmarkFill(b *testing.B) {
	ctx := context.Background()
	bk := generate(b, fixtures.Options{Messages: benchMessages, Deleted: true})
	size := int64(0)
	b.Run("archive", func(b *testing.B) {
		for b.Loop() {
			spool, err := pages.NewSpool(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			if err := whatsapp.NewArchive(spool, bk.contacts).Fill(ctx, bk.payload, nil); err != nil {
				b.Fatal(err)
			}
			size = spool.Size()
			_ = spool.Close()
		}
		b.SetBytes(size)
	})
	b.Run("inflate-alone", func(b *testing.B) {
		for b.Loop() {
			r, err := bk.payload.Open(ctx)
			if err != nil {
				b.Fatal(err)
			}
			if size, err = io.Copy(io.Discard, r); err != nil {
				b.Fatal(err)
			}
			_ = r.Close()
		}
		b.SetBytes(size)
	})
}

// BenchmarkExport is all messages into JSON Lines, by hand and by the standard
// library from the same messages.
func BenchmarkExport(b *testing.B) {
	ctx := context.Background()
	a := filled(b)
	b.Run("jsonl", func(b *testing.B) {
		for b.Loop() {
			j := export.NewJSONL(io.Discard)
			if err := j.Begin(a.Chats()); err != nil {
				b.Fatal(err)
			}
			if err := a.Each(ctx, chat.Filter{}, j.Message); err != nil {
				b.Fatal(err)
			}
			if err := j.End(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*benchMessages/b.Elapsed().Seconds(), "msg/s")
	})
	b.Run("encoding-json", func(b *testing.B) {
		for b.Loop() {
			enc := json.NewEncoder(io.Discard)
			if err := a.Each(ctx, chat.Filter{}, func(m *chat.Message) error { return enc.Encode(m) }); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*benchMessages/b.Elapsed().Seconds(), "msg/s")
	})
}

// BenchmarkMessages is a screen of the preview.
func BenchmarkMessages(b *testing.B) {
	a := filled(b)
	c := a.Chats()[0]
	for i := 0; b.Loop(); i++ {
		if _, err := a.Messages(c.Row, i*37%int(c.Messages), 50); err != nil {
			b.Fatal(err)
		}
	}
}
