package soft

import (
	"context"
	"testing"
	"time"
)

// selection starts a command that does nothing but wait for a touch.
func selection(ctx context.Context, k *Key) <-chan error {
	return start(func() error { return k.client().call(ctx, cmdSelection, nil, nil) })
}

func TestTouchByHand(t *testing.T) {
	k := New([32]byte{}, Options{})
	if k.Touch() {
		t.Error("a dark key took a touch")
	}
	done := selection(t.Context(), k)
	see(t, k, Blinking)
	if !k.Waiting() {
		t.Error("a blinking key does not wait")
	}
	if !k.Touch() {
		t.Error("a blinking key took no touch")
	}
	wantErr(t, "touched", <-done, nil)
	if k.Waiting() || k.Touch() {
		t.Error("the key still waits after its touch")
	}
}

func TestTouchScripts(t *testing.T) {
	k := New([32]byte{}, Options{})
	k.SetTouch(TouchAlways())
	wantErr(t, "always", <-selection(t.Context(), k), nil)
	k.SetTouch(TouchAfter(time.Millisecond))
	wantErr(t, "after a while", <-selection(t.Context(), k), nil)
	k.SetTouch(TouchByHand())
	done := selection(t.Context(), k)
	see(t, k, Blinking)
	k.SetTouch(TouchAlways())
	wantErr(t, "always, while it blinks already", <-done, nil)
}

func TestALateFingerTouchesNothingElse(t *testing.T) {
	k := New([32]byte{}, Options{})
	k.SetTouch(TouchAfter(time.Hour))
	ctx, cancel := context.WithCancel(t.Context())
	done := selection(ctx, k)
	see(t, k, Blinking)
	k.presence.mu.Lock()
	first := k.presence.touched
	k.presence.mu.Unlock()
	cancel()
	wantErr(t, "cancelled", <-done, StatusKeepaliveCancel)
	done = selection(t.Context(), k)
	see(t, k, Blinking)
	k.presence.mu.Lock()
	if k.presence.end(first) {
		t.Error("the finger of an earlier ceremony touched this one")
	}
	k.presence.mu.Unlock()
	k.Touch()
	wantErr(t, "touched", <-done, nil)
}

func TestNobodyTouches(t *testing.T) {
	k := New([32]byte{}, Options{PresenceTimeout: time.Millisecond})
	wantErr(t, "a key left alone", <-selection(t.Context(), k), StatusUserActionTimeout)
	see(t, k, Idle)
}

func TestUnplugEndsCommands(t *testing.T) {
	k := New([32]byte{}, Options{})
	first := selection(t.Context(), k)
	see(t, k, Blinking)
	k.Unplug()
	wantErr(t, "the command under way", <-first, ErrUnplugged)
	see(t, k, Unplugged)
	k.Unplug() // nothing more to pull
	wantErr(t, "a command to nowhere", <-selection(t.Context(), k), ErrUnplugged)
	if err := k.Plug(); err != nil {
		t.Fatal(err)
	}
	see(t, k, Idle)
	done := selection(t.Context(), k)
	see(t, k, Blinking)
	k.Touch()
	wantErr(t, "a command after", <-done, nil)
}

func TestCommandsTakeTurns(t *testing.T) {
	k := New([32]byte{}, Options{})
	first := selection(t.Context(), k)
	see(t, k, Blinking)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantErr(t, "one that gives up", <-selection(ctx, k), StatusKeepaliveCancel)

	// A command that waits for its turn when the key is pulled must not run
	// once it is back.
	second := selection(t.Context(), k)
	k.Unplug()
	if err := k.Plug(); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "the first", <-first, ErrUnplugged)
	select {
	case err := <-second:
		wantErr(t, "the second", err, ErrUnplugged)
	case <-await(k, Blinking): // it had not even begun
		k.Touch()
		wantErr(t, "the second", <-second, nil)
	}
}

// await returns a channel that is closed once the key looks like e.
func await(k *Key, e Event) <-chan struct{} {
	seen := make(chan struct{})
	go func() {
		if k.Await(context.Background(), e) == nil {
			close(seen)
		}
	}()
	return seen
}

func TestAwaitGivesUp(t *testing.T) {
	k := New([32]byte{}, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	done := start(func() error { return k.Await(ctx, Blinking) })
	cancel()
	wantErr(t, "await", <-done, context.Canceled)
}

func TestTouchOnlyRequests(t *testing.T) {
	// A platform that has several keys asks each with an empty pinUvAuthParam,
	// and takes the one that is touched.
	c := func(k *Key, cmd byte) error {
		return k.client().call(t.Context(), cmd, map[int]any{
			1: challenge("make"), 2: map[string]any{"id": rp}, 3: map[string]any{"id": []byte("me")},
			4: []credParam{{Type: publicKey, Alg: algES256}}, 8: []byte{}, 9: 2,
		}, nil)
	}
	wantErr(t, "a key without a PIN", c(newKey("seed", Options{}), cmdMakeCredential), StatusPINNotSet)
	wantErr(t, "a key with a PIN", c(withPIN(t, Options{}), cmdMakeCredential), StatusPINInvalid)
	get := withPIN(t, Options{}).client().call(t.Context(), cmdGetAssertion, map[int]any{
		1: rp, 2: challenge("get"), 6: []byte{}, 7: 2,
	}, nil)
	wantErr(t, "an assertion", get, StatusPINInvalid)
}
