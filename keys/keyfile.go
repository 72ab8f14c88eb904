package keys

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// MaxKeyFile is the largest key file that is read, in bytes. The largest real
// one has 158; the rest is room for a text with notes around the digits.
const MaxKeyFile = 16 << 10

// Errors of ParseKeyFile, beside *DigitsError where the file is a text.
var (
	ErrKeyFile      = errors.New("not a key file of WhatsApp's")
	ErrPasswordData = errors.New("this is password_data.key: it can check a backup password, but holds no key " +
		"(that lies with WhatsApp); the file to use is encrypted_backup.key, or the 64-digit key")
)

// javaByteArray is how Java serialises a byte[], up to its u32 length: stream
// magic and version, TC_ARRAY, TC_CLASSDESC "[B" with its serialVersionUID,
// flags, no fields, TC_ENDBLOCKDATA, TC_NULL (Java Object Serialization
// Specification, §6.4).
var javaByteArray = []byte("\xac\xed\x00\x05\x75\x72\x00\x02[B\xac\xf3\x17\xf8\x06\x08\x54\xe0\x02\x00\x00\x78\x70")

// The body of the file "key": cipher version 2, key version 1, server salt 32,
// google ID 16, its SHA-256 32, IV 16 (zero), AES key 32. Measured on files of
// real phones.
const (
	fileKeyIV   = 16
	fileKeyBody = 2 + 1 + 32 + 16 + sha256.Size + fileKeyIV + KeySize
)

// ReadKeyFile reads a key file whole, MaxKeyFile at most, and parses it.
func ReadKeyFile(r io.Reader) (*BackupKey, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxKeyFile+1))
	defer func() { clear(b) }()
	if err != nil {
		return nil, err
	}
	return ParseKeyFile(b)
}

// ParseKeyFile takes the content of encrypted_backup.key (59 bytes), of key
// (158 bytes), a text with the 64-digit key, or its 32 bytes as they are. It
// does not keep or wipe b.
//
// The error wraps ErrKeyFile, or is ErrPasswordData, or is a *DigitsError for
// something that reads as text.
func ParseKeyFile(b []byte) (*BackupKey, error) {
	switch {
	case len(b) > MaxKeyFile:
		return nil, fmt.Errorf("%w: larger than %d KiB", ErrKeyFile, MaxKeyFile>>10)
	case bytes.HasPrefix(b, javaByteArray[:4]):
		return parseJava(b)
	case isText(b):
		return ParseDigits(b)
	case len(b) == KeySize:
		return NewRootKey(bytes.Clone(b))
	}
	return nil, fmt.Errorf("%w: neither text nor a Java byte array", ErrKeyFile)
}

func parseJava(b []byte) (*BackupKey, error) {
	// password_data.key starts with an int in a block of its own (TC_BLOCKDATA)
	// and goes on with two byte arrays of 64.
	if len(b) > 4 && b[4] == 0x77 {
		return nil, ErrPasswordData
	}
	body, ok := bytes.CutPrefix(b, javaByteArray)
	if !ok || len(body) < 4 {
		return nil, fmt.Errorf("%w: a Java object, but no byte array", ErrKeyFile)
	}
	length := binary.BigEndian.Uint32(body)
	body = body[4:]
	if uint64(length) != uint64(len(body)) {
		return nil, fmt.Errorf("%w: it says %d bytes and has %d; was it cut off?", ErrKeyFile, length, len(body))
	}
	switch len(body) {
	case KeySize:
		return NewRootKey(bytes.Clone(body))
	case fileKeyBody:
		return parseFileKey(body)
	case 64:
		return nil, ErrPasswordData
	}
	return nil, fmt.Errorf("%w: a byte array of %d bytes", ErrKeyFile, len(body))
}

func parseFileKey(b []byte) (*BackupKey, error) {
	var info FileKeyInfo
	next := func(n int) []byte {
		field := b[:n]
		b = b[n:]
		return field
	}
	copy(info.CipherVersion[:], next(2))
	info.KeyVersion = next(1)[0]
	copy(info.ServerSalt[:], next(32))
	copy(info.GoogleID[:], next(16))
	if sum := sha256.Sum256(info.GoogleID[:]); !bytes.Equal(sum[:], next(sha256.Size)) {
		return nil, fmt.Errorf("%w: its own check does not hold; the file is damaged", ErrKeyFile)
	}
	if iv := next(fileKeyIV); !bytes.Equal(iv, make([]byte, fileKeyIV)) {
		return nil, fmt.Errorf("%w: the bytes before the key are not zero; the file is damaged", ErrKeyFile)
	}
	return NewFileKey(info, bytes.Clone(next(KeySize)))
}

// isText tells whether b could have been typed: valid UTF-8, no controls but
// white space. Thirty-two random bytes pass about once in 10^14.
func isText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, c := range b {
		if (c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7f {
			return false
		}
	}
	return true
}
