package whatsapp

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"touchback/restore/chat"
)

const (
	// handOverBatch is how many messages change hands at a time, and
	// handOverBatches how many batches there are.
	handOverBatch   = 64
	handOverBatches = 3
	// handOverText is how many bytes of text end a batch early.
	handOverText = 256 << 10
)

// handOver calls fn, in the goroutine of its caller, with the messages that
// read makes in another, some ahead. read fills the empty message that emit
// returns before it asks for the next one; nil says that no more are wanted.
// Messages are used again.
//
// It returns the first error of fn, or that of read once fn has had all
// messages before it. read has ended when it returns.
func handOver(ctx context.Context, read func(ctx context.Context, emit func() *chat.Message) error, fn func(*chat.Message) error) error {
	ctx, stop := context.WithCancel(ctx)
	var reader sync.WaitGroup
	defer reader.Wait()
	defer stop()
	free := make(chan []chat.Message, handOverBatches)
	ready := make(chan []chat.Message, handOverBatches)
	for range handOverBatches {
		free <- make([]chat.Message, 0, handOverBatch)
	}
	var failed error
	var panicked any
	reader.Go(func() {
		defer close(ready)
		// It belongs to the goroutine of the caller, who may know what to do.
		defer func() {
			if p := recover(); p != nil {
				panicked = fmt.Sprintf("%v\n%s", p, debug.Stack())
			}
		}()
		var batch []chat.Message
		text := 0
		failed = read(ctx, func() *chat.Message {
			if n := len(batch); n > 0 {
				text += len(batch[n-1].Text)
			}
			if len(batch) == handOverBatch || text >= handOverText {
				ready <- batch // never blocks: room for all there are
				batch, text = nil, 0
			}
			if batch == nil {
				select {
				case batch = <-free:
				case <-ctx.Done():
					return nil
				}
			}
			batch = append(batch, chat.Message{})
			return &batch[len(batch)-1]
		})
		if failed != nil && len(batch) > 0 {
			batch = batch[:len(batch)-1] // the last one may be half read
		}
		if len(batch) > 0 {
			ready <- batch
		}
	})
	for batch := range ready {
		for i := range batch {
			if err := fn(&batch[i]); err != nil {
				return err
			}
		}
		clear(batch)
		free <- batch[:0]
	}
	if panicked != nil {
		panic(panicked)
	}
	return failed
}
