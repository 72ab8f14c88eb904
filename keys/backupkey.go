package keys

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// KeyKind says which key of WhatsApp's a BackupKey is. The words are those of
// the keyring's "secret.kind".
type KeyKind string

const (
	// KindRootKey is the 32-byte root of a crypt15 backup: the 64-digit key
	// that the phone shows, or encrypted_backup.key.
	KindRootKey KeyKind = "whatsapp-root-key"
	// KindFileKey is the file "key" of a phone, for crypt14 and crypt12: an AES
	// key with the identifiers that a backup names it by.
	KindFileKey KeyKind = "whatsapp-file-key"
)

// KeySize is the length in bytes of a backup key of either kind.
const KeySize = 32

// FileKeyInfo is what the file "key" holds beside the AES key. A crypt14 or
// crypt12 header repeats all of it, so a wrong key file is known before
// anything is decrypted. None of it is secret.
type FileKeyInfo struct {
	CipherVersion [2]byte // 00 01
	KeyVersion    byte    // 1, 2 or 3 as a number; crypt14 writes it as an ASCII digit
	ServerSalt    [32]byte
	GoogleID      [16]byte // "googleIdSalt" in the key file, "google_id" in a crypt14 header
}

// BackupKey opens a backup. Its key bytes are a Secret: no formatter shows
// them, and Wipe ends them.
type BackupKey struct {
	kind   KeyKind
	secret *Secret
	info   FileKeyInfo
}

// NewRootKey takes the 32 bytes of a root key, and wipes b.
func NewRootKey(b []byte) (*BackupKey, error) {
	if len(b) != KeySize {
		clear(b)
		return nil, fmt.Errorf("%w: a root key has %d bytes, not %d", ErrKeyFile, KeySize, len(b))
	}
	return &BackupKey{kind: KindRootKey, secret: NewSecret(b)}, nil
}

// NewFileKey takes the 32 bytes of a crypt14 AES key, and wipes b.
func NewFileKey(info FileKeyInfo, b []byte) (*BackupKey, error) {
	if len(b) != KeySize {
		clear(b)
		return nil, fmt.Errorf("%w: an AES key has %d bytes, not %d", ErrKeyFile, KeySize, len(b))
	}
	return &BackupKey{kind: KindFileKey, secret: NewSecret(b), info: info}, nil
}

// Kind returns which kind of key it is.
func (k *BackupKey) Kind() KeyKind { return k.kind }

// Info returns the identifiers of a file key; zero for a root key.
func (k *BackupKey) Info() FileKeyInfo { return k.info }

// Use lends the 32 key bytes to f for the length of the call; f must not keep
// the slice. After Wipe, f gets an empty slice.
func (k *BackupKey) Use(f func(key []byte)) { k.secret.Use(f) }

// Clone returns an independent copy, to be wiped on its own.
func (k *BackupKey) Clone() *BackupKey {
	c := *k
	c.secret = k.secret.Clone()
	return &c
}

// Equal tells, in constant time, whether both are the same key.
func (k *BackupKey) Equal(l *BackupKey) bool {
	return k.kind == l.kind && k.info == l.info && k.secret.Equal(l.secret)
}

// Wipe overwrites the key bytes. It may be called more than once, and on nil.
func (k *BackupKey) Wipe() {
	if k != nil {
		k.secret.Wipe()
	}
}

// String names the kind and redacts the key.
func (k *BackupKey) String() string { return string(k.kind) + " " + redacted }

// MarshalText is String, for encoders and loggers.
func (k *BackupKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// ErrNoDigits is returned by Groups for a key that has no 64-digit form.
var ErrNoDigits = errors.New("only a root key is written as 64 digits")

// Groups lends the sixteen groups of four digits, in the lower case the phone
// shows, for the length of the call. Strings can't be wiped, so the groups are
// bytes, and are wiped when f returns.
func (k *BackupKey) Groups(f func(groups [16][]byte)) error {
	if k.kind != KindRootKey || k.secret.Len() != KeySize {
		return ErrNoDigits
	}
	digits := make([]byte, 2*KeySize)
	defer clear(digits)
	k.Use(func(key []byte) { hex.Encode(digits, key) })
	var groups [16][]byte
	for i := range groups {
		groups[i] = digits[4*i : 4*i+4]
	}
	f(groups)
	return nil
}

// encode returns the key as a keyring seals it: what any tool for WhatsApp
// backups, and ParseKeyFile, takes as it is. A root key is 64 lower-case digits
// and a newline, a file key the 158 bytes of the file "key". To be wiped.
func (k *BackupKey) encode() ([]byte, error) {
	if k.secret.Len() != KeySize {
		return nil, errors.New("the backup key was wiped")
	}
	var out []byte
	switch k.kind {
	case KindRootKey:
		out = make([]byte, 2*KeySize+1)
		k.Use(func(key []byte) { hex.Encode(out, key) })
		out[2*KeySize] = '\n'
	case KindFileKey:
		sum := sha256.Sum256(k.info.GoogleID[:])
		out = make([]byte, 0, len(javaByteArray)+4+fileKeyBody)
		out = append(out, javaByteArray...)
		out = append(out, 0, 0, 0, fileKeyBody)
		out = append(out, k.info.CipherVersion[:]...)
		out = append(out, k.info.KeyVersion)
		out = append(out, k.info.ServerSalt[:]...)
		out = append(out, k.info.GoogleID[:]...)
		out = append(out, sum[:]...)
		out = append(out, make([]byte, fileKeyIV)...)
		k.Use(func(key []byte) { out = append(out, key...) })
	default:
		return nil, fmt.Errorf("a backup key of unknown kind %q", k.kind)
	}
	return out, nil
}

// decodeKey reads what encode wrote, and nothing else: a sealed key has one
// spelling, so no two sealed texts stand for the same key.
func decodeKey(kind KeyKind, b []byte) (*BackupKey, error) {
	k, err := ParseKeyFile(b)
	if err != nil {
		return nil, err
	}
	again, err := k.encode()
	defer clear(again)
	if err != nil || k.kind != kind || !bytes.Equal(again, b) {
		k.Wipe()
		return nil, fmt.Errorf("%w: not a %s as a keyring holds it", ErrKeyFile, kind)
	}
	return k, nil
}
