package keys

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"filippo.io/age"
	"touchback/keys/prf"
)

const maxLabel = 200 // characters

// AddPasskey adds a passkey, asking ev twice: once to lock the method's
// identity with it, and once to see that it opens again. Some browsers and
// phones have given wrong PRF values (iOS 18.0 to 18.3, Safari 26.4), and a
// passkey that does not answer the same twice must not be relied on: then the
// error is ErrUnstablePasskey and nothing has changed.
func (k *Keyring) AddPasskey(ctx context.Context, label string, p Passkey, ev Evaluator) (Method, error) {
	credential := prf.Credential{ID: p.CredentialID, RPID: p.RPID, Transports: p.Transports}
	text, err := credential.Encode()
	if err != nil {
		return Method{}, err
	}
	for _, r := range k.methods {
		if r.Passkey != nil && r.Passkey.RPID == p.RPID && bytes.Equal(r.Passkey.CredentialID, p.CredentialID) {
			return Method{}, ErrAlreadyAdded
		}
	}
	r := record{passkeyText: text}
	r.Kind, r.Passkey = MethodPasskey, &p
	r.Method = r.view() // the keyring's own copy of p
	evaluate := ceremony(ctx, ev, *r.Passkey)
	return k.addIdentity(ctx, label, r, prf.NewRecipient(evaluate), func(r *record, want []byte) error {
		got, err := openArmored(r.identity, prf.NewIdentity(evaluate))
		defer clear(got)
		if errors.Is(err, age.ErrIncorrectIdentity) || (err == nil && !bytes.Equal(got, want)) {
			return ErrUnstablePasskey
		}
		r.Tested = r.Created
		return err
	})
}

// AddPassword adds a password, which is stretched with scrypt: about a second,
// and 256 MiB. Its bytes are taken as they are.
func (k *Keyring) AddPassword(ctx context.Context, label string, password *Secret) (Method, error) {
	if password.Len() == 0 {
		return Method{}, ErrEmptyPassword
	}
	var with *age.ScryptRecipient
	var err error
	password.Use(func(b []byte) { with, err = age.NewScryptRecipient(string(b)) })
	if err != nil {
		return Method{}, err
	}
	if k.workFactor != 0 {
		with.SetWorkFactor(k.workFactor)
	}
	r := record{Method: Method{Kind: MethodPassword}}
	return k.addIdentity(ctx, label, r, with, nil)
}

// AddRecipient adds an age recipient whose identity is kept elsewhere. It must
// be a post-quantum one, age1pq1…; the error is ErrClassicRecipient for any
// other kind of age recipient.
func (k *Keyring) AddRecipient(label, recipient string) (Method, error) {
	recipient = strings.TrimSpace(recipient)
	parsed, err := age.ParseHybridRecipient(recipient)
	if err != nil {
		if strings.HasPrefix(recipient, "age1pq1") {
			return Method{}, errors.New("the age recipient is mistyped or cut off")
		}
		return Method{}, ErrClassicRecipient
	}
	return k.add(label, record{Method: Method{Kind: MethodRecipient, Recipient: parsed.String()}}, nil)
}

// addIdentity makes a new age identity for r, locks it with with, lets check
// see the result, and adds r.
func (k *Keyring) addIdentity(ctx context.Context, label string, r record, with age.Recipient,
	check func(r *record, want []byte) error) (Method, error) {
	if err := ctx.Err(); err != nil {
		return Method{}, err
	}
	return k.add(label, r, func(r *record) error {
		id, err := age.GenerateHybridIdentity()
		if err != nil {
			return err
		}
		text := []byte(id.String() + "\n")
		defer clear(text)
		r.Recipient = id.Recipient().String()
		if r.identity, err = sealTo(text, with); err != nil {
			return err
		}
		if check != nil {
			return check(r, text)
		}
		return ctx.Err()
	})
}

// add completes r and seals the key to it too. What costs a person something
// (make) comes after every check that does not.
func (k *Keyring) add(label string, r record, makeIdentity func(*record) error) (Method, error) {
	if !k.Unlocked() {
		return Method{}, ErrLocked
	}
	if len(k.methods) >= MaxMethods {
		return Method{}, ErrTooMany
	}
	if err := checkLabel(label); err != nil {
		return Method{}, err
	}
	r.ID, r.Label, r.Created = k.newID(), label, k.now()
	if makeIdentity != nil {
		if err := makeIdentity(&r); err != nil {
			return Method{}, err
		}
	}
	if slices.ContainsFunc(k.methods, func(have record) bool { return have.Recipient == r.Recipient }) {
		return Method{}, ErrAlreadyAdded
	}
	if err := k.reseal(append(slices.Clone(k.methods), r)); err != nil {
		return Method{}, err
	}
	return r.view(), nil
}

// Remove takes a method out and seals the key anew to the others. Old copies of
// the keyring still open with it: see RemovalNotice. The last method can't be
// removed: ErrNoMethods.
func (k *Keyring) Remove(id string) error {
	i := k.index(id)
	if i < 0 {
		return ErrNoSuchMethod
	}
	return k.reseal(slices.Delete(slices.Clone(k.methods), i, i+1))
}

// Rename gives a method another label.
func (k *Keyring) Rename(id, label string) error {
	if err := checkLabel(label); err != nil {
		return err
	}
	return k.edit(id, func(r *record) { r.Label = label })
}

// MarkTested notes that a method was just seen to open the keyring.
func (k *Keyring) MarkTested(id string) error {
	return k.edit(id, func(r *record) { r.Tested = k.now() })
}

// edit changes what is not sealed, and renews the MAC.
func (k *Keyring) edit(id string, change func(*record)) error {
	if !k.Unlocked() {
		return ErrLocked
	}
	i := k.index(id)
	if i < 0 {
		return ErrNoSuchMethod
	}
	change(&k.methods[i])
	k.mac = k.computeMAC(k.key)
	return nil
}

// Reseal encrypts the backup key anew, to the methods there are. No method has
// to be opened for it.
func (k *Keyring) Reseal() error { return k.reseal(k.methods) }

// reseal makes methods the keyring's, all or nothing.
func (k *Keyring) reseal(methods []record) error {
	if !k.Unlocked() {
		return ErrLocked
	}
	if len(methods) == 0 {
		return ErrNoMethods
	}
	recipients := make([]age.Recipient, len(methods))
	for i, r := range methods {
		parsed, err := age.ParseHybridRecipient(r.Recipient)
		if err != nil {
			return fmt.Errorf("method %s: %w", r.ID, ErrClassicRecipient)
		}
		recipients[i] = parsed
	}
	plaintext, err := k.key.encode()
	defer clear(plaintext)
	if err != nil {
		return err
	}
	sealed, err := sealTo(plaintext, recipients...)
	if err != nil {
		return err
	}
	k.sealed, k.methods = sealed, methods
	k.mac = k.computeMAC(k.key)
	return nil
}

func (k *Keyring) now() time.Time {
	now := time.Now
	if k.Now != nil {
		now = k.Now
	}
	return now().UTC().Truncate(time.Second)
}

// newID makes a short ID that is easy to read aloud and type: a letter first,
// and no look-alikes (0 o, 1 l i).
func (k *Keyring) newID() string {
	const letters = "abcdefghjkmnpqrstuvwxyz"
	const alphabet = letters + "23456789"
	for {
		id := make([]byte, 6)
		_, _ = rand.Read(id)
		for i, b := range id {
			if i == 0 {
				id[i] = letters[int(b)%len(letters)]
			} else {
				id[i] = alphabet[int(b)%len(alphabet)]
			}
		}
		if k.index(string(id)) < 0 {
			return string(id)
		}
	}
}

func checkLabel(s string) error {
	n := utf8.RuneCountInString(s)
	if n == 0 || n > maxLabel || !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
		return ErrLabel
	}
	return nil
}
