package run

import (
	"context"
	"errors"
	"time"

	"touchback/keys"
)

// RPID is the relying party of new passkeys. It is localhost so that one
// enrolment of a security key opens by USB and from a page on any local port.
const RPID = "localhost"

// Errors of Lock.
var (
	// ErrOneMethod: a keyring with a single way in is one accident away from
	// losing everything.
	ErrOneMethod = errors.New("a backup is not locked with a single method unless the 64-digit key is kept")
	// ErrLocked: there is a keyring already.
	ErrLocked = errors.New("the backup has a keyring already")
)

// LockOptions say with what a backup is locked.
type LockOptions struct {
	Passkey      string   // label of a new passkey on a security key; "" for none
	Browser      string   // label of a new passkey that a browser makes; "" for none
	PasswordFile string   // "" for none
	Recipients   []string // age1pq1…
	KeepKey      bool     // the person's word that the 64-digit key is kept
	Keyring      string   // where the keyring goes; "" is beside the backup
	Device       string
	Finder       keys.Finder
	Ask          Asker
}

// gestures is how often a security key is touched to lock with it: to create
// the passkey, to wrap with it, and to prove that it opens.
const gestures = 3

// Lock makes a keyring for a backup, after the key has opened it, and returns
// the keyring's path. The backup itself is not changed.
func Lock(ctx context.Context, backup string, key *keys.BackupKey, o LockOptions) (string, error) {
	methods := len(o.Recipients)
	for _, s := range []string{o.Passkey, o.Browser, o.PasswordFile} {
		if s != "" {
			methods++
		}
	}
	switch {
	case methods == 0:
		return "", keys.ErrNoMethods
	case methods == 1 && !o.KeepKey:
		return "", ErrOneMethod
	}
	b, err := Open(backup, "")
	if err != nil {
		return "", err
	}
	defer b.Close()
	path := o.Keyring
	if path == "" {
		path = KeyringPaths(backup)[0]
	}
	if b.Keyring != nil || b.KeyringErr != nil {
		return "", ErrLocked
	}
	// Only a key that opens the backup is worth locking.
	if _, err := b.Verify(ctx, key, false, o.Ask.Progress); err != nil {
		return "", err
	}
	ring := keys.Create(key, time.Now())
	defer ring.Lock()
	if o.Passkey != "" {
		if _, err := addPasskey(ctx, ring, o); err != nil {
			return "", err
		}
	}
	if o.Browser != "" {
		if _, err := addOnPage(ctx, ring, backup, o.Browser, o.Ask); err != nil {
			return "", err
		}
	}
	if o.PasswordFile != "" {
		password, err := readSecretFile(o.PasswordFile)
		if err != nil {
			return "", err
		}
		defer password.Wipe()
		if _, err := ring.AddPassword(ctx, "password", password); err != nil {
			return "", err
		}
	}
	for _, r := range o.Recipients {
		if _, err := ring.AddRecipient("age recipient", r); err != nil {
			return "", err
		}
	}
	return path, ring.Save(path)
}

// addPasskey creates a passkey on the security key that is plugged in, or the
// one of several that is touched, wraps with it, and proves that it opens. The PIN is asked for once: that it
// is right is known from the first gesture on, and a wrong one ends it there.
func addPasskey(ctx context.Context, ring *keys.Keyring, o LockOptions) (keys.Method, error) {
	devices, err := plugged(ctx, o.Finder, o.Device)
	if err != nil {
		return keys.Method{}, err
	}
	d, err := chosen(ctx, o.Finder, devices, o.Ask)
	if err != nil {
		return keys.Method{}, err
	}
	key := o.Finder.Open(d.Path)
	tries, finger, err := blank(ctx, key, ring)
	if err != nil {
		return keys.Method{}, err
	}
	n := 0
	c := ceremony{key: key, touch: func() { n++; o.Ask.Touch(d, finger, n, gestures) }}
	if !finger {
		if c.pin, err = o.Ask.PIN(ctx, d, tries); err != nil {
			return keys.Method{}, err
		}
		defer c.pin.Wipe()
	}
	return c.enrol(ctx, ring, o.Passkey)
}

// enrol makes a passkey and adds it: three gestures.
func (c ceremony) enrol(ctx context.Context, ring *keys.Keyring, label string) (keys.Method, error) {
	p, err := c.key.Create(ctx, RPID, label, c.pin, keys.Prompts{Touch: c.touch})
	if err != nil {
		return keys.Method{}, err
	}
	return ring.AddPasskey(ctx, label, p, c)
}

// blank tells whether a security key can get a passkey for a keyring. One that
// holds a passkey of it already is refused: a second one would be lost with it.
func blank(ctx context.Context, a keys.Authenticator, ring *keys.Keyring) (tries int, finger bool, err error) {
	info, err := a.Info(ctx)
	if err != nil {
		return 0, false, err
	}
	for _, m := range ring.Methods() {
		if m.Passkey == nil {
			continue
		}
		held, err := holds(ctx, a, *m.Passkey)
		if err != nil {
			return 0, false, err
		}
		if held {
			return 0, false, keys.ErrAlreadyAdded
		}
	}
	return able(info)
}

// holds tells whether a security key surely holds a passkey. Keys that can't
// say it without a touch say yes to any, to one that nobody has, too.
func holds(ctx context.Context, a keys.Authenticator, p keys.Passkey) (bool, error) {
	held, err := a.Knows(ctx, p)
	if err != nil || !held {
		return false, err
	}
	nobodys := p
	nobodys.CredentialID = make([]byte, len(p.CredentialID))
	always, err := a.Knows(ctx, nobodys)
	return !always, err
}
