package soft

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"unicode/utf8"
)

// pinRequest holds the parameters of authenticatorClientPIN (CTAP 2.1 §6.5.5).
type pinRequest struct {
	Protocol     pinProtocol `cbor:"1,keyasint,omitempty"`
	Subcommand   int         `cbor:"2,keyasint"`
	KeyAgreement *coseKey    `cbor:"3,keyasint,omitempty"`
	Auth         []byte      `cbor:"4,keyasint,omitempty"`
	NewPIN       []byte      `cbor:"5,keyasint,omitempty"`
	PINHash      []byte      `cbor:"6,keyasint,omitempty"`
	Permissions  byte        `cbor:"9,keyasint,omitempty"`
	RPID         string      `cbor:"10,keyasint,omitempty"`
}

type pinResponse struct {
	KeyAgreement *coseKey `cbor:"1,keyasint,omitempty"`
	Token        []byte   `cbor:"2,keyasint,omitempty"`
	Tries        *int     `cbor:"3,keyasint,omitempty"`
	PowerCycle   *bool    `cbor:"4,keyasint,omitempty"`
	UVTries      *int     `cbor:"5,keyasint,omitempty"`
}

// Subcommands of authenticatorClientPIN.
const (
	subGetTries        = 0x01
	subGetKeyAgreement = 0x02
	subSetPIN          = 0x03
	subChangePIN       = 0x04
	subGetToken        = 0x05 // CTAP 2.0: no permissions, any relying party
	subGetTokenByUV    = 0x06 // getPinUvAuthTokenUsingUvWithPermissions
	subGetUVTries      = 0x07
	subGetTokenForRP   = 0x09 // getPinUvAuthTokenUsingPinWithPermissions
)

// Permissions of a token (§6.5.5.7); the others are not supported.
const (
	permMakeCredential = 0x01
	permGetAssertion   = 0x02
)

// token is the pinUvAuthToken: what a right PIN is exchanged for.
type token struct {
	value       []byte // nil: none is in use
	protocol    pinProtocol
	permissions byte
	rpID        string // "" until bound to the first that uses it
	present     bool   // the finger that verified was a touch, too
}

func (k *Key) clientPIN(c call, params []byte) ([]byte, error) {
	var r pinRequest
	if err := k.codec.decode(params, &r); err != nil {
		return nil, err
	}
	switch r.Subcommand {
	case subGetTries:
		cycle := k.power.mismatches >= maxMismatches
		return k.codec.encode(pinResponse{Tries: &k.state.Tries, PowerCycle: &cycle}), nil
	case subGetUVTries:
		if !k.opts.Finger {
			return nil, StatusInvalidSubcommand
		}
		tries := k.fingerTries()
		return k.codec.encode(pinResponse{UVTries: &tries}), nil
	}
	if !slices.Contains(k.opts.PINProtocols, int(r.Protocol)) {
		if r.Protocol == 0 {
			return nil, StatusMissingParameter
		}
		return nil, StatusInvalidParameter
	}
	switch r.Subcommand {
	case subGetKeyAgreement:
		pub := newCOSEKey(algECDH, k.power.agreement[r.Protocol-1].PublicKey().Bytes())
		return k.codec.encode(pinResponse{KeyAgreement: &pub}), nil
	case subSetPIN:
		return nil, k.setPIN(r)
	case subChangePIN:
		return nil, k.changePIN(r)
	case subGetToken:
		if r.Permissions != 0 || r.RPID != "" {
			return nil, StatusInvalidParameter
		}
		r.Permissions = permMakeCredential | permGetAssertion
		return k.getToken(r)
	case subGetTokenForRP, subGetTokenByUV:
		if r.Permissions == 0 {
			return nil, StatusInvalidParameter
		}
		if r.Permissions&^(permMakeCredential|permGetAssertion) != 0 {
			return nil, StatusUnauthorizedPermission
		}
		if r.RPID == "" {
			return nil, StatusMissingParameter
		}
		if r.Subcommand == subGetTokenByUV {
			return k.getTokenByFinger(c, r)
		}
		return k.getToken(r)
	default:
		return nil, StatusInvalidSubcommand
	}
}

// secret agrees with the platform on a shared secret.
func (k *Key) secret(p pinProtocol, peer *coseKey) ([]byte, error) {
	if peer == nil {
		return nil, StatusMissingParameter
	}
	return p.agree(k.power.agreement[p-1], *peer)
}

func (k *Key) setPIN(r pinRequest) error {
	if r.NewPIN == nil || r.Auth == nil {
		return StatusMissingParameter
	}
	if len(k.state.PINHash) > 0 {
		return StatusPINAuthInvalid
	}
	secret, err := k.secret(r.Protocol, r.KeyAgreement)
	if err != nil {
		return err
	}
	if !r.Protocol.verify(secret, r.Auth, r.NewPIN) {
		return StatusPINAuthInvalid
	}
	return k.storePIN(r.Protocol, secret, r.NewPIN)
}

func (k *Key) changePIN(r pinRequest) error {
	if r.NewPIN == nil || r.Auth == nil || r.PINHash == nil {
		return StatusMissingParameter
	}
	secret, err := k.checkPIN(r, r.NewPIN, r.PINHash)
	if err != nil {
		return err
	}
	if err := k.storePIN(r.Protocol, secret, r.NewPIN); err != nil {
		return err
	}
	k.state.Changed = true
	return nil
}

func (k *Key) getToken(r pinRequest) ([]byte, error) {
	if r.PINHash == nil {
		return nil, StatusMissingParameter
	}
	secret, err := k.checkPIN(r)
	if err != nil {
		return nil, err
	}
	if k.wantsPINChange() {
		// §6.5.5.7.1 and §6.5.5.7.2 differ in what they answer.
		if r.Subcommand == subGetToken {
			return nil, StatusPINInvalid
		}
		return nil, StatusPINPolicyViolation
	}
	return k.issue(r, secret), nil
}

// issue makes the token that a command is answered with.
func (k *Key) issue(r pinRequest, secret []byte) []byte {
	t := token{value: make([]byte, 32), protocol: r.Protocol, permissions: r.Permissions, rpID: r.RPID}
	t.present = r.Subcommand == subGetTokenByUV
	mustRead(rand.Reader, t.value)
	k.power.token = t
	return k.codec.encode(pinResponse{Token: r.Protocol.encrypt(secret, t.value)})
}

// wantsPINChange holds while the PIN must be changed before it is used.
func (k *Key) wantsPINChange() bool {
	return k.opts.ForcePINChange && len(k.state.PINHash) > 0 && !k.state.Changed
}

// checkPIN spends a try (§6.5.5.6, §6.5.5.7). authenticated is what r.Auth must
// cover; without it the command has no such parameter.
func (k *Key) checkPIN(r pinRequest, authenticated ...[]byte) ([]byte, error) {
	k.attempts++
	switch {
	case len(k.state.PINHash) == 0:
		return nil, StatusPINNotSet
	case k.state.Tries == 0:
		return nil, StatusPINBlocked
	case k.power.mismatches >= maxMismatches:
		return nil, StatusPINAuthBlocked
	}
	secret, err := k.secret(r.Protocol, r.KeyAgreement)
	if err != nil {
		return nil, err
	}
	if authenticated != nil && !r.Protocol.verify(secret, r.Auth, authenticated...) {
		return nil, StatusPINAuthInvalid
	}
	// The try is spent before the comparison: pulling the key out in between
	// must not give it back.
	k.state.Tries--
	hash, err := r.Protocol.decrypt(secret, r.PINHash)
	if err != nil || !hmac.Equal(hash, k.state.PINHash) {
		k.power.renew(r.Protocol)
		k.power.mismatches++
		switch {
		case k.state.Tries == 0:
			return nil, StatusPINBlocked
		case k.power.mismatches >= maxMismatches:
			return nil, StatusPINAuthBlocked
		}
		return nil, StatusPINInvalid
	}
	k.state.Tries, k.power.mismatches = maxTries, 0
	k.state.Misread = 0
	return secret, nil
}

// storePIN takes the PIN, padded with zeros to 64 bytes and encrypted.
func (k *Key) storePIN(p pinProtocol, secret, sealed []byte) error {
	padded, err := p.decrypt(secret, sealed)
	if err != nil || len(padded) != 64 {
		return StatusInvalidParameter
	}
	defer clear(padded)
	pin := bytes.TrimRight(padded, "\x00")
	if len(pin) > 63 || utf8.RuneCount(pin) < minPINLength {
		return StatusPINPolicyViolation
	}
	sum := sha256.Sum256(pin)
	k.state.PINHash, k.state.Tries = sum[:16], maxTries
	k.power.mismatches, k.power.token = 0, token{}
	return nil
}

// spend checks that auth is a token's MAC over clientDataHash and that the
// token permits this (§6.1.2 step 11, §6.2.2 step 6).
func (k *Key) spend(p pinProtocol, auth, clientDataHash []byte, permission byte, rpID string) error {
	if p == 0 {
		return StatusMissingParameter
	}
	if !slices.Contains(k.opts.PINProtocols, int(p)) {
		return StatusInvalidParameter
	}
	t := &k.power.token
	switch {
	case t.value == nil, t.protocol != p, t.permissions&permission == 0,
		t.rpID != "" && t.rpID != rpID,
		!p.verify(t.value, auth, clientDataHash):
		return StatusPINAuthInvalid
	}
	t.rpID = rpID
	return nil
}
