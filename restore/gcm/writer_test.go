package gcm

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"testing"
)

// written is plain through a Writer, in pieces of the given size.
func written(t *testing.T, key, iv, plain []byte, piece int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, key, iv)
	if err != nil {
		t.Fatal(err)
	}
	for rest := plain; len(rest) > 0; {
		n, err := w.Write(rest[:min(piece, len(rest))])
		if err != nil || n == 0 {
			t.Fatalf("wrote %d: %v", n, err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWriterAgreesWithStandardLibrary(t *testing.T) {
	r := seeded(40)
	for _, n := range []int{0, 1, 15, 16, 17, 1000, 1<<18 - 1, 1 << 18, 1<<18 + 1, 1 << 20, 1<<20 + 12345} {
		for _, piece := range []int{13, 4096, 1 << 21} {
			if n > 1<<18+1 && piece == 13 {
				continue
			}
			key, iv, plain := r.bytes(32), r.bytes(1+r.IntN(20)), r.bytes(n)
			kept := bytes.Clone(plain)
			if !bytes.Equal(written(t, key, iv, plain, piece), seal(t, key, iv, plain)) {
				t.Errorf("%d bytes in pieces of %d differ", n, piece)
			}
			if !bytes.Equal(plain, kept) {
				t.Errorf("Write changed what it was given")
			}
		}
	}
}

func TestWriterErrors(t *testing.T) {
	key, iv := make([]byte, 32), make([]byte, 16)
	// The error of the first flush stays, whatever is tried next.
	for _, broken := range []error{errors.New("no space"), fs.ErrClosed} {
		w, err := NewWriter(failing{broken}, key, iv)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := w.Write(make([]byte, 1<<18)); !errors.Is(err, broken) {
				t.Errorf("Write: %v", err)
			}
		}
		if err := w.Close(); !errors.Is(err, broken) {
			t.Errorf("Close: %v", err)
		}
		if _, err := w.Write([]byte{1}); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("Write after Close: %v", err)
		}
		if err := w.Close(); err != nil {
			t.Errorf("second Close: %v", err)
		}
	}

	w, err := NewWriter(io.Discard, key, iv)
	if err != nil {
		t.Fatal(err)
	}
	w.done = MaxLen - 16
	if _, err := w.Write(make([]byte, 17)); !errors.Is(err, ErrTooLong) {
		t.Errorf("beyond the last block: %v", err)
	}
	if _, err := NewWriter(io.Discard, key[:5], iv); err == nil {
		t.Error("a key of five bytes was taken")
	}
	if _, err := NewWriter(io.Discard, key, nil); err == nil {
		t.Error("an empty IV was taken")
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
