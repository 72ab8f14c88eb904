package run

import (
	"context"
	"errors"
	"io/fs"

	"touchback/keys"
	"touchback/restore/flow"
)

// readKey asks a security key what it can do and whether it holds the passkey,
// without a touch.
func (w *work) readKey(e flow.ReadKey) {
	if e.New {
		w.readBlank(e)
		return
	}
	m, err := w.method(e.Method)
	if err != nil {
		w.fail(err)
		return
	}
	tries, finger, err := ready(w.ctx, w.cfg.Finder.Open(e.Device), *m.Passkey)
	if err != nil {
		w.fail(err)
		return
	}
	w.tell(flow.KeyRead{Attempt: w.attempt, Tries: tries, Finger: finger})
}

// ready tells whether a security key can open a passkey at all, so that nobody
// is asked for a PIN or a touch in vain.
func ready(ctx context.Context, a keys.Authenticator, p keys.Passkey) (tries int, finger bool, err error) {
	info, err := a.Info(ctx)
	if err != nil {
		return 0, false, err
	}
	knows, err := a.Knows(ctx, p)
	switch {
	case err != nil:
		return 0, false, err
	case !knows:
		return 0, false, keys.ErrNoCredential
	}
	return able(info)
}

// able tells whether a security key can lock and open at all, and how it wants
// to know who asks: by a finger, or by its PIN, and how many tries are left of
// that.
func able(info keys.AuthenticatorInfo) (tries int, finger bool, err error) {
	switch {
	case !info.HMACSecret:
		return 0, false, keys.ErrNoHMACSecret
	case info.UV && info.UVTries != 0:
		return info.UVTries, true, nil
	case info.UV && !info.PINSet:
		return 0, false, keys.ErrUVBlocked
	case !info.PINSet:
		return 0, false, keys.ErrPINNotSet
	case info.PINTries == 0:
		return 0, false, keys.ErrPINBlocked
	case info.PINChange:
		return 0, false, keys.ErrPINChange
	}
	return info.PINTries, false, nil
}

// setPIN gives a security key its first PIN. One that has a PIN refuses.
func (w *work) setPIN(device string) {
	pin := w.take()
	defer pin.Wipe()
	key, ok := w.cfg.Finder.Open(device).(interface {
		SetPIN(context.Context, *keys.Secret) error
	})
	if !ok {
		w.fail(keys.ErrNotSupported)
		return
	}
	if err := key.SetPIN(w.ctx, pin); err != nil {
		w.fail(err)
		return
	}
	w.tell(flow.PINSet{Attempt: w.attempt})
}

// method finds a method of the keyring that is a passkey or a password.
func (w *work) method(id string) (keys.Method, error) {
	if w.s.backup == nil || w.s.backup.Keyring == nil {
		return keys.Method{}, keys.ErrNoSuchMethod
	}
	m, err := w.s.backup.Keyring.Find(id)
	if err == nil && m.Kind == keys.MethodPasskey && m.Passkey == nil {
		err = keys.ErrNoSuchMethod
	}
	return m, err
}

// ceremony asks one security key. The PIN is sent once.
type ceremony struct {
	key   keys.Authenticator
	pin   *keys.Secret
	touch func()
}

// Evaluate implements keys.Evaluator.
func (c ceremony) Evaluate(ctx context.Context, p keys.Passkey, in keys.PRFInputs) (*keys.Secret, error) {
	return c.key.Evaluate(ctx, p, in, c.pin, keys.Prompts{Touch: c.touch})
}

// unlock opens a method with the secret that was handed over.
func (w *work) unlock(e flow.Unlock) {
	secret := w.take()
	defer secret.Wipe()
	key, err := w.open(e, secret)
	if err != nil {
		w.fail(err)
		return
	}
	w.s.key.Wipe()
	w.s.key, w.s.fromKeyring = key, e.Kind != flow.ByKey
	w.tell(flow.Unlocked{Attempt: w.attempt})
}

func (w *work) open(e flow.Unlock, secret *keys.Secret) (*keys.BackupKey, error) {
	switch {
	case e.File != "" && w.cfg.Root != nil:
		return nil, errKeyFileGone // files of this machine are not the person's
	case e.File != "":
		key, err := ReadKeyFile(absolute(e.File))
		if path := new(fs.PathError); errors.As(err, &path) {
			err = errors.Join(errKeyFileGone, err)
		}
		return key, err
	case e.Kind == flow.ByKey:
		return typedKey(secret)
	}
	m, err := w.method(e.Method)
	if err != nil {
		return nil, err
	}
	if e.Kind == flow.ByPassword {
		return w.s.backup.Keyring.Unlock(w.ctx, m.ID, keys.ByPassword{Password: secret})
	}
	if e.Web {
		return w.byPage(m)
	}
	return w.s.backup.Keyring.Unlock(w.ctx, m.ID, keys.ByPasskey{Evaluator: ceremony{
		key: w.cfg.Finder.Open(e.Device), pin: secret,
		touch: func() { w.tell(flow.Blinking{Attempt: w.attempt}) },
	}})
}

// errKeyFileGone says that the file that was named can't be read at all.
var errKeyFileGone = errors.New("it is not there, or may not be read")

// typedKey reads 64 digits as they were typed or pasted.
func typedKey(secret *keys.Secret) (key *keys.BackupKey, err error) {
	secret.Use(func(b []byte) { key, err = keys.ParseDigits(b) })
	return key, err
}
