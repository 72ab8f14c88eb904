package pages

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
)

func TestSpoolReadsWhatWasWritten(t *testing.T) {
	s := spool(t)
	random := rand.New(rand.NewPCG(1, 2))
	want := make([]byte, 3*spoolBatch+12345)
	for i := range want {
		want[i] = byte(random.Uint32())
	}
	for rest := want; len(rest) > 0; {
		n := min(len(rest), 1+random.IntN(100_000))
		if m, err := s.Write(rest[:n]); m != n || err != nil {
			t.Fatal(m, err)
		}
		rest = rest[n:]
		if s.Size() != int64(len(want)-len(rest)) {
			t.Fatalf("Size is %d after %d bytes", s.Size(), len(want)-len(rest))
		}
		for range 20 {
			off := random.Int64N(s.Size())
			p := make([]byte, random.IntN(9000))
			n, err := s.ReadAt(p, off)
			end := min(off+int64(len(p)), s.Size())
			if int64(n) != end-off || (n < len(p)) != errors.Is(err, io.EOF) || n == len(p) && err != nil {
				t.Fatalf("ReadAt(%d, %d) of %d: %d, %v", len(p), off, s.Size(), n, err)
			}
			if !bytes.Equal(p[:n], want[off:end]) {
				t.Fatalf("%d bytes at %d are not those written", len(p), off)
			}
		}
	}
	if n, err := s.ReadAt(make([]byte, 1), s.Size()); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %d, %v", n, err)
	}
	if _, err := s.ReadAt(make([]byte, 1), -1); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("before the start: %v", err)
	}
}

func TestSpoolHasNoName(t *testing.T) {
	dir := t.TempDir()
	for name, open := range map[string]func(string) (*os.File, error){"as on this system": openUnnamed, "without O_TMPFILE": otherOpen} {
		f, err := open(dir)
		if err != nil {
			t.Fatal(name, err)
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 && runtime.GOOS != "windows" {
			t.Errorf("%s: %v, %v", name, left, err)
		}
		if info, err := f.Stat(); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := NewSpool(dir + "/absent"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
}

func TestSpoolWhileItIsWritten(t *testing.T) {
	s := spool(t)
	const total = 8 << 20
	pattern := func(p []byte, off int64) {
		for i := range p {
			n := off + int64(i)
			p[i] = byte(n) ^ byte(n>>8) ^ byte(n>>16)
		}
	}
	var wg sync.WaitGroup
	for seed := range uint64(3) {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(seed, 0))
			got, want := make([]byte, 4096), make([]byte, 4096)
			for s.Size() < total {
				size := s.Size()
				if size < 4096 {
					runtime.Gosched()
					continue
				}
				off := size - 4096 // at the edge, or anywhere
				if random.IntN(2) == 0 {
					off = random.Int64N(size - 4095)
				}
				if _, err := s.ReadAt(got, off); err != nil {
					t.Error(err)
					return
				}
				if pattern(want, off); !bytes.Equal(got, want) {
					t.Errorf("wrong bytes at %d", off)
					return
				}
			}
		})
	}
	p := make([]byte, 10_007)
	for s.Size() < total {
		pattern(p, s.Size())
		if _, err := s.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
}

// file is the file of a spool in memory.
type file struct {
	data   []byte
	room   int
	err    error
	before func() // a write
	closed bool
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	if f.before != nil {
		f.before()
	}
	if int(off)+len(p) > f.room {
		return 0, &os.PathError{Op: "write", Path: "spool", Err: f.err}
	}
	f.data = append(f.data[:off], p...)
	return len(p), nil
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(f.data).ReadAt(p, off)
}

func (f *file) Close() error { f.closed = true; return nil }

func TestSpoolOnAFullDisk(t *testing.T) {
	full := diskFull[0]
	f := &file{room: 2 * spoolBatch, err: full}
	s, err := newSpool(f)
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.Write(make([]byte, 5*spoolBatch))
	if !errors.Is(err, ErrNoSpace) || !errors.Is(err, full) {
		t.Errorf("not told as a full disk: %v", err)
	}
	if n != 3*spoolBatch || s.Size() != int64(n) {
		t.Errorf("%d bytes were taken, Size %d", n, s.Size())
	}
	if n, err := s.Write([]byte{1}); n != 0 || !errors.Is(err, ErrNoSpace) {
		t.Errorf("a write after the failure: %d, %v", n, err)
	}
	p := make([]byte, spoolBatch)
	if _, err := s.ReadAt(p, 2*spoolBatch); err != nil || !bytes.Equal(p, make([]byte, spoolBatch)) {
		t.Errorf("what was taken can't be read: %v", err)
	}

	f.err = syscall.EIO
	if _, err := newSpoolWith(t, f).Write(make([]byte, 5*spoolBatch)); err == nil || errors.Is(err, ErrNoSpace) {
		t.Errorf("another error: %v", err)
	}
}

func newSpoolWith(t testing.TB, f *file) *Spool {
	t.Helper()
	s, err := newSpool(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSpoolFileIsCutByOthers(t *testing.T) {
	f := &file{room: 1 << 30}
	s := newSpoolWith(t, f)
	if _, err := s.Write(make([]byte, 2*spoolBatch)); err != nil {
		t.Fatal(err)
	}
	f.data = f.data[:100]
	p := []byte{1, 2, 3, 4}
	if _, err := s.ReadAt(p, 98); !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.Equal(p, make([]byte, 4)) {
		t.Error(p, err)
	}
}

func TestSpoolUsesNoKeystreamTwice(t *testing.T) {
	f := &file{room: 1 << 30}
	s := newSpoolWith(t, f)
	if _, err := s.Write(make([]byte, 4*spoolBatch+1)); err != nil {
		t.Fatal(err)
	}
	seen := map[[16]byte]bool{}
	for b := f.data; len(b) > 0; b = b[16:] {
		if k := [16]byte(b); seen[k] {
			t.Fatal("a block of zeros was encrypted to the same twice")
		} else {
			seen[k] = true
		}
	}
	other := &file{room: 1 << 30}
	if _, err := newSpoolWith(t, other).Write(make([]byte, 2*spoolBatch)); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(other.data[:16], f.data[:16]) {
		t.Error("two spools have one key")
	}
}

func TestSpoolForgets(t *testing.T) {
	f := &file{room: 1 << 30}
	s := newSpoolWith(t, f)
	if _, err := s.Write([]byte("some text")); err != nil {
		t.Fatal(err)
	}
	tail := s.tail
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !f.closed || s.block != nil || !bytes.Equal(tail, make([]byte, len(tail))) {
		t.Error("something is kept")
	}
	if _, err := s.ReadAt(make([]byte, 1), 0); !errors.Is(err, ErrClosed) {
		t.Errorf("ReadAt: %v", err)
	}
	if _, err := s.Write([]byte{1}); !errors.Is(err, ErrClosed) {
		t.Errorf("Write: %v", err)
	}
}

// TestBeside: a second spool has its own key and bytes, and ends with the first.
func TestBeside(t *testing.T) {
	s, err := NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Beside()
	if err != nil {
		t.Fatal(err)
	}
	for spool, text := range map[*Spool]string{s: "one", b: "two"} {
		if _, err := spool.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(text))
		if _, err := spool.ReadAt(got, 0); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	if bytes.Equal(s.tail, b.tail) {
		t.Error("both are encrypted alike")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Write([]byte("more")); !errors.Is(err, ErrClosed) {
		t.Errorf("the first is closed, the second takes more: %v", err)
	}
	if _, err := s.Beside(); !errors.Is(err, ErrClosed) {
		t.Errorf("beside what is closed: %v", err)
	}
}
