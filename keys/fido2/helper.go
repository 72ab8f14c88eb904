package fido2

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"touchback/keys"
	"touchback/keys/harden"
)

// Exit codes of a helper. The answer on the pipe says what came of the
// request; these say what became of the process.
const (
	exitDone      = 0
	exitMalformed = 2 // the request made no sense
	exitAlone     = 3 // nobody takes the answer
	exitStuck     = 4 // told to stop, and the key or libfido2 did not
)

// cancelEvery is how often a pending call is cancelled until it returns:
// libfido2's cancel does nothing while the device is still being opened, and
// one ceremony is several calls.
const cancelEvery = 50 * time.Millisecond

// backend does in the helper what is asked of it.
type backend interface {
	// do carries out one request. It runs on a thread of its own, with every
	// signal blocked. It calls touch right before the key waits for the
	// person, and stops where touch returns an error or ctx ends.
	do(ctx context.Context, req request, pins [][]byte, touch func() error) (reply, error)
	// cancel interrupts do from another goroutine, to be repeated until do
	// returns.
	cancel()
}

// Main is the helper: it reads one request from in, carries it out, and writes
// the answer to out. The result is for os.Exit, which must follow at once:
// libfido2 keeps copies of the PIN until the process ends. Nothing else should
// have run in the process before.
func Main(in io.Reader, out io.Writer) int {
	harden.Process()
	// A helper that is told to go still stops the key's blinking first.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return serve(ctx, in, out, newHardware(), grace)
}

func serve(ctx context.Context, in io.Reader, out io.Writer, b backend, grace time.Duration) int {
	req, pins, err := readRequest(in)
	if err != nil {
		return exitMalformed
	}
	defer func() { wipe(pins) }()
	for i := range pins {
		pins[i] = normalize(pins[i])
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	proceed := make(chan struct{}, 1)
	go listen(in, proceed, cancel)
	touch := func() error {
		if err := writeFrame(out, kindTouch, nil); err != nil {
			return keys.ErrCancelled
		}
		select {
		case <-proceed:
			return nil
		case <-ctx.Done():
			return keys.ErrCancelled
		}
	}

	type outcome struct {
		rep reply
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		// Never unlocked: the thread with its blocked signals ends with the
		// goroutine.
		runtime.LockOSThread()
		blockSignals()
		rep, err := b.do(ctx, req, pins, touch)
		done <- outcome{rep, err}
	}()

	var o outcome
	stopped := ctx.Done()
	var again, overtime <-chan time.Time
wait:
	for {
		select {
		case o = <-done:
			break wait
		case <-stopped:
			stopped = nil
			overtime = time.After(grace)
			t := time.NewTicker(cancelEvery)
			defer t.Stop()
			again = t.C
			b.cancel()
		case <-again:
			b.cancel()
		case <-overtime:
			return exitStuck
		}
	}
	if err := answer(out, o.rep, o.err); err != nil {
		return exitAlone
	}
	return exitDone
}

// listen waits for the word to go on, and for the end of the stream, which
// means stop.
func listen(in io.Reader, proceed chan<- struct{}, stop func()) {
	defer stop()
	for {
		f, err := readFrame(in)
		if err != nil || f.kind != kindProceed {
			clear(f.payload)
			return
		}
		select {
		case proceed <- struct{}{}:
		default:
		}
	}
}

func answer(out io.Writer, rep reply, err error) error {
	switch {
	case err != nil:
		return writeCBOR(out, kindFailure, toFailure(err))
	case rep.secret != nil:
		defer clear(rep.secret)
		return writeFrame(out, kindSecret, rep.secret)
	}
	return writeCBOR(out, kindReply, rep)
}
