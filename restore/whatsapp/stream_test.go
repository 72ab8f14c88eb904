package whatsapp_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"testing"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

// Everything can be asked for at any time while the archive fills, and what is
// there is never more than there will be.
func TestReadWhileFilling(t *testing.T) {
	// Few enough for the root of the table to name every leaf: with more, it
	// takes up to 8 MB until the first page that does so comes by.
	b := generate(t, fixtures.Options{Messages: 10_000, Deleted: true})
	spool := newSpool(t)
	a := whatsapp.NewArchive(spool, b.contacts)
	if err := a.Each(context.Background(), chat.Filter{}, nil); !errors.Is(err, pages.ErrIncomplete) {
		t.Errorf("Each of an empty archive: %v", err)
	}
	look := func() {
		for _, c := range a.Chats() {
			if c.Name == "" {
				t.Errorf("chat %d has no name", c.Row)
			}
			n, _ := a.Count(c.Row)
			if int64(n) < c.Messages {
				t.Errorf("chat %d went from %d to %d messages", c.Row, c.Messages, n)
			}
			list, err := a.Messages(c.Row, max(0, n-5), 5)
			if err != nil {
				t.Error(err)
			}
			for i := range list {
				if list[i].Time.IsZero() || list[i].ID == "" || i > 0 && list[i].Row <= list[i-1].Row {
					t.Errorf("chat %d: %+v", c.Row, list[i])
				}
			}
		}
	}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					look()
				}
			}
		})
	}
	var last whatsapp.Progress
	err := a.Fill(context.Background(), b.payload, func(p whatsapp.Progress) {
		if p.Bytes < last.Bytes || p.Messages < last.Messages || p.Bytes > p.Total {
			t.Errorf("progress went from %+v to %+v", last, p)
		}
		last = p
		// With half of the database there, messages must come to be seen
		// without any more of it.
		for n := p.Messages; p.Bytes > p.Total/2 && n < 50; n, _ = a.Total() {
			runtime.Gosched()
		}
	})
	close(stop)
	wg.Wait()
	if err != nil || !a.Complete() {
		t.Fatal(err)
	}
	look()
	if n, _ := a.Total(); n != b.truth.Messages {
		t.Errorf("%d messages, want %d", n, b.truth.Messages)
	}
	if err := a.Fill(context.Background(), b.payload, nil); err == nil {
		t.Error("filled twice")
	}
	// Once the spool is gone, reading fails and nothing else.
	_ = spool.Close()
	a.Chats()
	if _, err := a.Messages(a.Chats()[0].Row, 0, 5); !errors.Is(err, pages.ErrClosed) {
		t.Errorf("Messages without a spool: %v", err)
	}
	if err := a.Each(context.Background(), chat.Filter{}, func(*chat.Message) error { return nil }); !errors.Is(err, pages.ErrClosed) {
		t.Errorf("Each without a spool: %v", err)
	}
}

func TestFillHonoursContext(t *testing.T) {
	b := generate(t, fixtures.Options{Messages: 5000})
	ctx, cancel := context.WithCancel(context.Background())
	a := whatsapp.NewArchive(newSpool(t), nil)
	err := a.Fill(ctx, b.payload, func(whatsapp.Progress) { cancel() })
	if !errors.Is(err, context.Canceled) || a.Complete() {
		t.Errorf("after cancel: %v", err)
	}
}

// payloadOf verifies any payload.
func payloadOf(t testing.TB, plain []byte, level int) *whatsapp.Payload {
	t.Helper()
	header, err := whatsapp.HeaderSpec{AppVersion: "2.26.21.5"}.Build()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := whatsapp.NewWriter(&out, root, header, whatsapp.WriterOptions{Level: level})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return verify(t, out.Bytes())
}

func TestFillRefuses(t *testing.T) {
	for name, plain := range map[string]string{
		"zip": "PK\x03\x04 and more", "json": "{}", "nothing": "",
	} {
		a := whatsapp.NewArchive(newSpool(t), nil)
		if err := a.Fill(context.Background(), payloadOf(t, []byte(plain), 1), nil); !errors.Is(err, whatsapp.ErrNoMessages) {
			t.Errorf("%s: %v", name, err)
		}
	}
	db := sqlDatabase(t, `CREATE TABLE other (x); INSERT INTO other VALUES (1)`)
	if err := whatsapp.NewArchive(newSpool(t), nil).Fill(context.Background(), payloadOf(t, db, 1), nil); !errors.Is(err, whatsapp.ErrNoMessages) {
		t.Errorf("another database: %v", err)
	}
}

// What verified and can't be inflated was written so: that is damage.
func TestFillOfBadZlib(t *testing.T) {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	b := generate(t, fixtures.Options{Messages: 2000})
	plain, err := os.ReadFile(b.db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"cut short": z.Bytes()[:z.Len()/2],
		"garbled":   append(append([]byte{}, z.Bytes()[:z.Len()/2]...), bytes.Repeat([]byte{0xff}, 1000)...),
	} {
		a := whatsapp.NewArchive(newSpool(t), nil)
		if err := a.Fill(context.Background(), payloadOf(t, bad, 0), nil); !errors.Is(err, whatsapp.ErrDamaged) || a.Complete() {
			t.Errorf("%s: %v", name, err)
		}
	}
}
