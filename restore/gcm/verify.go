package gcm

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// DefaultChunkSize is the chunk size where Options names none, in bytes.
const DefaultChunkSize = 256 << 10

var (
	// ErrTag means that no candidate verified: the key or the IV is not the
	// one the file was encrypted with, or the file is not what was encrypted.
	ErrTag = errors.New("gcm: the tag does not verify")
	// ErrChanged means that the file is not, or no longer, what it was taken
	// for: it was written to between the passes, or is shorter than the
	// caller said. In the second case the error is io.ErrUnexpectedEOF too.
	ErrChanged = errors.New("gcm: the file changed while it was read")
	// ErrTooLong means more than MaxLen bytes.
	ErrTooLong = errors.New("gcm: longer than AES-GCM can encrypt under one IV")
)

// Options tunes Verify and the Reader; the zero value is good.
type Options struct {
	// Workers hash in parallel during pass 1; each holds one chunk.
	// Default: two, or one on a machine with one processor.
	Workers int
	// ChunkSize is how many bytes are read, checked and released at a time, a
	// multiple of BlockSize. Default: DefaultChunkSize.
	ChunkSize int
	// Progress, where set, is called by Verify, in the goroutine of its
	// caller, after each chunk: done bytes of total have been hashed.
	Progress func(done, total int64)
}

func (o Options) withDefaults() (Options, error) {
	if o.Workers == 0 {
		o.Workers = min(2, runtime.NumCPU())
	}
	if o.ChunkSize == 0 {
		o.ChunkSize = DefaultChunkSize
	}
	if o.Progress == nil {
		o.Progress = func(done, total int64) {}
	}
	if o.Workers < 0 || o.ChunkSize < 0 || o.ChunkSize%BlockSize != 0 {
		return o, fmt.Errorf("gcm: %d workers, chunks of %d bytes", o.Workers, o.ChunkSize)
	}
	return o, nil
}

// Verified is ciphertext whose tag has verified, with what it takes to read
// it again and notice every change.
type Verified struct {
	mode  *mode
	src   io.ReaderAt
	off   int64
	len   int64
	chunk int
	sums  []element // of each chunk, the last one may be short
}

// Verify computes the tag of the ciphertext that starts at byte off of src,
// and compares it with the one stored right behind the ciphertext.
//
// ends are the lengths that the ciphertext may have, where the format leaves
// that open; the first one whose tag verifies is right. All of them are
// checked in the same pass. Negative ones stand for a file too short for
// them and never match.
//
// iv may have any length but zero. It and key are not kept or changed.
//
// The error is ErrTag if no candidate verifies, ErrChanged if src is too
// short, ErrTooLong, the error of ctx, or what src returned.
func Verify(ctx context.Context, key, iv []byte, src io.ReaderAt, off int64, ends []int64, opt Options) (*Verified, error) {
	opt, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	m, err := newMode(key, iv)
	if err != nil {
		return nil, err
	}
	return verify(ctx, m, src, off, ends, opt)
}

func verify(ctx context.Context, m *mode, src io.ReaderAt, off int64, ends []int64, opt Options) (*Verified, error) {
	var longest int64
	for _, n := range ends {
		longest = max(longest, n)
	}
	if longest > MaxLen {
		return nil, ErrTooLong
	}
	if off < 0 || off > math.MaxInt64-MaxLen-TagSize {
		return nil, fmt.Errorf("gcm: ciphertext at offset %d", off)
	}
	v := &Verified{mode: m, src: src, off: off, chunk: opt.ChunkSize}
	if err := v.sumChunks(ctx, longest, opt); err != nil {
		return nil, err
	}
	for _, n := range ends {
		if n < 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		ok, err := v.check(n)
		if err != nil {
			return nil, err
		}
		if ok {
			opt.Progress(longest, longest)
			return v, nil
		}
	}
	return nil, ErrTag
}

// sumChunks fills sums with those of all whole chunks within n bytes.
func (v *Verified) sumChunks(ctx context.Context, n int64, opt Options) error {
	count := n / int64(v.chunk)
	v.sums = make([]element, count, count+1)
	results := make(chan error, opt.Workers)
	working, stop := context.WithCancel(ctx)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(int64(opt.Workers), count) {
		workers.Go(func() {
			buf := make([]byte, v.chunk)
			for i := next.Add(1) - 1; i < count; i = next.Add(1) - 1 {
				err := v.read(buf, i*int64(v.chunk))
				if err == nil {
					v.sums[i] = v.mode.sum(buf)
				}
				select {
				case results <- err:
				case <-working.Done():
					return
				}
			}
		})
	}
	defer workers.Wait()
	defer stop()
	for done := range count {
		select {
		case err := <-results:
			if err != nil {
				return err
			}
			opt.Progress((done+1)*int64(v.chunk), n)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// check tells whether the ciphertext is n bytes long. If so, v is complete.
func (v *Verified) check(n int64) (bool, error) {
	whole := int(n / int64(v.chunk))
	end := make([]byte, int(n%int64(v.chunk))+TagSize)
	if err := v.read(end, int64(whole)*int64(v.chunk)); err != nil {
		return false, err
	}
	rest, tag := end[:len(end)-TagSize], end[len(end)-TagSize:]

	// Horner's scheme: each chunk moves what lies before it up by as many
	// powers of H as it has blocks.
	var z element
	step := v.mode.h.pow(blocks(v.chunk))
	for _, s := range v.sums[:whole] {
		z = z.mul(step).add(s)
	}
	last := v.mode.sum(rest)
	z = z.mul(v.mode.h.pow(blocks(len(rest)))).add(last)

	want := v.mode.tag(z, n)
	if subtle.ConstantTimeCompare(want[:], tag) == 0 {
		return false, nil
	}
	v.len, v.sums = n, v.sums[:whole]
	if len(rest) > 0 {
		v.sums = append(v.sums, last)
	}
	return true, nil
}

// Len is the length of the ciphertext, and so of the plaintext, in bytes: the
// candidate whose tag verified.
func (v *Verified) Len() int64 { return v.len }

// Forget lets go of the key. Readers already open go on until they are closed;
// new ones fail. crypto/aes has no way to overwrite an expanded key, so it
// stays in memory until the garbage collector comes by.
func (v *Verified) Forget() { v.mode = nil }

// read fills p from byte at of the ciphertext.
func (v *Verified) read(p []byte, at int64) error {
	n, err := v.src.ReadAt(p, v.off+at)
	switch {
	case n == len(p):
		return nil
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it ends at byte %d: %w", ErrChanged, v.off+at+int64(n), io.ErrUnexpectedEOF)
	}
	return err
}

// readChunk fills p, which has the length of chunk i, and makes sure that it is
// the chunk that Verify saw. p holds ciphertext.
func (v *Verified) readChunk(p []byte, i int) error {
	at := int64(i) * int64(v.chunk)
	if err := v.read(p, at); err != nil {
		return err
	}
	was, is := v.sums[i].bytes(), v.mode.sum(p).bytes()
	if subtle.ConstantTimeCompare(was[:], is[:]) == 0 {
		return fmt.Errorf("%w: between bytes %d and %d", ErrChanged, v.off+at, v.off+at+int64(len(p)))
	}
	return nil
}
