package soft

import (
	"context"
	"errors"
	"testing"

	"touchback/keys"
	"touchback/keys/prf"
)

var inputs = keys.PRFInputs{[]byte("first input"), []byte("second input")}

func TestAuthenticator(t *testing.T) {
	protocols(t, func(t *testing.T, o Options) {
		k := withPIN(t, o)
		d := k.Authenticator()
		touches := 0
		ui := keys.Prompts{Touch: func() { touches++ }}

		info, err := d.Info(t.Context())
		if err != nil || !info.HMACSecret || !info.PINSet || !info.PINSupported || info.UV ||
			info.PINTries != maxTries || info.AAGUID != defaultAAGUID {
			t.Errorf("info %+v, %v", info, err)
		}
		p, err := d.Create(t.Context(), rp, "me", secret(pin), ui)
		if err != nil {
			t.Fatal(err)
		}
		if touches != 1 {
			t.Errorf("asked for %d touches to create", touches)
		}
		out, err := d.Evaluate(t.Context(), p, inputs, secret(pin), ui)
		if err != nil {
			t.Fatal(err)
		}
		if touches != 2 {
			t.Errorf("asked for %d touches in all", touches)
		}
		if n := k.PINAttempts(); n != 2 {
			t.Errorf("%d PINs sent for two ceremonies", n)
		}
		cred, _ := k.vault().open(p.CredentialID, challenge(rp))
		salts := prf.Salts(inputs)
		want := keys.NewSecret(cred.outputs(append(salts[0][:], salts[1][:]...), true))
		if !out.Equal(want) {
			t.Error("not the outputs for these inputs with user verification")
		}
		for id, want := range map[string]bool{string(p.CredentialID): true, "another": false, "": false} {
			got, err := d.Knows(t.Context(), keys.Passkey{CredentialID: []byte(id), RPID: rp})
			if err != nil || got != want {
				t.Errorf("knows %.8q: %v, %v", id, got, err)
			}
		}
		if touches != 2 {
			t.Error("Knows asked for a touch")
		}
	})
}

func TestAuthenticatorErrors(t *testing.T) {
	evaluate := func(ctx context.Context, k *Key, id []byte, pin *keys.Secret) error {
		p := keys.Passkey{CredentialID: id, RPID: rp}
		out, err := k.Authenticator().Evaluate(ctx, p, inputs, pin, keys.Prompts{})
		if err != nil && out != nil {
			t.Error("an output beside an error")
		}
		return err
	}
	for name, row := range map[string]struct {
		do   func(ctx context.Context, k *Key, id []byte) error
		want error
		sent int // PINs
	}{
		"no PIN given": {func(ctx context.Context, k *Key, id []byte) error {
			return evaluate(ctx, k, id, nil)
		}, keys.ErrPINRequired, 0},
		"the wrong key": {func(ctx context.Context, k *Key, _ []byte) error {
			return evaluate(ctx, k, make([]byte, credentialIDSize), secret(pin))
		}, keys.ErrNoCredential, 1},
		"no credential named": {func(ctx context.Context, k *Key, _ []byte) error {
			return evaluate(ctx, k, nil, secret(pin))
		}, keys.ErrNoCredential, 0},
		"no key": {func(ctx context.Context, k *Key, id []byte) error {
			k.Unplug()
			return evaluate(ctx, k, id, secret(pin))
		}, keys.ErrNoAuthenticator, 0},
		"no PIN on the key": {func(ctx context.Context, _ *Key, id []byte) error {
			return evaluate(ctx, newKey("seed", Options{}), id, secret(pin))
		}, keys.ErrPINNotSet, 0},
		"nobody touches": {func(ctx context.Context, k *Key, id []byte) error {
			k.SetTouch(TouchByHand())
			k.opts.PresenceTimeout = 1
			return evaluate(ctx, k, id, secret(pin))
		}, keys.ErrTimeout, 1},
		"cancelled while it blinks": {func(ctx context.Context, k *Key, id []byte) error {
			k.SetTouch(TouchByHand())
			ctx, cancel := context.WithCancel(ctx)
			done := start(func() error { return evaluate(ctx, k, id, secret(pin)) })
			see(t, k, Blinking)
			cancel()
			return <-done
		}, keys.ErrCancelled, 1},
		"cancelled before it began": {func(ctx context.Context, k *Key, id []byte) error {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return evaluate(ctx, k, id, secret(pin))
		}, keys.ErrCancelled, 0},
		"out of time": {func(ctx context.Context, k *Key, id []byte) error {
			ctx, cancel := context.WithTimeout(ctx, 0)
			defer cancel()
			return evaluate(ctx, k, id, secret(pin))
		}, keys.ErrTimeout, 0},
		"pulled while it blinks": {func(ctx context.Context, k *Key, id []byte) error {
			k.SetTouch(TouchByHand())
			done := start(func() error { return evaluate(ctx, k, id, secret(pin)) })
			see(t, k, Blinking)
			k.Unplug()
			return <-done
		}, keys.ErrRemoved, 1},
		"made without hmac-secret": {func(ctx context.Context, k *Key, _ []byte) error {
			r := makeFor(rp, "me")
			r.Extensions = makeExtensions{}
			return evaluate(ctx, k, create(t, k, r), secret(pin))
		}, keys.ErrNoHMACSecret, 2},
		"blocked until it is pulled": {func(ctx context.Context, k *Key, id []byte) error {
			for range maxMismatches {
				_ = evaluate(ctx, k, id, secret("0000"))
			}
			return evaluate(ctx, k, id, secret(pin))
		}, keys.ErrPINAuthBlocked, maxMismatches + 1},
		"blocked for good": {func(ctx context.Context, k *Key, id []byte) error {
			k.state.Tries = 0
			return evaluate(ctx, k, id, secret(pin))
		}, keys.ErrPINBlocked, 1},
		"a PIN too short": {func(ctx context.Context, _ *Key, _ []byte) error {
			return newKey("seed", Options{}).Authenticator().SetPIN(ctx, secret("123"))
		}, keys.ErrPINPolicy, 0},
		"a PIN too long": {func(ctx context.Context, k *Key, _ []byte) error {
			return k.Authenticator().ChangePIN(ctx, secret(pin), keys.NewSecret(make([]byte, 64)))
		}, keys.ErrPINPolicy, 0},
		"a second first PIN": {func(ctx context.Context, k *Key, _ []byte) error {
			return k.Authenticator().SetPIN(ctx, secret("4321"))
		}, keys.ErrDenied, 0},
	} {
		t.Run(name, func(t *testing.T) {
			k := withPIN(t, Options{})
			id := create(t, k, makeFor(rp, "me"))
			before := k.PINAttempts()
			wantErr(t, name, row.do(t.Context(), k, id), row.want)
			if sent := k.PINAttempts() - before; sent != row.sent {
				t.Errorf("%d PINs sent, want %d", sent, row.sent)
			}
			if k.Waiting() {
				t.Error("the key still blinks")
			}
		})
	}
}

func TestWrongPINSaysTriesLeft(t *testing.T) {
	k := withPIN(t, Options{})
	_, err := k.Authenticator().Create(t.Context(), rp, "me", secret("0000"), keys.Prompts{})
	var wrong *keys.PINInvalidError
	if !errors.As(err, &wrong) || wrong.Tries != maxTries-1 {
		t.Errorf("got %v", err)
	}
	err = k.Authenticator().ChangePIN(t.Context(), secret("0000"), secret("4321"))
	if !errors.As(err, &wrong) || wrong.Tries != maxTries-2 {
		t.Errorf("got %v", err)
	}
	if err := k.Authenticator().ChangePIN(t.Context(), secret(pin), secret("4321")); err != nil {
		t.Error(err)
	}
}

func TestFinder(t *testing.T) {
	one, two := withPIN(t, Options{}), newKey("another", Options{})
	f := Finder{one, two}
	found, err := f.List(t.Context())
	if err != nil || len(found) != 2 {
		t.Fatalf("found %+v, %v", found, err)
	}
	info, err := f.Open(found[0].Path).Info(t.Context())
	if err != nil || !info.PINSet {
		t.Errorf("opened another than the first: %+v, %v", info, err)
	}
	one.Unplug()
	if left, _ := f.List(t.Context()); len(left) != 1 || left[0] != found[1] {
		t.Errorf("after the first was pulled: %+v", left)
	}
	for _, path := range []string{found[0].Path, "soft:7", "/dev/hidraw0"} {
		_, err = f.Open(path).Info(t.Context())
		wantErr(t, path, err, keys.ErrNoAuthenticator)
	}
}
