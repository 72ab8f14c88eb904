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

// intake reads a database into a ring from which the spool and the decoder
// take at the same time, each at its own pace. What has been read is there for
// both at once, however slowly more comes.
type intake struct {
	src    io.Reader
	cancel context.CancelFunc

	mu    sync.Mutex // guards all below; the ring itself belongs to who has it
	moved sync.Cond  // any of it has changed
	ring  []byte
	// Bytes since the start that were read, and those that are done with.
	filled, spooled, decoded int64
	ended                    bool  // nothing more comes
	err                      error // the first error; it ends everything
}

func newIntake(src io.Reader) *intake {
	in := &intake{src: src, ring: make([]byte, intakeRing)}
	in.moved.L = &in.mu
	return in
}

// run reads to the end of the source. decode gets whole pages; only the last
// of a file may be cut short. The first error of any side ends all, and
// nothing that run started outlives it.
func (in *intake) run(ctx context.Context, spool *arrivals, pageSize int, decode func(context.Context, []byte) error) error {
	asked := ctx
	ctx, in.cancel = context.WithCancel(ctx)
	defer in.cancel()
	defer context.AfterFunc(ctx, func() { in.fail(ctx.Err()) })()
	var wg sync.WaitGroup
	wg.Go(in.read)
	wg.Go(func() {
		in.consume(&in.spooled, 1, func(b []byte) error {
			_, err := spool.Write(b)
			return err
		})
		// Whoever waits for more, the decoder among them, waits in vain.
		if in.failed() != nil {
			spool.end(ErrIncomplete)
		} else {
			spool.end(nil)
		}
	})
	in.consume(&in.decoded, pageSize, func(b []byte) error { return decode(ctx, b) })
	wg.Wait()
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
		in.moved.Broadcast()
		if err != nil {
			if err != io.EOF {
				in.fail(err)
			}
			return
		}
	}
}

// room waits for a part of the ring that both sides are done with.
func (in *intake) room() []byte {
	in.mu.Lock()
	defer in.mu.Unlock()
	for in.err == nil {
		if free := min(in.spooled, in.decoded) + intakeRing - in.filled; free > 0 {
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

// consume gives f everything that was read, in pieces of whole units.
func (in *intake) consume(at *int64, unit int, f func([]byte) error) {
	for {
		b := in.next(*at, int64(unit))
		if b == nil {
			return
		}
		if err := f(b); err != nil {
			in.fail(err)
			return
		}
		in.mu.Lock()
		*at += int64(len(b))
		in.mu.Unlock()
		in.moved.Broadcast()
	}
}

// next waits for what was read from a position on; nil after the last.
func (in *intake) next(at, unit int64) []byte {
	in.mu.Lock()
	defer in.mu.Unlock()
	for in.err == nil {
		n := in.filled - at
		if !in.ended {
			n -= n % unit
		}
		if n > 0 {
			return in.piece(at, n)
		}
		if in.ended {
			break
		}
		in.moved.Wait()
	}
	return nil
}
