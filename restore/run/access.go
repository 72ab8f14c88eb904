package run

import (
	"context"
	"errors"
	"io"
	"os"

	"touchback/keys"
)

// ErrNoWay says that nothing was named that could open the backup, and that
// there is no keyring to choose from.
var ErrNoWay = errors.New("nothing was given that opens the backup")

// Asker is how work without a guide reaches the person. All of it is called
// from the goroutine that does the work.
type Asker struct {
	// PIN asks for the PIN of a security key, once. tries is -1 where the key
	// does not say.
	PIN func(ctx context.Context, d keys.DeviceInfo, tries int) (*keys.Secret, error)
	// Touch says that a security key blinks, for the n-th time of so many;
	// finger, that it wants one that it knows.
	Touch func(d keys.DeviceInfo, finger bool, n, of int)
	// Choose says that one of several security keys is to be touched, to tell
	// which of them is meant.
	Choose func(devices []keys.DeviceInfo)
	// Page tells of a page to open in a browser. Where it fails, the page is
	// not waited for.
	Page func(PageOffer) error
	// Progress says how far work is, in bytes. It may be nil.
	Progress func(done, total int64)
}

// Access says what opens a backup. The first of KeyFile and Method that is set
// counts; with neither, the passkeys of the keyring are tried on the security
// keys that are plugged in. A passkey that no security key holds is asked for
// on a page in a browser.
type Access struct {
	KeyFile      string // path; "-" is standard input
	Method       string // ID or label of the keyring
	PasswordFile string // path, for a password method; "-" is standard input
	Device       string // path of the one security key to use
	Finder       keys.Finder
	Ask          Asker
	// RepairKey asks to look for one mistyped digit where a 64-digit key does
	// not open the backup.
	RepairKey bool

	// Root is the folder that backups are read from; nil is anywhere. With it,
	// the one file of a key or a password is "-".
	Root *os.Root
	// Stdin is what "-" reads; nil is standard input.
	Stdin io.Reader
	// Evaluator asks a passkey of the keyring elsewhere than on the security
	// keys of this machine. Where it is set, no key is looked for.
	Evaluator func(keys.Method) keys.Evaluator
}

// key opens the backup key. known says that it came out of a keyring, so that
// it is the right one. The caller wipes it.
func (b *Backup) key(ctx context.Context, a Access) (key *keys.BackupKey, known bool, err error) {
	if a.KeyFile != "" {
		if a.KeyFile == "-" && a.Stdin != nil {
			key, err = keys.ReadKeyFile(a.Stdin)
			return key, false, err
		}
		if a.Root != nil && a.KeyFile != "-" {
			return nil, false, &missingError{a.KeyFile}
		}
		key, err = ReadKeyFile(a.KeyFile)
		return key, false, err
	}
	if b.Keyring == nil {
		switch {
		case b.KeyringErr != nil:
			return nil, false, b.KeyringErr
		case b.Container.Info().WhatsAppPasskey:
			return nil, false, ErrSealedByWhatsApp
		}
		return nil, false, ErrNoWay
	}
	methods := b.Keyring.Methods()
	if a.Method != "" {
		m, err := b.Keyring.Find(a.Method)
		if err != nil {
			return nil, false, err
		}
		methods = []keys.Method{m}
	} else if a.PasswordFile != "" {
		methods = only(methods, keys.MethodPassword)
	} else {
		methods = only(methods, keys.MethodPasskey)
	}
	if len(methods) == 0 {
		return nil, false, ErrNoWay
	}
	switch methods[0].Kind {
	case keys.MethodPassword:
		key, err = b.byPassword(ctx, methods[0], a)
	case keys.MethodPasskey:
		key, err = b.byPasskey(ctx, methods, a)
	default:
		err = keys.ErrWrongCredential
	}
	return key, true, err
}

func only(methods []keys.Method, kind keys.MethodKind) []keys.Method {
	var list []keys.Method
	for _, m := range methods {
		if m.Kind == kind {
			list = append(list, m)
		}
	}
	return list
}

func (b *Backup) byPassword(ctx context.Context, m keys.Method, a Access) (*keys.BackupKey, error) {
	if a.PasswordFile == "" {
		return nil, ErrNoWay
	}
	password, err := a.password()
	if err != nil {
		return nil, err
	}
	defer password.Wipe()
	return b.Keyring.Unlock(ctx, m.ID, keys.ByPassword{Password: password})
}

// byPasskey asks the security key that holds one of the passkeys.
func (b *Backup) byPasskey(ctx context.Context, methods []keys.Method, a Access) (*keys.BackupKey, error) {
	if a.Evaluator != nil {
		return b.Keyring.Unlock(ctx, methods[0].ID, keys.ByPasskey{Evaluator: a.Evaluator(methods[0])})
	}
	if _, only := roads(methods[0].Passkey); only && len(methods) == 1 {
		return b.openOnPage(ctx, methods[0], a.Ask)
	}
	devices, err := plugged(ctx, a.Finder, a.Device)
	if err != nil {
		return nil, err
	}
	last := keys.ErrNoCredential
	for _, d := range devices {
		key := a.Finder.Open(d.Path)
		for _, m := range methods {
			tries, finger, err := ready(ctx, key, *m.Passkey)
			if err != nil {
				if !errors.Is(err, keys.ErrNoCredential) {
					last = err
				}
				continue
			}
			c := ceremony{key: key, touch: func() { a.Ask.Touch(d, finger, 1, 1) }}
			if !finger {
				if c.pin, err = a.Ask.PIN(ctx, d, tries); err != nil {
					return nil, err
				}
				defer c.pin.Wipe()
			}
			return b.Keyring.Unlock(ctx, m.ID, keys.ByPasskey{Evaluator: c})
		}
	}
	return nil, last
}

// plugged lists the security keys that may be used: all, or the one named.
func plugged(ctx context.Context, f keys.Finder, device string) ([]keys.DeviceInfo, error) {
	if f == nil {
		return nil, keys.ErrNotSupported
	}
	if device != "" {
		return []keys.DeviceInfo{{Path: device, Product: "security key"}}, nil
	}
	devices, err := f.List(ctx)
	if err == nil && len(devices) == 0 {
		err = keys.ErrNoAuthenticator
		if closedKeys(hidrawClass, openable) > 0 {
			err = keys.ErrPermission
		}
	}
	return devices, err
}

// ReadKeyFile reads a 64-digit key or a key file of WhatsApp's. "-" is
// standard input.
func ReadKeyFile(path string) (*keys.BackupKey, error) {
	if path == "-" {
		return keys.ReadKeyFile(os.Stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return keys.ReadKeyFile(f)
}

// maxPassword bounds a password file, in bytes.
const maxPassword = 4 << 10

// password reads the password of a method.
func (a Access) password() (*keys.Secret, error) {
	switch {
	case a.PasswordFile == "-" && a.Stdin != nil:
		return readSecret(a.Stdin)
	case a.PasswordFile == "-":
		return readSecret(os.Stdin)
	case a.Root != nil:
		return nil, &missingError{a.PasswordFile}
	}
	f, err := os.Open(a.PasswordFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return readSecret(f)
}

// readSecretFile reads the password in a file.
func readSecretFile(path string) (*keys.Secret, error) { return Access{PasswordFile: path}.password() }

// readSecret reads a password: the file's first line without its end.
func readSecret(in io.Reader) (*keys.Secret, error) {
	b, err := io.ReadAll(io.LimitReader(in, maxPassword))
	defer clear(b)
	if err != nil {
		return nil, err
	}
	n := 0
	for n < len(b) && b[n] != '\n' && b[n] != '\r' {
		n++
	}
	return keys.NewSecret(b[:n]), nil
}
