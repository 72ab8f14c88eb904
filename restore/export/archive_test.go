package export_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/export"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

// restored generates a backup and reads it as the program does.
func restored(t testing.TB, o fixtures.Options) (*whatsapp.Archive, *fixtures.Truth) {
	t.Helper()
	ctx := context.Background()
	db := filepath.Join(t.TempDir(), "msgstore.db")
	truth, err := fixtures.Generate(ctx, db, o)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := os.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plain.Close() }()
	var out bytes.Buffer
	root := bytes.Repeat([]byte{5}, 32)
	if err := fixtures.WriteCrypt15(&out, plain, root, fixtures.Crypt15Options{Level: 1}); err != nil {
		t.Fatal(err)
	}
	c, err := whatsapp.Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Verify(ctx, whatsapp.Key{Kind: whatsapp.RootKey, Bytes: root}, whatsapp.VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	spool, err := pages.NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = spool.Close() })
	a := whatsapp.NewArchive(spool, nil)
	if err := a.Fill(ctx, p, nil); err != nil {
		t.Fatal(err)
	}
	return a, truth
}

// pour writes all messages of an archive to a sink.
func pour(t testing.TB, a *whatsapp.Archive, s export.Sink) {
	t.Helper()
	if err := s.Begin(a.Chats()); err != nil {
		t.Fatal(err)
	}
	if err := a.Each(context.Background(), chat.Filter{}, s.Message); err != nil {
		t.Fatal(err)
	}
	if err := s.End(); err != nil {
		t.Fatal(err)
	}
}
