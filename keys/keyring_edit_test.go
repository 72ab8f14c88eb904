package keys

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

func TestAddPasskeyAsksTwice(t *testing.T) {
	ana := &testKey{secret: "ana"}
	k := Create(testRoot(t), testTime)
	k.Now = func() time.Time { return testTime.Add(time.Hour + time.Millisecond) }
	p := testPasskey("ana-credential")
	m, err := k.AddPasskey(t.Context(), "Ana's key", p, ana)
	if err != nil {
		t.Fatal(err)
	}
	if ana.asked != 2 {
		t.Errorf("%d ceremonies, want one to lock and one to see that it opens", ana.asked)
	}
	if m.Kind != MethodPasskey || m.Label != "Ana's key" || !m.Created.Equal(testTime.Add(time.Hour)) ||
		!m.Tested.Equal(m.Created) || !strings.HasPrefix(m.Recipient, "age1pq1") {
		t.Errorf("got %+v", m)
	}
	// What the caller holds is not what the keyring holds.
	p.CredentialID[0], p.Transports[0], m.Passkey.CredentialID[0] = 'X', "nfc", 'Y'
	if got := k.Methods()[0].Passkey; string(got.CredentialID) != "ana-credential" || got.Transports[0] != "usb" {
		t.Errorf("the keyring's passkey became %+v", got)
	}
}

// A passkey that fails to be added must leave no trace, whatever the reason.
func TestAddFails(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	ana := testPasskey("ana-credential")
	ben := testPasskey("ben-credential")
	x25519, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	passkey := func(ctx context.Context, label string, p Passkey, ev *testKey) func(*Keyring) error {
		return func(k *Keyring) error { _, err := k.AddPasskey(ctx, label, p, ev); return err }
	}
	recipient := func(label, r string) func(*Keyring) error {
		return func(k *Keyring) error { _, err := k.AddRecipient(label, r); return err }
	}
	full := strings.Repeat("é", maxLabel)
	for _, tc := range []struct {
		name string
		add  func(*Keyring) error
		want error // nil: any
	}{
		{"answers change", passkey(t.Context(), "ben", ben, &testKey{flaky: true}), ErrUnstablePasskey},
		{"PIN blocked", passkey(t.Context(), "ben", ben, &testKey{err: ErrPINBlocked}), ErrPINBlocked},
		{"cancelled", passkey(cancelled, "ben", ben, &testKey{}), context.Canceled},
		{"the same passkey", passkey(t.Context(), "ana again", ana, &testKey{secret: "ana"}), ErrAlreadyAdded},
		{"no credential", passkey(t.Context(), "ben", Passkey{RPID: "localhost"}, &testKey{}), nil},
		{"no relying party", passkey(t.Context(), "ben", Passkey{CredentialID: []byte("x")}, &testKey{}), nil},
		{"no label", passkey(t.Context(), "", ben, &testKey{}), ErrLabel},
		{"label too long", passkey(t.Context(), full+"é", ben, &testKey{}), ErrLabel},
		{"label not text", passkey(t.Context(), "\xff", ben, &testKey{}), ErrLabel},
		{"empty password", func(k *Keyring) error { _, err := k.AddPassword(t.Context(), "p", nil); return err }, ErrEmptyPassword},
		{"password, cancelled", func(k *Keyring) error {
			_, err := k.AddPassword(cancelled, "p", NewSecret([]byte("x")))
			return err
		}, context.Canceled},
		{"classic recipient", recipient("office", x25519.Recipient().String()), ErrClassicRecipient},
		{"SSH recipient", recipient("office", "ssh-ed25519 AAAA"), ErrClassicRecipient},
		{"mistyped recipient", recipient("office", "age1pq1qqqq"), nil},
		{"remove what is not there", func(k *Keyring) error { return k.Remove("nope") }, ErrNoSuchMethod},
		{"rename what is not there", func(k *Keyring) error { return k.Rename("nope", "x") }, ErrNoSuchMethod},
		{"rename to nothing", func(k *Keyring) error { return k.Rename(k.methods[0].ID, "") }, ErrLabel},
		{"test what is not there", func(k *Keyring) error { return k.MarkTested("nope") }, ErrNoSuchMethod},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k, _ := newKeyring(t)
			before := jsonOf(t, k)
			err := tc.add(k)
			if err == nil || (tc.want != nil && !errors.Is(err, tc.want)) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
			if !bytes.Equal(before, jsonOf(t, k)) {
				t.Error("the keyring changed")
			}
		})
	}
	k, _ := newKeyring(t)
	if _, err := k.AddPasskey(t.Context(), full, ben, &testKey{}); err != nil {
		t.Errorf("a label of %d characters: %v", maxLabel, err)
	}
}

// Nothing costs a ceremony that was bound to fail.
func TestNoCeremonyBeforeTheChecks(t *testing.T) {
	k, _ := newKeyring(t)
	locked := reread(t, jsonOf(t, k))
	ev := &testKey{}
	for _, err := range []error{
		second(locked.AddPasskey(t.Context(), "ben", testPasskey("ben"), ev)),
		second(k.AddPasskey(t.Context(), "", testPasskey("ben"), ev)),
		second(k.AddPasskey(t.Context(), "ben", testPasskey("ana-credential"), ev)),
	} {
		if err == nil {
			t.Error("no error")
		}
	}
	if ev.asked != 0 {
		t.Errorf("%d ceremonies", ev.asked)
	}
}

func second[T any](_ T, err error) error { return err }

func TestLockedKeyringIsNotEdited(t *testing.T) {
	k, ana := newKeyring(t)
	id := k.Methods()[0].ID
	k.Lock()
	k.Lock()
	before := jsonOf(t, k)
	recipient, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"add a passkey":   second(k.AddPasskey(t.Context(), "x", testPasskey("x"), ana)),
		"add a password":  second(k.AddPassword(t.Context(), "x", NewSecret([]byte("x")))),
		"add a recipient": second(k.AddRecipient("x", recipient.Recipient().String())),
		"remove":          k.Remove(id),
		"rename":          k.Rename(id, "x"),
		"mark":            k.MarkTested(id),
		"reseal":          k.Reseal(),
	} {
		if !errors.Is(err, ErrLocked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !bytes.Equal(before, jsonOf(t, k)) {
		t.Error("the keyring changed")
	}
}

func TestEditsTouchNoOtherMethod(t *testing.T) {
	k, ana := newKeyring(t)
	ben := &testKey{secret: "ben"}
	if _, err := k.AddPasskey(t.Context(), "Ben's key", testPasskey("ben-credential"), ben); err != nil {
		t.Fatal(err)
	}
	ids := k.Methods()
	if err := k.Rename(ids[1].ID, "<script>\u202e"); err != nil {
		t.Fatal(err)
	}
	k.Now = func() time.Time { return testTime.Add(48 * time.Hour) }
	if err := k.MarkTested(ids[0].ID); err != nil {
		t.Fatal(err)
	}
	sealed := k.sealed
	if err := k.Reseal(); err != nil {
		t.Fatal(err)
	}
	if k.sealed == sealed {
		t.Error("Reseal did not seal anew")
	}
	if ana.asked != 0 || ben.asked != 2 {
		t.Errorf("%d and %d ceremonies", ana.asked, ben.asked)
	}
	again := reread(t, jsonOf(t, k))
	for id, ev := range map[string]*testKey{ids[0].ID: ana, ids[2].ID: ben} {
		key, err := again.Unlock(t.Context(), id, ByPasskey{ev})
		if err != nil || !key.Equal(testRoot(t)) {
			t.Errorf("%s: %v", id, err)
		}
	}
	m, err := again.Find("<script>\u202e")
	if err != nil || m.ID != ids[1].ID {
		t.Errorf("after Rename: %+v, %v", m, err)
	}
	if m, _ := again.Find(ids[0].ID); !m.Tested.Equal(testTime.Add(48 * time.Hour)) {
		t.Errorf("after MarkTested: %v", m.Tested)
	}
}

func TestRemove(t *testing.T) {
	k, ana := newKeyring(t)
	old := jsonOf(t, k)
	methods := k.Methods()
	if err := k.Remove(methods[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := k.Remove(methods[1].ID); !errors.Is(err, ErrNoMethods) {
		t.Errorf("the last one: %v", err)
	}
	if len(k.Methods()) != 1 {
		t.Fatalf("%d methods left", len(k.Methods()))
	}
	// Who kept the removed identity can't open what was sealed since …
	k.methods = append(k.methods, reread(t, old).methods[0])
	if _, err := k.Unlock(t.Context(), methods[0].ID, ByPasskey{ana}); err == nil {
		t.Error("the removed method opens the new secret")
	}
	// … but can open an old copy, as RemovalNotice says.
	if key, err := reread(t, old).Unlock(t.Context(), methods[0].ID, ByPasskey{ana}); err != nil || !key.Equal(testRoot(t)) {
		t.Errorf("the old copy: %v", err)
	}
}

func TestFull(t *testing.T) {
	k, _ := newKeyring(t)
	for len(k.methods) < MaxMethods {
		id, err := age.GenerateHybridIdentity()
		if err != nil {
			t.Fatal(err)
		}
		// Through the back door, so as not to seal 64 times.
		r := record{Method: Method{ID: k.newID(), Kind: MethodRecipient, Label: strings.Repeat("\U0001F511", maxLabel), Created: testTime}}
		r.Recipient = id.Recipient().String()
		k.methods = append(k.methods, r)
	}
	if err := k.Reseal(); err != nil {
		t.Fatal(err)
	}
	if _, err := k.AddPassword(t.Context(), "one more", NewSecret([]byte("x"))); !errors.Is(err, ErrTooMany) {
		t.Errorf("%v", err)
	}
	b := jsonOf(t, k)
	if len(b) > MaxKeyring*2/3 {
		t.Errorf("a full keyring has %d bytes, too near to the limit of %d", len(b), MaxKeyring)
	}
	reread(t, b)
}

func TestFind(t *testing.T) {
	k, _ := newKeyring(t)
	if _, err := k.AddPassword(t.Context(), "Ana's key", NewSecret([]byte("x"))); err != nil {
		t.Fatal(err)
	}
	m := k.Methods()
	for _, tc := range []struct {
		name string
		id   string
		err  error
	}{
		{m[0].ID, m[0].ID, nil},
		{m[2].ID, m[2].ID, nil},
		{"a password", m[1].ID, nil},
		{"Ana's key", "", ErrAmbiguous},
		{"nobody", "", ErrNoSuchMethod},
		{"", "", ErrNoSuchMethod},
	} {
		if got, err := k.Find(tc.name); got.ID != tc.id || !errors.Is(err, tc.err) {
			t.Errorf("%q: %q, %v", tc.name, got.ID, err)
		}
	}
}

func TestUnlockAny(t *testing.T) {
	k, _ := newKeyring(t)
	ben := &testKey{secret: "ben", holds: [][]byte{[]byte("ben-credential")}}
	benMethod, err := k.AddPasskey(t.Context(), "Ben's key", testPasskey("ben-credential"), ben)
	if err != nil {
		t.Fatal(err)
	}
	second, err := k.AddPassword(t.Context(), "second", NewSecret([]byte("second")))
	if err != nil {
		t.Fatal(err)
	}
	b := jsonOf(t, k)
	for name, tc := range map[string]struct {
		with     Credential
		opened   string
		attempts int
		why      error
	}{
		"key that holds the second passkey": {ByPasskey{ben}, benMethod.ID, 0, nil},
		"second password":                   {ByPassword{NewSecret([]byte("second"))}, second.ID, 0, nil},
		"no such password":                  {ByPassword{NewSecret([]byte("third"))}, "", 2, ErrWrongPassword},
		"key that holds none":               {ByPasskey{&testKey{holds: [][]byte{}}}, "", 2, ErrNoCredential},
		"wrong PIN, asked once":             {ByPasskey{&testKey{err: &PINInvalidError{Tries: 7}}}, "", 1, nil},
		"cancelled, asked once":             {ByPasskey{&testKey{err: ErrCancelled}}, "", 1, ErrCancelled},
		"no method of that kind":            {ByIdentity{}, "", 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			k := reread(t, b)
			key, m, err := k.UnlockAny(t.Context(), tc.with)
			if tc.opened != "" {
				if err != nil || m.ID != tc.opened || !key.Equal(testRoot(t)) {
					t.Errorf("%+v, %v", m, err)
				}
				return
			}
			var none *NoMethodError
			if !errors.As(err, &none) || len(none.Attempts) != tc.attempts || err.Error() == "" {
				t.Fatalf("%#v", err)
			}
			if tc.why != nil && !errors.Is(err, tc.why) {
				t.Errorf("%v does not say %v", err, tc.why)
			}
			if ev, ok := tc.with.(ByPasskey); ok && ev.Evaluator.(*testKey).asked != tc.attempts {
				t.Errorf("asked %d times", ev.Evaluator.(*testKey).asked)
			}
		})
	}
}
