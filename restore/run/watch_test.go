package run_test

import (
	"context"
	"testing"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/soft"
	"touchback/restore/flow"
	"touchback/restore/run"
)

// toKeys walks from the start to where the first passkey is waited for.
func (w *walker) toKeys() {
	w.t.Helper()
	w.at(flow.Backup)
	w.step(flow.Enter{})
	w.step(flow.Enter{})
}

func blinks(t *testing.T, k *soft.Key, e soft.Event) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := k.Await(ctx, e); err != nil {
		now, _ := k.Watch()
		t.Fatalf("the key is %v, want %v", now, e)
	}
}

// Of several keys, the one that holds the passkey is taken without a touch,
// and no other one blinks or is sent a PIN.
func TestTheRightOneOfSeveral(t *testing.T) {
	right, other, third := softKey(), emptyKey(1), emptyKey(2)
	other.SetTouch(soft.TouchByHand())
	third.SetTouch(soft.TouchByHand())
	_, moved := other.Watch()
	w := walk(t, run.Config{Finder: soft.Finder{other, right, third}}, sample(t))
	w.toKeys()
	w.until("the PIN", func(s flow.State) bool { return s.Screen == flow.PIN || s.Screen == flow.Choose })
	if w.state.Screen != flow.PIN || w.state.Device.Path != "soft:1" {
		t.Fatalf("at %s with %+v", w.state.Screen, w.state.Device)
	}
	w.give(fixtures.SamplePIN)
	w.toRestored()
	select {
	case <-moved:
		t.Error("a key that can't open it blinked")
	default:
	}
	if other.PINAttempts()+third.PINAttempts() != 0 {
		t.Error("a key that can't open it was sent a PIN")
	}
}

// Where none of several holds it none blinks; the right one is taken as soon
// as it is plugged in.
func TestNoneOfSeveral(t *testing.T) {
	right, other, third := softKey(), emptyKey(1), emptyKey(2)
	right.Unplug()
	other.SetTouch(soft.TouchByHand())
	w := walk(t, run.Config{Finder: soft.Finder{other, right, third}}, sample(t))
	w.toKeys()
	w.at(flow.Choose)
	if w.state.Asking || other.Waiting() {
		t.Error("a key that can't open it blinks")
	}
	if err := right.Plug(); err != nil {
		t.Fatal(err)
	}
	w.at(flow.PIN)
	w.give(fixtures.SamplePIN)
	w.toRestored()
}

// To add one of several, it is touched; the others stop blinking then. What is
// plugged in meanwhile blinks, too.
func TestChooseByTouch(t *testing.T) {
	path, typed := bare(t)
	one, other, third := emptyKey(1), emptyKey(2), emptyKey(3)
	all := []*soft.Key{one, other, third}
	for _, k := range all {
		k.SetTouch(soft.TouchByHand())
	}
	third.Unplug()
	w := walkTo(t, flow.Locking, run.Config{Finder: soft.Finder(all)}, path)
	w.toWays(typed)
	w.pick(flow.AddKey)
	w.step(flow.Named{Label: "blue key"})
	w.at(flow.Choose)
	if !w.state.Asking {
		t.Error("nobody says that they blink")
	}
	blinks(t, one, soft.Blinking)
	if err := third.Plug(); err != nil {
		t.Fatal(err)
	}
	w.until("three keys", func(s flow.State) bool { return s.NDevices == 3 })
	for _, k := range all {
		blinks(t, k, soft.Blinking)
	}
	other.Touch()
	w.at(flow.PIN)
	if w.state.Device.Path != "soft:1" {
		t.Errorf("took %+v", w.state.Device)
	}
	blinks(t, one, soft.Idle)
	blinks(t, third, soft.Idle)
	if one.PINAttempts()+other.PINAttempts()+third.PINAttempts() != 0 {
		t.Error("a PIN was sent for a choice")
	}

	// By name it goes, too.
	w.step(flow.Back{})
	w.pick(flow.AddKey)
	w.step(flow.Named{Label: "blue key"})
	w.at(flow.Choose)
	blinks(t, third, soft.Blinking)
	w.step(flow.Move{By: 2})
	w.step(flow.Enter{})
	w.at(flow.PIN)
	if w.state.Device.Path != "soft:2" {
		t.Errorf("took %+v", w.state.Device)
	}
	third.SetTouch(soft.TouchAlways())
	w.give(fixtures.SamplePIN)
	w.ways(1)
}

// A finger is asked for instead of a PIN, its tries are told before and after,
// and once the reader is blocked the PIN is.
func TestAFinger(t *testing.T) {
	key := fixtures.SampleSoftKey(soft.Options{Finger: true})
	key.SetTouch(soft.TouchWrongly())
	w := walk(t, run.Config{Finder: soft.Finder{key}}, sample(t))
	w.toKeys()
	for left := 2; left > 0; left-- {
		w.at(flow.Touch)
		if !w.state.Finger || w.state.Tries != left+1 {
			t.Errorf("finger %v, %d tries before; want %d", w.state.Finger, w.state.Tries, left+1)
		}
		w.trouble(flow.WrongFinger)
		if w.state.Tries != left {
			t.Errorf("%d tries after, want %d", w.state.Tries, left)
		}
		w.step(flow.Enter{})
	}
	w.trouble(flow.FingerBlocked)
	w.step(flow.Enter{})
	w.at(flow.PIN)
	if w.state.Tries != 8 || w.state.Finger {
		t.Errorf("%d tries of the PIN, finger %v", w.state.Tries, w.state.Finger)
	}
	key.SetTouch(soft.TouchAlways())
	w.give(fixtures.SamplePIN)
	w.toRestored()
	if key.PINAttempts() != 1 {
		t.Errorf("the PIN was sent %d times", key.PINAttempts())
	}
}

// To lock with a finger takes three of them, and no PIN.
func TestLockWithAFinger(t *testing.T) {
	path, typed := bare(t)
	key := soft.New([32]byte{1}, soft.Options{Finger: true})
	key.SetTouch(soft.TouchByHand())
	w := walkTo(t, flow.Locking, run.Config{Finder: soft.Finder{key}}, path)
	w.toWays(typed)
	w.pick(flow.AddKey)
	w.step(flow.Named{Label: "my finger"})
	for n := 1; n <= flow.Gestures; n++ {
		w.until("a gesture", func(s flow.State) bool { return s.Screen == flow.Touch && s.Gesture == n })
		blinks(t, key, soft.Blinking)
		key.Touch()
	}
	w.ways(1)
}

// A key that can't be used is told why, before it is asked for anything.
func TestKeysThatAreUnfit(t *testing.T) {
	for why, o := range map[flow.Why]soft.Options{
		flow.PINChange: {ForcePINChange: true},
		flow.NoSecret:  {NoHMACSecret: true},
	} {
		t.Run(string(why), func(t *testing.T) {
			key := fixtures.SampleSoftKey(o)
			w := walk(t, run.Config{Finder: soft.Finder{key}}, sample(t))
			w.toKeys()
			w.trouble(why)
			if key.PINAttempts() != 0 {
				t.Error("a PIN was sent")
			}
		})
	}
}

// A key that may not be opened is not listed by libfido2: that there is one is
// said at once, and once it may be opened this goes on.
func TestAKeyThatMayNotBeOpened(t *testing.T) {
	key := softKey()
	key.Unplug()
	w := walk(t, run.Config{Finder: soft.Finder{key}, Closed: func() int { return 1 }}, sample(t))
	w.toKeys()
	w.trouble(flow.NoPermission)
	if err := key.Plug(); err != nil {
		t.Fatal(err)
	}
	w.at(flow.PIN)
}

// Without the guide, too, the one of several keys that gets a passkey is the
// one that is touched.
func TestLockTouchesTheOneOfSeveral(t *testing.T) {
	path, _ := bare(t)
	key := fixtures.SampleKey()
	defer key.Wipe()
	one, other := emptyKey(1), emptyKey(2)
	one.SetTouch(soft.TouchByHand())
	a := &asker{pin: fixtures.SamplePIN}
	ask := a.asker()
	ask.Choose = func(devices []keys.DeviceInfo) {
		if len(devices) != 2 {
			t.Errorf("%d keys to choose from", len(devices))
		}
	}
	_, err := run.Lock(t.Context(), path, key, run.LockOptions{Passkey: "blue", KeepKey: true, Finder: soft.Finder{one, other}, Ask: ask})
	if err != nil {
		t.Fatal(err)
	}
	if one.PINAttempts() != 0 || one.Waiting() {
		t.Error("the other key was asked, or blinks on")
	}
	if other.PINAttempts() == 0 {
		t.Error("the key that was touched was not asked")
	}
}
