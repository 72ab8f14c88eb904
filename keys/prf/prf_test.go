package prf

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"pgregory.net/rapid"
)

// answers stands for an authenticator: hmac-secret under one secret.
func answers(secret string, asked *int) Evaluate {
	return func(inputs [2][]byte) ([]byte, error) {
		if asked != nil {
			*asked++
		}
		var out []byte
		for _, salt := range Salts(inputs) {
			h := hmac.New(sha256.New, []byte(secret))
			h.Write(salt[:])
			out = h.Sum(out)
		}
		return out, nil
	}
}

func TestSalt(t *testing.T) {
	// printf 'WebAuthn PRF\0hello' | sha256sum
	const want = "0548f3025671e73beab092b1ac870ddd33a0d925e193eca79ba8358919b73cdc"
	got := Salt([]byte("hello"))
	if hex.EncodeToString(got[:]) != want {
		t.Errorf("got %x, want %s", got, want)
	}
	if two := Salts([2][]byte{[]byte("hello"), []byte("x")}); two[0] != got || two[1] == got {
		t.Error("Salts does not keep the order")
	}
}

func TestInputsAreTheFormats(t *testing.T) {
	nonce := []byte("0123456789abcdef")
	in := Inputs(nonce)
	for i, want := range []string{
		"age-encryption.org/fido2prf\x010123456789abcdef",
		"age-encryption.org/fido2prf\x020123456789abcdef",
	} {
		if string(in[i]) != want {
			t.Errorf("input %d is %q, want %q", i, in[i], want)
		}
	}
}

// TestOpensWhatNpmWrote holds the whole format to a file that another
// implementation made (see peer_test.go for the authenticator it asked).
func TestOpensWhatNpmWrote(t *testing.T) {
	file, err := os.Open("testdata/npm-age-encryption-0.3.1.age")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	c, err := ParseCredential(npmIdentity)
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(armor.NewReader(file), NewIdentity(peerAnswers(c)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil || string(text) != "wrapped by npm age-encryption" {
		t.Fatalf("got %q, %v", text, err)
	}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.String().Draw(t, "secret")
		fileKey := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "file key")
		asked := 0
		stanzas, err := NewRecipient(answers(secret, &asked)).Wrap(bytes.Clone(fileKey))
		if err != nil || len(stanzas) != 1 || asked != 1 {
			t.Fatalf("%d stanzas after %d ceremonies, %v", len(stanzas), asked, err)
		}
		got, err := NewIdentity(answers(secret, &asked)).Unwrap(stanzas)
		if err != nil || !bytes.Equal(got, fileKey) || asked != 2 {
			t.Fatalf("got %x after %d ceremonies, %v", got, asked, err)
		}
		if _, err := NewIdentity(answers(secret+"x", nil)).Unwrap(stanzas); !errors.Is(err, age.ErrIncorrectIdentity) {
			t.Fatalf("another passkey: %v", err)
		}
		// One bit anywhere in the nonce or the body and it does not open.
		s := *stanzas[0]
		nonce, _ := base64.RawStdEncoding.DecodeString(s.Args[0])
		bit := rapid.IntRange(0, 8*(len(nonce)+len(s.Body))-1).Draw(t, "bit")
		body := bytes.Clone(s.Body)
		if bit < 8*len(nonce) {
			nonce[bit/8] ^= 1 << (bit % 8)
		} else {
			bit -= 8 * len(nonce)
			body[bit/8] ^= 1 << (bit % 8)
		}
		s.Args, s.Body = []string{base64.RawStdEncoding.EncodeToString(nonce)}, body
		if _, err := NewIdentity(answers(secret, nil)).Unwrap([]*age.Stanza{&s}); !errors.Is(err, age.ErrIncorrectIdentity) {
			t.Fatalf("altered: %v", err)
		}
	})
}

func TestNoncesAreFresh(t *testing.T) {
	seen := map[string]bool{}
	r := NewRecipient(answers("s", nil))
	for range 1000 {
		s, err := r.Wrap(make([]byte, 16))
		if err != nil {
			t.Fatal(err)
		}
		if seen[s[0].Args[0]] {
			t.Fatal("a nonce came twice")
		}
		seen[s[0].Args[0]] = true
	}
}

func TestMalformedStanzasAskNobody(t *testing.T) {
	good := base64.RawStdEncoding.EncodeToString(make([]byte, 16))
	body := make([]byte, 32)
	for _, tc := range []struct {
		name string
		s    age.Stanza
	}{
		{"no argument", age.Stanza{Type: Label, Body: body}},
		{"two arguments", age.Stanza{Type: Label, Args: []string{good, good}, Body: body}},
		{"padded base64", age.Stanza{Type: Label, Args: []string{good + "=="}, Body: body}},
		{"not base64", age.Stanza{Type: Label, Args: []string{"!" + good[1:]}, Body: body}},
		{"URL base64", age.Stanza{Type: Label, Args: []string{"_" + good[1:]}, Body: body}},
		{"bits after the end", age.Stanza{Type: Label, Args: []string{good[:21] + "B"}, Body: body}},
		{"newline in base64", age.Stanza{Type: Label, Args: []string{good[:4] + "\n" + good[4:]}, Body: body}},
		{"nonce of 15", age.Stanza{Type: Label, Args: []string{base64.RawStdEncoding.EncodeToString(make([]byte, 15))}, Body: body}},
		{"nonce of 17", age.Stanza{Type: Label, Args: []string{base64.RawStdEncoding.EncodeToString(make([]byte, 17))}, Body: body}},
		{"empty nonce", age.Stanza{Type: Label, Args: []string{""}, Body: body}},
		{"no body", age.Stanza{Type: Label, Args: []string{good}}},
		{"body of 31", age.Stanza{Type: Label, Args: []string{good}, Body: body[:31]}},
		{"body of 33", age.Stanza{Type: Label, Args: []string{good}, Body: append(body, 0)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			asked := 0
			id := NewIdentity(answers("s", &asked))
			ok, err := NewRecipient(answers("s", nil)).Wrap(make([]byte, 16))
			if err != nil {
				t.Fatal(err)
			}
			// Behind a good stanza, too: nobody is asked before all are seen.
			if _, err := id.Unwrap(append(ok, &tc.s)); !errors.Is(err, ErrStanza) {
				t.Errorf("got %v", err)
			}
			if asked != 0 {
				t.Errorf("%d ceremonies for it", asked)
			}
		})
	}
}

func TestOtherStanzasAreLeftAlone(t *testing.T) {
	asked := 0
	_, err := NewIdentity(answers("s", &asked)).Unwrap([]*age.Stanza{{Type: "X25519"}, {Type: "scrypt"}})
	if !errors.Is(err, age.ErrIncorrectIdentity) || asked != 0 {
		t.Errorf("%v after %d ceremonies", err, asked)
	}
}

func TestSeveralStanzas(t *testing.T) {
	var stanzas []*age.Stanza
	for _, secret := range []string{"a", "b", "c"} {
		s, err := NewRecipient(answers(secret, nil)).Wrap([]byte("0123456789abcdef"))
		if err != nil {
			t.Fatal(err)
		}
		stanzas = append(stanzas, s...)
	}
	asked := 0
	got, err := NewIdentity(answers("b", &asked)).Unwrap(stanzas)
	if err != nil || string(got) != "0123456789abcdef" || asked != 2 {
		t.Errorf("got %q after %d ceremonies, %v", got, asked, err)
	}
}

// TestOutputsAreWiped looks at the slice that an Evaluate gave away.
func TestOutputsAreWiped(t *testing.T) {
	var given []byte
	evaluate := func(in [2][]byte) ([]byte, error) {
		out, err := answers("s", nil)(in)
		given = out
		return out, err
	}
	s, err := NewRecipient(evaluate).Wrap(make([]byte, 16))
	if err != nil || !bytes.Equal(given, make([]byte, OutputSize)) {
		t.Errorf("after Wrap: %x, %v", given, err)
	}
	if _, err = NewIdentity(evaluate).Unwrap(s); err != nil || !bytes.Equal(given, make([]byte, OutputSize)) {
		t.Errorf("after Unwrap: %x, %v", given, err)
	}
}

func TestCeremonyErrors(t *testing.T) {
	boom := errors.New("boom")
	s, err := NewRecipient(answers("s", nil)).Wrap(make([]byte, 16))
	if err != nil {
		t.Fatal(err)
	}
	fails := func([2][]byte) ([]byte, error) { return nil, boom }
	if _, err := NewIdentity(fails).Unwrap(s); !errors.Is(err, boom) || errors.Is(err, age.ErrIncorrectIdentity) {
		t.Errorf("unwrap: %v", err)
	}
	if _, err := NewRecipient(fails).Wrap(make([]byte, 16)); !errors.Is(err, boom) {
		t.Errorf("wrap: %v", err)
	}
	// An authenticator that evaluates one input only must not be half used.
	for _, n := range []int{0, 32, 63, 65} {
		short := func([2][]byte) ([]byte, error) { return make([]byte, n), nil }
		if _, err := NewRecipient(short).Wrap(make([]byte, 16)); err == nil || !strings.Contains(err.Error(), "bytes, not 64") {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}
