package browser

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Flags of authenticator data (WebAuthn Level 3, §6.1).
const (
	flagPresent    = 0x01
	flagVerified   = 0x04
	flagCredential = 0x40
	flagExtensions = 0x80

	authHead        = 32 + 1 + 4 // hash of the RP ID, flags, counter
	maxCredentialID = 1023       // WebAuthn Level 3, §7.1
)

// forged says why an answer was not taken. The reason is for a log; a person
// reads what ErrForged says.
func forged(reason string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrForged, fmt.Sprintf(reason, args...))
}

// clientData is what the browser says of the ceremony (§5.8.1).
type clientData struct {
	Type        string  `json:"type"`
	Challenge   string  `json:"challenge"`
	Origin      string  `json:"origin"`
	CrossOrigin bool    `json:"crossOrigin"`
	TopOrigin   *string `json:"topOrigin"`
}

func verifyClientData(raw []byte, kind string, challenge []byte, origin string) error {
	var c clientData
	if err := json.Unmarshal(raw, &c); err != nil {
		return forged("client data that is no JSON")
	}
	want := base64.RawURLEncoding.EncodeToString(challenge)
	switch {
	case c.Type != kind:
		return forged("it is a %.40q, not a %s", c.Type, kind)
	case subtle.ConstantTimeCompare([]byte(c.Challenge), []byte(want)) != 1:
		return forged("the challenge is another")
	case c.Origin != origin:
		return forged("it was made for %.80q", c.Origin)
	case c.CrossOrigin || c.TopOrigin != nil:
		return forged("it was made within another page")
	}
	return nil
}

// attested is the credential in the authenticator data of a creation (§6.5.2).
type attested struct {
	id  []byte
	key publicKey
}

// verifyAuthData checks what the authenticator says. ErrNoUV comes before all
// that is only true of an authenticator that verified the person.
func verifyAuthData(b []byte, rpID string, creation bool) (attested, error) {
	var a attested
	if len(b) < authHead {
		return a, forged("%d bytes of authenticator data", len(b))
	}
	if hash := sha256.Sum256([]byte(rpID)); !bytes.Equal(b[:32], hash[:]) {
		return a, forged("it is for another relying party")
	}
	flags, rest := b[32], b[authHead:]
	switch {
	case flags&flagPresent == 0:
		return a, forged("nobody was there")
	case flags&flagVerified == 0:
		return a, ErrNoUV
	case creation != (flags&flagCredential != 0):
		return a, forged("a credential where there should be none, or none where there should be one")
	}
	if creation {
		const aaguid = 16
		if len(rest) < aaguid+2 {
			return a, forged("the credential is cut off")
		}
		n := int(binary.BigEndian.Uint16(rest[aaguid:]))
		rest = rest[aaguid+2:]
		if n == 0 || n > maxCredentialID || n > len(rest) {
			return a, forged("a credential ID of %d bytes", n)
		}
		a.id = bytes.Clone(rest[:n])
		var err error
		if a.key, rest, err = parseCOSE(rest[n:]); err != nil {
			return a, forged("the public key: %v", err)
		}
	}
	if flags&flagExtensions != 0 {
		mode, err := strictCBOR()
		if err != nil {
			return a, err
		}
		var extensions map[string]any
		if rest, err = mode.UnmarshalFirst(rest, &extensions); err != nil {
			return a, forged("the extensions: %v", err)
		}
	}
	if len(rest) != 0 {
		return a, forged("%d bytes too many of authenticator data", len(rest))
	}
	return a, nil
}

// attestationData takes the authenticator data out of an attestation object
// (§6.5.4). Who made the authenticator is not asked, so its statement is not
// looked at.
func attestationData(b []byte) ([]byte, error) {
	mode, err := strictCBOR()
	if err != nil {
		return nil, err
	}
	var object struct {
		AuthData []byte `cbor:"authData"`
	}
	if err := mode.Unmarshal(b, &object); err != nil {
		return nil, forged("the attestation: %v", err)
	}
	return object.AuthData, nil
}

// signed is what an assertion's signature covers (§6.3.3).
func signed(authData, clientData []byte) []byte {
	hash := sha256.Sum256(clientData)
	return append(bytes.Clone(authData), hash[:]...)
}
