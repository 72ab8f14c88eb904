package run_test

import (
	"fmt"
	"strings"
	"testing"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/soft"
	"touchback/restore/flow"
	"touchback/restore/run"
)

// A key without a PIN gets one where the person wants that, and goes on.
func TestFirstPIN(t *testing.T) {
	path, typed := bare(t)
	key := soft.New([32]byte{1}, soft.Options{})
	key.SetTouch(soft.TouchAlways())
	w := walkTo(t, flow.Locking, run.Config{Finder: soft.Finder{key}}, path)
	w.toWays(typed)
	w.pick(flow.AddKey)
	w.step(flow.Named{Label: "new key"})
	w.trouble(flow.PINNotSet)
	w.pick(flow.ToNewPIN)
	w.at(flow.NewPIN)
	if info, err := key.Authenticator().Info(t.Context()); err != nil || info.PINSet {
		t.Fatalf("a PIN was set before one was typed: %v", err)
	}

	// One that the key does not take sets none.
	w.give("123")
	w.trouble(flow.KeyRefused)
	w.pick(flow.TryAgain)
	w.trouble(flow.PINNotSet)
	w.pick(flow.ToNewPIN)

	const pin = "a new 4711"
	w.give(pin)
	w.at(flow.PIN)
	if w.state.Tries != 8 {
		t.Errorf("%d tries, want 8", w.state.Tries)
	}
	if strings.Contains(fmt.Sprintf("%#v", w.state), pin) {
		t.Error("the PIN is in the state")
	}
	before := key.PINAttempts()
	w.give("another")
	w.trouble(flow.WrongPIN)
	if n := key.PINAttempts() - before; n != 1 || w.state.Tries != 7 {
		t.Errorf("a wrong PIN for three gestures was sent %d times; %d tries are told", n, w.state.Tries)
	}
	w.pick(flow.TryAgain)
	w.at(flow.PIN)
	w.give(pin)
	w.ways(1)

	// A key that has a PIN keeps it.
	if err := key.Authenticator().SetPIN(t.Context(), keys.NewSecret([]byte(fixtures.SamplePIN))); err == nil {
		t.Error("a second first PIN was taken")
	}
}

// A key that can't be given a PIN from here says so.
func TestNoPINFromHere(t *testing.T) {
	w := walk(t, run.Config{Finder: unsettable{soft.Finder{softKey()}}}, sample(t))
	w.toPIN()
	w.state.Screen, w.state.Why = flow.Trouble, flow.PINNotSet
	w.pick(flow.ToNewPIN)
	w.give("123456")
	w.trouble(flow.NotSupported)
}

// unsettable opens keys as nothing but an Authenticator.
type unsettable struct{ keys.Finder }

func (f unsettable) Open(path string) keys.Authenticator {
	return struct{ keys.Authenticator }{f.Finder.Open(path)}
}
