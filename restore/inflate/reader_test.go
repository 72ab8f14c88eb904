package inflate

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"testing"
	"testing/iotest"
)

// tell sorts errors into those that a caller can tell apart.
func tell(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, ErrCorrupt):
		return "corrupt"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "truncated"
	}
	return err.Error()
}

func TestStreams(t *testing.T) {
	all := streams(t)
	eachEngine(t, func(t *testing.T, open func(io.Reader) engine) {
		for _, s := range all {
			got, err := inflated(open, bytes.NewReader(s.zlib))
			if err != nil || !bytes.Equal(got, s.want) {
				t.Errorf("%s: %d bytes of %d, %v", s.name, len(got), len(s.want), err)
			}
		}
	})
}

// TestHowItIsRead reads from sources that deliver in odd ways, into buffers of
// odd sizes.
func TestHowItIsRead(t *testing.T) {
	plain := pages(40)
	compressed := huffmanEnd(t, plain, 6)
	eachEngine(t, func(t *testing.T, open func(io.Reader) engine) {
		for name, from := range map[string]func(io.Reader) io.Reader{
			"whole":          func(r io.Reader) io.Reader { return r },
			"byte by byte":   iotest.OneByteReader,
			"half":           iotest.HalfReader,
			"data and error": iotest.DataErrReader,
		} {
			for _, size := range []int{1, 7, 4096, 32<<10 + 1, 64 << 10, 1 << 20} {
				r, err := newReader(from(bytes.NewReader(compressed)), open)
				if err != nil {
					t.Fatal(err)
				}
				var got bytes.Buffer
				_, err = io.CopyBuffer(struct{ io.Writer }{&got}, struct{ io.Reader }{r}, make([]byte, size))
				if err != nil || !bytes.Equal(got.Bytes(), plain) {
					t.Errorf("%s into %d: %d bytes, %v", name, size, got.Len(), err)
				}
				_ = r.Close()
			}
		}
		r, err := newReader(bytes.NewReader(compressed), open)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		if err := iotest.TestReader(struct{ io.Reader }{r}, plain); err != nil {
			t.Error(err)
		}
	})
}

func TestEveryTruncation(t *testing.T) {
	plain := pages(1)[:600]
	all := []stream{
		{"fixed", framed([]byte{0x4b, 0x04, 0x00}, []byte("a")), []byte("a")},
		{"stored", deflated(t, plain, zlib.NoCompression), plain},
		{"dynamic", deflated(t, plain, 9), plain},
		{"ends in codes", huffmanEnd(t, plain, 9), plain},
	}
	eachEngine(t, func(t *testing.T, open func(io.Reader) engine) {
		for _, s := range all {
			for n := range s.zlib {
				for _, src := range []io.Reader{bytes.NewReader(s.zlib[:n]), iotest.OneByteReader(bytes.NewReader(s.zlib[:n]))} {
					got, err := inflated(open, src)
					if tell(err) != "truncated" || !bytes.HasPrefix(s.want, got) {
						t.Fatalf("%s, %d of %d: %d bytes, %v", s.name, n, len(s.zlib), len(got), err)
					}
				}
			}
		}
	})
}

func TestCorrupt(t *testing.T) {
	good := framed([]byte{0x4b, 0x04, 0x00}, []byte("a"))
	sum := bytes.Clone(good)
	sum[len(sum)-1]++
	for name, bytesOf := range map[string][]byte{
		"checksum":      sum,
		"not zlib":      []byte("SQLite format 3\x00"),
		"gzip":          {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0},
		"window":        {0x88, 0x1c, 3, 0, 0, 0, 0, 1},
		"dictionary":    {0x78, 0xbb, 3, 0, 0, 0, 0, 1}, // fine but for the flag
		"block type 3":  {0x78, 0x01, 7, 0, 0, 0, 0, 1},
		"stored length": {0x78, 0x01, 1, 5, 0, 0, 0, 'h', 'e', 'l', 'l', 'o', 0, 0, 0, 0},
		// A match that reaches 1 byte back before there is any.
		"before the start": {0x78, 0x01, 0x03, 0x02, 0x00, 0, 0, 0, 0, 1},
	} {
		eachEngine(t, func(t *testing.T, open func(io.Reader) engine) {
			if got, err := inflated(open, bytes.NewReader(bytesOf)); tell(err) != "corrupt" {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		})
	}
}

// TestSourceError: what the source says passes unchanged, wherever it says it.
func TestSourceError(t *testing.T) {
	plain := pages(2)
	compressed := deflated(t, plain, 6)
	broken := errors.New("the file changed")
	eachEngine(t, func(t *testing.T, open func(io.Reader) engine) {
		for n := 0; n < len(compressed); n += 11 {
			src := io.MultiReader(bytes.NewReader(compressed[:n]), iotest.ErrReader(broken))
			got, err := inflated(open, iotest.DataErrReader(src))
			if !errors.Is(err, broken) || errors.Is(err, ErrCorrupt) || !bytes.HasPrefix(plain, got) {
				t.Fatalf("after %d: %d bytes, %v", n, len(got), err)
			}
		}
		// An error that wraps io.EOF is an error, wherever the stream is cut.
		wrapped := fmt.Errorf("the network is gone: %w", io.EOF)
		for n := 2; n < len(compressed); n += 97 {
			r, err := newReader(io.MultiReader(bytes.NewReader(compressed[:n]), iotest.ErrReader(wrapped)), open)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.WriteTo(io.Discard); err == nil {
				t.Fatalf("after %d: no error", n)
			}
			_ = r.Close()
		}
		if _, err := inflated(open, io.MultiReader(bytes.NewReader(compressed[:99]), idle{})); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("a source that gives nothing: %v", err)
		}
	})
}

// idle gives neither data nor an error.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestErrorStays(t *testing.T) {
	altered := deflated(t, pages(1), 6)
	altered[len(altered)-1]++
	eachEngine(t, func(t *testing.T, open func(io.Reader) engine) {
		r, err := newReader(bytes.NewReader(altered), open)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		for range 3 {
			if _, err := io.Copy(io.Discard, r); !errors.Is(err, ErrCorrupt) {
				t.Error(err)
			}
		}
		if _, err := r.Trailing(); err == nil {
			t.Error("Trailing answered for a corrupt stream")
		}
	})
}

func TestTrailing(t *testing.T) {
	plain := pages(2)
	compressed := huffmanEnd(t, plain, 6)
	eachEngine(t, func(t *testing.T, open func(io.Reader) engine) {
		for _, more := range []int{0, 1, 2, 3, 4, 5, 8, 9, 100, 2 * inSize} {
			file := append(bytes.Clone(compressed), make([]byte, more)...)
			for _, src := range []io.Reader{bytes.NewReader(file), iotest.OneByteReader(bytes.NewReader(file)), iotest.DataErrReader(bytes.NewReader(file))} {
				r, err := newReader(src, open)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := r.Trailing(); err == nil {
					t.Error("Trailing answered before the end")
				}
				var got bytes.Buffer
				if _, err := io.Copy(&got, r); err != nil || !bytes.Equal(got.Bytes(), plain) {
					t.Fatalf("%d more: %v", more, err)
				}
				if is, err := r.Trailing(); err != nil || is != (more > 0) {
					t.Errorf("%d more: %v, %v", more, is, err)
				}
				_ = r.Close()
			}
		}
		broken := errors.New("the file changed")
		r, err := newReader(io.MultiReader(bytes.NewReader(compressed), iotest.ErrReader(broken)), open)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Trailing(); !errors.Is(err, broken) {
			t.Errorf("the source failed behind the stream: %v", err)
		}
	})
}

func TestWriteToErrors(t *testing.T) {
	compressed := deflated(t, pages(2), 6)
	full := errors.New("no space")
	eachEngine(t, func(t *testing.T, open func(io.Reader) engine) {
		for want, err := range map[error]error{full: full, io.ErrShortWrite: nil} {
			r, rerr := newReader(bytes.NewReader(compressed), open)
			if rerr != nil {
				t.Fatal(rerr)
			}
			if _, got := r.WriteTo(refusing{err}); !errors.Is(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
			_ = r.Close()
		}
	})
}

// refusing is a writer that takes nothing.
type refusing struct{ err error }

func (w refusing) Write([]byte) (int, error) { return 0, w.err }

func TestClose(t *testing.T) {
	compressed := deflated(t, pages(2), 6)
	eachEngine(t, func(t *testing.T, open func(io.Reader) engine) {
		r, err := newReader(bytes.NewReader(compressed), open)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		plain := r.rest
		if len(plain) == 0 || bytes.Equal(plain, make([]byte, len(plain))) {
			t.Fatal("no plaintext left to wipe")
		}
		for range 3 {
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(plain, make([]byte, len(plain))) {
			t.Error("the plaintext was not wiped")
		}
		if _, err := r.Read(make([]byte, 1)); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("Read: %v", err)
		}
		if _, err := r.WriteTo(io.Discard); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("WriteTo: %v", err)
		}
		if _, err := r.Trailing(); err == nil {
			t.Error("Trailing answered")
		}

		// A source that was closed first must not keep Close from its work.
		freed := false
		watched := func(src io.Reader) engine { return watching{open(src), &freed} }
		r, err = newReader(io.MultiReader(bytes.NewReader(compressed[:50]), iotest.ErrReader(fs.ErrClosed)), watched)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("closed source: %v", err)
		}
		if err := r.Close(); err != nil || !freed {
			t.Errorf("closed after its source: freed %v, %v", freed, err)
		}
	})
}

// watching notes that its engine was closed.
type watching struct {
	engine
	closed *bool
}

func (w watching) close() { w.engine.close(); *w.closed = true }
