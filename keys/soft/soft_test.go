package soft

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"touchback/keys"
)

const (
	rp  = "localhost"
	pin = "1234"
)

// protocols runs f once with each PIN protocol as the only one on offer.
func protocols(t *testing.T, f func(t *testing.T, o Options)) {
	t.Helper()
	t.Run("protocol one", func(t *testing.T) { f(t, Options{PINProtocols: []int{1}}) })
	t.Run("protocol two", func(t *testing.T) { f(t, Options{PINProtocols: []int{2}}) })
}

// newKey makes a key that is touched at once.
func newKey(name string, o Options) *Key {
	k := New(sha256.Sum256([]byte(name)), o)
	k.SetTouch(TouchAlways())
	return k
}

// withPIN makes one that has a PIN.
func withPIN(t *testing.T, o Options) *Key {
	t.Helper()
	k := newKey("seed", o)
	if err := k.Authenticator().SetPIN(t.Context(), secret(pin)); err != nil {
		t.Fatal("set the PIN:", err)
	}
	return k
}

func secret(s string) *keys.Secret { return keys.NewSecret([]byte(s)) }

func (k *Key) client() client { return k.Authenticator().client(nil) }

// wantErr fails unless errors.Is(err, want); want may be nil.
func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func challenge(s string) []byte { h := sha256.Sum256([]byte(s)); return h[:] }

func makeFor(rpID, user string) makeRequest {
	return makeRequest{
		ClientDataHash: challenge("make"), RP: &rpEntity{ID: rpID}, User: &userEntity{ID: []byte(user), Name: user},
		Params:     []credParam{{Type: publicKey, Alg: -257}, {Type: publicKey, Alg: algES256}},
		Extensions: makeExtensions{HMACSecret: true},
	}
}

func assertFor(rpID string, ids ...[]byte) assertRequest {
	r := assertRequest{RPID: rpID, ClientDataHash: challenge("get")}
	for _, id := range ids {
		r.Allow = append(r.Allow, descriptor{ID: id, Type: publicKey})
	}
	return r
}

// create makes a credential, with the PIN where the key has one.
func create(t *testing.T, k *Key, r makeRequest) []byte {
	t.Helper()
	id, err := k.client().make(t.Context(), r, grant(t, k, permMakeCredential, r.RP.ID))
	if err != nil {
		t.Fatal("make a credential:", err)
	}
	return id
}

// grant exchanges the PIN for a token; nil where the key has none.
func grant(t *testing.T, k *Key, permission byte, rpID string) []byte {
	t.Helper()
	if len(k.State().PINHash) == 0 {
		return nil
	}
	tok, err := k.client().token(t.Context(), secret(pin), permission, rpID)
	if err != nil {
		t.Fatal("get a token:", err)
	}
	return tok
}

func salts(n int) []byte { return bytes.Repeat([]byte("salt of 16 bytes"), 2*n) }

// signed checks the signature of an assertion with the public key that the
// credential has.
func signed(t *testing.T, k *Key, r assertRequest, resp assertResponse) bool {
	t.Helper()
	rpHash := sha256.Sum256([]byte(r.RPID))
	c, ok := k.vault().open(resp.Credential.ID, rpHash[:])
	if !ok {
		t.Fatal("the key does not know its own credential")
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), c.public().point())
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append(bytes.Clone(resp.AuthData), r.ClientDataHash...))
	return ecdsa.VerifyASN1(pub, sum[:], resp.Signature)
}

// start runs f and returns where its error will be.
func start(f func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	return done
}

// see waits until the key looks like e.
func see(t *testing.T, k *Key, e Event) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := k.Await(ctx, e); err != nil {
		now, _ := k.Watch()
		t.Fatalf("the key stays %v and does not become %v", now, e)
	}
}
