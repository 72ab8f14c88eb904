package prf

import "crypto/sha256"

// webauthnPrefix separates the inputs of the PRF extension from any other use
// of an authenticator's hmac-secret (WebAuthn Level 3, §10.1.4, "prf").
const webauthnPrefix = "WebAuthn PRF\x00"

// Salt turns one input of the WebAuthn PRF extension into the hmac-secret salt
// that a CTAP authenticator takes: SHA-256("WebAuthn PRF" ‖ 0x00 ‖ input).
func Salt(input []byte) [32]byte {
	h := sha256.New()
	_, _ = h.Write([]byte(webauthnPrefix)) // a hash never fails to write
	_, _ = h.Write(input)
	return [32]byte(h.Sum(nil))
}

// Salts does the same for both inputs of one ceremony. It takes a
// keys.PRFInputs as it is.
func Salts(inputs [2][]byte) [2][32]byte {
	return [2][32]byte{Salt(inputs[0]), Salt(inputs[1])}
}
