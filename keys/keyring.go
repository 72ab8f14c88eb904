package keys

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"filippo.io/age"
)

const (
	keyringVersion = 1
	macInfo        = "touchback keyring v1" // HKDF info of the MAC key

	// MaxMethods is how many methods a keyring holds.
	MaxMethods = 64
)

// Keyring is a backup key locked by methods, any one of which opens it. The
// format is specified in docs/keyring.md.
//
// A keyring that was read is locked: its methods can be listed and one of them
// opened. Create and Unlock leave it unlocked, holding a copy of the backup
// key, until Lock; only then can it be edited. A Keyring is not safe for
// concurrent use.
type Keyring struct {
	// Now gives the time that edits are dated with; nil means time.Now.
	Now func() time.Time

	created time.Time
	kind    KeyKind
	sealed  string // armored age file: the backup key, to every method's recipient
	methods []record
	mac     []byte

	// What a later minor revision may have added: kept, and covered by the MAC.
	extra, secretExtra object

	key        *BackupKey // nil while locked
	saved      [sha256.Size]byte
	onDisk     bool // saved is the hash of the file as read or written
	workFactor int  // of new passwords, log2; 0 leaves it to age
}

// record is a method with what only the keyring needs of it.
type record struct {
	Method
	identity            string // armored age file; "" for a recipient
	passkeyText         string // AGE-PLUGIN-FIDO2PRF-1…
	extra, passkeyExtra object
}

// Create makes an unlocked keyring for key, with no methods yet: it can't be
// saved before one is added. The keyring keeps its own copy of key.
func Create(key *BackupKey, now time.Time) *Keyring {
	return &Keyring{created: now.UTC().Truncate(time.Second), kind: key.kind, key: key.Clone()}
}

// Created returns when the keyring was made.
func (k *Keyring) Created() time.Time { return k.created }

// Kind returns which kind of key the keyring holds.
func (k *Keyring) Kind() KeyKind { return k.kind }

// Unlocked tells whether the keyring can be edited.
func (k *Keyring) Unlocked() bool { return k.key != nil }

// Lock wipes the keyring's copy of the backup key.
func (k *Keyring) Lock() {
	k.key.Wipe()
	k.key = nil
}

// Methods lists the methods, in the order they were added.
func (k *Keyring) Methods() []Method {
	list := make([]Method, len(k.methods))
	for i, r := range k.methods {
		list[i] = r.view()
	}
	return list
}

// view copies what the caller could otherwise change under the keyring.
func (r *record) view() Method {
	m := r.Method
	if m.Passkey != nil {
		p := Passkey{
			CredentialID: bytes.Clone(m.Passkey.CredentialID),
			RPID:         m.Passkey.RPID,
			Transports:   slices.Clone(m.Passkey.Transports),
		}
		m.Passkey = &p
	}
	return m
}

// Find returns the method with that ID, or else the only one with that label.
// The error is ErrNoSuchMethod or ErrAmbiguous.
func (k *Keyring) Find(idOrLabel string) (Method, error) {
	if i := k.index(idOrLabel); i >= 0 {
		return k.methods[i].view(), nil
	}
	found := -1
	for i, r := range k.methods {
		if r.Label != idOrLabel {
			continue
		}
		if found >= 0 {
			return Method{}, ErrAmbiguous
		}
		found = i
	}
	if found < 0 {
		return Method{}, ErrNoSuchMethod
	}
	return k.methods[found].view(), nil
}

func (k *Keyring) index(id string) int {
	return slices.IndexFunc(k.methods, func(r record) bool { return r.ID == id })
}

// Unlock opens the method with that ID and returns the backup key, which the
// caller wipes. The keyring's MAC is checked before anything is returned:
// ErrMAC means that the method is good and the keyring is not.
//
// The error is ErrNoSuchMethod, or a *MethodError that wraps one of this
// package's errors or what the Evaluator returned.
func (k *Keyring) Unlock(ctx context.Context, id string, c Credential) (*BackupKey, error) {
	i := k.index(id)
	if i < 0 {
		return nil, ErrNoSuchMethod
	}
	r := &k.methods[i]
	key, err := k.open(ctx, r, c)
	if err != nil {
		return nil, &MethodError{Method: r.view(), Err: err}
	}
	k.Lock()
	k.key = key.Clone()
	return key, nil
}

// UnlockAny tries the methods that c can open, in order, and stops at the
// first that opens. A passkey that the authenticator does not hold costs no
// touch, so the next is tried; after any other failure of a ceremony it stops,
// so that nobody is asked again and again. The error is a *NoMethodError.
func (k *Keyring) UnlockAny(ctx context.Context, c Credential) (*BackupKey, Method, error) {
	fail := &NoMethodError{}
	for _, m := range k.Methods() {
		if m.Kind != c.kind() {
			continue
		}
		key, err := k.Unlock(ctx, m.ID, c)
		if err == nil {
			return key, m, nil
		}
		var me *MethodError
		if !errors.As(err, &me) {
			return nil, Method{}, err
		}
		fail.Attempts = append(fail.Attempts, me)
		again := errors.Is(err, ErrNoCredential) || errors.Is(err, ErrWrongPassword) || errors.Is(err, ErrWrongIdentity)
		if !again || ctx.Err() != nil {
			break
		}
	}
	return nil, Method{}, fail
}

// UnlockKey unlocks the keyring with a copy of the backup key itself, for whom
// every method is lost. The error is ErrMAC where the key is another one, or
// the keyring was altered: the two look the same from here.
func (k *Keyring) UnlockKey(key *BackupKey) error {
	if key.Kind() != k.kind || !hmac.Equal(k.computeMAC(key), k.mac) {
		return ErrMAC
	}
	k.Lock()
	k.key = key.Clone()
	return nil
}

func (k *Keyring) open(ctx context.Context, r *record, c Credential) (*BackupKey, error) {
	if c == nil || c.kind() != r.Kind {
		return nil, ErrWrongCredential
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	id, err := r.openIdentity(ctx, c)
	if err != nil {
		return nil, err
	}
	text, err := openArmored(k.sealed, id)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		if r.Kind == MethodRecipient {
			return nil, ErrWrongIdentity
		}
		return nil, errors.New("the keyring's secret is not sealed to this method; the keyring is damaged")
	}
	if err != nil {
		return nil, err
	}
	defer clear(text)
	key, err := decodeKey(k.kind, text)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(k.computeMAC(key), k.mac) {
		key.Wipe()
		return nil, ErrMAC
	}
	return key, nil
}

// computeMAC authenticates the whole document but "mac" itself, in its
// canonical form, under a key that only the backup key gives.
func (k *Keyring) computeMAC(key *BackupKey) []byte {
	// HKDF-SHA256 (RFC 5869) with a zero salt, one block.
	var extracted []byte
	key.Use(func(b []byte) { extracted = authenticate(make([]byte, sha256.Size), b) })
	defer clear(extracted)
	macKey := authenticate(extracted, []byte(macInfo+"\x01"))
	defer clear(macKey)
	return authenticate(macKey, k.document(false).canonical())
}

// authenticate returns HMAC-SHA256 and leaves nothing of the message in
// memory, as crypto/hkdf would: a hash keeps the last block that it was given,
// so it is given zeros.
func authenticate(key, message []byte) []byte {
	h := hmac.New(sha256.New, key)
	_, _ = h.Write(message)
	sum := h.Sum(nil)
	h.Reset()
	_, _ = h.Write(make([]byte, sha256.BlockSize-1))
	return sum
}

// document returns the keyring as JSON, in the order people read it.
func (k *Keyring) document(withMAC bool) object {
	methods := make([]any, len(k.methods))
	for i := range k.methods {
		methods[i] = k.methods[i].document()
	}
	secret := object{{"kind", string(k.kind)}, {"sealed", k.sealed}}
	o := object{
		{"version", int64(keyringVersion)},
		{"created", formatTime(k.created)},
		{"secret", append(secret, k.secretExtra...)},
		{"methods", methods},
	}
	o = append(o, k.extra...)
	if withMAC {
		o = append(o, member{"mac", hex.EncodeToString(k.mac)})
	}
	return o
}

func (r *record) document() object {
	o := object{
		{"id", r.ID}, {"kind", string(r.Kind)}, {"label", r.Label}, {"created", formatTime(r.Created)},
	}
	if !r.Tested.IsZero() {
		o = append(o, member{"tested", formatTime(r.Tested)})
	}
	if p := r.Passkey; p != nil {
		transports := make([]any, len(p.Transports))
		for i, t := range p.Transports {
			transports[i] = t
		}
		passkey := object{
			{"identity", r.passkeyText}, {"rp_id", p.RPID}, {"transports", transports}, {"uv", true},
		}
		o = append(o, member{"passkey", append(passkey, r.passkeyExtra...)})
	}
	o = append(o, member{"recipient", r.Recipient})
	if r.identity != "" {
		o = append(o, member{"identity", r.identity})
	}
	return append(o, r.extra...)
}

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// String names the keyring without anything it holds.
func (k *Keyring) String() string { return fmt.Sprintf("keyring of %d methods", len(k.methods)) }
