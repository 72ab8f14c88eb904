package pages

import (
	"context"
	"io"
	"sync"
)

const (
	// intakeRing is how many bytes are on their way at most; a multiple of
	// every page size, so that no page lies across its end.
	intakeRing = 2 << 20
	// intakePiece is how many of them one side takes at a time.
	intakePiece = intakeRing / 4
)

// Ahead is a source with work to do that its Read would have to wait for.
type Ahead interface {
	io.Reader
	// Ahead does some of it. It may be called while Read is.
	Ahead()
}

// intake reads a database ahead into a ring. What has been read is taken from
// there at once, however slowly more comes.
type intake struct {
	src    io.Reader
	cancel context.CancelFunc

	mu            sync.Mutex // guards all below; the ring itself belongs to who has it
	moved         sync.Cond  // any of it has changed
	ring          []byte
	filled, taken int64 // bytes since the start
	ended         bool  // nothing more comes
	err           error // the first error; it ends everything
}

func newIntake(src io.Reader) *intake {
	in := &intake{src: src, ring: make([]byte, intakeRing)}
	in.moved.L = &in.mu
	return in
}

// run reads to the end of the source. take gets whole pages; only the last of
// a file may be cut short. ahead is called before the first, and after each of
// them. The first error of either side ends both, and nothing that run started
// outlives it.
func (in *intake) run(ctx context.Context, pageSize int, take func(context.Context, []byte) error, ahead func()) error {
	asked := ctx
	ctx, in.cancel = context.WithCancel(ctx)
	defer in.cancel()
	defer context.AfterFunc(ctx, func() { in.fail(ctx.Err()) })()
	var reader sync.WaitGroup
	reader.Go(in.read)
	ahead()
	for b := in.next(pageSize); b != nil; b = in.next(pageSize) {
		if err := take(ctx, b); err != nil {
			in.fail(err)
			break
		}
		in.mu.Lock()
		in.taken += int64(len(b))
		in.mu.Unlock()
		in.moved.Signal()
		ahead()
	}
	reader.Wait()
	err := in.failed()
	if err != nil && asked.Err() != nil {
		return asked.Err() // whatever it made fail first
	}
	return err
}

func (in *intake) failed() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.err
}

// fail ends everything; the first error stays.
func (in *intake) fail(err error) {
	in.mu.Lock()
	if in.err == nil {
		in.err = err
	}
	in.mu.Unlock()
	in.moved.Broadcast()
	in.cancel()
}

// read fills the ring.
func (in *intake) read() {
	for idle := 0; ; {
		b := in.room()
		if b == nil {
			return
		}
		n, err := in.src.Read(b)
		if n > 0 {
			idle = 0
		} else if idle++; idle == 100 && err == nil {
			err = io.ErrNoProgress // as bufio has it
		}
		in.mu.Lock()
		in.filled += int64(n)
		in.ended = err == io.EOF
		in.mu.Unlock()
		in.moved.Signal()
		if err != nil {
			if err != io.EOF {
				in.fail(err)
			}
			return
		}
	}
}

// room waits for a part of the ring that can be filled: a whole piece, since
// small ones would change hands more often than they are worth.
func (in *intake) room() []byte {
	in.mu.Lock()
	defer in.mu.Unlock()
	for in.err == nil {
		if free := in.taken + intakeRing - in.filled; free >= intakePiece {
			return in.piece(in.filled, free)
		}
		in.moved.Wait()
	}
	return nil
}

// piece returns up to n bytes of the ring from a position on.
func (in *intake) piece(at, n int64) []byte {
	start := at % intakeRing
	return in.ring[start:min(start+min(n, intakePiece), intakeRing)]
}

// next waits for whole pages; nil after the last.
func (in *intake) next(pageSize int) []byte {
	in.mu.Lock()
	defer in.mu.Unlock()
	for in.err == nil {
		n := in.filled - in.taken
		if !in.ended {
			n -= n % int64(pageSize)
		}
		if n > 0 {
			return in.piece(in.taken, n)
		}
		if in.ended {
			break
		}
		in.moved.Wait()
	}
	return nil
}
