package gcm

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"
)

// ahead is how many chunks a Reader holds: one that is read from, one that is
// being decrypted, and some that are ready, since whoever decrypts them may
// have other things to do in between.
const ahead = 6

// Reader releases the plaintext of a Verified, chunk by chunk. Its methods may
// be called from several goroutines.
type Reader struct {
	ctx     context.Context
	stop    context.CancelFunc
	helped  bool // Ahead is called; there is no worker
	worker  sync.WaitGroup
	buffers [][]byte
	free    chan []byte
	ready   chan piece

	turn  sync.Mutex // guards the three below: chunks are decrypted one by one
	own   Verified
	chunk int  // the next one
	done  bool // nothing more will be ready

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
	r := v.OpenHelped(ctx)
	r.helped = false
	if r.err == nil {
		r.worker.Go(r.work)
	}
	return r
}

// OpenHelped is Open for whoever has a goroutine to spare that now and then
// calls Ahead. The Reader has none of its own, and decrypts as it is read where
// no one was ahead of it.
func (v *Verified) OpenHelped(ctx context.Context) *Reader {
	r := &Reader{
		free:   make(chan []byte, ahead),
		ready:  make(chan piece, ahead+1), // room for every buffer, and an error
		helped: true,
		own:    *v,
	}
	r.ctx, r.stop = context.WithCancel(ctx)
	if r.own.mode == nil {
		r.err = fs.ErrClosed
		return r
	}
	for range min(ahead, max(len(v.sums), 1)) {
		b := make([]byte, min(v.len, int64(v.chunk)))
		r.buffers = append(r.buffers, b)
		r.free <- b
	}
	return r
}

// work is the goroutine that decrypts ahead.
func (r *Reader) work() {
	for {
		select {
		case buf := <-r.free:
			if !r.decrypt(buf) {
				return
			}
		case <-r.ctx.Done():
			return
		}
	}
}

// Ahead decrypts chunks until there is no room for more.
func (r *Reader) Ahead() {
	for more := true; more; {
		select {
		case buf := <-r.free:
			more = r.decrypt(buf)
		default:
			return
		}
	}
}

// decrypt makes the next chunk ready in buf, and tells whether there may be
// more. It closes ready only at the end of the plaintext, so that nothing else
// can be taken for it.
func (r *Reader) decrypt(buf []byte) (more bool) {
	r.turn.Lock()
	defer r.turn.Unlock()
	if r.done || r.ctx.Err() != nil {
		return false
	}
	v := &r.own
	if r.chunk == len(v.sums) {
		r.done = true
		close(r.ready)
		return false
	}
	off := int64(r.chunk) * int64(v.chunk)
	buf = buf[:min(v.len-off, int64(v.chunk))]
	if err := v.readChunk(buf, r.chunk); err != nil {
		r.done = true
		r.ready <- piece{err: err}
		return false
	}
	v.mode.crypt(buf, off)
	r.chunk++
	r.ready <- piece{plain: buf} // never blocks
	return true
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
	if r.helped && len(r.ready) == 0 {
		select {
		case buf := <-r.free:
			r.decrypt(buf)
		default: // someone has all that are free, and is at it
		}
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
// never fails and may be called again.
func (r *Reader) Close() error {
	r.stop()
	r.worker.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn.Lock() // whoever is ahead has ended; no one begins again
	defer r.turn.Unlock()
	for _, b := range r.buffers {
		if !r.lent || &b[0] != &r.held[0] {
			clear(b)
		}
	}
	r.buffers, r.held, r.rest, r.own = nil, nil, nil, Verified{}
	r.err = fs.ErrClosed
	return nil
}
