package soft

import (
	"errors"

	"github.com/fxamacker/cbor/v2"
)

// maxMessage is the largest message that CTAPHID can carry: 64 − 7 bytes in
// the first report and 64 − 5 in each of 128 more (CTAP 2.1 §11.2.4).
const maxMessage = 64 - 7 + 128*(64-5)

// codec holds the CBOR rules of CTAP (CTAP 2.1 §8.1, "CTAP2 canonical CBOR
// encoding form"). Decoding is bounded, since requests come from outside:
// nesting of four levels is what the specification allows.
type codec struct {
	enc cbor.EncMode
	dec cbor.DecMode
}

// newCodec cannot fail but for options that are wrong in this file.
func newCodec() codec {
	enc, err := cbor.CTAP2EncOptions().EncMode()
	if err != nil {
		panic("soft: encoding rules: " + err.Error())
	}
	dec, err := cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxNestedLevels:  4,
		MaxArrayElements: 1024,
		MaxMapPairs:      1024,
	}.DecMode()
	if err != nil {
		panic("soft: decoding rules: " + err.Error())
	}
	return codec{enc: enc, dec: dec}
}

// decode turns the parameters of a command into v, and any failure into the
// status that the specification asks for.
func (c codec) decode(b []byte, v any) error {
	err := c.dec.Unmarshal(b, v)
	if err == nil {
		return nil
	}
	var typ *cbor.UnmarshalTypeError
	if errors.As(err, &typ) {
		return StatusCBORUnexpectedType
	}
	return StatusInvalidCBOR
}

// encode cannot fail for the types of this package, all of which are plain
// structs, byte strings and maps.
func (c codec) encode(v any) []byte {
	b, err := c.enc.Marshal(v)
	if err != nil {
		panic("soft: encoding: " + err.Error())
	}
	return b
}

// coseKey is an EC2 public key on P-256 (RFC 9053 §7.1). The same form serves
// signatures (alg −7, ES256) and key agreement (alg −25, ECDH-ES + HKDF-256).
type coseKey struct {
	Kty int    `cbor:"1,keyasint"`
	Alg int    `cbor:"3,keyasint"`
	Crv int    `cbor:"-1,keyasint"`
	X   []byte `cbor:"-2,keyasint"`
	Y   []byte `cbor:"-3,keyasint"`
}

const (
	algES256 = -7
	algECDH  = -25
)

// newCOSEKey takes an uncompressed point: 0x04 ‖ X ‖ Y, 65 bytes.
func newCOSEKey(alg int, point []byte) coseKey {
	return coseKey{Kty: 2, Alg: alg, Crv: 1, X: point[1:33], Y: point[33:65]}
}

// point is the inverse of newCOSEKey; nil where k is no P-256 key.
func (k coseKey) point() []byte {
	if k.Kty != 2 || k.Crv != 1 || len(k.X) != 32 || len(k.Y) != 32 {
		return nil
	}
	return append(append([]byte{4}, k.X...), k.Y...)
}
