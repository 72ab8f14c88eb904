package gcm

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
)

// decrypt runs both passes.
func decrypt(key, iv, file []byte, off int64, ends []int64, opt Options) ([]byte, error) {
	v, err := Verify(context.Background(), key, iv, bytes.NewReader(file), off, ends, opt)
	if err != nil {
		return nil, err
	}
	r := v.Open(context.Background())
	defer func() { _ = r.Close() }()
	return io.ReadAll(r)
}

// roundTrip holds both passes against the standard library.
func roundTrip(t *testing.T, key, iv, plain []byte, opt Options) {
	t.Helper()
	file := append([]byte("header"), seal(t, key, iv, plain)...)
	got, err := decrypt(key, iv, file, 6, []int64{int64(len(plain))}, opt)
	if err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("%d bytes, IV of %d, %+v: got %d bytes, %v", len(plain), len(iv), opt, len(got), err)
	}
}

func TestEveryShortLength(t *testing.T) {
	r := seeded(3)
	key := r.bytes(32)
	for n := range 260 {
		for _, iv := range []int{1, 8, 11, 12, 13, 16, 17, 32, 33} {
			for _, chunk := range []int{16, 32, 48, 0} {
				roundTrip(t, key, r.bytes(iv), r.bytes(n), Options{ChunkSize: chunk, Workers: 1 + n%3})
			}
		}
	}
}

func TestRandomLengths(t *testing.T) {
	r := seeded(4)
	rounds := 400
	if testing.Short() {
		rounds = 40
	}
	for i := range rounds {
		key := r.bytes([]int{16, 24, 32}[i%3])
		opt := Options{Workers: 1 + r.IntN(4), ChunkSize: 16 << r.IntN(17)}
		n := r.IntN(1 << (4 + r.IntN(18)))
		opt.ChunkSize = max(opt.ChunkSize, n/4096/16*16) // keep the number of chunks sane
		roundTrip(t, key, r.bytes(1+r.IntN(64)), r.bytes(n), opt)
	}
}

func TestChunkBoundaries(t *testing.T) {
	r := seeded(5)
	key, iv := r.bytes(32), r.bytes(16)
	for _, chunks := range []int{0, 1, 2, 3, 7} {
		for _, more := range []int{-17, -16, -15, -1, 0, 1, 15, 16, 17} {
			if n := chunks*4096 + more; n >= 0 {
				roundTrip(t, key, iv, r.bytes(n), Options{ChunkSize: 4096, Workers: 2})
			}
		}
	}
}

// TestCandidates stores the tag behind any of three places, with the chunk
// boundary before, between and behind them.
func TestCandidates(t *testing.T) {
	r := seeded(6)
	key, iv := r.bytes(32), r.bytes(16)
	for n := 4096 - 48; n <= 4096+16; n++ {
		plain := r.bytes(n)
		sealed := seal(t, key, iv, plain)
		for _, trailer := range []int{0, 16, 32, 4096} {
			file := append(bytes.Clone(sealed), r.bytes(trailer)...)
			end := int64(len(file)) - TagSize
			ends := []int64{end - 4096, end - 32, end - 16, end}
			opt := Options{ChunkSize: 4096, Workers: 2}
			v, err := Verify(t.Context(), key, iv, bytes.NewReader(file), 0, ends, opt)
			if err != nil || v.Len() != int64(n) {
				t.Fatalf("%d bytes with a trailer of %d: %v", n, trailer, err)
			}
			if got, err := io.ReadAll(v.Open(t.Context())); err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("%d bytes with a trailer of %d: %v", n, trailer, err)
			}
		}
	}
}

func TestNoCandidate(t *testing.T) {
	r := seeded(7)
	key, iv := r.bytes(32), r.bytes(16)
	file := seal(t, key, iv, r.bytes(1000))
	for _, ends := range [][]int64{nil, {-16}, {0}, {999}, {-1, 16, 900, 998}} {
		if _, err := decrypt(key, iv, file, 0, ends, Options{}); !errors.Is(err, ErrTag) {
			t.Errorf("candidates %v: %v", ends, err)
		}
	}
}

func TestEveryFlippedBit(t *testing.T) {
	r := seeded(8)
	key, iv := r.bytes(32), r.bytes(16)
	file := seal(t, key, iv, r.bytes(200))
	open := func() error {
		_, err := decrypt(key, iv, file, 0, []int64{200}, Options{ChunkSize: 64})
		return err
	}
	for _, region := range [][]byte{file, key, iv} {
		for bit := range len(region) * 8 {
			region[bit/8] ^= 1 << (bit % 8)
			if err := open(); !errors.Is(err, ErrTag) {
				t.Fatalf("bit %d flipped of %d bytes: %v", bit, len(region), err)
			}
			region[bit/8] ^= 1 << (bit % 8)
		}
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
}

func TestEveryTruncation(t *testing.T) {
	r := seeded(9)
	key, iv := r.bytes(32), r.bytes(16)
	file := seal(t, key, iv, r.bytes(500))
	for n := range file {
		_, err := decrypt(key, iv, file[:n], 0, []int64{500}, Options{ChunkSize: 64})
		if !errors.Is(err, ErrChanged) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("ends at %d: %v", n, err)
		}
		if _, err := decrypt(key, iv, file[:n], 0, []int64{int64(n) - 32, int64(n) - 16}, Options{}); !errors.Is(err, ErrTag) {
			t.Fatalf("taken for one of %d: %v", n, err)
		}
	}
}

func TestBadArguments(t *testing.T) {
	key, iv := make([]byte, 32), make([]byte, 16)
	src := bytes.NewReader(make([]byte, 100))
	for name, verify := range map[string]func() (*Verified, error){
		"key":       func() (*Verified, error) { return Verify(t.Context(), key[:31], iv, src, 0, nil, Options{}) },
		"iv":        func() (*Verified, error) { return Verify(t.Context(), key, nil, src, 0, nil, Options{}) },
		"offset":    func() (*Verified, error) { return Verify(t.Context(), key, iv, src, -1, nil, Options{}) },
		"chunk":     func() (*Verified, error) { return Verify(t.Context(), key, iv, src, 0, nil, Options{ChunkSize: 17}) },
		"no chunk":  func() (*Verified, error) { return Verify(t.Context(), key, iv, src, 0, nil, Options{ChunkSize: -16}) },
		"no worker": func() (*Verified, error) { return Verify(t.Context(), key, iv, src, 0, nil, Options{Workers: -1}) },
	} {
		if _, err := verify(); err == nil || errors.Is(err, ErrTag) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Verify(t.Context(), key, iv, src, 0, []int64{MaxLen + 1}, Options{}); !errors.Is(err, ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
}

func TestSourceErrorPasses(t *testing.T) {
	r := seeded(10)
	key, iv := r.bytes(32), r.bytes(16)
	file := seal(t, key, iv, r.bytes(1000))
	broken := errors.New("the disk is on fire")
	for fails := range 9 {
		reads := 0
		src := readerAt(func(p []byte, off int64) (int, error) {
			if reads++; reads > fails {
				return 0, broken
			}
			return bytes.NewReader(file).ReadAt(p, off)
		})
		v, err := Verify(t.Context(), key, iv, src, 0, []int64{1000}, Options{ChunkSize: 256, Workers: 1})
		if err == nil {
			_, err = io.ReadAll(v.Open(t.Context()))
		}
		if fails < 8 && !errors.Is(err, broken) || fails == 8 && err != nil {
			t.Errorf("after %d reads: %v", fails, err)
		}
	}
}

// readerAt is an io.ReaderAt made of a function.
type readerAt func(p []byte, off int64) (int, error)

func (f readerAt) ReadAt(p []byte, off int64) (int, error) { return f(p, off) }

func TestProgress(t *testing.T) {
	r := seeded(11)
	key, iv := r.bytes(32), r.bytes(16)
	const n = 10_000
	file := seal(t, key, iv, r.bytes(n))
	var last int64
	calls := 0
	opt := Options{ChunkSize: 1024, Workers: 3, Progress: func(done, total int64) {
		calls++
		if done <= last || total != n {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	}}
	if _, err := decrypt(key, iv, file, 0, []int64{n}, opt); err != nil {
		t.Fatal(err)
	}
	if last != n || calls != 10 {
		t.Errorf("ended at %d after %d calls", last, calls)
	}
}

func TestVerifyCancelled(t *testing.T) {
	r := seeded(12)
	key, iv := r.bytes(32), r.bytes(16)
	file := seal(t, key, iv, r.bytes(1<<16))
	for _, after := range []int64{0, 1, 5} {
		ctx, cancel := context.WithCancel(t.Context())
		opt := Options{ChunkSize: 1024, Workers: 2, Progress: func(done, _ int64) {
			if done >= after*1024 {
				cancel()
			}
		}}
		if after == 0 {
			cancel()
		}
		if _, err := Verify(ctx, key, iv, bytes.NewReader(file), 0, []int64{1 << 16}, opt); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d chunks: %v", after, err)
		}
		cancel()
	}
}

func FuzzAgainstStandardLibrary(f *testing.F) {
	f.Add([]byte("key"), []byte("iv"), []byte("plaintext"), uint8(1), uint8(1), uint16(3))
	f.Add([]byte{}, make([]byte, 16), make([]byte, 100), uint8(3), uint8(0), uint16(800))
	f.Fuzz(func(t *testing.T, keySeed, iv, plain []byte, chunk, workers uint8, flip uint16) {
		if len(iv) == 0 {
			t.Skip()
		}
		key := make([]byte, 32)
		copy(key, keySeed)
		opt := Options{ChunkSize: 16 * (1 + int(chunk)), Workers: 1 + int(workers%4)}
		file := seal(t, key, iv, plain)
		ends := []int64{int64(len(plain))}
		if got, err := decrypt(key, iv, file, 0, ends, opt); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes: %v", len(plain), err)
		}
		file[int(flip/8)%len(file)] ^= 1 << (flip % 8)
		if _, err := decrypt(key, iv, file, 0, ends, opt); !errors.Is(err, ErrTag) {
			t.Fatalf("altered: %v", err)
		}
	})
}
