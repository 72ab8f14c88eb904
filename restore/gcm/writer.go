package gcm

import (
	"io"
	"io/fs"
)

// Writer encrypts what is written to it, in bounded memory.
type Writer struct {
	w    io.Writer
	mode *mode
	step element // H to the blocks of a whole buffer
	z    element // the sum of all that has been written to w
	done int64   // its length
	buf  []byte
	err  error

	closed bool
}

// NewWriter returns a Writer that encrypts to w. An IV must never be used twice
// under one key. Close writes the tag.
func NewWriter(w io.Writer, key, iv []byte) (*Writer, error) {
	m, err := newMode(key, iv)
	if err != nil {
		return nil, err
	}
	return newWriter(w, m), nil
}

func newWriter(w io.Writer, m *mode) *Writer {
	buf := make([]byte, 0, 1<<18)
	return &Writer{w: w, mode: m, step: m.h.pow(blocks(cap(buf))), buf: buf}
}

// Write encrypts p. It returns ErrTooLong beyond MaxLen, and what the
// underlying writer returned; after an error the Writer is of no more use.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if int64(len(p)) > MaxLen-w.done-int64(len(w.buf)) {
		w.err = ErrTooLong
		return 0, w.err
	}
	written := 0
	for len(p) > 0 {
		n := copy(w.buf[len(w.buf):cap(w.buf)], p)
		w.buf, p = w.buf[:len(w.buf)+n], p[n:]
		written += n
		if len(w.buf) == cap(w.buf) {
			if w.err = w.flush(w.step); w.err != nil {
				return written, w.err
			}
		}
	}
	return written, nil
}

// flush encrypts the buffer and writes it out; step is H to its blocks.
func (w *Writer) flush(step element) error {
	w.mode.crypt(w.buf, w.done)
	w.z = w.z.mul(step).add(w.mode.sum(w.buf))
	w.done += int64(len(w.buf))
	_, err := w.w.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

// Close writes what is left and the tag. It does not close the underlying
// writer. After it, and after an error, the Writer cannot be written to.
func (w *Writer) Close() error {
	if w.closed {
		return nil
	}
	failed := w.err
	w.closed, w.err = true, fs.ErrClosed
	if failed != nil {
		return failed
	}
	if err := w.flush(w.mode.h.pow(blocks(len(w.buf)))); err != nil {
		return err
	}
	tag := w.mode.tag(w.z, w.done)
	_, err := w.w.Write(tag[:])
	return err
}
