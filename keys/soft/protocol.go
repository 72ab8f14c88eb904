package soft

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"io"
)

// pinProtocol is a PIN/UV auth protocol (CTAP 2.1 §6.5.4): how platform and
// key agree on a secret, hide PINs, tokens and salts under it, and
// authenticate requests. Both sides of it live here, for the key and for its
// client.
type pinProtocol int

// The two protocols. In the first, one 32-byte secret does everything and the
// initialisation vector is zero; in the second, secrets are 64 bytes: 32 for
// HMAC, then 32 for AES.
const (
	protocolOne pinProtocol = 1
	protocolTwo pinProtocol = 2
)

// agree computes the shared secret from ECDH's point (§6.5.6 and §6.5.7, kdf).
func (p pinProtocol) agree(priv *ecdh.PrivateKey, peer coseKey) ([]byte, error) {
	pub, err := ecdh.P256().NewPublicKey(peer.point())
	if err != nil {
		return nil, StatusInvalidParameter
	}
	z, err := priv.ECDH(pub)
	if err != nil {
		return nil, StatusInvalidParameter
	}
	if p == protocolOne {
		sum := sha256.Sum256(z)
		return sum[:], nil
	}
	return append(expand(z, make([]byte, 32), "CTAP2 HMAC key"),
		expand(z, make([]byte, 32), "CTAP2 AES key")...), nil
}

// expand is HKDF-SHA-256 to 32 bytes, which can't fail at that length.
func expand(ikm, salt []byte, info string) []byte {
	b, err := hkdf.Key(sha256.New, ikm, salt, info, 32)
	if err != nil {
		panic("soft: HKDF: " + err.Error())
	}
	return b
}

// aesKey and hmacKey pick their part of a shared secret or of a token.
func (p pinProtocol) aesKey(secret []byte) []byte {
	if p == protocolOne {
		return secret
	}
	return secret[32:]
}

func (p pinProtocol) hmacKey(secret []byte) []byte {
	if p == protocolOne {
		return secret
	}
	return secret[:32]
}

// encrypt takes whole blocks only: PINs, tokens and outputs are all padded or
// multiples of 16 bytes by definition.
func (p pinProtocol) encrypt(secret, plain []byte) []byte {
	out := make([]byte, aes.BlockSize+len(plain))
	iv := out[:aes.BlockSize]
	if p == protocolTwo {
		mustRead(rand.Reader, iv)
	}
	block := mustAES(p.aesKey(secret))
	//nolint:gosec // a zero vector is what protocol one prescribes (§6.5.6)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out[aes.BlockSize:], plain)
	if p == protocolOne {
		return out[aes.BlockSize:] // the zero vector is not sent
	}
	return out
}

// decrypt refuses what is not whole blocks.
func (p pinProtocol) decrypt(secret, sealed []byte) ([]byte, error) {
	iv := make([]byte, aes.BlockSize)
	if p == protocolTwo {
		if len(sealed) < aes.BlockSize {
			return nil, StatusInvalidParameter
		}
		iv, sealed = sealed[:aes.BlockSize], sealed[aes.BlockSize:]
	}
	if len(sealed)%aes.BlockSize != 0 {
		return nil, StatusInvalidParameter
	}
	plain := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(mustAES(p.aesKey(secret)), iv).CryptBlocks(plain, sealed)
	return plain, nil
}

// authenticate is HMAC-SHA-256 over msg, cut to 16 bytes in protocol one.
func (p pinProtocol) authenticate(secret []byte, msg ...[]byte) []byte {
	h := hmac.New(sha256.New, p.hmacKey(secret))
	for _, m := range msg {
		h.Write(m)
	}
	sum := h.Sum(nil)
	if p == protocolOne {
		return sum[:16]
	}
	return sum
}

func (p pinProtocol) verify(secret, tag []byte, msg ...[]byte) bool {
	return hmac.Equal(tag, p.authenticate(secret, msg...))
}

func mustAES(key []byte) cipher.Block {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic("soft: AES: " + err.Error())
	}
	return b
}

func mustRead(r io.Reader, b []byte) {
	if _, err := io.ReadFull(r, b); err != nil {
		panic("soft: random source: " + err.Error())
	}
}
