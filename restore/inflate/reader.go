package inflate

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

// ErrCorrupt means that the input is not a zlib stream, that it cannot be
// inflated, or that it did not yield what its checksum says. Truncated input
// is io.ErrUnexpectedEOF instead.
var ErrCorrupt = errors.New("inflate: the compressed data is corrupt")

func corrupt(why any) error { return fmt.Errorf("%w: %v", ErrCorrupt, why) }

const (
	// inSize is how much compressed data is asked for at a time, in bytes.
	inSize = 128 << 10
	// outSize is how much is inflated at a time, in bytes: large, since igzip
	// takes a slower path for the first 32 KiB of every call.
	outSize = 128 << 10
)

// Chunked is a source that has its data in memory. NewReader takes it from
// there without a copy.
type Chunked interface {
	io.Reader
	// Chunk lends what comes next, at least a byte, until the next call of
	// Chunk or Read; the last one is kept, and wiped when the Reader is
	// closed. The error is that of Read, and comes without data.
	Chunk() ([]byte, error)
}

// engine inflates one stream.
type engine interface {
	// next returns the next piece of plaintext, which the engine reuses in
	// the call after. It returns io.EOF, never together with a piece, only
	// once the checksum has been verified, and the errors of the source as
	// they are. After an error it is not called again.
	next() ([]byte, error)
	// into is next, but for whoever has room of outSize or more: it may
	// inflate into p. It returns how much of p it has filled, or a piece as
	// next does; one of the two is empty.
	into(p []byte) (n int, piece []byte, err error)
	// trailing tells, after io.EOF, whether the source holds more.
	trailing() (bool, error)
	// close frees and wipes what the engine holds. Nothing is called after it.
	close()
}

// Reader inflates one zlib stream. Its methods may be called from several
// goroutines; Close waits for a Read that is under way, so that whoever wants
// to interrupt it closes the source first.
type Reader struct {
	mu     sync.Mutex
	engine engine // nil once closed
	rest   []byte // plaintext not yet handed out
	err    error
}

// NewReader reads the header of a zlib stream from src and returns a Reader
// for what follows, which must be closed. It does not close src.
//
// NewReader, and then Read, fail with ErrCorrupt, with io.ErrUnexpectedEOF
// where src ends too early, or with the error of src as it is. A stream that
// needs a preset dictionary is taken for a corrupt one. How much of the
// plaintext before a fault is handed out depends on the library.
//
// src is read ahead of the end of the stream; if it is Chunked, it is lent from
// until the Reader is closed. What follows the stream is
// ignored; Trailing tells whether there is any.
func NewReader(src io.Reader) (*Reader, error) { return newReader(src, newEngine) }

func newReader(src io.Reader, open func(src io.Reader) engine) (*Reader, error) {
	var header [2]byte
	if _, err := io.ReadFull(src, header[:]); err == io.EOF {
		return nil, io.ErrUnexpectedEOF
	} else if err != nil {
		return nil, err
	}
	if err := checkHeader(header); err != nil {
		return nil, err
	}
	return &Reader{engine: open(src)}, nil
}

// checkHeader checks CMF and FLG, RFC 1950 §2.2.
func checkHeader(h [2]byte) error {
	const deflate, maxWindow, presetDictionary = 8, 7, 0x20
	switch {
	case (uint16(h[0])<<8|uint16(h[1]))%31 != 0, h[0]&0x0f != deflate, h[0]>>4 > maxWindow:
		return corrupt("not a zlib stream")
	case h[1]&presetDictionary != 0:
		return corrupt("it needs a dictionary")
	}
	return nil
}

// fill makes sure that there is plaintext in rest, or returns why not.
func (r *Reader) fill() error {
	for len(r.rest) == 0 && r.err == nil {
		r.rest, r.err = r.engine.next()
	}
	if len(r.rest) > 0 {
		return nil
	}
	return r.err
}

// Read inflates into p, without a copy where p has 128 KiB or more. It returns
// io.EOF only after the stream has ended and its Adler-32 checksum has
// verified.
func (r *Reader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	n := 0
	for len(r.rest) == 0 && len(p)-n >= outSize && r.err == nil {
		var m int
		m, r.rest, r.err = r.engine.into(p[n:])
		n += m
	}
	if n > 0 {
		return n, nil
	}
	if err := r.fill(); err != nil {
		return 0, err
	}
	n = copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// WriteTo writes all that is left to w, up to 128 KiB at a time and without
// a copy. w must not keep or change what it is given.
func (r *Reader) WriteTo(w io.Writer) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var written int64
	for {
		if err := r.fill(); err == io.EOF { //nolint:errorlint // one that is wrapped is not the end
			return written, nil
		} else if err != nil {
			return written, err
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

// Trailing tells whether the source holds anything after the stream. It may be
// called once all has been read; before that it fails.
func (r *Reader) Trailing() (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != io.EOF { //nolint:errorlint // as above
		return false, errors.New("inflate: the stream has not ended")
	}
	return r.engine.trailing()
}

// Close frees the memory of the Reader and wipes the plaintext in its buffers.
// It never fails and may be called again.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.engine != nil {
		r.engine.close()
		r.engine, r.rest, r.err = nil, nil, fs.ErrClosed
	}
	return nil
}
