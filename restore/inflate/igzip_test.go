//go:build isal && cgo

package inflate

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
)

func init() { engines["igzip"] = newIgzip }

// TestBeyond32Bits inflates more than 4 GiB, where the counters of ISA-L, which
// have 32 bits, begin again. The stream is one compressed piece, repeated.
func TestBeyond32Bits(t *testing.T) {
	if testing.Short() {
		t.Skip("inflates 4.5 GiB")
	}
	const piece, times = 64 << 20, 72
	zeros := flushed(t, make([]byte, piece), piece)
	body := zeros[2 : len(zeros)-4-5] // without frame and last block, flushed to a byte
	const n = int64(piece) * times
	// Adler-32 of n zeros: the first sum stays 1, the second counts them.
	sum := uint32(n%65521)<<16 | 1

	parts := []io.Reader{bytes.NewReader(zeros[:2])}
	for range times {
		parts = append(parts, bytes.NewReader(body))
	}
	end := binary.BigEndian.AppendUint32([]byte{1, 0, 0, 0xff, 0xff}, sum)
	r, err := newReader(io.MultiReader(append(parts, bytes.NewReader(end))...), newIgzip)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if got, err := io.Copy(io.Discard, r); err != nil || got != n {
		t.Errorf("%d bytes of %d, %v", got, n, err)
	}
}
