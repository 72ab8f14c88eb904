package gcm

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
)

const (
	// BlockSize is the size of an AES block, in bytes.
	BlockSize = aes.BlockSize
	// TagSize is the size of the tag, in bytes. Shorter tags are not supported.
	TagSize = 16
	// MaxLen is the longest ciphertext under one IV, in bytes: beyond it the
	// 32-bit counter would repeat (SP 800-38D §5.2.1.1: 2^39 - 256 bits).
	MaxLen = 1<<36 - 32
)

// mode is AES-GCM under one key and one IV, taken apart so that chunks can be
// hashed and decrypted in any order. It is safe for concurrent use.
type mode struct {
	block cipher.Block
	mac   cipher.AEAD // hashes a chunk as additional data
	mask  element     // what mac encrypts its hash with: E(0^96 ‖ 1)
	h     element     // the hash key, E(0^128)
	j0    [BlockSize]byte
}

func newMode(key, iv []byte) (*mode, error) {
	if len(iv) == 0 {
		return nil, errors.New("gcm: the IV is empty")
	}
	m, err := newModeAt(key, [BlockSize]byte{})
	if err != nil {
		return nil, err
	}
	if len(iv) == 12 {
		copy(m.j0[:], iv)
		m.j0[BlockSize-1] = 1
		return m, nil
	}
	m.j0 = m.sum(iv).add(m.length(int64(len(iv)))).bytes()
	return m, nil
}

// newModeAt takes the pre-counter block J0 itself in place of an IV.
func newModeAt(key []byte, j0 [BlockSize]byte) (*mode, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	mac, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	m := &mode{block: block, mac: mac, j0: j0}
	m.h = m.encrypt([BlockSize]byte{})
	m.mask = m.encrypt([BlockSize]byte{BlockSize - 1: 1})
	return m, nil
}

func (m *mode) encrypt(b [BlockSize]byte) element {
	m.block.Encrypt(b[:], b[:])
	return elementFrom(b[:])
}

// sum returns GHASH(c)·H, without any length block.
//
// The tag of an empty message with additional data c under the all-zero nonce
// is (GHASH(c) ^ bits(c)‖0)·H ^ E(0^96‖1): taking the two known terms off leaves
// the sum. The nonce is the same each time, which is safe here because nothing
// is encrypted and no tag leaves this function. It is worth the detour: GHASH
// by itself is not exported, and this one is the standard library's assembly.
func (m *mode) sum(c []byte) element {
	var nonce [12]byte
	s := elementFrom(m.mac.Seal(nil, nonce[:], nil, c))
	bits := element{hi: uint64(len(c)) * 8}
	return s.add(m.mask).add(bits.mul(m.h))
}

// length is what n bytes of text, without additional data, add to a hash.
func (m *mode) length(n int64) element {
	return element{lo: uint64(n) * 8}.mul(m.h)
}

// tag closes the sum z over n bytes of ciphertext.
func (m *mode) tag(z element, n int64) [TagSize]byte {
	return z.add(m.length(n)).add(m.encrypt(m.j0)).bytes()
}

// blocks is how many powers of H lie between the start and the end of n bytes.
func blocks(n int) uint64 { return (uint64(n) + BlockSize - 1) / BlockSize }

// crypt encrypts or decrypts b in place; b starts at byte off of the text,
// a multiple of BlockSize.
//
// GCM counts in the last 32 bits and wraps there, cipher.NewCTR carries into
// all 128: the key stream is restarted at the wrap.
func (m *mode) crypt(b []byte, off int64) {
	counter := m.j0
	low := counter[BlockSize-4:]
	first := binary.BigEndian.Uint32(low) + 1 + uint32(off/BlockSize)
	binary.BigEndian.PutUint32(low, first)

	untilWrap := (1<<32 - int64(first)) * BlockSize
	n := min(int64(len(b)), untilWrap)
	cipher.NewCTR(m.block, counter[:]).XORKeyStream(b[:n], b[:n])
	if b = b[n:]; len(b) > 0 {
		clear(low)
		cipher.NewCTR(m.block, counter[:]).XORKeyStream(b, b)
	}
}
