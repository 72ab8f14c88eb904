package whatsapp

import (
	"bufio"
	"context"
	"errors"
	"io"

	"touchback/restore/gcm"
	"touchback/restore/inflate"
)

// Payload is what a backup holds, verified. It can be read more than once.
type Payload struct {
	Kind     PayloadKind
	Deflated bool  // zlib around it, which Open takes off
	Size     int64 // bytes as they lie in the backup, before inflating

	verified *gcm.Verified
}

// sniffSize is how much of a payload is looked at to tell its kind.
const sniffSize = 64

// newPayload tells by the content, which has verified by now, whether it is
// deflated, and what it is.
func newPayload(ctx context.Context, v *gcm.Verified) (*Payload, error) {
	p := &Payload{Size: v.Len(), verified: v}
	plain := v.Open(ctx)
	defer func() { _ = plain.Close() }()
	r := bufio.NewReaderSize(plain, 4<<10)
	raw, err := r.Peek(sniffSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	p.Kind = kindOf(raw)
	if !isZlib(raw) {
		return p, nil
	}
	z, err := inflate.NewReader(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = z.Close() }()
	start := make([]byte, sniffSize)
	n, err := io.ReadFull(z, start)
	if errors.Is(err, inflate.ErrCorrupt) && n == 0 {
		return p, nil // it only began like zlib
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.Deflated, p.Kind = true, kindOf(start[:n])
	return p, nil
}

// Open returns the payload, decrypted and inflated, checking each chunk again
// as it is read. Its Close stops a Read that is under way in another
// goroutine.
//
// Reading fails with gcm.ErrChanged where the file changed since Verify; with
// a *DamagedError where what verified can't be inflated, which is then how it
// was written; and with the error of ctx.
func (p *Payload) Open(ctx context.Context) (io.ReadCloser, error) {
	return p.open(p.verified.Open(ctx))
}

// openHelped is Open for whoever calls Ahead of what it returns now and then.
func (p *Payload) openHelped(ctx context.Context) (io.ReadCloser, error) {
	return p.open(p.verified.OpenHelped(ctx))
}

func (p *Payload) open(plain *gcm.Reader) (io.ReadCloser, error) {
	if !p.Deflated {
		return plain, nil
	}
	z, err := inflate.NewReader(plain)
	if err != nil {
		_ = plain.Close()
		return nil, inflateError(err)
	}
	return &inflated{plain, z}, nil
}

// inflated reads from z, which reads from plain.
type inflated struct {
	plain *gcm.Reader
	z     *inflate.Reader
}

// Ahead decrypts what will be inflated.
func (r *inflated) Ahead() { r.plain.Ahead() }

func (r *inflated) Read(p []byte) (int, error) {
	n, err := r.z.Read(p)
	return n, inflateError(err)
}

func (r *inflated) WriteTo(w io.Writer) (int64, error) {
	n, err := r.z.WriteTo(w)
	return n, inflateError(err)
}

// Close closes the source first: that is what interrupts a Read.
func (r *inflated) Close() error {
	return errors.Join(r.plain.Close(), r.z.Close())
}

// inflateError makes damage of what only inflating can notice. That the file
// shrank comes from gcm, and stays what it is.
func inflateError(err error) error {
	if errors.Is(err, gcm.ErrChanged) {
		return err
	}
	if errors.Is(err, inflate.ErrCorrupt) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &DamagedError{Err: err}
	}
	return err
}

// Forget lets go of the key. The Payload can't be opened again; what Open has
// returned goes on until it is closed.
func (p *Payload) Forget() { p.verified.Forget() }
