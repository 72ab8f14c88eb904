package inflate

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"testing"
)

// benchPages is 64 MiB of plaintext.
const benchPages = 16 << 10

func BenchmarkInflate(b *testing.B) {
	plain := pages(benchPages)
	for _, level := range []int{1, 6, 9} {
		compressed := deflated(b, plain, level)
		b.Logf("level %d: %.2f to one", level, float64(len(plain))/float64(len(compressed)))
		for name, open := range engines {
			b.Run(fmt.Sprintf("%s/level=%d", name, level), func(b *testing.B) {
				b.SetBytes(int64(len(plain)))
				b.ReportAllocs()
				for b.Loop() {
					r, err := newReader(bytes.NewReader(compressed), open)
					if err != nil {
						b.Fatal(err)
					}
					if n, err := r.WriteTo(io.Discard); err != nil || n != int64(len(plain)) {
						b.Fatal(n, err)
					}
					_ = r.Close()
				}
			})
		}
		// The yardstick.
		b.Run(fmt.Sprintf("standard library/level=%d", level), func(b *testing.B) {
			b.SetBytes(int64(len(plain)))
			buf := make([]byte, outSize)
			for b.Loop() {
				z, err := zlib.NewReader(bytes.NewReader(compressed))
				if err != nil {
					b.Fatal(err)
				}
				if n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, z, buf); err != nil || n != int64(len(plain)) {
					b.Fatal(n, err)
				}
			}
		})
	}
}
