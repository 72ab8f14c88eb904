package pages

import (
	"bytes"
	"io"
	"testing"
)

// working counts how often it was asked to work ahead.
type working struct {
	io.Reader
	ahead int
}

func (w *working) Ahead() { w.ahead++ }

func TestRunCallsAhead(t *testing.T) {
	db := build(t, `CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`, many(30_000, shortText))
	w := &working{Reader: bytes.NewReader(db)}
	if err := NewStream(spool(t), "t").Run(t.Context(), w, nil); err != nil {
		t.Fatal(err)
	}
	if w.ahead < 1+len(db)/intakePiece {
		t.Errorf("%d times for %d bytes", w.ahead, len(db))
	}
}
