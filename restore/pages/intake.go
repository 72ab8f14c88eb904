package pages

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
)

const (
	// intakeBatch is the size of one buffer; a multiple of every page size.
	intakeBatch = 512 << 10
	// intakeRing is how many buffers there are: one being filled, one being
	// read by the decoder, one by the spool, and one on its way.
	intakeRing = 4
)

// intake reads a database and gives each piece to the spool and to the decoder
// at the same time, from a ring of a few buffers.
type intake struct {
	src      io.Reader
	start    []byte // read from src before
	pageSize int
	spool    io.Writer

	free              chan *batch
	toSpool, toDecode chan *batch
}

// batch is whole pages in file order; the last of a file may be cut short.
type batch struct {
	buf   []byte
	len   int
	users atomic.Int32
}

func newIntake(src io.Reader, start []byte, pageSize int, spool io.Writer) *intake {
	in := &intake{
		src: src, start: start, pageSize: pageSize, spool: spool,
		// No send ever blocks: there are no more batches than room.
		free:     make(chan *batch, intakeRing),
		toSpool:  make(chan *batch, intakeRing),
		toDecode: make(chan *batch, intakeRing),
	}
	for range intakeRing {
		in.free <- &batch{buf: make([]byte, intakeBatch)}
	}
	return in
}

func (in *intake) done(b *batch) {
	if b.users.Add(-1) == 0 {
		in.free <- b
	}
}

// run reads to the end and calls decode with every batch. The first error of
// any of the three ends it, and nothing it started outlives it.
func (in *intake) run(ctx context.Context, decode func(context.Context, []byte) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(in.toSpool)
		defer close(in.toDecode)
		if err := in.read(ctx); err != nil {
			cancel(err)
		}
	})
	wg.Go(func() {
		for b := range in.toSpool {
			if ctx.Err() == nil {
				if _, err := in.spool.Write(b.buf[:b.len]); err != nil {
					cancel(err)
				}
			}
			in.done(b)
		}
	})
	for b := range in.toDecode {
		if ctx.Err() == nil {
			if err := decode(ctx, b.buf[:b.len]); err != nil {
				cancel(err) // unless it is the echo of an earlier one
			}
		}
		in.done(b)
	}
	wg.Wait()
	return context.Cause(ctx)
}

// read fills batches and passes them on. A batch goes on its way as soon as it
// has a whole page and no one else has work: rows show early, and a fast
// source still fills whole batches.
func (in *intake) read(ctx context.Context) error {
	rest := in.start
	for {
		var b *batch
		select {
		case <-ctx.Done():
			return ctx.Err()
		case b = <-in.free:
		}
		n := copy(b.buf, rest)
		var err error
		for idle := 0; err == nil && n < len(b.buf); {
			if n >= in.pageSize && len(in.toDecode) == 0 {
				break
			}
			if err = ctx.Err(); err != nil {
				return err
			}
			var m int
			m, err = in.src.Read(b.buf[n:])
			n += m
			if m > 0 {
				idle = 0
			} else if idle++; idle == 100 {
				err = io.ErrNoProgress
			}
		}
		if err != nil && err != io.EOF {
			return err
		}
		b.len = n
		if err == nil {
			b.len -= n % in.pageSize
		}
		rest = append(rest[:0], b.buf[b.len:n]...)
		if b.len > 0 {
			b.users.Store(2)
			in.toSpool <- b
			in.toDecode <- b
		}
		if err != nil {
			return nil
		}
	}
}
