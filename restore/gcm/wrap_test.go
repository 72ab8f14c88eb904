package gcm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"testing"
)

// TestCounterWrap starts close to the end of the 32-bit counter. cipher.NewCTR
// would carry into the upper 96 bits, which GCM must not.
func TestCounterWrap(t *testing.T) {
	r := seeded(20)
	key := r.bytes(32)
	for _, before := range []uint32{0, 1, 2, 3, 5, 64, 65, 66, 200} {
		for _, chunk := range []int{16, 32, 1024, 1 << 16} {
			t.Run(fmt.Sprintf("%d blocks before, chunks of %d", before, chunk), func(t *testing.T) {
				var j0 [16]byte
				copy(j0[:], r.bytes(12))
				j0[0], j0[11] = 0xff, 0xff // a carry would not go unnoticed
				binary.BigEndian.PutUint32(j0[12:], -before)
				plain := r.bytes(130*16 + 5)
				want := slowSeal(t, key, j0, plain)
				iv := ivFor(t, key, j0)
				if !bytes.Equal(seal(t, key, iv, plain), want) {
					t.Fatal("the two references disagree")
				}

				m, err := newModeAt(key, j0)
				if err != nil {
					t.Fatal(err)
				}
				v, err := verify(t.Context(), m, bytes.NewReader(want), 0, []int64{int64(len(plain))}, mustDefaults(t, Options{ChunkSize: chunk}))
				if err != nil {
					t.Fatal(err)
				}
				if got, err := io.ReadAll(v.Open(t.Context())); err != nil || !bytes.Equal(got, plain) {
					t.Fatalf("from J0: wrong plaintext, %v", err)
				}
				if got, err := decrypt(key, iv, want, 0, []int64{int64(len(plain))}, Options{ChunkSize: chunk}); err != nil || !bytes.Equal(got, plain) {
					t.Fatalf("from the IV: wrong plaintext, %v", err)
				}
				if got := Peek(key, iv, want); !bytes.Equal(got, plain[:32]) {
					t.Fatal("Peek: wrong plaintext")
				}
				if got := written(t, key, iv, plain, 777); !bytes.Equal(got, want) {
					t.Fatal("Writer: wrong ciphertext")
				}
			})
		}
	}
}

func mustDefaults(t *testing.T, o Options) Options {
	t.Helper()
	o, err := o.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestCounterFar reaches blocks deep into a text that nobody wants to encrypt
// for a test, up to the last one there can be.
func TestCounterFar(t *testing.T) {
	r := seeded(21)
	key := r.bytes(32)
	var j0 [16]byte
	copy(j0[:], r.bytes(16))
	m, err := newModeAt(key, j0)
	if err != nil {
		t.Fatal(err)
	}
	for _, off := range []int64{0, 16, 1 << 20, 1 << 32, 1<<36 - 64, MaxLen - 16} {
		// The same block is the first of a text whose J0 lies that much later.
		later := j0
		binary.BigEndian.PutUint32(later[12:], binary.BigEndian.Uint32(j0[12:])+uint32(off/16))
		plain := r.bytes(16)
		want := slowSeal(t, key, later, plain)[:16]
		m.crypt(plain, off)
		if !bytes.Equal(plain, want) {
			t.Errorf("block at %d: %x, want %x", off, plain, want)
		}
	}
}
