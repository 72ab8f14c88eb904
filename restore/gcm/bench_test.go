package gcm

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

const benchLen = 256 << 20

// benchFile is ciphertext in a real file, so that pread is part of what is
// measured.
func benchFile(b *testing.B) (key, iv []byte, f *os.File) {
	b.Helper()
	key, iv = make([]byte, 32), make([]byte, 16)
	f, err := os.Create(filepath.Join(b.TempDir(), "ciphertext"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	w, err := NewWriter(f, key, iv)
	if err != nil {
		b.Fatal(err)
	}
	for n, zeros := 0, make([]byte, 1<<20); n < benchLen; n += len(zeros) {
		if _, err := w.Write(zeros); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return key, iv, f
}

func BenchmarkVerify(b *testing.B) {
	key, iv, f := benchFile(b)
	for _, workers := range []int{1, 2} {
		for _, chunk := range []int{128 << 10, 256 << 10, 1 << 20} {
			b.Run(fmt.Sprintf("workers=%d/chunk=%dKiB", workers, chunk>>10), func(b *testing.B) {
				b.SetBytes(benchLen)
				b.ReportAllocs()
				for b.Loop() {
					opt := Options{Workers: workers, ChunkSize: chunk}
					if _, err := Verify(b.Context(), key, iv, f, 0, []int64{benchLen - 16, benchLen}, opt); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkDecrypt(b *testing.B) {
	key, iv, f := benchFile(b)
	for _, chunk := range []int{128 << 10, 256 << 10, 1 << 20} {
		b.Run(fmt.Sprintf("chunk=%dKiB", chunk>>10), func(b *testing.B) {
			v, err := Verify(b.Context(), key, iv, f, 0, []int64{benchLen}, Options{ChunkSize: chunk})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(benchLen)
			b.ReportAllocs()
			for b.Loop() {
				r := v.Open(b.Context())
				if n, err := r.WriteTo(io.Discard); n != benchLen || err != nil {
					b.Fatal(n, err)
				}
				_ = r.Close()
			}
		})
	}
}

func BenchmarkWriter(b *testing.B) {
	plain := make([]byte, 16<<20)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		w, err := NewWriter(io.Discard, make([]byte, 32), make([]byte, 16))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(w, bytes.NewReader(plain)); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStandardLibrary is the yardstick: the whole file in memory, read
// each time, and opened in place.
func BenchmarkStandardLibrary(b *testing.B) {
	key, iv, f := benchFile(b)
	block, err := aes.NewCipher(key)
	if err != nil {
		b.Fatal(err)
	}
	aead, err := cipher.NewGCMWithNonceSize(block, len(iv))
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, benchLen+TagSize)
	b.SetBytes(benchLen)
	for b.Loop() {
		if _, err := f.ReadAt(buf, 0); err != nil {
			b.Fatal(err)
		}
		if _, err := aead.Open(buf[:0], iv, buf, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMul(b *testing.B) {
	x := element{1, 2}
	for b.Loop() {
		x = x.mul(element{3, 4})
	}
}
