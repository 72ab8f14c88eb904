package soft

import (
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
)

// credential is what a credential ID says to the key that made it. The key
// itself stores nothing for it: a credential ID is the credential's seed and
// properties, encrypted under the key's master secret and bound to the relying
// party.
type credential struct {
	seed    [32]byte
	hmac    bool // made with hmac-secret
	protect byte // credProtect level 1 to 3 (CTAP 2.1 §12.1)
}

const (
	credentialVersion = 1
	nonceSize         = 12
	sealedSize        = 32 + 2 + 16 // seed, properties, tag

	// credentialIDSize is the length of every credential ID, in bytes.
	credentialIDSize = 1 + nonceSize + sealedSize
)

// vault derives all long-lived secrets of one life of the key, which lasts
// from one reset to the next.
type vault struct{ master []byte }

func (v vault) aead() cipher.AEAD {
	a, err := cipher.NewGCM(mustAES(expand(v.master, nil, "touchback soft key: wrap")))
	if err != nil {
		panic("soft: GCM: " + err.Error())
	}
	return a
}

// seal makes the credential ID. The nonce is a MAC of what is sealed, so that
// a random source that repeats itself can't make GCM repeat a nonce.
func (v vault) seal(c credential, rpHash []byte) []byte {
	plain := append(append([]byte(nil), c.seed[:]...), 0, c.protect)
	if c.hmac {
		plain[32] = 1
	}
	h := hmac.New(sha256.New, expand(v.master, nil, "touchback soft key: nonce"))
	h.Write(rpHash)
	h.Write(plain)
	id := append([]byte{credentialVersion}, h.Sum(nil)[:nonceSize]...)
	return v.aead().Seal(id, id[1:], plain, rpHash)
}

// open returns false for every ID that this key did not make for this relying
// party.
func (v vault) open(id, rpHash []byte) (credential, bool) {
	if len(id) != credentialIDSize || id[0] != credentialVersion {
		return credential{}, false
	}
	plain, err := v.aead().Open(nil, id[1:1+nonceSize], id[1+nonceSize:], rpHash)
	if err != nil {
		return credential{}, false
	}
	c := credential{hmac: plain[32] == 1, protect: plain[33]}
	copy(c.seed[:], plain)
	return c, true
}

// credRandom is the secret of hmac-secret (CTAP 2.1 §12.5), one for each way
// of asking: with user verification and without.
func (c credential) credRandom(uv bool) []byte {
	if uv {
		return expand(c.seed[:], nil, "CredRandomWithUV")
	}
	return expand(c.seed[:], nil, "CredRandomWithoutUV")
}

// private derives the signing key. One in 2³² candidates is no valid scalar,
// hence the loop.
func (c credential) private() *ecdsa.PrivateKey {
	d := expand(c.seed[:], nil, "signing key")
	for {
		if k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d); err == nil {
			return k
		}
		d = expand(d, nil, "signing key")
	}
}

func (c credential) public() coseKey {
	point, err := c.private().PublicKey.Bytes()
	if err != nil {
		panic("soft: public key: " + err.Error())
	}
	return newCOSEKey(algES256, point)
}

func (c credential) sign(authData, clientDataHash []byte) []byte {
	h := sha256.New()
	h.Write(authData)
	h.Write(clientDataHash)
	sig, err := ecdsa.SignASN1(rand.Reader, c.private(), h.Sum(nil))
	if err != nil {
		panic("soft: signing: " + err.Error())
	}
	return sig
}
