package soft

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"testing"
)

func TestStateIsKept(t *testing.T) {
	yes := true
	k := withPIN(t, Options{})
	r := makeFor(rp, "me")
	r.Options.RK = &yes
	create(t, k, r)
	_ = try(t, k, "0000")
	text, err := json.Marshal(k.State())
	if err != nil {
		t.Fatal(err)
	}
	var s State
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(s, k.State()) {
		t.Errorf("%s came back as %+v", text, s)
	}
	again := newKey("seed", Options{State: s})
	if n := triesLeft(t, again); n != maxTries-1 {
		t.Errorf("%d tries left", n)
	}
	s.PINHash[0] ^= 1 // the key must not share what it was made from
	s.Resident[0].CredentialID = nil
	if _, _, err := again.client().assert(t.Context(), assertFor(rp), grant(t, again, permGetAssertion, rp), nil); err != nil {
		t.Errorf("a key that shares its state: %v", err)
	}
}

// Samples carry a seed and a credential ID, and are locked to the outputs that
// follow from them: this fails when a change would lock them for ever.
func TestDerivationsStayAsTheyAre(t *testing.T) {
	const (
		id         = "01a26e1a9d0a6cebc73c0e6b378fc1037bb572dbecfb401bbe5b656ed34d9e737762fee77d2ec75e24a91f0c7a27a0cae3e724805c2f3ebf95ace2bca015a8"
		verified   = "bf73dff23122adc4e2bc6a357c9990b7f0a4f4fd30d1547f3b5eba3bf59fe101"
		unverified = "8248fb57db41f20ae2a6df47b9be1769dfda2874c6f204583192932bd4837f6d"
	)
	k := New([32]byte([]byte("the seed of a key in this test..")), Options{Rand: bytes.NewReader(make([]byte, 32))})
	k.SetTouch(TouchAlways())
	made := create(t, k, makeFor(rp, "me"))
	if got := hex.EncodeToString(made); got != id {
		t.Errorf("credential ID %s", got)
	}
	_, out, err := k.client().assert(t.Context(), assertFor(rp, made), nil, salts(1))
	if got := hex.EncodeToString(out); err != nil || got != unverified {
		t.Errorf("without user verification %s, %v", got, err)
	}
	if err := k.Authenticator().SetPIN(t.Context(), secret(pin)); err != nil {
		t.Fatal(err)
	}
	_, out, err = k.client().assert(t.Context(), assertFor(rp, made), grant(t, k, permGetAssertion, rp), salts(1))
	if got := hex.EncodeToString(out); err != nil || got != verified {
		t.Errorf("with user verification %s, %v", got, err)
	}
}
