//go:build cgo && (linux || darwin || windows)

package fido2

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"unsafe"

	"github.com/fxamacker/cbor/v2"
	"github.com/keys-pub/go-libfido2"

	"touchback/keys"
)

// ceremony is one request to one key.
type ceremony struct {
	ctx   context.Context
	dev   *libfido2.Device
	req   request
	pins  [][]byte
	touch func() error
}

func (c *ceremony) run() (reply, error) {
	switch c.req.Op {
	case opInfo:
		info, err := c.info()
		return reply{Info: info}, err
	case opKnows:
		known, err := c.knows()
		return reply{Known: known}, err
	case opCreate:
		id, err := c.create()
		return reply{CredentialID: id}, err
	case opEvaluate:
		secret, err := c.evaluate()
		return reply{secret: secret}, err
	case opSetPIN:
		return reply{}, c.setPIN()
	}
	return reply{}, keys.ErrNotSupported
}

func (c *ceremony) info() (keys.AuthenticatorInfo, error) {
	got := keys.AuthenticatorInfo{PINTries: -1, UVTries: -1}
	info, err := c.dev.Info()
	if errors.Is(err, libfido2.ErrNotFIDO2) {
		got.Versions = []string{"U2F_V2"} // it has neither PIN nor PRF
		return got, nil
	}
	if err != nil {
		return got, err
	}
	copy(got.AAGUID[:], info.AAGUID)
	for _, v := range info.Versions {
		got.Versions = append(got.Versions, strings.ToValidUTF8(v, "�"))
	}
	for _, e := range info.Extensions {
		got.HMACSecret = got.HMACSecret || e == string(libfido2.HMACSecretExtension)
	}
	for _, o := range info.Options {
		switch on := o.Value == libfido2.True; o.Name {
		case "clientPin":
			got.PINSupported, got.PINSet = true, on
		case "uv":
			got.UV = on
		}
	}
	more := ask(c.req.Path, got.UV)
	got.PINChange, got.UVTries = more.pinChange, more.uvTries
	if got.PINSet {
		if got.PINTries, err = c.dev.RetryCount(); err != nil {
			return got, err
		}
	}
	return got, nil
}

// ready finds out, before the person is asked to touch and before a PIN is
// sent, whether the key can do what it is about to be asked. It returns the
// PIN to send, empty for a key that verifies by itself.
func (c *ceremony) ready() (pin string, err error) {
	info, err := c.info()
	switch {
	case err != nil:
		return "", err
	case !info.HMACSecret:
		return "", keys.ErrNoHMACSecret
	case len(c.pins) == 0 && info.UV && info.UVTries != 0:
	case len(c.pins) == 0 && info.UV:
		return "", keys.ErrUVBlocked
	case !info.PINSet:
		return "", keys.ErrPINNotSet
	case info.PINTries == 0:
		return "", keys.ErrPINBlocked
	case info.PINChange:
		return "", keys.ErrPINChange
	case len(c.pins) == 0:
		return "", keys.ErrPINRequired
	default:
		pin = borrow(c.pins[0])
	}
	if err := c.touch(); err != nil {
		return "", err
	}
	return pin, c.ctx.Err()
}

func (c *ceremony) create() ([]byte, error) {
	pin, err := c.ready()
	if err != nil {
		return nil, err
	}
	name := c.req.UserName
	if name == "" {
		name = "Touchback"
	}
	opts := &libfido2.MakeCredentialOpts{
		Extensions: []libfido2.Extension{libfido2.HMACSecretExtension},
		RK:         libfido2.False,
	}
	if pin == "" {
		opts.UV = libfido2.True
	}
	// Nobody verifies the attestation, so the hash need not be of anything;
	// the user handle of a credential that is not resident is not kept.
	made, err := c.dev.MakeCredential(random(32),
		libfido2.RelyingParty{ID: c.req.RPID, Name: "Touchback"},
		libfido2.User{ID: random(32), Name: name, DisplayName: name},
		libfido2.ES256, pin, opts)
	if err != nil {
		return nil, err
	}
	if err := verified(made.AuthData); err != nil {
		return nil, err
	}
	return made.CredentialID, nil
}

func (c *ceremony) evaluate() ([]byte, error) {
	if len(c.req.CredentialID) == 0 || len(c.req.Salts) != 2*saltLen {
		return nil, &DeviceError{Code: codeInvalidArgument}
	}
	pin, err := c.ready()
	if err != nil {
		return nil, err
	}
	a, err := c.dev.Assertion(c.req.RPID, random(32), [][]byte{c.req.CredentialID}, pin, &libfido2.AssertionOpts{
		Extensions: []libfido2.Extension{libfido2.HMACSecretExtension},
		UV:         libfido2.True,
		HMACSalt:   c.req.Salts,
	})
	if err != nil {
		return nil, err
	}
	if err := verified(a.AuthDataCBOR); err != nil {
		clear(a.HMACSecret)
		return nil, err
	}
	if len(a.HMACSecret) != 2*saltLen {
		clear(a.HMACSecret)
		return nil, keys.ErrNoHMACSecret
	}
	return a.HMACSecret, nil
}

func (c *ceremony) knows() (bool, error) {
	if len(c.req.CredentialID) == 0 {
		return false, nil
	}
	_, err := c.dev.Assertion(c.req.RPID, random(32), [][]byte{c.req.CredentialID}, "", &libfido2.AssertionOpts{
		UP: libfido2.False,
	})
	code := codeOf(err)
	switch {
	case err == nil:
		return true, nil
	case code == codeNoCredentials || code == codeInvalidCredential:
		return false, nil
	case code > 0 || code == codePresence:
		return true, nil // it won't say without the person
	}
	return false, err
}

func (c *ceremony) setPIN() error {
	switch len(c.pins) {
	case 1:
		return c.dev.SetPIN(borrow(c.pins[0]), "")
	case 2:
		return c.dev.SetPIN(borrow(c.pins[1]), borrow(c.pins[0]))
	}
	return &DeviceError{Code: codeInvalidArgument}
}

// verified makes sure that the key says it verified the person. The outputs of
// hmac-secret differ with and without it, so an answer without would lock a
// keyring to the wrong secret.
func verified(authDataCBOR []byte) error {
	// RP ID hash, 32 bytes, then flags (WebAuthn §6.1); bit 2 is UV.
	const flagsAt, uv = 32, 1 << 2
	var raw []byte
	if err := cbor.Unmarshal(authDataCBOR, &raw); err != nil || len(raw) <= flagsAt {
		return &DeviceError{Code: codeRXInvalidCBOR}
	}
	if raw[flagsAt]&uv == 0 {
		return keys.ErrDenied
	}
	return nil
}

// borrow shows a PIN as the string go-libfido2 asks for, without the copy that
// could not be wiped. The string is only good until the PIN is wiped.
func borrow(pin []byte) string {
	return unsafe.String(unsafe.SliceData(pin), len(pin)) //nolint:gosec // nothing writes to pin until it is wiped
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
