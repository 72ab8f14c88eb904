package pages

import (
	"io"
	"sync"
)

// arrivals is a spool that is still being written: a read waits for pages that
// have come but are on their way into the spool.
type arrivals struct {
	spool *Spool

	mu    sync.Mutex
	more  sync.Cond // the spool has grown, or ended
	ended bool
	err   error // why it ended short
}

func newArrivals(spool *Spool) *arrivals {
	a := &arrivals{spool: spool}
	a.more.L = &a.mu
	return a
}

// Write appends to the spool and wakes who waits for it.
func (a *arrivals) Write(p []byte) (int, error) {
	n, err := a.spool.Write(p)
	a.mu.Lock()
	if err != nil {
		a.ended, a.err = true, err
	}
	a.mu.Unlock()
	a.more.Broadcast()
	return n, err
}

// end says that nothing more comes; err says why, where that is too early.
func (a *arrivals) end(err error) {
	a.mu.Lock()
	if !a.ended {
		a.ended, a.err = true, err
	}
	a.mu.Unlock()
	a.more.Broadcast()
}

func (a *arrivals) ReadAt(p []byte, off int64) (int, error) {
	if off >= 0 && off+int64(len(p)) > a.spool.Size() {
		if err := a.wait(off + int64(len(p))); err != nil {
			return 0, err
		}
	}
	return a.spool.ReadAt(p, off)
}

// wait returns once the spool has size bytes, or all it will ever have.
func (a *arrivals) wait(size int64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.spool.Size() < size && !a.ended {
		a.more.Wait()
	}
	if a.spool.Size() >= size {
		return nil
	}
	return a.err
}

var _ io.ReaderAt = (*arrivals)(nil)
