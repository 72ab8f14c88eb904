package fido2

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/fxamacker/cbor/v2"

	"touchback/keys"
)

// exchange starts a helper, sends it req and the PINs, and returns what it
// answers. It returns only when the helper has ended, so that nothing of a PIN
// is left running. When ctx ends, the helper is told to cancel, which stops the
// key's blinking, and killed if it has not ended within the grace period.
//
// touch is called on this goroutine, before the key is asked; the helper waits
// for it to return.
func (d *Driver) exchange(ctx context.Context, req request, pins []*keys.Secret, touch func()) (reply, error) {
	if !d.available {
		return reply{}, keys.ErrNotSupported
	}
	if err := ended(ctx); err != nil {
		return reply{}, err
	}
	req.PINs = len(pins)
	h, err := d.start(req.Op)
	if err != nil {
		return reply{}, err
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_ = h.send(req, pins) // a helper that takes no request shows at its end
	}()
	rep, err := h.converse(ctx, d.grace, touch)
	<-sent // the pipe is broken by now: a PIN lent to the writer is given back
	return rep, err
}

// ended says how ctx ended, in the words of package keys.
func ended(ctx context.Context) error {
	switch {
	case ctx.Err() == nil:
		return nil
	case errors.Is(context.Cause(ctx), ErrSilent):
		return ErrSilent
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return keys.ErrTimeout
	}
	return keys.ErrCancelled
}

// helper is a running helper process, seen from the process that asks.
type helper struct {
	op     operation
	cmd    *exec.Cmd
	in     io.WriteCloser
	frames chan frame // closed at the end of its output
	exited chan error // its exit status, once
}

func (d *Driver) start(op operation) (*helper, error) {
	fail := func(err error) (*helper, error) {
		return nil, &HelperError{Op: op.String(), Reason: "it did not start", Err: err}
	}
	// Not CommandContext: killing the helper at once would leave the key
	// blinking. Its standard error goes nowhere, since a crash dumps registers.
	cmd := exec.Command(d.path, d.args...) //nolint:gosec // the program runs itself
	cmd.Env = cleanEnv(os.Environ())
	detach(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return fail(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fail(err)
	}
	if err := cmd.Start(); err != nil {
		return fail(err)
	}
	if d.started != nil {
		d.started(cmd.Process.Pid)
	}
	h := &helper{op: op, cmd: cmd, in: in, frames: make(chan frame), exited: make(chan error, 1)}
	go func() {
		for {
			f, err := readFrame(out)
			if err != nil {
				break
			}
			h.frames <- f
		}
		close(h.frames)
		h.exited <- cmd.Wait()
	}()
	return h, nil
}

func (h *helper) send(req request, pins []*keys.Secret) error {
	if err := writeCBOR(h.in, kindRequest, req); err != nil {
		return err
	}
	for _, p := range pins {
		var err error
		p.Use(func(b []byte) { err = writeFrame(h.in, kindPIN, b) })
		if err != nil {
			return err
		}
	}
	return nil
}

// converse follows the helper to its end.
func (h *helper) converse(ctx context.Context, grace time.Duration, touch func()) (rep reply, err error) {
	var (
		over     = ctx.Done()
		frames   = (<-chan frame)(h.frames)
		overtime <-chan time.Time
		killed   bool
		settled  bool  // the answer came while it was still wanted
		answer   error = &HelperError{Op: h.op.String(), Reason: "it ended without an answer"}
	)
	// finish tells the helper that nothing more will be asked of it.
	finish := func() {
		_ = h.in.Close()
		if overtime == nil {
			overtime = time.After(grace)
		}
	}
	for {
		select {
		case f, ok := <-frames:
			if !ok {
				frames = nil
				finish()
				continue
			}
			if f.kind == kindTouch {
				if ctx.Err() != nil {
					continue
				}
				if touch != nil {
					touch()
				}
				_ = writeFrame(h.in, kindProceed, nil) // a helper that is gone shows at its end
				continue
			}
			clear(rep.secret)
			rep, answer = h.read(f)
			settled = ctx.Err() == nil
			finish()
		case <-over:
			over = nil
			finish()
		case <-overtime:
			killed = true
			kill(h.cmd)
			overtime = time.After(grace)
		case status := <-h.exited:
			if e := ended(ctx); e != nil && !settled {
				clear(rep.secret)
				return reply{}, e
			}
			var failed *HelperError
			if errors.As(answer, &failed) && failed.Err == nil {
				failed.Err = status
				if killed {
					failed.Reason = "it hung and was killed"
				}
			}
			if answer != nil {
				return reply{}, answer
			}
			return rep, nil
		}
	}
}

// read makes sense of the frame that ends a conversation.
func (h *helper) read(f frame) (reply, error) {
	malformed := func(err error) (reply, error) {
		return reply{}, &HelperError{Op: h.op.String(), Reason: "malformed answer", Err: err}
	}
	switch f.kind {
	case kindSecret:
		return reply{secret: f.payload}, nil
	case kindReply:
		var rep reply
		if err := cbor.Unmarshal(f.payload, &rep); err != nil {
			return malformed(err)
		}
		return rep, nil
	case kindFailure:
		var fail failure
		if err := cbor.Unmarshal(f.payload, &fail); err != nil {
			return malformed(err)
		}
		return reply{}, fail.err()
	}
	clear(f.payload)
	return malformed(fmt.Errorf("%w: %q", errFrame, f.kind))
}
