package gcm

import "bytes"

// peekLen is enough to recognise a file format and too little to leak a text.
const peekLen = 32

// Peek decrypts up to 32 bytes from the start of a ciphertext WITHOUT VERIFYING
// THEM. It exists for one purpose: after ErrTag, to tell a wrong key (noise)
// from a damaged file (a known file signature). What it returns may have been
// chosen by whoever altered the file, and must not be shown, stored or parsed
// any further than that. It is nil where key or iv cannot be used.
func Peek(key, iv, ciphertext []byte) []byte {
	m, err := newMode(key, iv)
	if err != nil {
		return nil
	}
	b := bytes.Clone(ciphertext[:min(len(ciphertext), peekLen)])
	m.crypt(b, 0)
	return b
}
