package browser

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"touchback/keys/prf"
)

// device is an authenticator, and the browser before it, made of the
// specification: what it answers can be bent.
type device struct {
	id     []byte
	signer crypto.Signer
}

func newDevice(t testing.TB, alg int) *device {
	t.Helper()
	d := &device{id: []byte("a credential")}
	var err error
	switch alg {
	case algES256:
		d.signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case algEdDSA:
		_, d.signer, err = ed25519.GenerateKey(rand.Reader)
	case algRS256:
		d.signer, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	mode, err := cbor.CTAP2EncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	b, err := mode.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (d *device) cose(t testing.TB) []byte {
	t.Helper()
	switch k := d.signer.Public().(type) {
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		return encode(t, map[int]any{1: ktyEC2, 3: algES256, -1: crvP256, -2: point[1:33], -3: point[33:]})
	case ed25519.PublicKey:
		return encode(t, map[int]any{1: ktyOKP, 3: algEdDSA, -1: crvEd25519, -2: []byte(k)})
	case *rsa.PublicKey:
		return encode(t, map[int]any{1: ktyRSA, 3: algRS256, -1: k.N.Bytes(), -2: []byte{1, 0, 1}})
	}
	panic("no such key")
}

func (d *device) sign(t testing.TB, data []byte) []byte {
	t.Helper()
	digest, hash := data, crypto.Hash(0)
	if _, ok := d.signer.(ed25519.PrivateKey); !ok {
		sum := sha256.Sum256(data)
		digest, hash = sum[:], crypto.SHA256
	}
	sig, err := d.signer.Sign(rand.Reader, digest, hash)
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

// bend is what is wrong with an answer.
type bend struct {
	kind, challenge, origin, rpID string
	cross, top                    bool
	flags                         byte // to flip
	id                            []byte
	extra                         []byte // after the authenticator data
	signature                     bool
	noPRF, shortPRF               bool
}

func (d *device) clientData(s *asking, b bend, kind string) []byte {
	challenge := []byte(nil)
	if s.Create != nil {
		challenge = s.Create.Challenge
	} else {
		challenge = s.Get.Challenge
	}
	c := map[string]any{
		"type": kind, "challenge": base64.RawURLEncoding.EncodeToString(challenge),
		"origin": "http://localhost:8417", "crossOrigin": b.cross, "other": "ignored",
	}
	for name, bent := range map[string]string{"type": b.kind, "challenge": b.challenge, "origin": b.origin} {
		if bent != "" {
			c[name] = bent
		}
	}
	if b.top {
		c["topOrigin"] = "http://localhost:8417"
	}
	out, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return out
}

func (d *device) authData(t testing.TB, b bend, creation bool) []byte {
	t.Helper()
	rpID := RPID
	if b.rpID != "" {
		rpID = b.rpID
	}
	hash := sha256.Sum256([]byte(rpID))
	flags := byte(flagPresent | flagVerified)
	if creation {
		flags |= flagCredential
	}
	out := append(hash[:], flags^b.flags, 0, 0, 0, 9)
	if creation {
		out = append(out, make([]byte, 16)...)
		out = binary.BigEndian.AppendUint16(out, uint16(len(d.id)))
		out = append(append(out, d.id...), d.cose(t)...)
	}
	return append(out, b.extra...)
}

func (d *device) answer(t testing.TB, seq int, s *asking, b bend) answer {
	t.Helper()
	a := answer{Seq: seq, ID: d.id}
	if b.id != nil {
		a.ID = b.id
	}
	if s.Create != nil {
		a.ClientData = d.clientData(s, b, "webauthn.create")
		a.Attestation = encode(t, map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": d.authData(t, b, true)})
		a.Transports = []string{"usb", "internal", "usb", "", "Ünusual", "x y"}
		a.Enabled = !b.noPRF
		return a
	}
	a.ClientData = d.clientData(s, b, "webauthn.get")
	a.AuthData = d.authData(t, b, false)
	a.Signature = d.sign(t, signed(a.AuthData, a.ClientData))
	if b.signature {
		a.Signature[len(a.Signature)-1] ^= 1
	}
	if !b.noPRF {
		a.First, a.Second = d.output(s.Get.Inputs[0]), d.output(s.Get.Inputs[1])
	}
	if b.shortPRF {
		a.Second = nil
	}
	return a
}

// output is hmac-secret: HMAC under a key that only the device has.
func (d *device) output(input []byte) []byte {
	salt := prf.Salt(input)
	h := hmac.New(sha256.New, append([]byte("secret of "), d.id...))
	h.Write(salt[:])
	return h.Sum(nil)
}

func (d *device) outputs(in [2][]byte) []byte {
	return bytes.Join([][]byte{d.output(in[0]), d.output(in[1])}, nil)
}
