package soft

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"slices"

	"touchback/keys"
)

// client is the platform's side of CTAP: what libfido2 does elsewhere. It
// speaks to the key in whole commands, and returns its Status as errors.
type client struct {
	send     func(ctx context.Context, req []byte) ([]byte, error)
	codec    codec
	protocol pinProtocol
}

// call sends one command; out may be nil. A status other than OK is the error.
func (c client) call(ctx context.Context, cmd byte, params, out any) error {
	req := []byte{cmd}
	if params != nil {
		req = append(req, c.codec.encode(params)...)
	}
	resp, err := c.send(ctx, req)
	switch {
	case err != nil:
		return err
	case len(resp) == 0:
		return StatusOther
	case Status(resp[0]) != StatusOK:
		return Status(resp[0])
	case out == nil:
		return nil
	}
	return c.codec.decode(resp[1:], out)
}

func (c client) info(ctx context.Context) (info, error) {
	var i info
	err := c.call(ctx, cmdGetInfo, nil, &i)
	return i, err
}

// tries asks how many PIN tries are left.
func (c client) tries(ctx context.Context) (int, error) {
	var r pinResponse
	if err := c.call(ctx, cmdClientPIN, pinRequest{Subcommand: subGetTries}, &r); err != nil {
		return 0, err
	}
	if r.Tries == nil {
		return 0, StatusInvalidCBOR
	}
	return *r.Tries, nil
}

// agreement is a secret shared with the key, and what to send so that the key
// shares it too.
type agreement struct {
	public coseKey
	secret []byte
}

func (c client) agree(ctx context.Context) (agreement, error) {
	var r pinResponse
	req := pinRequest{Protocol: c.protocol, Subcommand: subGetKeyAgreement}
	if err := c.call(ctx, cmdClientPIN, req, &r); err != nil {
		return agreement{}, err
	}
	if r.KeyAgreement == nil {
		return agreement{}, StatusInvalidCBOR
	}
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return agreement{}, err
	}
	secret, err := c.protocol.agree(own, *r.KeyAgreement)
	return agreement{newCOSEKey(algECDH, own.PublicKey().Bytes()), secret}, err
}

// token exchanges the PIN for a pinUvAuthToken. This is the only place where a
// PIN is spent on anything but changing it.
func (c client) token(ctx context.Context, pin *keys.Secret, permission byte, rpID string) ([]byte, error) {
	a, err := c.agree(ctx)
	if err != nil {
		return nil, err
	}
	var r pinResponse
	err = c.call(ctx, cmdClientPIN, pinRequest{
		Protocol: c.protocol, Subcommand: subGetTokenForRP, KeyAgreement: &a.public,
		PINHash: c.sealHash(a, pin), Permissions: permission, RPID: rpID,
	}, &r)
	if err != nil {
		return nil, err
	}
	return c.protocol.decrypt(a.secret, r.Token)
}

// tokenByFinger exchanges a finger for a pinUvAuthToken.
func (c client) tokenByFinger(ctx context.Context, permission byte, rpID string) ([]byte, error) {
	a, err := c.agree(ctx)
	if err != nil {
		return nil, err
	}
	var r pinResponse
	err = c.call(ctx, cmdClientPIN, pinRequest{
		Protocol: c.protocol, Subcommand: subGetTokenByUV, KeyAgreement: &a.public,
		Permissions: permission, RPID: rpID,
	}, &r)
	if err != nil {
		return nil, err
	}
	return c.protocol.decrypt(a.secret, r.Token)
}

// fingerTries asks how many wrong fingers the key still takes.
func (c client) fingerTries(ctx context.Context) (int, error) {
	var r pinResponse
	if err := c.call(ctx, cmdClientPIN, pinRequest{Subcommand: subGetUVTries}, &r); err != nil {
		return 0, err
	}
	if r.UVTries == nil {
		return 0, StatusInvalidCBOR
	}
	return *r.UVTries, nil
}

// sealHash encrypts the first 16 bytes of SHA-256(PIN).
func (c client) sealHash(a agreement, pin *keys.Secret) (sealed []byte) {
	pin.Use(func(b []byte) {
		sum := sha256.Sum256(b)
		sealed = c.protocol.encrypt(a.secret, sum[:16])
	})
	return sealed
}

// setPIN gives the key its first PIN, or with old another one.
func (c client) setPIN(ctx context.Context, old, pin *keys.Secret) error {
	a, err := c.agree(ctx)
	if err != nil {
		return err
	}
	req := pinRequest{Protocol: c.protocol, Subcommand: subSetPIN, KeyAgreement: &a.public}
	pin.Use(func(b []byte) {
		padded := make([]byte, 64) // at most 63 bytes of PIN; the zeros end it
		defer clear(padded)
		copy(padded[:63], b)
		req.NewPIN = c.protocol.encrypt(a.secret, padded)
	})
	if old != nil {
		req.Subcommand, req.PINHash = subChangePIN, c.sealHash(a, old)
	}
	req.Auth = c.protocol.authenticate(a.secret, req.NewPIN, req.PINHash)
	return c.call(ctx, cmdClientPIN, req, nil)
}

// assert asks for an assertion and, where salts are given, for the outputs of
// hmac-secret: 32 bytes for each.
func (c client) assert(ctx context.Context, r assertRequest, token []byte, salts []byte) (assertResponse, []byte, error) {
	var resp assertResponse
	var a agreement
	if salts != nil {
		var err error
		if a, err = c.agree(ctx); err != nil {
			return resp, nil, err
		}
		sealed := c.protocol.encrypt(a.secret, salts)
		r.Extensions.HMACSecret = &saltRequest{KeyAgreement: &a.public, Salts: sealed,
			Auth: c.protocol.authenticate(a.secret, sealed), Protocol: c.protocol}
	}
	if token != nil {
		r.Auth, r.Protocol = c.protocol.authenticate(token, r.ClientDataHash), c.protocol
	}
	if err := c.call(ctx, cmdGetAssertion, r, &resp); err != nil || salts == nil {
		return resp, nil, err
	}
	out, err := c.outputs(a, resp.AuthData)
	return resp, out, err
}

// outputs reads the extension data, which begins after 37 bytes of
// authenticator data, and decrypts it. No output at all means that the
// credential was made without hmac-secret.
func (c client) outputs(a agreement, authData []byte) ([]byte, error) {
	const fixed = 32 + 1 + 4
	if len(authData) < fixed || authData[32]&flagED == 0 {
		return nil, keys.ErrNoHMACSecret
	}
	var o saltOutputs
	if err := c.codec.decode(authData[fixed:], &o); err != nil {
		return nil, err
	}
	return c.protocol.decrypt(a.secret, o.HMACSecret)
}

// make makes a credential and returns its ID.
func (c client) make(ctx context.Context, r makeRequest, token []byte) ([]byte, error) {
	if token != nil {
		r.Auth, r.Protocol = c.protocol.authenticate(token, r.ClientDataHash), c.protocol
	}
	var resp makeResponse
	if err := c.call(ctx, cmdMakeCredential, r, &resp); err != nil {
		return nil, err
	}
	return attestedID(resp.AuthData)
}

// attestedID finds the credential ID in authenticator data: after the 37 fixed
// bytes come the AAGUID (16), the length (2) and the ID.
func attestedID(authData []byte) ([]byte, error) {
	const start = 37 + 16 + 2
	if len(authData) < start || authData[32]&flagAT == 0 {
		return nil, StatusInvalidCBOR
	}
	n := int(authData[start-2])<<8 | int(authData[start-1])
	if len(authData) < start+n {
		return nil, StatusInvalidCBOR
	}
	return slices.Clone(authData[start : start+n]), nil
}
