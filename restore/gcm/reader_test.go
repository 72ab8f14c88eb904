package gcm

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"runtime"
	"sync"
	"testing"
	"testing/iotest"
)

const (
	testChunk = 1024
	testLen   = 10*testChunk + 100
)

// verified is a source with a file in it that has passed pass 1.
func verified(t *testing.T, seed byte) (v *Verified, src *changing, plain []byte) {
	t.Helper()
	r := seeded(seed)
	key, iv := r.bytes(32), r.bytes(16)
	plain = r.bytes(testLen)
	src = &changing{file: seal(t, key, iv, plain)}
	v, err := Verify(t.Context(), key, iv, src, 0, []int64{testLen}, Options{ChunkSize: testChunk})
	if err != nil {
		t.Fatal(err)
	}
	return v, src, plain
}

// changing is a file that may be written to while it is read.
type changing struct {
	mu   sync.Mutex
	file []byte
}

func (c *changing) ReadAt(p []byte, off int64) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.NewReader(c.file).ReadAt(p, off)
}

func (c *changing) change(f func(file []byte) []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.file = f(c.file)
}

func TestReaderIsAReader(t *testing.T) {
	v, _, plain := verified(t, 30)
	r := v.Open(t.Context())
	defer func() { _ = r.Close() }()
	if err := iotest.TestReader(onlyReader{r}, plain); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
			t.Fatalf("after the end: %d, %v", n, err)
		}
	}
}

// onlyReader hides WriteTo.
type onlyReader struct{ io.Reader }

func TestWriteTo(t *testing.T) {
	v, _, plain := verified(t, 31)
	r := v.Open(t.Context())
	defer func() { _ = r.Close() }()
	head := make([]byte, 10)
	if _, err := io.ReadFull(r, head); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	n, err := r.WriteTo(&out)
	if err != nil || n != testLen-10 || !bytes.Equal(append(head, out.Bytes()...), plain) {
		t.Fatalf("%d bytes, %v", n, err)
	}

	full := errors.New("no space")
	r2 := v.Open(t.Context())
	defer func() { _ = r2.Close() }()
	if _, err := r2.WriteTo(failing{full}); !errors.Is(err, full) {
		t.Fatal(err)
	}
	r3 := v.Open(t.Context())
	defer func() { _ = r3.Close() }()
	if _, err := r3.WriteTo(failing{nil}); !errors.Is(err, io.ErrShortWrite) {
		t.Fatal(err)
	}
}

// TestChunk takes chunks without a copy, one after a part of it was read. The
// last one stays as it is after Close, all others are wiped.
func TestChunk(t *testing.T) {
	v, src, plain := verified(t, 42)
	r := v.Open(t.Context())
	head := make([]byte, 10)
	if _, err := io.ReadFull(r, head); err != nil {
		t.Fatal(err)
	}
	got := bytes.Clone(head)
	for {
		p, err := r.Chunk()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(p) == 0 || len(p) > testChunk {
			t.Fatalf("%d bytes, %v", len(p), err)
		}
		got = append(got, p...)
	}
	if !bytes.Equal(got, plain) {
		t.Errorf("%d bytes of %d", len(got), len(plain))
	}
	_ = r.Close()

	r = v.Open(t.Context())
	first, _ := r.Chunk()
	last, err := r.Chunk()
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	if !bytes.Equal(last, plain[testChunk:2*testChunk]) {
		t.Error("Close wiped what is lent")
	}
	if !bytes.Equal(first, make([]byte, testChunk)) {
		t.Error("what was given back was not wiped")
	}
	if _, err := r.Chunk(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}

	src.change(func(file []byte) []byte { file[testChunk] ^= 1; return file })
	r = v.Open(t.Context())
	defer func() { _ = r.Close() }()
	if p, err := r.Chunk(); err != nil || !bytes.Equal(p, plain[:testChunk]) {
		t.Errorf("%d bytes, %v", len(p), err)
	}
	if p, err := r.Chunk(); !errors.Is(err, ErrChanged) || p != nil {
		t.Errorf("changed: %d bytes, %v", len(p), err)
	}
}

// TestChangedBetweenPasses flips one bit in each chunk in turn: all chunks
// before it come out, nothing of it or after it does.
func TestChangedBetweenPasses(t *testing.T) {
	v, src, plain := verified(t, 32)
	for at := 7; at < testLen; at += testChunk / 2 {
		flip := func(file []byte) []byte { file[at] ^= 0x10; return file }
		src.change(flip)
		r := v.Open(t.Context())
		got, err := io.ReadAll(r)
		_ = r.Close()
		whole := at / testChunk * testChunk
		if !errors.Is(err, ErrChanged) || !bytes.Equal(got, plain[:whole]) {
			t.Errorf("byte %d: %d bytes released, want %d; %v", at, len(got), whole, err)
		}
		src.change(flip)
	}
	if got, err := io.ReadAll(v.Open(t.Context())); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("changed back: %v", err)
	}
}

// TestSwappedChunks catches a check that only adds chunks up.
func TestSwappedChunks(t *testing.T) {
	v, src, plain := verified(t, 33)
	src.change(func(file []byte) []byte {
		a, b := file[testChunk:2*testChunk], file[5*testChunk:6*testChunk]
		kept := bytes.Clone(a)
		copy(a, b)
		copy(b, kept)
		return file
	})
	got, err := io.ReadAll(v.Open(t.Context()))
	if !errors.Is(err, ErrChanged) || !bytes.Equal(got, plain[:testChunk]) {
		t.Errorf("%d bytes released; %v", len(got), err)
	}
}

func TestShrunk(t *testing.T) {
	for _, n := range []int{0, 1, testChunk - 1, testChunk, 5*testChunk + 7, testLen - 1} {
		v, src, plain := verified(t, 34)
		src.change(func(file []byte) []byte { return file[:n] })
		got, err := io.ReadAll(v.Open(t.Context()))
		if !errors.Is(err, ErrChanged) || !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.Equal(got, plain[:n/testChunk*testChunk]) {
			t.Errorf("%d left: %d bytes released; %v", n, len(got), err)
		}
	}
}

// TestGrown: what was appended was not verified and does not come out.
func TestGrown(t *testing.T) {
	v, src, plain := verified(t, 35)
	src.change(func(file []byte) []byte { return append(file, make([]byte, 5000)...) })
	if got, err := io.ReadAll(v.Open(t.Context())); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%d bytes; %v", len(got), err)
	}
}

// TestHelped reads while someone works ahead, or no one, or someone who was
// there once: it comes out as it does from a Reader that helps itself.
func TestHelped(t *testing.T) {
	v, src, plain := verified(t, 43)
	for name, help := range map[string]func(*Reader){
		"no one":    func(*Reader) {},
		"once":      (*Reader).Ahead,
		"all along": func(r *Reader) { go keepAhead(r) },
		"two": func(r *Reader) {
			go keepAhead(r)
			go keepAhead(r)
		},
	} {
		for range 20 {
			r := v.OpenHelped(t.Context())
			help(r)
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("%s: %d bytes, %v", name, len(got), err)
			}
			_ = r.Close()
			r.Ahead()
			if _, err := r.Read(make([]byte, 1)); !errors.Is(err, fs.ErrClosed) {
				t.Fatalf("%s, after Close: %v", name, err)
			}
		}
		const at = 7*testChunk + 5
		src.change(func(file []byte) []byte { file[at] ^= 1; return file })
		r := v.OpenHelped(t.Context())
		help(r)
		if got, err := io.ReadAll(r); !errors.Is(err, ErrChanged) || !bytes.Equal(got, plain[:7*testChunk]) {
			t.Errorf("%s, changed: %d bytes released; %v", name, len(got), err)
		}
		_ = r.Close()
		src.change(func(file []byte) []byte { file[at] ^= 1; return file })
	}
}

// keepAhead helps until the Reader is closed.
func keepAhead(r *Reader) {
	for r.ctx.Err() == nil {
		r.Ahead()
		runtime.Gosched()
	}
}

// TestAheadStaysWithinItsRoom: what is decrypted and not read is a few chunks,
// and is wiped.
func TestAheadStaysWithinItsRoom(t *testing.T) {
	v, _, plain := verified(t, 44)
	r := v.OpenHelped(t.Context())
	r.Ahead()
	if len(r.ready) != ahead || !bytes.Equal(r.buffers[0], plain[:testChunk]) {
		t.Fatalf("%d chunks are ready", len(r.ready))
	}
	_ = r.Close()
	for p := range len(r.ready) {
		if b := <-r.ready; !bytes.Equal(b.plain, make([]byte, testChunk)) {
			t.Errorf("chunk %d was not wiped", p)
		}
	}
}

func TestReaderErrorStays(t *testing.T) {
	v, src, _ := verified(t, 36)
	src.change(func(file []byte) []byte { file[0] ^= 1; return file })
	r := v.Open(t.Context())
	defer func() { _ = r.Close() }()
	for range 3 {
		if n, err := r.Read(make([]byte, 100)); n != 0 || !errors.Is(err, ErrChanged) {
			t.Fatalf("%d, %v", n, err)
		}
	}
}

func TestReaderCancelled(t *testing.T) {
	v, _, plain := verified(t, 37)
	ctx, cancel := context.WithCancel(t.Context())
	r := v.Open(ctx)
	defer func() { _ = r.Close() }()
	got := make([]byte, 10)
	if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, plain[:10]) {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled, yet %v", err)
	}
}

// TestCloseWakesRead closes a Reader whose source hangs until then.
func TestCloseWakesRead(t *testing.T) {
	v, _, _ := verified(t, 38)
	hang, inRead := make(chan struct{}), make(chan struct{})
	v.src = readerAt(func(p []byte, off int64) (int, error) {
		close(inRead)
		<-hang
		return 0, io.ErrUnexpectedEOF
	})
	r := v.Open(t.Context())
	result := make(chan error)
	go func() {
		_, err := r.Read(make([]byte, 1))
		result <- err
	}()
	<-inRead
	closed := make(chan struct{})
	go func() { _ = r.Close(); close(closed) }()
	if err := <-result; err == nil {
		t.Error("Read returned without an error")
	}
	close(hang)
	<-closed
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestCloseWipes looks at the buffers that plaintext went through.
func TestCloseWipes(t *testing.T) {
	v, _, _ := verified(t, 39)
	r := v.Open(t.Context())
	if _, err := io.ReadFull(r, make([]byte, testChunk+1)); err != nil {
		t.Fatal(err)
	}
	buffers := r.buffers
	if len(buffers) != ahead {
		t.Fatalf("%d buffers", len(buffers))
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for i, b := range buffers {
		if !bytes.Equal(b, make([]byte, len(b))) {
			t.Errorf("buffer %d was not wiped", i)
		}
	}
}

func TestForget(t *testing.T) {
	v, _, plain := verified(t, 41)
	before := v.Open(t.Context())
	defer func() { _ = before.Close() }()
	v.Forget()
	if got, err := io.ReadAll(before); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opened before: %v", err)
	}
	after := v.Open(t.Context())
	defer func() { _ = after.Close() }()
	if _, err := io.ReadAll(after); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("opened after: %v", err)
	}
}

func TestPeek(t *testing.T) {
	r := seeded(42)
	key, iv, plain := r.bytes(32), r.bytes(16), r.bytes(100)
	sealed := seal(t, key, iv, plain)
	kept := bytes.Clone(sealed)
	for _, n := range []int{0, 1, 16, 31, 32, 33, 100} {
		if got := Peek(key, iv, sealed[:n]); !bytes.Equal(got, plain[:min(n, 32)]) {
			t.Errorf("of %d bytes: %x", n, got)
		}
	}
	if !bytes.Equal(sealed, kept) {
		t.Error("Peek changed what it was given")
	}
	if Peek(key[:1], iv, sealed) != nil || Peek(key, nil, sealed) != nil {
		t.Error("Peek took a bad key or IV")
	}
}
