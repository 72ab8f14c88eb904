package browser

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"touchback/keys"
)

// TestForgeries: an answer that is not to what was asked, or not from a
// verified person, ends the ceremony.
func TestForgeries(t *testing.T) {
	for name, c := range map[string]struct {
		bend bend
		want error
	}{
		"kind":              {bend{kind: "webauthn.other"}, ErrForged},
		"challenge":         {bend{challenge: strings.Repeat("A", 43)}, ErrForged},
		"origin":            {bend{origin: "http://localhost:8418"}, ErrForged},
		"cross origin":      {bend{cross: true}, ErrForged},
		"in another page":   {bend{top: true}, ErrForged},
		"relying party":     {bend{rpID: "example.com"}, ErrForged},
		"nobody there":      {bend{flags: flagPresent}, ErrForged},
		"not verified":      {bend{flags: flagVerified}, ErrNoUV},
		"credential":        {bend{flags: flagCredential}, ErrForged},
		"no extensions":     {bend{flags: flagExtensions}, ErrForged},
		"broken extensions": {bend{flags: flagExtensions, extra: []byte{0xa1, 0x61}}, ErrForged},
		"more bytes":        {bend{extra: []byte{0}}, ErrForged},
		"no PRF":            {bend{noPRF: true}, ErrNoPRF},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDevice(t, algES256)
			create := New(Options{Purpose: Enrol, Grace: time.Minute})
			p := newSite(t, create)
			made := later(func() (keys.Passkey, error) { return create.Create(t.Context()) })
			v := p.step()
			p.request("/answer", d.answer(t, v.Seq, v.Step, c.bend), nil)
			if _, err := wait(t, made); !errors.Is(err, c.want) {
				t.Errorf("creation: %v, want %v", err, c.want)
			}
			p, got := evaluating(t, d, someInputs(1))
			v = p.step()
			p.request("/answer", d.answer(t, v.Seq, v.Step, c.bend), nil)
			out, err := wait(t, got)
			if !errors.Is(err, c.want) || out != nil {
				t.Errorf("assertion: %v, want %v", err, c.want)
			}
			if v = p.next(v.Seq); v.Over == nil || v.Over.Good || v.Over.Title != Explain(c.want).Title {
				t.Errorf("the page is told %+v", v.Over)
			}
		})
	}
	t.Run("another passkey", func(t *testing.T) {
		d := newDevice(t, algES256)
		p, got := evaluating(t, d, someInputs(1))
		v := p.step()
		p.request("/answer", d.answer(t, v.Seq, v.Step, bend{id: []byte("another")}), nil)
		if _, err := wait(t, got); !errors.Is(err, ErrWrongPasskey) || !errors.Is(err, keys.ErrNoCredential) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("one output", func(t *testing.T) {
		d := newDevice(t, algES256)
		p, got := evaluating(t, d, someInputs(1))
		v := p.step()
		p.request("/answer", d.answer(t, v.Seq, v.Step, bend{shortPRF: true}), nil)
		if _, err := wait(t, got); !errors.Is(err, ErrNoPRF) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("another ID than was made", func(t *testing.T) {
		d := newDevice(t, algES256)
		c := New(Options{Grace: time.Minute})
		p := newSite(t, c)
		made := later(func() (keys.Passkey, error) { return c.Create(t.Context()) })
		v := p.step()
		p.request("/answer", d.answer(t, v.Seq, v.Step, bend{id: []byte("another")}), nil)
		if _, err := wait(t, made); !errors.Is(err, ErrForged) {
			t.Errorf("got %v", err)
		}
	})
}

// TestSignature: what was made on the page is known by its public key from then
// on, whatever its algorithm.
func TestSignature(t *testing.T) {
	for _, alg := range []int{algES256, algEdDSA, algRS256} {
		for _, spoilt := range []bool{false, true} {
			t.Run(fmt.Sprint(alg, spoilt), func(t *testing.T) {
				d := newDevice(t, alg)
				c := New(Options{Purpose: Enrol, Grace: time.Minute})
				p := newSite(t, c)
				made := later(func() (keys.Passkey, error) { return c.Create(t.Context()) })
				v := p.step()
				p.request("/answer", d.answer(t, v.Seq, v.Step, bend{}), nil)
				passkey, err := wait(t, made)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(passkey.CredentialID, d.id) || !slices.Equal(passkey.Transports, []string{"internal", "usb"}) {
					t.Errorf("the passkey is %+v", passkey)
				}
				got := later(func() (*keys.Secret, error) { return c.Evaluate(t.Context(), passkey, someInputs(1)) })
				v = p.step()
				p.request("/answer", d.answer(t, v.Seq, v.Step, bend{signature: spoilt}), nil)
				_, err = wait(t, got)
				if spoilt != errors.Is(err, ErrForged) || !spoilt && err != nil {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// TestFailureNames: what the browser calls it, and what it is.
func TestFailureNames(t *testing.T) {
	for name, want := range map[string]*Problem{
		"NotAllowedError": ErrDeclined, "AbortError": ErrDeclined, "ConstraintError": ErrNoUV, "NoPRF": ErrNoPRF,
		"SecurityError": ErrRefused, "NotSupportedError": ErrRefused, "TypeError": ErrRefused, "\u202e": ErrRefused,
		"InvalidStateError": ErrRefused, // of an assertion it means nothing
	} {
		p, got := evaluating(t, newDevice(t, algES256), someInputs(1))
		v := p.step()
		if w := p.request("/answer", answer{Seq: v.Seq, Failure: name}, nil); w.Code != http.StatusNoContent {
			t.Errorf("%s: %d", name, w.Code)
		}
		if _, err := wait(t, got); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
}

func FuzzAuthData(f *testing.F) {
	for _, alg := range []int{algES256, algEdDSA, algRS256} {
		d := newDevice(f, alg)
		f.Add(d.authData(f, bend{}, true))
		f.Add(d.authData(f, bend{flags: flagExtensions, extra: []byte{0xa0}}, true))
	}
	f.Add(newDevice(f, algES256).authData(f, bend{}, false))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, creation := range []bool{false, true} {
			a, err := verifyAuthData(b, RPID, creation)
			if err != nil {
				continue
			}
			if b[32]&(flagPresent|flagVerified) != flagPresent|flagVerified {
				t.Fatal("taken without a verified person")
			}
			if creation && (len(a.id) == 0 || len(a.id) > maxCredentialID || !bytes.Contains(b, a.id)) {
				t.Fatalf("a credential ID of %d bytes", len(a.id))
			}
			if creation {
				a.key(nil, nil)
				a.key(b, b)
			}
		}
	})
}

// FuzzAnswer: no answer but the device's own gives a result, nor a panic.
func FuzzAnswer(f *testing.F) {
	c := New(Options{})
	s := &step{kind: "webauthn.get", challenge: make([]byte, challengeSize), asked: &keys.Passkey{CredentialID: []byte("a credential")}}
	s.Get = &request{Challenge: s.challenge}
	d := newDevice(f, algES256)
	good := d.answer(f, 2, &s.asking, bend{})
	f.Add([]byte(good.ClientData), []byte(good.AuthData), []byte(good.ID), []byte(good.First))
	f.Add([]byte(`{"type":"webauthn.get","challenge":1}`), []byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, client, auth, id, output []byte) {
		a := answer{ClientData: client, AuthData: auth, ID: id, First: output, Second: output}
		r := c.judge(s, &a, "http://localhost:8417")
		if (r.output == nil) == (r.err == nil) {
			t.Fatalf("%v and %v", r.output, r.err)
		}
		if r.err == nil && r.output.Len() != 64 {
			t.Fatalf("an output of %d bytes", r.output.Len())
		}
	})
}

func FuzzAttestation(f *testing.F) {
	d := newDevice(f, algES256)
	f.Add(encode(f, map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": d.authData(f, bend{}, true)}))
	f.Fuzz(func(t *testing.T, b []byte) {
		data, err := attestationData(b)
		if err == nil && len(data) > len(b) {
			t.Fatal("more than there was")
		}
	})
}
