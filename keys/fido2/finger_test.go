//go:build cgo && linux

package fido2

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"touchback/keys"
	"touchback/keys/soft"
)

// A key with a fingerprint reader verifies by itself: no PIN is sent, a wrong
// finger costs a try, and once the reader is blocked the PIN is the way, which
// opens it again.
func TestFinger(t *testing.T) {
	r := plugIn(t, "seed", soft.Options{Finger: true})
	ctx := t.Context()
	if err := r.open().SetPIN(ctx, secret(pin)); err != nil {
		t.Fatal(err)
	}
	touched := 0
	ui := keys.Prompts{Touch: func() { touched++ }}
	p, err := r.open().Create(ctx, "localhost", "Ana", nil, ui)
	if err != nil {
		t.Fatal("Create:", err)
	}
	want, err := r.evaluate(ctx, p, "")
	if err != nil || len(want) != 64 {
		t.Fatalf("%d bytes, %v", len(want), err)
	}
	if touched != 1 || r.PINAttempts() != 0 {
		t.Errorf("told of %d touches, and %d PINs were sent", touched, r.PINAttempts())
	}
	tries := func(left int) {
		t.Helper()
		info, err := r.open().Info(ctx)
		if err != nil || !info.UV || info.UVTries != left {
			t.Errorf("%+v, %v: want %d tries of a finger", info, err, left)
		}
	}
	wrong := func(left int) {
		t.Helper()
		r.SetTouch(soft.TouchWrongly())
		_, err := r.evaluate(ctx, p, "")
		var e *keys.UVInvalidError
		if !errors.As(err, &e) || e.Tries != left || !errors.Is(err, keys.ErrUVInvalid) {
			t.Errorf("a wrong finger: %v, want %d tries", err, left)
		}
		tries(left)
	}
	tries(3)
	wrong(2)
	r.SetTouch(soft.TouchAlways())
	if got, err := r.evaluate(ctx, p, ""); err != nil || !slices.Equal(got, want) {
		t.Errorf("the right finger after a wrong one: %v", err)
	}
	tries(3)
	wrong(2)
	wrong(1)
	_, err = r.evaluate(ctx, p, "")
	wantErr(t, "the third wrong finger", err, keys.ErrUVBlocked)
	tries(0)

	r.SetTouch(soft.TouchAlways())
	touched = 0
	_, err = r.open().Evaluate(ctx, p, testInputs, nil, ui)
	wantErr(t, "the right finger on a blocked reader", err, keys.ErrUVBlocked)
	if touched != 0 || r.PINAttempts() != 0 {
		t.Errorf("told of %d touches, and %d PINs were sent", touched, r.PINAttempts())
	}
	got, err := r.evaluate(ctx, p, pin)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("the PIN gives another secret than the finger, or none: %v", err)
	}
	if r.PINAttempts() != 1 {
		t.Errorf("the PIN was sent %d times", r.PINAttempts())
	}
	tries(3)
}

// A reader that is blocked on a key without a PIN leaves nothing to ask for.
func TestFingerWithoutPIN(t *testing.T) {
	r := plugIn(t, "seed", soft.Options{Finger: true})
	p, err := r.open().Create(t.Context(), "localhost", "Ana", nil, keys.Prompts{})
	if err != nil {
		t.Fatal(err)
	}
	r.SetTouch(soft.TouchWrongly())
	for range 3 {
		_, err = r.evaluate(t.Context(), p, "")
	}
	wantErr(t, "the third wrong finger", err, keys.ErrUVBlocked)
	_, err = r.evaluate(t.Context(), p, pin)
	wantErr(t, "a PIN that it has not", err, keys.ErrPINNotSet)
}

// A PIN that must be changed is not sent before it was.
func TestPINChange(t *testing.T) {
	r := plugIn(t, "seed", soft.Options{ForcePINChange: true})
	ctx := t.Context()
	if err := r.open().SetPIN(ctx, secret(pin)); err != nil {
		t.Fatal(err)
	}
	if info, err := r.open().Info(ctx); err != nil || !info.PINChange {
		t.Errorf("%+v, %v", info, err)
	}
	_, err := r.open().Create(ctx, "localhost", "Ana", secret(pin), keys.Prompts{Touch: func() { t.Error("asked to touch in vain") }})
	wantErr(t, "create", err, keys.ErrPINChange)
	if r.PINAttempts() != 0 {
		t.Error("the PIN was sent")
	}
	if err := r.open().ChangePIN(ctx, secret(pin), secret("another")); err != nil {
		t.Fatal(err)
	}
	p, err := r.open().Create(ctx, "localhost", "Ana", secret("another"), keys.Prompts{})
	wantErr(t, "create with the other PIN", err, nil)
	_, err = r.evaluate(ctx, p, "another")
	wantErr(t, "evaluate with the other PIN", err, nil)
}

// A key without hmac-secret is asked for nothing.
func TestNoHMACSecret(t *testing.T) {
	r := plugIn(t, "seed", soft.Options{NoHMACSecret: true})
	if err := r.open().SetPIN(t.Context(), secret(pin)); err != nil {
		t.Fatal(err)
	}
	_, err := r.open().Create(t.Context(), "localhost", "Ana", secret(pin), keys.Prompts{Touch: func() { t.Error("asked to touch in vain") }})
	wantErr(t, "create", err, keys.ErrNoHMACSecret)
	if r.PINAttempts() != 0 {
		t.Error("the PIN was sent")
	}
}

// Of several keys the one that is touched is told from the others, which then
// stop blinking; no PIN is asked for that.
func TestAwaitTouch(t *testing.T) {
	for name, o := range map[string]soft.Options{"PIN": {}, "finger": {Finger: true}} {
		t.Run(name, func(t *testing.T) {
			one, p := enrolled(t, "one", soft.Options{})
			other := plugIn(t, "other", o)
			one.SetTouch(soft.TouchByHand())
			other.SetTouch(soft.TouchByHand())
			sent := one.PINAttempts()
			ctx, stop := context.WithCancel(t.Context())
			first, second := make(chan error, 1), make(chan error, 1)
			go func() { first <- one.open().AwaitTouch(ctx) }()
			go func() { second <- other.open().AwaitTouch(ctx) }()
			one.see(soft.Blinking)
			other.see(soft.Blinking)
			other.Touch()
			wantErr(t, "the one that was touched", <-second, nil)
			stop()
			wantErr(t, "the other", <-first, keys.ErrCancelled)
			one.see(soft.Idle)
			if one.PINAttempts() != sent || other.PINAttempts() != 0 {
				t.Error("a PIN was sent")
			}
			one.SetTouch(soft.TouchAlways())
			_, err := one.evaluate(t.Context(), p, pin)
			wantErr(t, "a ceremony after that", err, nil)

			go func() { second <- other.open().AwaitTouch(t.Context()) }()
			other.see(soft.Blinking)
			other.Unplug()
			wantErr(t, "taken out", <-second, keys.ErrRemoved)
		})
	}
	r := plugIn(t, "seed", soft.Options{PresenceTimeout: 100 * time.Millisecond})
	r.SetTouch(soft.TouchByHand())
	wantErr(t, "never touched", r.open().AwaitTouch(t.Context()), keys.ErrTimeout)
	r.Unplug()
	wantErr(t, "not there", r.open().AwaitTouch(t.Context()), keys.ErrNoAuthenticator)
}
