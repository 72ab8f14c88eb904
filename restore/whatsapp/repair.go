package whatsapp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"

	"touchback/restore/gcm"
	"touchback/restore/inflate"
)

// digits is how many hexadecimal digits a root key is written with.
const digits = 2 * keySize

// Repair looks for the root key that differs from root, which does not open
// the backup, in one digit: it tries the 960 there are. It is for a key that
// was copied by hand, and only when a person asks for it. digit is the place
// of the wrong one, from 0, among the 64; the caller wipes fixed.
//
// Most keys are ruled out by the first bytes of the payload, which are looked
// at for that one bit and go nowhere; the tag of the whole file decides. The
// error is ErrKeyKind where the backup takes another kind of key, ErrWrongKey
// where no key of them opens it, or that of ctx or the file.
func Repair(ctx context.Context, c *Container, root []byte, o VerifyOptions) (fixed []byte, digit int, err error) {
	if len(root) != keySize {
		return nil, 0, fmt.Errorf("%w: %d bytes where %d are needed", ErrKeyKind, len(root), keySize)
	}
	if c.Format != Crypt15 {
		return nil, 0, fmt.Errorf("%w: the key of %s is a file, not digits", ErrKeyKind, c.Format)
	}
	start, err := c.start()
	if err != nil {
		return nil, 0, err
	}
	candidate := bytes.Clone(root)
	defer func() {
		if fixed == nil {
			clear(candidate)
		}
	}()
	for digit = range digits {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		at, shift := digit/2, 4*(1-digit%2)
		for other := byte(1); other < 16; other++ {
			candidate[at] = root[at] ^ other<<shift
			ok, err := c.opens(ctx, candidate, start, o)
			if err != nil {
				return nil, 0, err
			}
			if ok {
				return candidate, digit, nil
			}
		}
		candidate[at] = root[at]
	}
	return nil, 0, ErrWrongKey
}

// opens tells whether the tag verifies under root.
func (c *Container) opens(ctx context.Context, root, start []byte, o VerifyOptions) (bool, error) {
	key := deriveCrypt15(root)
	defer clear(key)
	if !plausible(gcm.Peek(key, c.IV[:], start)) {
		return false, nil
	}
	v, err := gcm.Verify(ctx, key, c.IV[:], c.src, c.offset(), c.lengths(), gcm.Options{
		Workers: o.Workers, ChunkSize: o.ChunkSize, Progress: o.Progress,
	})
	if errors.Is(err, gcm.ErrTag) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	v.Forget()
	return true, nil
}

// plausible tells whether b, the first bytes of a payload under some key, may
// be right: it rules out all but one of a few hundred wrong keys, and no
// payload that WhatsApp writes. Any zlib header will do, if inflating does not
// fail before the bytes end.
func plausible(b []byte) bool {
	defer clear(b)
	if rightStart(b) || kindOf(b) == JSON && readable(b) {
		return true
	}
	if !isZlib(b) {
		return false
	}
	z, err := inflate.NewReader(bytes.NewReader(b))
	if err != nil {
		return false
	}
	defer func() { _ = z.Close() }()
	_, err = io.Copy(io.Discard, z)
	return !errors.Is(err, inflate.ErrCorrupt)
}

// readable tells whether b is text that may be cut within a character.
func readable(b []byte) bool {
	for len(b) > 0 && utf8.FullRune(b) {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return false
		}
		b = b[n:]
	}
	return true
}
