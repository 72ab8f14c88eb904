package browser

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"math/big"

	"github.com/fxamacker/cbor/v2"
)

// The algorithms that a new passkey may use (IANA COSE Algorithms).
const (
	algES256 = -7
	algEdDSA = -8
	algRS256 = -257
)

// COSE key parameters (RFC 9053 §7, RFC 8230 §4).
const (
	ktyOKP, ktyEC2, ktyRSA = 1, 2, 3
	crvP256, crvEd25519    = 1, 6
)

// maxModulus bounds an RSA key, in bytes: 4096 bits.
const maxModulus = 512

var errPublicKey = errors.New("not a public key that can be checked")

// publicKey verifies a signature over data.
type publicKey func(data, signature []byte) bool

// parseCOSE reads a public key in COSE form, and returns what follows it.
func parseCOSE(b []byte) (publicKey, []byte, error) {
	mode, err := strictCBOR()
	if err != nil {
		return nil, nil, err
	}
	// −1 is the curve of an elliptic key and the modulus of an RSA one, so the
	// values are read in a second step.
	var raw map[int]cbor.RawMessage
	rest, err := mode.UnmarshalFirst(b, &raw)
	if err != nil {
		return nil, nil, err
	}
	number := func(label int) (n int) {
		if mode.Unmarshal(raw[label], &n) != nil {
			return 0 // stands for nothing in any of these fields
		}
		return n
	}
	text := func(label int) (b []byte) {
		if mode.Unmarshal(raw[label], &b) != nil {
			return nil
		}
		return b
	}
	switch kty, alg := number(1), number(3); {
	case kty == ktyEC2 && alg == algES256 && number(-1) == crvP256:
		x, y := text(-2), text(-3)
		if len(x) != 32 || len(y) != 32 {
			return nil, nil, errPublicKey
		}
		key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
		if err != nil {
			return nil, nil, errPublicKey
		}
		return func(data, sig []byte) bool {
			sum := sha256.Sum256(data)
			return ecdsa.VerifyASN1(key, sum[:], sig)
		}, rest, nil
	case kty == ktyOKP && alg == algEdDSA && number(-1) == crvEd25519:
		x := text(-2)
		if len(x) != ed25519.PublicKeySize {
			return nil, nil, errPublicKey
		}
		return func(data, sig []byte) bool { return ed25519.Verify(x, data, sig) }, rest, nil
	case kty == ktyRSA && alg == algRS256:
		n, e := text(-1), text(-2)
		if len(n) < 256 || len(n) > maxModulus || len(e) == 0 || len(e) > 4 {
			return nil, nil, errPublicKey
		}
		key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		return func(data, sig []byte) bool {
			sum := sha256.Sum256(data)
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) == nil
		}, rest, nil
	}
	return nil, nil, errPublicKey
}

// strictCBOR is as strict as CTAP2's canonical form needs; what a page sends is
// hostile until it is verified.
func strictCBOR() (cbor.DecMode, error) {
	return cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxArrayElements: 16,
		MaxMapPairs:      16,
		MaxNestedLevels:  8,
	}.DecMode()
}
