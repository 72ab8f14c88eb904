package fido2

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"touchback/keys"
)

// Limits of a PIN, CTAP 2.1 §6.5.1: at least four code points, at most 63
// bytes of UTF-8.
const (
	minPINRunes = 4
	maxPINBytes = 63
)

// checkPIN refuses what no key can have as its PIN, so that a slip of the
// fingers spends no try. A zero byte would cut the PIN short on its way
// through C.
func checkPIN(pin *keys.Secret) error {
	ok := false
	pin.Use(func(b []byte) {
		ok = len(b) <= maxPINBytes && utf8.Valid(b) &&
			utf8.RuneCount(b) >= minPINRunes && bytes.IndexByte(b, 0) < 0
	})
	if !ok {
		return keys.ErrPINPolicy
	}
	return nil
}

// normalize brings a PIN to Normalization Form C, as CTAP 2.1 §6.5.5.5 wants
// it, so that an é typed as one code point or as two is the same PIN. It wipes
// what it replaces.
func normalize(pin []byte) []byte {
	if norm.NFC.IsNormal(pin) {
		return pin
	}
	n := norm.NFC.Bytes(pin)
	clear(pin)
	return n
}
