package prf

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"filippo.io/age/plugin"
	"github.com/fxamacker/cbor/v2"
)

// Limits of an identity string. CTAP 2.1 §6.4 (maxCredentialIdLength) leaves
// the first open; 1023 is the WebAuthn limit. An RP ID is a domain name.
const (
	maxCredentialID = 1023
	maxRPID         = 253
	maxTransports   = 16
	maxTransport    = 32
	maxIdentityText = 4096
)

const (
	pluginName      = "fido2prf"
	identityVersion = 1
)

// ErrIdentity is wrapped by the errors of ParseCredential and Encode.
var ErrIdentity = errors.New("malformed passkey identity")

// Credential is what an identity string names. It has the fields of
// keys.Passkey, so that one converts to the other. There is no secret in it.
type Credential struct {
	ID         []byte
	RPID       string
	Transports []string
}

// Encode returns the credential's identity string, AGE-PLUGIN-FIDO2PRF-1…:
// Bech32 in upper case over a CBOR sequence of the version, the credential ID,
// the RP ID and the transports.
func (c Credential) Encode() (string, error) {
	if err := c.check(); err != nil {
		return "", err
	}
	mode, err := cbor.CTAP2EncOptions().EncMode()
	if err != nil {
		return "", err
	}
	transports := c.Transports
	if transports == nil {
		transports = []string{} // nil would be CBOR null
	}
	var data []byte
	for _, item := range []any{uint64(identityVersion), c.ID, c.RPID, transports} {
		b, err := mode.Marshal(item)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrIdentity, err)
		}
		data = append(data, b...)
	}
	return plugin.EncodeIdentity(pluginName, data), nil
}

// ParseCredential reads an identity string. The error wraps ErrIdentity.
func ParseCredential(s string) (Credential, error) {
	if len(s) > maxIdentityText {
		return Credential{}, fmt.Errorf("%w: too long", ErrIdentity)
	}
	name, data, err := plugin.ParseIdentity(s)
	if err != nil {
		return Credential{}, fmt.Errorf("%w: not an AGE-PLUGIN-FIDO2PRF string", ErrIdentity)
	}
	if name != pluginName {
		return Credential{}, fmt.Errorf("%w: an identity for another plugin", ErrIdentity)
	}
	mode, err := cbor.DecOptions{
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxArrayElements: maxTransports,
		MaxNestedLevels:  4,
	}.DecMode()
	if err != nil {
		return Credential{}, err
	}
	var version uint64
	var c Credential
	for _, item := range []any{&version, &c.ID, &c.RPID, &c.Transports} {
		if data, err = mode.UnmarshalFirst(data, item); err != nil {
			return Credential{}, fmt.Errorf("%w: %w", ErrIdentity, err)
		}
		if version != identityVersion {
			return Credential{}, fmt.Errorf("%w: version %d", ErrIdentity, version)
		}
	}
	if len(data) != 0 {
		return Credential{}, fmt.Errorf("%w: %d bytes too many", ErrIdentity, len(data))
	}
	// One credential has one spelling: whatever a lenient CBOR or Bech32 reader
	// let through does not come back out the same.
	if canonical, err := c.Encode(); err != nil {
		return Credential{}, err
	} else if canonical != s {
		return Credential{}, fmt.Errorf("%w: not in canonical form", ErrIdentity)
	}
	return c, nil
}

func (c Credential) check() error {
	switch {
	case len(c.ID) == 0 || len(c.ID) > maxCredentialID:
		return fmt.Errorf("%w: a credential ID of %d bytes", ErrIdentity, len(c.ID))
	case c.RPID == "" || len(c.RPID) > maxRPID || !utf8.ValidString(c.RPID):
		return fmt.Errorf("%w: the relying party ID", ErrIdentity)
	case len(c.Transports) > maxTransports:
		return fmt.Errorf("%w: %d transports", ErrIdentity, len(c.Transports))
	}
	for _, t := range c.Transports {
		if t == "" || len(t) > maxTransport || !utf8.ValidString(t) {
			return fmt.Errorf("%w: a transport's name", ErrIdentity)
		}
	}
	return nil
}
