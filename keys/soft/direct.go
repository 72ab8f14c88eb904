package soft

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"

	"touchback/keys"
	"touchback/keys/prf"
)

// Direct serves keys.Authenticator from a Key in this process, without a
// transport. It sends the very commands that libfido2 would send, so whatever
// the key refuses there it refuses here.
type Direct struct{ key *Key }

var _ keys.Authenticator = (*Direct)(nil)

// Authenticator returns the key as the rest of the program knows keys.
func (k *Key) Authenticator() *Direct { return &Direct{k} }

// client asks the key; touch, which may be nil, is called as it begins to
// blink.
func (d *Direct) client(touch func()) client {
	return client{
		codec:    d.key.codec,
		protocol: pinProtocol(d.key.opts.PINProtocols[0]),
		send: func(ctx context.Context, req []byte) ([]byte, error) {
			return d.key.Command(ctx, req, func(waiting bool) {
				if waiting && touch != nil {
					touch()
				}
			})
		},
	}
}

// Info implements keys.Authenticator.
func (d *Direct) Info(ctx context.Context) (keys.AuthenticatorInfo, error) {
	c := d.client(nil)
	i, err := c.info(ctx)
	if err != nil {
		return keys.AuthenticatorInfo{}, d.explain(ctx, err, keys.ErrNoAuthenticator)
	}
	got := keys.AuthenticatorInfo{AAGUID: [16]byte(i.AAGUID), Versions: i.Versions, PINTries: -1, UVTries: -1}
	got.HMACSecret = hasHMACSecret(i)
	got.PINSet, got.PINSupported = i.Options["clientPin"]
	got.UV, got.PINChange = i.Options["uv"], i.PINChange
	if got.UV {
		if got.UVTries, err = c.fingerTries(ctx); err != nil {
			return keys.AuthenticatorInfo{}, d.explain(ctx, err, keys.ErrRemoved)
		}
	}
	if got.PINSet {
		if got.PINTries, err = c.tries(ctx); err != nil {
			return keys.AuthenticatorInfo{}, d.explain(ctx, err, keys.ErrRemoved)
		}
	}
	return got, nil
}

// Create implements keys.Authenticator.
func (d *Direct) Create(ctx context.Context, rpID, userName string, pin *keys.Secret, ui keys.Prompts) (keys.Passkey, error) {
	c := d.client(ui.Touch)
	token, err := d.verify(ctx, c, pin, permMakeCredential, rpID)
	if err != nil {
		return keys.Passkey{}, err
	}
	r := makeRequest{
		ClientDataHash: random(), RP: &rpEntity{ID: rpID},
		User:       &userEntity{ID: random(), Name: userName},
		Params:     []credParam{{Type: publicKey, Alg: algES256}},
		Extensions: makeExtensions{HMACSecret: true},
	}
	id, err := c.make(ctx, r, token)
	if err != nil {
		return keys.Passkey{}, d.explain(ctx, err, keys.ErrRemoved)
	}
	return keys.Passkey{CredentialID: id, RPID: rpID, Transports: []string{"usb"}}, nil
}

// Evaluate implements keys.Authenticator.
func (d *Direct) Evaluate(ctx context.Context, p keys.Passkey, in keys.PRFInputs, pin *keys.Secret, ui keys.Prompts) (*keys.Secret, error) {
	if len(p.CredentialID) == 0 {
		return nil, keys.ErrNoCredential // an empty allow list would ask for any
	}
	c := d.client(ui.Touch)
	token, err := d.verify(ctx, c, pin, permGetAssertion, p.RPID)
	if err != nil {
		return nil, err
	}
	salts := prf.Salts(in)
	r := requestFor(p)
	_, out, err := c.assert(ctx, r, token, append(salts[0][:], salts[1][:]...))
	if err != nil {
		return nil, d.explain(ctx, err, keys.ErrRemoved)
	}
	return keys.NewSecret(out), nil
}

// Knows implements keys.Authenticator.
func (d *Direct) Knows(ctx context.Context, p keys.Passkey) (bool, error) {
	if len(p.CredentialID) == 0 {
		return false, nil
	}
	r, no := requestFor(p), false
	r.Options.UP = &no
	_, _, err := d.client(nil).assert(ctx, r, nil, nil)
	if errors.Is(err, StatusNoCredentials) {
		return false, nil
	}
	if err != nil {
		return false, d.explain(ctx, err, keys.ErrNoAuthenticator)
	}
	return true, nil
}

// SetPIN gives the key its first PIN, of 4 characters to 63 bytes;
// keys.ErrPINPolicy where it does not like it, keys.ErrDenied where it has one.
func (d *Direct) SetPIN(ctx context.Context, pin *keys.Secret) error {
	if pin.Len() > maxPIN {
		return keys.ErrPINPolicy
	}
	return d.explain(ctx, d.client(nil).setPIN(ctx, nil, pin), keys.ErrNoAuthenticator)
}

// ChangePIN replaces the PIN. A wrong old one costs a try.
func (d *Direct) ChangePIN(ctx context.Context, old, pin *keys.Secret) error {
	if pin.Len() > maxPIN || old.Len() == 0 {
		return keys.ErrPINPolicy
	}
	return d.explain(ctx, d.client(nil).setPIN(ctx, old, pin), keys.ErrNoAuthenticator)
}

// AwaitTouch makes the key blink until it is touched (§6.9).
func (d *Direct) AwaitTouch(ctx context.Context) error {
	return d.explain(ctx, d.client(nil).call(ctx, cmdSelection, nil, nil), keys.ErrRemoved)
}

// maxPIN is the longest PIN, in bytes (§6.5.1).
const maxPIN = 63

// verify exchanges the PIN or a finger for a token, or says why that can't be
// without sending it.
func (d *Direct) verify(ctx context.Context, c client, pin *keys.Secret, permission byte, rpID string) ([]byte, error) {
	i, err := c.info(ctx)
	switch {
	case err != nil:
		return nil, d.explain(ctx, err, keys.ErrNoAuthenticator)
	case !hasHMACSecret(i):
		return nil, keys.ErrNoHMACSecret
	case pin.Len() == 0 && i.Options["uv"]:
		token, err := c.tokenByFinger(ctx, permission, rpID)
		return token, d.explain(ctx, err, keys.ErrRemoved)
	case !i.Options["clientPin"]:
		return nil, keys.ErrPINNotSet
	case i.PINChange:
		return nil, keys.ErrPINChange
	case pin.Len() == 0:
		return nil, keys.ErrPINRequired
	}
	token, err := c.token(ctx, pin, permission, rpID)
	return token, d.explain(ctx, err, keys.ErrRemoved)
}

func hasHMACSecret(i info) bool { return slices.Contains(i.Extensions, extHMACSecret) }

func requestFor(p keys.Passkey) assertRequest {
	return assertRequest{RPID: p.RPID, ClientDataHash: random(),
		Allow: []descriptor{{ID: p.CredentialID, Type: publicKey}}}
}

// random makes what nobody will check: challenges and user handles.
func random() []byte {
	b := make([]byte, sha256.Size)
	mustRead(rand.Reader, b)
	return b
}
