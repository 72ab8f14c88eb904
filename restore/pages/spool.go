package pages

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
)

// spoolBatch is how many bytes are encrypted before they are written out.
const spoolBatch = 256 << 10

// Spool is an append-only temporary file that has no name and is encrypted
// under a one-time AES-256-CTR key that lives in memory only. When the process
// ends, however it ends, nothing readable is left.
//
// The byte at offset n is encrypted with the counter n/16. Since every offset
// is written once, under a key that is used for this file alone, no keystream
// is used twice.
//
// One goroutine may write while any number of goroutines read.
type Spool struct {
	dir  string                // where NewSpool was to open it
	size atomic.Int64          // bytes written, including the tail
	free func() (int64, error) // bytes left on the disk; nil where nobody knows

	mu    sync.RWMutex // guards all below; held for reading through a ReadAt
	file  spoolFile
	block cipher.Block // nil once closed
	ctr   cipher.Stream
	tail  []byte   // encrypted, not yet in the file
	flush int64    // bytes in the file
	err   error    // of the first write that failed; no later one succeeds
	after []*Spool // closed with this one
}

// spoolFile is what a Spool needs of its file; tests have a full disk.
type spoolFile interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
}

// NewSpool opens an empty spool in dir, or in os.TempDir() where dir is empty.
// The file is 0600 and has no name by the time NewSpool returns (on Windows,
// it has one until it is closed, which the system does when the process ends).
func NewSpool(dir string) (*Spool, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	f, err := openUnnamed(dir)
	if err != nil {
		return nil, fmt.Errorf("temporary file: %w", noSpace(err))
	}
	s, err := newSpool(f)
	if err != nil {
		return nil, err
	}
	s.dir, s.free = dir, func() (int64, error) { return freeSpace(dir) }
	return s, nil
}

// Beside opens another spool in the same folder, under a key of its own, which
// is closed with s.
func (s *Spool) Beside() (*Spool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.block == nil {
		return nil, ErrClosed
	}
	b, err := NewSpool(s.dir)
	if err == nil {
		s.after = append(s.after, b)
	}
	return b, err
}

func newSpool(f spoolFile) (*Spool, error) {
	var key [32]byte
	rand.Read(key[:]) // never fails, by its contract
	block, err := aes.NewCipher(key[:])
	clear(key[:])
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Spool{
		file:  f,
		block: block,
		ctr:   keystream(block, 0),
		tail:  make([]byte, 0, spoolBatch),
	}, nil
}

// Write appends p. What it has taken can be read at once. A full disk is
// ErrNoSpace, and one that is about to be full a NoSpaceError; after any error the spool takes nothing more.
func (s *Spool) Write(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		m, err := s.append(p[n:])
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// append takes as much of p as fits into the tail, and writes a full tail out.
func (s *Spool) append(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.block == nil {
		return 0, ErrClosed
	}
	if s.err != nil {
		return 0, s.err
	}
	if len(s.tail) == spoolBatch {
		if s.flush%spoolCheck == 0 {
			if s.err = s.room(0); s.err != nil {
				return 0, s.err
			}
		}
		if _, err := s.file.WriteAt(s.tail, s.flush); err != nil {
			s.err = fmt.Errorf("temporary file: %w", noSpace(err))
			return 0, s.err
		}
		s.flush += spoolBatch
		s.tail = s.tail[:0]
	}
	end := len(s.tail)
	n := min(len(p), spoolBatch-end)
	s.tail = s.tail[:end+n]
	s.ctr.XORKeyStream(s.tail[end:], p[:n])
	s.size.Add(int64(n))
	return n, nil
}

// ReadAt reads below Size; beyond it is io.EOF, as io.ReaderAt has it.
func (s *Spool) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("temporary file: negative offset")
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.block == nil {
		return 0, ErrClosed
	}
	var eof error
	size := s.size.Load()
	if off >= size {
		return 0, io.EOF
	}
	if int64(len(p)) > size-off {
		p, eof = p[:size-off], io.EOF
	}
	inFile := int(min(max(s.flush-off, 0), int64(len(p))))
	if inFile > 0 {
		if _, err := s.file.ReadAt(p[:inFile], off); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF // someone cut the file
			}
			clear(p)
			return 0, fmt.Errorf("temporary file: %w", err)
		}
	}
	if inFile < len(p) {
		copy(p[inFile:], s.tail[off+int64(inFile)-s.flush:])
	}
	keystream(s.block, off).XORKeyStream(p, p)
	return len(p), eof
}

// keystream returns the keystream from an offset on. Making one anew for each
// read is about a seventh of what reading a page costs (BenchmarkKeystream).
func keystream(block cipher.Block, off int64) cipher.Stream {
	var iv [aes.BlockSize]byte
	binary.BigEndian.PutUint64(iv[8:], uint64(off)/aes.BlockSize)
	ctr := cipher.NewCTR(block, iv[:])
	if skip := off % aes.BlockSize; skip > 0 {
		var waste [aes.BlockSize]byte
		ctr.XORKeyStream(waste[:skip], waste[:skip])
	}
	return ctr
}

// Size returns how many bytes were written.
func (s *Spool) Size() int64 { return s.size.Load() }

// Close forgets the key and gives the disk space back. It may be called more
// than once, and waits for reads under way.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.block == nil {
		return nil
	}
	// The bytes of the key were cleared once it was expanded; the expanded
	// key is out of reach from here on.
	s.block, s.ctr = nil, nil
	clear(s.tail[:cap(s.tail)])
	s.tail = nil
	var errs []error
	for _, b := range s.after {
		errs = append(errs, b.Close())
	}
	if err := s.file.Close(); err != nil {
		errs = append(errs, fmt.Errorf("temporary file: %w", err))
	}
	return errors.Join(errs...)
}

// noSpace makes ErrNoSpace of the many ways a system says it.
func noSpace(err error) error {
	for _, full := range diskFull {
		if errors.Is(err, full) {
			return fmt.Errorf("%w: %w", ErrNoSpace, err)
		}
	}
	return err
}
