package whatsapp

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
)

// KeyKind is what the bytes of a Key are.
type KeyKind uint8

// The kinds of keys.
const (
	// RootKey is the 32-byte backup key behind the 64 digits and
	// encrypted_backup.key; it opens crypt15.
	RootKey KeyKind = iota
	// AESKey is the 32-byte key at offset 126 of the key file named "key"; it
	// opens crypt14 and crypt12.
	AESKey
)

// Key is a backup key as bytes. It is never kept by this package.
type Key struct {
	Kind  KeyKind
	Bytes []byte
}

// keySize is the length of every key here: root, AES-256, HMAC-SHA256.
const keySize = 32

// CipherKey returns the AES-256 key of the payload. The caller wipes it.
func (c *Container) CipherKey(k Key) ([]byte, error) {
	if len(k.Bytes) != keySize {
		return nil, fmt.Errorf("%w: %d bytes where %d are needed", ErrKeyKind, len(k.Bytes), keySize)
	}
	switch {
	case c.Format == Crypt15 && k.Kind == RootKey:
		return deriveCrypt15(k.Bytes), nil
	case c.Format != Crypt15 && k.Kind == AESKey:
		return bytes.Clone(k.Bytes), nil
	}
	return nil, fmt.Errorf("%w: %s", ErrKeyKind, c.Format)
}

// deriveCrypt15 is one block of HKDF-SHA256 with a zero salt and the info
// "backup encryption".
func deriveCrypt15(root []byte) []byte {
	extracted := authenticate(make([]byte, sha256.Size), root)
	defer clear(extracted)
	return authenticate(extracted, []byte("backup encryption\x01"))
}

// authenticate returns HMAC-SHA256 and leaves nothing of the message in memory:
// a hash keeps the last block that it was given, so it is given zeros.
func authenticate(key, message []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(message)
	sum := h.Sum(nil)
	h.Reset()
	h.Write(make([]byte, sha256.BlockSize-1))
	return sum
}
