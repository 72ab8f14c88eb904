package whatsapp

import (
	"bytes"
	"context"
	"crypto/md5" // #nosec G501 -- explains a failure, never decides
	"errors"
	"fmt"
	"io"

	"touchback/restore/gcm"
)

// VerifyOptions tune Verify; the zero value is good.
type VerifyOptions struct {
	// KeyKnownGood says that the key came out of a keyring that was made for
	// this backup: a tag that does not verify is then damage, never the key.
	KeyKnownGood bool
	// Progress is called with the bytes of ciphertext checked so far.
	Progress func(done, total int64)
	// Workers and ChunkSize go to gcm; zero leaves them to it.
	Workers, ChunkSize int
}

// Verify checks the tag of the whole file under k. Nothing of the payload is
// released before it has verified; the Payload it returns checks every chunk
// again as it is read.
//
// The error is ErrKeyKind, ErrWrongKey, a *DamagedError, gcm.ErrChanged where
// the file changed under it, or that of ctx or the file. Unless KeyKnownGood,
// ErrWrongKey and damage are told apart by the MD5 trailer: where it matches
// the file is as it was written, so the key is wrong; where it doesn't, or
// there is none, the first bytes under that key decide. They are looked at
// for that one bit and go nowhere.
func (c *Container) Verify(ctx context.Context, k Key, o VerifyOptions) (*Payload, error) {
	key, err := c.CipherKey(k)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	v, err := gcm.Verify(ctx, key, c.IV[:], c.src, c.offset(), c.lengths(), gcm.Options{
		Workers: o.Workers, ChunkSize: o.ChunkSize, Progress: o.Progress,
	})
	if errors.Is(err, gcm.ErrTag) {
		return nil, c.explain(ctx, key, err, o.KeyKnownGood)
	}
	if err != nil {
		return nil, err
	}
	return newPayload(ctx, v)
}

// explain tells damage from a wrong key, after no tag has verified.
func (c *Container) explain(ctx context.Context, key []byte, cause error, keyKnownGood bool) error {
	damaged := &DamagedError{Err: cause}
	if keyKnownGood {
		return damaged
	}
	start, err := c.start()
	if err != nil {
		return err
	}
	intact, err := c.md5Matches(ctx)
	switch {
	case err != nil:
		return err
	case intact:
		return ErrWrongKey
	case rightStart(gcm.Peek(key, c.IV[:], start)):
		return damaged
	}
	return ErrWrongKey
}

// start reads the first bytes after the header: of the ciphertext, unless the
// file was cut short.
func (c *Container) start() ([]byte, error) {
	b := make([]byte, min(c.Size-c.offset(), 32))
	n, err := c.src.ReadAt(b, c.offset())
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	return b[:n], nil
}

// md5Matches tells whether the file ends in the MD5 of all before it. It is
// slow (0.7 GB/s), which is why it is asked only after a failure.
func (c *Container) md5Matches(ctx context.Context) (bool, error) {
	body := c.Size - md5Size
	if c.Format == Crypt12 {
		body -= crypt12Suffix
	}
	if body < c.offset()+tagSize {
		return false, nil
	}
	sum := md5.New() // #nosec G401 -- as above
	if _, err := io.Copy(sum, &contextReader{ctx, io.NewSectionReader(c.src, 0, body)}); err != nil {
		return false, fmt.Errorf("reading the backup: %w", err)
	}
	trailer := make([]byte, md5Size)
	if _, err := io.ReadFull(io.NewSectionReader(c.src, body, md5Size), trailer); err != nil {
		return false, fmt.Errorf("reading the backup: %w", err)
	}
	return bytes.Equal(trailer, sum.Sum(nil)), nil
}

// contextReader ends when ctx does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
