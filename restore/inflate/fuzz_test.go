package inflate

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"testing"
)

// yardstick is what the standard library makes of a stream, with the errors
// sorted as this package sorts them.
func yardstick(src []byte) ([]byte, string) {
	z, err := zlib.NewReader(bytes.NewReader(src))
	var got []byte
	if err == nil {
		got, err = io.ReadAll(z)
	}
	var broken flate.CorruptInputError
	switch {
	case err == nil:
		return got, "ok"
	case errors.As(err, &broken), errors.Is(err, zlib.ErrChecksum), errors.Is(err, zlib.ErrHeader), errors.Is(err, zlib.ErrDictionary):
		return got, "corrupt"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return got, "truncated"
	}
	return got, err.Error()
}

// agree holds every engine against the standard library. Where a stream is
// refused they may stop at different bytes, and notice damage or the end first;
// but none may accept what another refuses. igzip has one exception: it takes
// block headers with an incomplete set of codes, of which RFC 1951 (3.2.7) says
// nothing. What comes out is held to the stream's Adler-32 even so.
func agree(t *testing.T, src []byte) {
	t.Helper()
	want, how := yardstick(src)
	for name, open := range engines {
		got, err := inflated(open, bytes.NewReader(src))
		lenient := name != "klauspost" && how == "corrupt" && err == nil && adlerOf(src) == adler32.Checksum(got)
		if lenient {
			continue
		}
		if (tell(err) == "ok") != (how == "ok") || how == "ok" && !bytes.Equal(got, want) {
			t.Fatalf("%s on %.200x: %d bytes, %v; the standard library: %d bytes, %s", name, src, len(got), err, len(want), how)
		}
		if how != "ok" && tell(err) != "corrupt" && tell(err) != "truncated" {
			t.Fatalf("%s on %.200x: %v", name, src, err)
		}
		one, oneErr := inflated(open, &stutter{src: src})
		if tell(oneErr) != tell(err) || err == nil && !bytes.Equal(one, got) {
			t.Fatalf("%s on %.200x: %v at once, %v in pieces", name, src, err, oneErr)
		}
		if len(got) < outSize && len(src) > 100 {
			continue // nothing of it would be inflated in place
		}
		lent, lentErr := lentTo(open, src)
		if tell(lentErr) != tell(err) || err == nil && !bytes.Equal(lent, got) {
			t.Fatalf("%s on %.200x: %v at once, %v lent", name, src, err, lentErr)
		}
	}
}

// stutter delivers in pieces of 1, 2, 3 … bytes.
type stutter struct {
	src []byte
	n   int
}

func (s *stutter) Read(p []byte) (int, error) {
	if len(s.src) == 0 {
		return 0, io.EOF
	}
	s.n++
	n := copy(p[:min(s.n, len(p))], s.src)
	s.src = s.src[n:]
	return n, nil
}

// lender lends its source in pieces of 3, 3000, 3 … bytes, and takes each back.
type lender struct {
	src, lent []byte
	odd       bool
}

func (l *lender) Chunk() ([]byte, error) {
	clear(l.lent)
	if len(l.src) == 0 {
		return nil, io.EOF
	}
	n := 3000
	if l.odd = !l.odd; l.odd {
		n = 3
	}
	l.lent = bytes.Clone(l.src[:min(n, len(l.src))])
	l.src = l.src[len(l.lent):]
	return l.lent, nil
}

func (l *lender) Read(p []byte) (int, error) {
	n := copy(p, l.src)
	l.src = l.src[n:]
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// lentTo inflates from a Chunked source into buffers that need no copy.
func lentTo(open func(io.Reader) engine, src []byte) ([]byte, error) {
	r, err := newReader(&lender{src: src}, open)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	var got []byte
	buf := make([]byte, 2*outSize)
	for {
		n, err := r.Read(buf)
		got = append(got, buf[:n]...)
		if errors.Is(err, io.EOF) {
			return got, nil
		}
		if err != nil {
			return got, err
		}
	}
}

// TestAgreeOnFlippedBits is the differential test on damaged streams: every bit
// of short ones, some bits of one that is longer than the window.
func TestAgreeOnFlippedBits(t *testing.T) {
	for _, level := range []int{zlib.NoCompression, zlib.BestCompression, zlib.HuffmanOnly} {
		plain := pages(1)[:200]
		if level == zlib.NoCompression {
			plain = plain[:40] // one bit of what is stored is like another
		}
		src := huffmanEnd(t, plain, level)
		for bit := range len(src) * 8 {
			src[bit/8] ^= 1 << (bit % 8)
			agree(t, src)
			src[bit/8] ^= 1 << (bit % 8)
		}
	}
	src := huffmanEnd(t, pages(40), 6)
	r := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		bit := r.IntN(len(src) * 8)
		src[bit/8] ^= 1 << (bit % 8)
		agree(t, src)
		src[bit/8] ^= 1 << (bit % 8)
	}
}

// adlerOf is the checksum at the end of a zlib stream (RFC 1950, 2.2), which
// inflating does not go beyond: what follows a stream is an error to all.
func adlerOf(src []byte) uint32 {
	if len(src) < 4 {
		return 0
	}
	return binary.BigEndian.Uint32(src[len(src)-4:])
}

func FuzzInflate(f *testing.F) {
	for _, s := range streams(f) {
		if len(s.zlib) < 5000 {
			f.Add(s.zlib)
		}
	}
	f.Add([]byte{0x78, 0x01, 0x03, 0x02, 0x00, 0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 64<<10 { // a bomb of 64 MiB at most
			t.Skip()
		}
		agree(t, src)
	})
}

// FuzzRoundTrip asks for the plaintext back.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("hello hello hello"), 6)
	f.Fuzz(func(t *testing.T, plain []byte, level int) {
		src := deflated(t, plain, (level%12+12)%12+zlib.HuffmanOnly)
		for name, open := range engines {
			if got, err := inflated(open, bytes.NewReader(src)); err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("%s: %d bytes of %d, %v", name, len(got), len(plain), err)
			}
		}
	})
}
