package fido2

import (
	"context"
	"fmt"
	"strings"

	"touchback/keys"
	"touchback/keys/prf"
)

// Key is a security key at a device path.
type Key struct {
	driver *Driver
	path   string
}

// PINSetter is a key that can be given a PIN. Neither asks for a touch.
// keys.ErrPINPolicy says that the key wants another one, a longer one most
// often.
type PINSetter interface {
	// SetPIN gives a key its first PIN. A key that has one refuses.
	SetPIN(ctx context.Context, pin *keys.Secret) error
	// ChangePIN replaces it. A wrong old PIN costs a try.
	ChangePIN(ctx context.Context, old, pin *keys.Secret) error
}

// TouchAwaiter is a key that can be told from others by being touched.
type TouchAwaiter interface {
	// AwaitTouch makes the key blink until it is touched, by anyone. Nothing is
	// asked of it beside that.
	AwaitTouch(ctx context.Context) error
}

var (
	_ TouchAwaiter       = (*Key)(nil)
	_ keys.Authenticator = (*Key)(nil)
	_ PINSetter          = (*Key)(nil)
)

// saltLen is the length of an hmac-secret salt, and of an output (CTAP 2.1
// §12.5).
const saltLen = 32

// Info implements keys.Authenticator.
func (k *Key) Info(ctx context.Context) (keys.AuthenticatorInfo, error) {
	rep, err := k.driver.quietly(ctx, request{Op: opInfo, Path: k.path})
	return rep.Info, err
}

// Knows implements keys.Authenticator. A credential that was made to stay
// silent without user verification (credProtect level 3, which Create does not
// ask for) looks like one that is not there.
func (k *Key) Knows(ctx context.Context, p keys.Passkey) (bool, error) {
	if len(p.CredentialID) == 0 {
		return false, nil
	}
	rep, err := k.driver.quietly(ctx, request{Op: opKnows, Path: k.path, RPID: p.RPID, CredentialID: p.CredentialID})
	return rep.Known, err
}

// Create implements keys.Authenticator.
func (k *Key) Create(ctx context.Context, rpID, userName string, pin *keys.Secret, ui keys.Prompts) (keys.Passkey, error) {
	req := request{Op: opCreate, Path: k.path, RPID: rpID, UserName: userName}
	rep, err := k.withPIN(ctx, req, pin, ui)
	if err != nil {
		return keys.Passkey{}, err
	}
	return keys.Passkey{CredentialID: rep.CredentialID, RPID: rpID, Transports: k.transports()}, nil
}

// Evaluate implements keys.Authenticator. Touch is called after the key has
// been found fit to be asked; the PIN is sent to the key only once Touch has
// returned. Touch must not block for long: ctx waits for it.
func (k *Key) Evaluate(ctx context.Context, p keys.Passkey, in keys.PRFInputs, pin *keys.Secret, ui keys.Prompts) (*keys.Secret, error) {
	if len(p.CredentialID) == 0 {
		return nil, keys.ErrNoCredential
	}
	salts := prf.Salts(in)
	req := request{
		Op: opEvaluate, Path: k.path, RPID: p.RPID, CredentialID: p.CredentialID,
		Salts: append(salts[0][:], salts[1][:]...),
	}
	rep, err := k.withPIN(ctx, req, pin, ui)
	if err != nil {
		return nil, err
	}
	if len(rep.secret) != 2*saltLen {
		clear(rep.secret)
		return nil, &HelperError{Op: req.Op.String(), Reason: fmt.Sprintf("%d bytes for a secret", len(rep.secret))}
	}
	return keys.NewSecret(rep.secret), nil
}

// AwaitTouch implements TouchAwaiter.
func (k *Key) AwaitTouch(ctx context.Context) error {
	_, err := k.driver.exchange(ctx, request{Op: opAwaitTouch, Path: k.path}, nil, nil)
	return err
}

// SetPIN implements PINSetter.
func (k *Key) SetPIN(ctx context.Context, pin *keys.Secret) error {
	return k.setPIN(ctx, pin)
}

// ChangePIN implements PINSetter.
func (k *Key) ChangePIN(ctx context.Context, old, pin *keys.Secret) error {
	return k.setPIN(ctx, old, pin)
}

func (k *Key) setPIN(ctx context.Context, pins ...*keys.Secret) error {
	for _, p := range pins {
		if err := checkPIN(p); err != nil {
			return err
		}
	}
	_, err := k.driver.quietly(ctx, request{Op: opSetPIN, Path: k.path}, pins...)
	return err
}

func (k *Key) withPIN(ctx context.Context, req request, pin *keys.Secret, ui keys.Prompts) (reply, error) {
	var pins []*keys.Secret
	if pin.Len() > 0 {
		if err := checkPIN(pin); err != nil {
			return reply{}, err
		}
		pins = []*keys.Secret{pin}
	}
	return k.driver.exchange(ctx, req, pins, ui.Touch)
}

// transports says how the key was reached, in WebAuthn's words. libfido2 marks
// the paths that are not USB.
func (k *Key) transports() []string {
	if strings.HasPrefix(k.path, "nfc:") || strings.HasPrefix(k.path, "pcsc:") {
		return []string{"nfc"}
	}
	return []string{"usb"}
}
