package keys

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"
	"touchback/keys/prf"
)

// peerKey is the authenticator of prf/testdata/peer.mjs.
type peerKey struct{}

func (peerKey) Evaluate(_ context.Context, p Passkey, in PRFInputs) (*Secret, error) {
	var out []byte
	for _, salt := range prf.Salts(in) {
		h := hmac.New(sha256.New, append([]byte("peer"), p.CredentialID...))
		h.Write(salt[:])
		out = h.Sum(out)
	}
	return NewSecret(out), nil
}

// checks runs a property n times, unless the command line says otherwise or
// the race detector slows it down.
func checks(t *testing.T, n string) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if testing.Short() || raceEnabled || f.Value.String() != f.DefValue {
		return
	}
	if err := flag.Set("rapid.checks", n); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set("rapid.checks", f.DefValue) })
}

// TestRandomKeyrings makes keyrings of any key with any methods, edits them at
// random, and opens every method of what was written, each with its own
// credential and none with another's.
func TestRandomKeyrings(t *testing.T) {
	checks(t, "10000")
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		want := drawKey(t)
		k := Create(want, testTime)
		k.workFactor = 1
		with := map[string]Credential{}
		label := func() string {
			return rapid.StringN(1, maxLabel, -1).Filter(func(s string) bool { return checkLabel(s) == nil }).Draw(t, "label")
		}
		made := 0 // never two with the same secret
		add := func() {
			n := made
			made++
			var m Method
			var c Credential
			var err error
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				ev := &testKey{secret: fmt.Sprint("key ", n)}
				id := append(rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "credential"), byte(n))
				p := Passkey{CredentialID: id, RPID: rapid.SampledFrom([]string{"localhost", "example.org"}).Draw(t, "rp")}
				m, err = k.AddPasskey(ctx, label(), p, ev)
				c = ByPasskey{ev}
			case 1:
				// Not ending in a zero byte: to HMAC, and so to scrypt, that is
				// the password without it.
				password := append(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "password"), byte(n+1))
				m, err = k.AddPassword(ctx, label(), NewSecret(bytes.Clone(password)))
				c = ByPassword{NewSecret(password)}
			case 2:
				id, e := age.GenerateHybridIdentity()
				if e != nil {
					t.Fatal(e)
				}
				m, err = k.AddRecipient(label(), id.Recipient().String())
				c = ByIdentity{id}
			}
			if err != nil {
				t.Fatal(err)
			}
			with[m.ID] = c
		}
		pick := func() string { return rapid.SampledFrom(k.Methods()).Draw(t, "which").ID }
		add()
		for range rapid.IntRange(0, 4).Draw(t, "edits") {
			switch rapid.IntRange(0, 4).Draw(t, "edit") {
			case 0, 1:
				add()
			case 2:
				id := pick()
				if err := k.Remove(id); err != nil && (len(with) > 1 || !errors.Is(err, ErrNoMethods)) {
					t.Fatal(err)
				} else if err == nil {
					delete(with, id)
				}
			case 3:
				if err := errors.Join(k.Rename(pick(), label()), k.MarkTested(pick())); err != nil {
					t.Fatal(err)
				}
			case 4:
				if err := k.Reseal(); err != nil {
					t.Fatal(err)
				}
			}
		}
		var b bytes.Buffer
		if _, err := k.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		k, err := Read(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if len(k.Methods()) != len(with) {
			t.Fatalf("%d methods, want %d", len(k.Methods()), len(with))
		}
		for _, m := range k.Methods() {
			for id, c := range with {
				key, err := k.Unlock(ctx, m.ID, c)
				if id == m.ID && (err != nil || !key.Equal(want)) {
					t.Fatalf("%s %q: %v", m.Kind, m.Label, err)
				}
				// A recipient's identity opens the secret whichever recipient's
				// method was named: it is one file to all of them.
				_, recipient := c.(ByIdentity)
				if id != m.ID && err == nil && (!recipient || m.Kind != MethodRecipient) {
					t.Fatalf("%s %s opens with what belongs to %s", m.Kind, m.ID, id)
				}
			}
		}
	})
}

func drawKey(t *rapid.T) *BackupKey {
	b := rapid.SliceOfN(rapid.Byte(), KeySize, KeySize).Draw(t, "key")
	var k *BackupKey
	var err error
	if rapid.Bool().Draw(t, "root") {
		k, err = NewRootKey(b)
	} else {
		info := FileKeyInfo{KeyVersion: rapid.Byte().Draw(t, "version")}
		copy(info.ServerSalt[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "salt"))
		copy(info.GoogleID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "google"))
		k, err = NewFileKey(info, b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}
