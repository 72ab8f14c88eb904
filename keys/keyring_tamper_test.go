package keys

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"filippo.io/age"
)

// openWithin unlocks the first passkey of what b is read as.
func openWithin(t testing.TB, b []byte, ev Evaluator) (*Keyring, *BackupKey, error) {
	t.Helper()
	k, err := Read(bytes.NewReader(b))
	if err != nil {
		return nil, nil, err
	}
	for _, m := range k.Methods() {
		if m.Kind == MethodPasskey {
			key, err := k.Unlock(t.Context(), m.ID, ByPasskey{ev})
			return k, key, err
		}
	}
	return k, nil, ErrNoSuchMethod
}

// TestAnyByteChanged: a keyring that was tampered with is refused, or it opens
// to the very same key (white space); never to another.
func TestAnyByteChanged(t *testing.T) {
	k, ana := newKeyring(t)
	original := jsonOf(t, k)
	want := testRoot(t)
	// 0x2a turns a space into a line feed, which is to be harmless; 0x80 breaks
	// the UTF-8, 0x20 the case, 1 a digit of base64 or hex.
	flips := []byte{1, 0x2a, 0x80, 0x20}
	var opened, macs, refused int
	// Under the race detector some bytes of the long runs of base64 are enough,
	// and each run takes others.
	stride := 1
	if raceEnabled {
		stride = 50
	}
	start := rand.IntN(stride)
	for i := range original {
		if inBase64(original, i) && i%stride != start {
			continue
		}
		flip := flips[i%len(flips)]
		b := bytes.Clone(original)
		b[i] ^= flip
		_, key, err := openWithin(t, b, ana)
		switch {
		case err == nil && !key.Equal(want):
			t.Fatalf("byte %d ^ %#x opens to another key", i, flip)
		case err == nil:
			opened++
			if !sameJSON(t, original, b) {
				t.Errorf("byte %d ^ %#x changes the document and opens: %q", i, flip, b[max(0, i-20):min(len(b), i+20)])
			}
		case errors.Is(err, ErrMAC):
			macs++
		default:
			refused++
		}
	}
	if macs == 0 || refused == 0 || opened == 0 {
		t.Error("the test does not reach the MAC")
	}
	t.Logf("%d bytes, from %d: %d changes refused, %d of them by the MAC, %d harmless", len(original), start, refused+macs, macs, opened)
}

// inBase64 holds well inside of recipients and armored files.
func inBase64(b []byte, i int) bool {
	const room = 8
	return i >= room && i+room < len(b) && !bytes.ContainsAny(b[i-room:i+room], "\" \\:{}[],-")
}

func sameJSON(t testing.TB, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

// edit changes the JSON of a keyring as an attacker with a text editor would.
func edit(t testing.TB, b []byte, change func(doc map[string]any, methods []any)) []byte {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	change(doc, doc["methods"].([]any))
	out, err := json.MarshalIndent(doc, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func method(methods []any, i int) map[string]any { return methods[i].(map[string]any) }

func TestReformattedIsTheSame(t *testing.T) {
	k, ana := newKeyring(t)
	// json.Marshal sorts the names, escapes <, > and &, and indents otherwise.
	if err := k.Rename(k.methods[0].ID, "<Ana> & \u2028 ключ 🔑"); err != nil {
		t.Fatal(err)
	}
	b := edit(t, jsonOf(t, k), func(map[string]any, []any) {})
	if _, key, err := openWithin(t, b, ana); err != nil || !key.Equal(testRoot(t)) {
		t.Errorf("%v", err)
	}
}

// TestSlippedInRecipient: who can write to the folder adds a recipient of
// theirs and waits for the owner to re-seal.
func TestSlippedInRecipient(t *testing.T) {
	k, ana := newKeyring(t)
	eve, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	evil := edit(t, jsonOf(t, k), func(doc map[string]any, methods []any) {
		doc["methods"] = append(methods, map[string]any{
			"id": "eve", "kind": "recipient", "label": "Ana's spare key",
			"created": "2026-05-12T09:41:00Z", "recipient": eve.Recipient().String(),
		})
	})
	k2, key, err := openWithin(t, evil, ana)
	if !errors.Is(err, ErrMAC) || key != nil {
		t.Fatalf("got %v, %v", key, err)
	}
	if k2.Unlocked() {
		t.Fatal("the altered keyring is unlocked")
	}
	if err := k2.Reseal(); !errors.Is(err, ErrLocked) {
		t.Fatalf("it can be re-sealed to the attacker: %v", err)
	}
	if _, err := age.Decrypt(strings.NewReader(k2.sealed), eve); err == nil {
		t.Fatal("the attacker can open it")
	}
}

func TestAlteredDocuments(t *testing.T) {
	k, ana := newKeyring(t)
	other := Create(testRoot(t), testTime)
	if _, err := other.AddPasskey(t.Context(), "Ana's key", testPasskey("ana-credential"), ana); err != nil {
		t.Fatal(err)
	}
	wrongKey, err := NewRootKey(bytes.Repeat([]byte{1}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	ownKey := Create(wrongKey, testTime)
	ownKey.methods = k.methods
	if err := ownKey.Reseal(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(doc map[string]any, methods []any){
		"label":             func(_ map[string]any, m []any) { method(m, 1)["label"] = "Ana's key" },
		"created":           func(doc map[string]any, _ []any) { doc["created"] = "2020-01-01T00:00:00Z" },
		"tested":            func(_ map[string]any, m []any) { method(m, 1)["tested"] = "2026-05-12T09:41:00Z" },
		"tested taken away": func(_ map[string]any, m []any) { delete(method(m, 0), "tested") },
		"id":                func(_ map[string]any, m []any) { method(m, 0)["id"] = "abc" },
		"method taken away": func(doc map[string]any, m []any) { doc["methods"] = m[:1] },
		"order of methods":  func(doc map[string]any, m []any) { doc["methods"] = []any{m[1], m[0]} },
		"unknown field":     func(doc map[string]any, _ []any) { doc["note"] = "x" },
		"unknown in a method": func(_ map[string]any, m []any) {
			method(m, 0)["note"] = "x"
		},
		"unknown in a passkey": func(_ map[string]any, m []any) {
			method(m, 0)["passkey"].(map[string]any)["note"] = "x"
		},
		"unknown in the secret": func(doc map[string]any, _ []any) { doc["secret"].(map[string]any)["note"] = "x" },
		"secret of another keyring with the same key": func(doc map[string]any, m []any) {
			theirs := map[string]any{}
			if err := json.Unmarshal(jsonOf(t, other), &theirs); err != nil {
				t.Fatal(err)
			}
			doc["secret"] = theirs["secret"]
			method(m, 0)["identity"] = method(theirs["methods"].([]any), 0)["identity"]
			method(m, 0)["recipient"] = method(theirs["methods"].([]any), 0)["recipient"]
		},
		"another key, sealed to the owner": func(doc map[string]any, _ []any) {
			doc["secret"].(map[string]any)["sealed"] = ownKey.sealed
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, key, err := openWithin(t, edit(t, jsonOf(t, k), change), ana)
			if !errors.Is(err, ErrMAC) || key != nil {
				t.Errorf("got %v, %v", key, err)
			}
		})
	}
}

// A method's identity with several stanzas would cost as many touches.
func TestSeveralStanzasCostNoTouch(t *testing.T) {
	k, ana := newKeyring(t)
	text, err := sealTo([]byte("x"), doubleRecipient{})
	if err != nil {
		t.Fatal(err)
	}
	ana.asked = 0
	b := edit(t, jsonOf(t, k), func(_ map[string]any, m []any) { method(m, 0)["identity"] = text })
	if _, _, err := openWithin(t, b, ana); err == nil || ana.asked != 0 {
		t.Errorf("%v after %d ceremonies", err, ana.asked)
	}
}

type doubleRecipient struct{}

func (doubleRecipient) Wrap([]byte) ([]*age.Stanza, error) {
	s := &age.Stanza{Type: "age-encryption.org/fido2prf", Args: []string{strings.Repeat("A", 22)}, Body: make([]byte, 32)}
	return []*age.Stanza{s, s}, nil
}

// The password's cost is set by whoever wrote the file.
func TestCostlyPasswordIsRefused(t *testing.T) {
	k, _ := newKeyring(t)
	text, err := sealTo([]byte("x"), costlyRecipient{})
	if err != nil {
		t.Fatal(err)
	}
	b := edit(t, jsonOf(t, k), func(_ map[string]any, m []any) { method(m, 1)["identity"] = text })
	k2 := reread(t, b)
	_, err = k2.Unlock(t.Context(), k2.Methods()[1].ID, ByPassword{NewSecret([]byte("x"))})
	if err == nil || !strings.Contains(err.Error(), "work factor too large") {
		t.Errorf("got %v", err)
	}
}

type costlyRecipient struct{}

func (costlyRecipient) Wrap([]byte) ([]*age.Stanza, error) {
	return []*age.Stanza{{Type: "scrypt", Args: []string{strings.Repeat("A", 22), "21"}, Body: make([]byte, 32)}}, nil
}

func TestUnknownFieldsAreKept(t *testing.T) {
	k, ana := newKeyring(t)
	k.extra = object{{"notes", object{{"b", []any{int64(1), true, nil, "<&>"}}, {"a", object{}}}}}
	k.secretExtra = object{{"hint", "x"}}
	k.methods[0].extra = object{{"colour", "blue"}}
	k.methods[0].passkeyExtra = object{{"aaguid", "00"}, {"empty", []any{}}}
	if err := k.Reseal(); err != nil {
		t.Fatal(err)
	}
	b := jsonOf(t, k)
	k2, _, err := openWithin(t, b, ana)
	if err != nil {
		t.Fatal(err)
	}
	if got := jsonOf(t, k2); !bytes.Equal(got, b) {
		t.Fatalf("written as\n%s\nread as\n%s", b, got)
	}
	if err := k2.Rename(k2.methods[0].ID, "new"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{`"notes"`, `"hint"`, `"colour"`, `"aaguid"`} {
		if !bytes.Contains(jsonOf(t, k2), []byte(name)) {
			t.Errorf("%s was dropped", name)
		}
	}
	if _, _, err := openWithin(t, jsonOf(t, k2), ana); err != nil {
		t.Errorf("after an edit: %v", err)
	}
}
