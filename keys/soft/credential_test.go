package soft

import (
	"bytes"
	"strings"
	"testing"
)

func TestCredentialOpensOnlyWhereItBelongs(t *testing.T) {
	rpHash, other := challenge(rp), challenge("example.com")
	v := newKey("seed", Options{}).vault()
	want := credential{seed: [32]byte(challenge("random")), hmac: true, protect: 2}
	id := v.seal(want, rpHash)
	if len(id) != credentialIDSize {
		t.Errorf("an ID of %d bytes, announced are %d", len(id), credentialIDSize)
	}
	if got, ok := v.open(id, rpHash); !ok || got != want {
		t.Errorf("opened as %+v, %v", got, ok)
	}
	if _, ok := v.open(id, other); ok {
		t.Error("opened for another relying party")
	}
	if _, ok := newKey("another", Options{}).vault().open(id, rpHash); ok {
		t.Error("opened by another key")
	}
	for i := range id {
		bad := bytes.Clone(id)
		bad[i] ^= 1
		if _, ok := v.open(bad, rpHash); ok {
			t.Errorf("opened with byte %d changed", i)
		}
	}
	for n := range id {
		if _, ok := v.open(id[:n], rpHash); ok {
			t.Errorf("opened when cut to %d bytes", n)
		}
	}
}

func TestCredentialSecretsDiffer(t *testing.T) {
	a, b := credential{seed: [32]byte{1}}, credential{seed: [32]byte{2}}
	secrets := map[string]string{
		"a, verified":      string(a.credRandom(true)),
		"a, not verified":  string(a.credRandom(false)),
		"b, verified":      string(b.credRandom(true)),
		"b, not verified":  string(b.credRandom(false)),
		"a, signing":       string(a.public().X),
		"b, signing":       string(b.public().X),
		"a, seed":          string(a.seed[:]),
		"a, output":        string(a.outputs(salts(1), true)),
		"a, other output":  string(a.outputs(make([]byte, 32), true)),
		"a, silent output": string(a.outputs(salts(1), false)),
	}
	seen := map[string]string{}
	for name, s := range secrets {
		if twin, ok := seen[s]; ok {
			t.Errorf("%s equals %s", name, twin)
		}
		seen[s] = name
	}
}

func TestSameSeedSameKey(t *testing.T) {
	stream := func() Options { return Options{Rand: strings.NewReader(strings.Repeat("not random ", 8))} }
	one, two := newKey("seed", stream()), newKey("seed", stream())
	id := create(t, one, makeFor(rp, "me"))
	if again := create(t, two, makeFor(rp, "me")); !bytes.Equal(id, again) {
		t.Error("the same seed and random stream made another credential")
	}
	three := newKey("seed", Options{State: one.State()})
	var outputs [][]byte
	for _, k := range []*Key{one, two, three} {
		_, out, err := k.client().assert(t.Context(), assertFor(rp, id), nil, salts(2))
		if err != nil {
			t.Fatal(err)
		}
		outputs = append(outputs, out)
	}
	if !bytes.Equal(outputs[0], outputs[1]) || !bytes.Equal(outputs[0], outputs[2]) {
		t.Error("the same credential gave different outputs")
	}
	if !bytes.Equal(outputs[0][:32], outputs[0][32:]) {
		t.Error("the same salt twice gave different outputs")
	}
}
