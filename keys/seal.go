package keys

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
	"touchback/keys/prf"
)

// maxSealed bounds the plaintext of any age file in a keyring, in bytes: the
// longest is an identity of 77 characters or a key file of 158.
const maxSealed = 1 << 10

// maxWorkFactor is the costliest scrypt that is done for a keyring, which
// someone else may have written: 2^20 is 1 GiB for some four seconds. age
// writes 2^18 itself.
const maxWorkFactor = 20

// sealTo encrypts plaintext as an armored age file.
func sealTo(plaintext []byte, recipients ...age.Recipient) (string, error) {
	var text strings.Builder
	a := armor.NewWriter(&text)
	w, err := age.Encrypt(a, recipients...)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(plaintext); err != nil {
		return "", err
	}
	if err := errors.Join(w.Close(), a.Close()); err != nil {
		return "", err
	}
	return text.String(), nil
}

// openArmored decrypts what sealTo wrote. The caller wipes the result.
func openArmored(text string, id age.Identity) ([]byte, error) {
	r, err := age.Decrypt(armor.NewReader(strings.NewReader(text)), id)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, maxSealed+1))
	if err == nil && len(b) > maxSealed {
		err = errors.New("more in it than a keyring holds")
	}
	if err != nil {
		clear(b)
		return nil, err
	}
	return b, nil
}

// singleStanza refuses an age file with more than one stanza before its
// identity is asked: with a passkey, each would cost a touch.
type singleStanza struct{ age.Identity }

func (s singleStanza) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) != 1 {
		return nil, fmt.Errorf("a method's identity has %d stanzas, not 1", len(stanzas))
	}
	return s.Identity.Unwrap(stanzas)
}

// ceremony is how package prf reaches an Evaluator.
func ceremony(ctx context.Context, ev Evaluator, p Passkey) prf.Evaluate {
	return func(inputs [2][]byte) ([]byte, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out, err := ev.Evaluate(ctx, p, PRFInputs(inputs))
		defer out.Wipe()
		if err != nil {
			return nil, err
		}
		var b []byte
		out.Use(func(o []byte) { b = bytes.Clone(o) })
		return b, nil
	}
}

// ByPasskey opens passkeys through an Evaluator: one ceremony for each method.
type ByPasskey struct{ Evaluator Evaluator }

// ByPassword opens passwords. The bytes are taken as they are, as age takes
// them.
type ByPassword struct{ Password *Secret }

// ByIdentity opens recipients with the age identity that belongs to them.
type ByIdentity struct{ Identity age.Identity }

func (ByPasskey) kind() MethodKind  { return MethodPasskey }
func (ByPassword) kind() MethodKind { return MethodPassword }
func (ByIdentity) kind() MethodKind { return MethodRecipient }

// openIdentity returns the method's age identity, opened with what the person
// brought.
func (r *record) openIdentity(ctx context.Context, c Credential) (age.Identity, error) {
	var with age.Identity
	var mismatch error
	switch c := c.(type) {
	case ByIdentity:
		return c.Identity, nil
	case ByPasskey:
		with, mismatch = prf.NewIdentity(ceremony(ctx, c.Evaluator, *r.Passkey)), ErrNotRegistered
	case ByPassword:
		var err error
		if with, err = scryptIdentity(c.Password); err != nil {
			return nil, err
		}
		mismatch = ErrWrongPassword
	}
	text, err := openArmored(r.identity, singleStanza{with})
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, mismatch
	}
	if err != nil {
		return nil, err
	}
	defer clear(text)
	return parseHybrid(text, r.Recipient)
}

// parseHybrid reads a method's identity and sees that it belongs to the
// method's recipient, so that re-sealing to the one keeps the other working.
func parseHybrid(text []byte, recipient string) (*age.HybridIdentity, error) {
	// The string is a copy that can't be wiped: age offers no other way.
	id, err := age.ParseHybridIdentity(string(bytes.TrimSuffix(text, []byte("\n"))))
	if err != nil {
		return nil, errors.New("what the method holds is no age identity")
	}
	if id.Recipient().String() != recipient {
		return nil, errors.New("the method's age identity is not that of its recipient")
	}
	return id, nil
}

func scryptIdentity(password *Secret) (*age.ScryptIdentity, error) {
	if password.Len() == 0 {
		return nil, ErrEmptyPassword
	}
	var id *age.ScryptIdentity
	var err error
	password.Use(func(b []byte) { id, err = age.NewScryptIdentity(string(b)) })
	if err == nil {
		id.SetMaxWorkFactor(maxWorkFactor)
	}
	return id, err
}
