package inflate

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"testing"
)

// engines are all that are in this build; igzip_test.go adds to them.
var engines = map[string]func(io.Reader) engine{"klauspost": newKlauspost}

// eachEngine runs a test against every engine in this build.
func eachEngine(t *testing.T, f func(t *testing.T, open func(io.Reader) engine)) {
	for name, open := range engines {
		t.Run(name, func(t *testing.T) { f(t, open) })
	}
}

// inflated is all that a stream yields, and how it ends.
func inflated(open func(io.Reader) engine, src io.Reader) ([]byte, error) {
	r, err := newReader(src, open)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(struct{ io.Reader }{r})
}

func deflated(t testing.TB, plain []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// framed puts a raw deflate stream into a zlib frame.
func framed(raw, plain []byte) []byte {
	out := append([]byte{0x78, 0x01}, raw...)
	return binary.BigEndian.AppendUint32(out, adler32.Checksum(plain))
}

// stream is a zlib stream and what is in it.
type stream struct {
	name       string
	zlib, want []byte
}

// streams has every kind of block, at every level, on every kind of data.
func streams(t testing.TB) []stream {
	t.Helper()
	noise := make([]byte, 300_000)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(noise)
	var all []stream
	for name, plain := range map[string][]byte{
		"empty":      {},
		"one byte":   {'x'},
		"text":       []byte("Touch to restore. Touch to restore."),
		"zeros":      make([]byte, 200_000),
		"noise":      noise,
		"pages":      pages(96),
		"32 KiB ago": append(bytes.Clone(noise[:32<<10]), noise[:32<<10]...),
		"boundary":   bytes.Repeat(noise[:258], 3000)[:outSize],
	} {
		for level := zlib.HuffmanOnly; level <= zlib.BestCompression; level++ {
			all = append(all,
				stream{fmt.Sprintf("%s, level %d", name, level), deflated(t, plain, level), plain},
				stream{fmt.Sprintf("%s, level %d, ends in codes", name, level), huffmanEnd(t, plain, level), plain})
		}
	}
	// By hand, since no writer makes them on demand (RFC 1951 §3.2.3): blocks
	// with fixed codes, empty stored blocks, and a stored block of full size.
	full := append([]byte{1, 0xff, 0xff, 0, 0}, noise[:65535]...)
	return append(all,
		stream{"fixed, empty", framed([]byte{3, 0}, nil), nil},
		stream{"fixed, one a", framed([]byte{0x4b, 0x04, 0x00}, []byte("a")), []byte("a")},
		stream{"stored, empty", framed([]byte{1, 0, 0, 0xff, 0xff}, nil), nil},
		stream{"stored, full", framed(full, noise[:65535]), noise[:65535]},
		stream{"many flushes", flushed(t, pages(3), 100), pages(3)},
	)
}

// flushed has an empty stored block after every few bytes.
func flushed(t testing.TB, plain []byte, every int) []byte {
	t.Helper()
	var raw bytes.Buffer
	w, err := flate.NewWriter(&raw, 6)
	if err != nil {
		t.Fatal(err)
	}
	for rest := plain; len(rest) > 0; rest = rest[min(every, len(rest)):] {
		if _, err := w.Write(rest[:min(every, len(rest))]); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return framed(raw.Bytes(), plain)
}

// huffmanEnd ends in a block with codes, as zlib ends a stream; Go's writers
// end every stream in an empty stored block, which hides what a decoder does
// with the bits it has read too many.
func huffmanEnd(t testing.TB, plain []byte, level int) []byte {
	t.Helper()
	var raw bytes.Buffer
	w, err := flate.NewWriter(&raw, level)
	if err != nil {
		t.Fatal(err)
	}
	cut := max(0, len(plain)-3000) // what follows is one block
	_, err = w.Write(plain[:cut])
	if err == nil && cut > 0 {
		err = w.Flush() // to a byte
	}
	last := raw.Len()
	if err == nil {
		_, err = w.Write(plain[cut:])
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	raw.Bytes()[last] |= 1 // BFINAL, RFC 1951 §3.2.3
	src := bytes.NewReader(raw.Bytes())
	if got, err := io.ReadAll(flate.NewReader(src)); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("%d bytes of %d, %v", len(got), len(plain), err)
	}
	return framed(raw.Bytes()[:raw.Len()-src.Len()], plain)
}

// pages makes n pages of 4 KiB that look and compress like those of a chat
// database: row headers that count up, words of uneven frequency, hex IDs,
// slack.
func pages(n int) []byte {
	r := rand.New(rand.NewPCG(15, 15))
	words := make([]string, 3000)
	for i := range words {
		w := make([]byte, 2+r.IntN(8))
		for k := range w {
			w[k] = "eeeetttaaaooiinnsshhrrdlucmfwypvbgk"[r.IntN(35)]
		}
		words[i] = string(w)
	}
	const pageSize = 4096
	out := make([]byte, 0, n*pageSize)
	row, now := uint32(1), uint64(1_600_000_000_000)
	for range n {
		page := make([]byte, 0, 2*pageSize)
		page = append(page, 0x0d, 0, 0, 0)
		for {
			row++
			now += uint64(r.IntN(90_000))
			cell := binary.BigEndian.AppendUint32(nil, row)
			cell = append(cell, 0x15, 0, byte(r.IntN(40)), 8, 9, byte(r.IntN(2)), 0x3d)
			cell = binary.BigEndian.AppendUint64(cell, now)
			cell = fmt.Appendf(cell, "%016X%016X", r.Uint64(), r.Uint64())
			for range 1 + r.IntN(14) {
				k := r.IntN(len(words))
				cell = append(append(cell, words[k*r.IntN(k+1)/len(words)]...), ' ')
			}
			if len(page)+len(cell) > pageSize {
				break
			}
			page = append(page, cell...)
		}
		out = append(out, page[:pageSize]...)
	}
	return out
}
