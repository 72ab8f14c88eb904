package gcm

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"
)

// ahead is how many chunks a Reader holds: one that is read from, one that is
// ready, one that is being decrypted.
const ahead = 3

// Reader releases the plaintext of a Verified, chunk by chunk. Its methods may
// be called from several goroutines.
type Reader struct {
	ctx     context.Context
	stop    context.CancelFunc
	worker  sync.WaitGroup
	buffers [][]byte
	free    chan []byte
	ready   chan piece

	mu   sync.Mutex
	held []byte // the buffer that rest lies in, or that is lent
	lent bool
	rest []byte // plaintext not yet handed out
	err  error  // the end, whatever it was
}

// piece is a chunk of plaintext, or the error that came in its place.
type piece struct {
	plain []byte
	err   error
}

// Open starts pass 2 from the beginning. It may be called again, also while
// another Reader is open. The Reader must be closed; until then it holds a
// few chunks and one goroutine that decrypts ahead.
//
// Reading a Verified that was told to forget its key fails with fs.ErrClosed;
// otherwise reading fails with ErrChanged at the first chunk that is not what
// Verify saw, and nothing of that chunk is released; with the error of ctx
// once ctx ends; and with what the source returned.
func (v *Verified) Open(ctx context.Context) *Reader {
	r := &Reader{
		free:  make(chan []byte, ahead),
		ready: make(chan piece, ahead),
	}
	r.ctx, r.stop = context.WithCancel(ctx)
	own := *v
	if own.mode == nil {
		r.err = fs.ErrClosed
		return r
	}
	for range min(ahead, len(v.sums)) {
		b := make([]byte, min(v.len, int64(v.chunk)))
		r.buffers = append(r.buffers, b)
		r.free <- b
	}
	r.worker.Go(func() { r.decrypt(own) })
	return r
}

// decrypt is the goroutine that works ahead. It closes ready only at the end
// of the plaintext, so that nothing else can be taken for it.
func (r *Reader) decrypt(v Verified) {
	left := v.len
	for i := range v.sums {
		var buf []byte
		select {
		case buf = <-r.free:
		case <-r.ctx.Done():
			return
		}
		n := min(left, int64(v.chunk))
		err := v.readChunk(buf[:n], i)
		if err != nil {
			r.ready <- piece{err: err}
			return
		}
		v.mode.crypt(buf[:n], v.len-left)
		left -= n
		r.ready <- piece{plain: buf[:n]} // never blocks: room for every buffer
	}
	close(r.ready)
}

// next makes rest the next chunk. It returns io.EOF after the last one.
func (r *Reader) next() error {
	if r.held != nil {
		r.free <- r.held[:cap(r.held)]
		r.held, r.rest, r.lent = nil, nil, false
	}
	if r.err == nil {
		r.err = r.ctx.Err()
	}
	if r.err != nil {
		return r.err
	}
	select {
	case p, more := <-r.ready:
		if !more {
			r.err = io.EOF
		} else if p.err != nil {
			r.err = p.err
		}
		r.held, r.rest = p.plain, p.plain
	case <-r.ctx.Done():
		r.err = r.ctx.Err()
	}
	return r.err
}

// Read hands out verified plaintext; io.EOF comes only after all of it.
func (r *Reader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	if len(r.rest) == 0 {
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// Chunk lends the plaintext that comes next, without a copy: at least a byte, at
// most a chunk. It is the caller's until the next call but Close, which leaves
// it alone: whoever has it may be reading it, and is the one to wipe it. The
// errors are those of Read.
func (r *Reader) Chunk() ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.rest) == 0 {
		if err := r.next(); err != nil {
			return nil, err
		}
	}
	p := r.rest
	r.rest, r.lent = nil, true
	return p, nil
}

// WriteTo writes all plaintext that is left to w, a chunk at a time and
// without a copy. w must not keep what it is given.
func (r *Reader) WriteTo(w io.Writer) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var written int64
	for {
		if len(r.rest) == 0 {
			if err := r.next(); errors.Is(err, io.EOF) {
				return written, nil
			} else if err != nil {
				return written, err
			}
		}
		n, err := w.Write(r.rest)
		written += int64(n)
		if err == nil && n < len(r.rest) {
			err = io.ErrShortWrite
		}
		r.rest = r.rest[n:]
		if err != nil {
			return written, err
		}
	}
}

// Close stops the work ahead, waits for it, and wipes every buffer. A Read that
// waits in another goroutine returns. What Chunk has lent is not wiped. Close
// never fails and may be called
// again.
func (r *Reader) Close() error {
	r.stop()
	r.worker.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.buffers {
		if !r.lent || &b[0] != &r.held[0] {
			clear(b)
		}
	}
	r.buffers, r.held, r.rest = nil, nil, nil
	r.err = fs.ErrClosed
	return nil
}
