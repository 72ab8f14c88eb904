package prf

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"
)

const (
	// Label is the stanza's type, the domain of its PRF inputs and the salt of
	// its key derivation.
	Label = "age-encryption.org/fido2prf"

	// OutputSize is the length in bytes of both PRF outputs together.
	OutputSize = 64

	nonceSize   = 16
	fileKeySize = 16 // age-encryption.org/v1, "file key"
)

// Evaluate runs one ceremony: both inputs in, both outputs (OutputSize bytes)
// out. The slice returned belongs to this package, which wipes it.
type Evaluate func(inputs [2][]byte) (outputs []byte, err error)

// ErrStanza is wrapped by the errors about a fido2prf stanza that is malformed.
var ErrStanza = errors.New("malformed fido2prf stanza")

// Recipient wraps a file key to a passkey. Wrapping is symmetric: it costs a
// ceremony, as unwrapping does.
type Recipient struct{ evaluate Evaluate }

// NewRecipient returns a recipient whose ceremonies evaluate runs.
func NewRecipient(evaluate Evaluate) *Recipient { return &Recipient{evaluate} }

var _ age.Recipient = (*Recipient)(nil)

// Wrap implements age.Recipient with one ceremony under a fresh nonce.
func (r *Recipient) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	nonce := make([]byte, nonceSize)
	_, _ = rand.Read(nonce) // never fails: crypto/rand ends the program instead
	key, err := wrappingKey(r.evaluate, nonce)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, err
	}
	// The key is never used twice, since the nonce takes part in it, so the
	// AEAD nonce may be fixed.
	body := aead.Seal(nil, make([]byte, chacha20poly1305.NonceSize), fileKey, nil)
	return []*age.Stanza{{
		Type: Label,
		Args: []string{base64.RawStdEncoding.EncodeToString(nonce)},
		Body: body,
	}}, nil
}

// Identity unwraps file keys that were wrapped to a passkey.
type Identity struct{ evaluate Evaluate }

// NewIdentity returns an identity whose ceremonies evaluate runs.
func NewIdentity(evaluate Evaluate) *Identity { return &Identity{evaluate} }

var _ age.Identity = (*Identity)(nil)

// Unwrap implements age.Identity. A stanza does not name its credential, so
// every fido2prf stanza in the file is tried in turn, at a ceremony each;
// whoever wants to spend one only must look at the stanzas before. All stanzas
// are checked for their form before the first ceremony.
//
// An error of the ceremony comes back wrapped; where no stanza opens, the error
// wraps age.ErrIncorrectIdentity; a malformed stanza gives ErrStanza.
func (i *Identity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	type candidate struct{ nonce, body []byte }
	var mine []candidate
	for _, s := range stanzas {
		if s.Type != Label {
			continue
		}
		nonce, err := parse(s)
		if err != nil {
			return nil, err
		}
		mine = append(mine, candidate{nonce, s.Body})
	}
	for _, c := range mine {
		fileKey, err := i.open(c.nonce, c.body)
		if err != nil {
			return nil, err
		}
		if fileKey != nil {
			return fileKey, nil
		}
	}
	if len(mine) == 0 {
		return nil, fmt.Errorf("%w: no fido2prf stanza", age.ErrIncorrectIdentity)
	}
	return nil, fmt.Errorf("%w: the passkey's answer does not open it", age.ErrIncorrectIdentity)
}

// open returns nil, nil where the passkey's answer is not the right one.
func (i *Identity) open(nonce, body []byte) ([]byte, error) {
	key, err := wrappingKey(i.evaluate, nonce)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil, err
	}
	fileKey, err := aead.Open(nil, make([]byte, chacha20poly1305.NonceSize), body, nil)
	if err != nil {
		return nil, nil
	}
	return fileKey, nil
}

func parse(s *age.Stanza) (nonce []byte, err error) {
	if len(s.Args) != 1 {
		return nil, fmt.Errorf("%w: %d arguments, not 1", ErrStanza, len(s.Args))
	}
	// One nonce has one spelling, as everywhere in the age format: no spare bits
	// at the end, and none of the line breaks that the decoder would skip.
	encoding := base64.RawStdEncoding.Strict()
	nonce, err = encoding.DecodeString(s.Args[0])
	if err != nil || len(nonce) != nonceSize || len(s.Args[0]) != encoding.EncodedLen(nonceSize) {
		return nil, fmt.Errorf("%w: the nonce is not %d bytes of base64", ErrStanza, nonceSize)
	}
	// The length is fixed before anything is decrypted: a body that two keys
	// open (ChaCha20-Poly1305 does not commit to its key) needs room.
	if len(s.Body) != fileKeySize+chacha20poly1305.Overhead {
		return nil, fmt.Errorf("%w: a body of %d bytes", ErrStanza, len(s.Body))
	}
	return nonce, nil
}

// Inputs are what the authenticator evaluates for a stanza's nonce. There are
// always two, so that one gesture can't be made to open two files.
func Inputs(nonce []byte) [2][]byte {
	var in [2][]byte
	for i := range in {
		in[i] = append([]byte(Label), byte(i+1))
		in[i] = append(in[i], nonce...)
	}
	return in
}

// wrappingKey is HKDF-Extract alone (RFC 5869, §2.2): the outputs are uniform
// and one key is wanted, so the format does not expand.
func wrappingKey(evaluate Evaluate, nonce []byte) ([]byte, error) {
	outputs, err := evaluate(Inputs(nonce))
	defer func() { clear(outputs) }()
	if err != nil {
		return nil, fmt.Errorf("asking the passkey: %w", err)
	}
	if len(outputs) != OutputSize {
		return nil, fmt.Errorf("the authenticator answered %d bytes, not %d", len(outputs), OutputSize)
	}
	return hkdf.Extract(sha256.New, outputs, []byte(Label))
}
