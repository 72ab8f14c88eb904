package keys

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"touchback/keys/prf"
)

var testTime = time.Date(2026, 5, 12, 9, 41, 0, 0, time.UTC)

// testKey stands for one authenticator with one secret. It answers as a real
// one does: by the credential and by both salts.
type testKey struct {
	secret string
	holds  [][]byte // credential IDs; nil: any
	asked  int
	err    error
	flaky  bool // answers differently each time
}

func (k *testKey) Evaluate(_ context.Context, p Passkey, in PRFInputs) (*Secret, error) {
	k.asked++
	if k.err != nil {
		return nil, k.err
	}
	if k.holds != nil && !slices.ContainsFunc(k.holds, func(id []byte) bool { return bytes.Equal(id, p.CredentialID) }) {
		return nil, ErrNoCredential
	}
	secret := k.secret
	if k.flaky {
		secret += strings.Repeat("!", k.asked)
	}
	var out []byte
	for _, salt := range prf.Salts(in) {
		h := hmac.New(sha256.New, []byte(secret+p.RPID))
		h.Write(p.CredentialID)
		h.Write(salt[:])
		out = h.Sum(out)
	}
	return NewSecret(out), nil
}

func testRoot(t testing.TB) *BackupKey {
	t.Helper()
	k, err := ParseDigits([]byte("6730a595a1484d0c39c101dc0ac82ec5e401bb6f0e1b8ee2dc104a6b3687f017"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func testPasskey(id string) Passkey {
	return Passkey{CredentialID: []byte(id), RPID: "localhost", Transports: []string{"usb"}}
}

// newKeyring is a keyring with one passkey, of key ana, and one password.
func newKeyring(t testing.TB) (*Keyring, *testKey) {
	t.Helper()
	ana := &testKey{secret: "ana"}
	k := Create(testRoot(t), testTime)
	k.workFactor = 1
	k.Now = func() time.Time { return testTime }
	if _, err := k.AddPasskey(t.Context(), "Ana's key", testPasskey("ana-credential"), ana); err != nil {
		t.Fatal(err)
	}
	if _, err := k.AddPassword(t.Context(), "a password", NewSecret([]byte("correct horse"))); err != nil {
		t.Fatal(err)
	}
	ana.asked = 0
	return k, ana
}

func jsonOf(t testing.TB, k *Keyring) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := k.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func reread(t testing.TB, b []byte) *Keyring {
	t.Helper()
	k, err := Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	k.workFactor = 1
	return k
}

func TestUnlockByEveryKind(t *testing.T) {
	k, ana := newKeyring(t)
	escrow, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.AddRecipient("the office", escrow.Recipient().String()); err != nil {
		t.Fatal(err)
	}
	written := jsonOf(t, k)
	for _, tc := range []struct {
		label string
		with  Credential
		asked int
	}{
		{"Ana's key", ByPasskey{ana}, 1},
		{"a password", ByPassword{NewSecret([]byte("correct horse"))}, 0},
		{"the office", ByIdentity{escrow}, 0},
	} {
		t.Run(tc.label, func(t *testing.T) {
			k := reread(t, written)
			if k.Unlocked() {
				t.Fatal("a keyring that was read is unlocked")
			}
			m, err := k.Find(tc.label)
			if err != nil {
				t.Fatal(err)
			}
			ana.asked = 0
			got, err := k.Unlock(t.Context(), m.ID, tc.with)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Equal(testRoot(t)) {
				t.Error("another key came out")
			}
			if ana.asked != tc.asked {
				t.Errorf("%d ceremonies, want %d", ana.asked, tc.asked)
			}
			got.Wipe()
			if err := k.Reseal(); err != nil {
				t.Errorf("the caller's Wipe took the keyring's own copy: %v", err)
			}
			if again := reread(t, jsonOf(t, k)); !bytes.Equal(jsonOf(t, again), jsonOf(t, k)) {
				t.Error("writing what was read changes it")
			}
		})
	}
}

func TestUnlockFails(t *testing.T) {
	k, ana := newKeyring(t)
	passkey, password := k.Methods()[0].ID, k.Methods()[1].ID
	k = reread(t, jsonOf(t, k))
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	other, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		ctx  context.Context
		id   string
		with Credential
		want error
	}{
		{"no such method", t.Context(), "nope", ByPasskey{ana}, ErrNoSuchMethod},
		{"another key", t.Context(), passkey, ByPasskey{&testKey{secret: "eve"}}, ErrNotRegistered},
		{"key without the credential", t.Context(), passkey, ByPasskey{&testKey{holds: [][]byte{}}}, ErrNoCredential},
		{"blocked", t.Context(), passkey, ByPasskey{&testKey{err: ErrPINBlocked}}, ErrPINBlocked},
		{"wrong password", t.Context(), password, ByPassword{NewSecret([]byte("Correct horse"))}, ErrWrongPassword},
		{"empty password", t.Context(), password, ByPassword{}, ErrEmptyPassword},
		{"password for a passkey", t.Context(), passkey, ByPassword{NewSecret([]byte("correct horse"))}, ErrWrongCredential},
		{"identity for a passkey", t.Context(), passkey, ByIdentity{other}, ErrWrongCredential},
		{"nothing", t.Context(), passkey, nil, ErrWrongCredential},
		{"cancelled", cancelled, passkey, ByPasskey{ana}, context.Canceled},
	} {
		t.Run(tc.name, func(t *testing.T) {
			key, err := k.Unlock(tc.ctx, tc.id, tc.with)
			if !errors.Is(err, tc.want) {
				t.Fatalf("got %v, want %v", err, tc.want)
			}
			if key != nil || k.Unlocked() {
				t.Error("something was unlocked")
			}
			var me *MethodError
			if k.index(tc.id) >= 0 && (!errors.As(err, &me) || me.Method.ID != tc.id) {
				t.Errorf("%v does not name the method", err)
			}
		})
	}
}
