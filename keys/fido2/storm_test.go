//go:build cgo && linux

package fido2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"touchback/keys"
	"touchback/keys/soft"
)

// libfido2 takes a signal for a broken key. A terminal that is being resized
// sends SIGWINCH to its foreground processes; here the helper gets it too, as
// if it were one of them.
func TestSignalsDisturbNothing(t *testing.T) {
	r, p := enrolled(t, "seed", soft.Options{})
	want, err := r.evaluate(t.Context(), p, pin)
	if err != nil {
		t.Fatal(err)
	}
	var helper atomic.Int64
	r.driver.started = func(pid int) { helper.Store(int64(pid)) }
	storm, calm := context.WithCancel(t.Context())
	defer calm()
	gusts := make(chan struct{}) // one for each signal that was sent
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for storm.Err() == nil {
			<-tick.C
			_ = syscall.Kill(os.Getpid(), syscall.SIGWINCH)
			if pid := int(helper.Load()); pid != 0 {
				_ = syscall.Kill(-pid, syscall.SIGWINCH)
				strike(pid, syscall.SIGWINCH)
			}
			select {
			case gusts <- struct{}{}:
			default:
			}
		}
	}()
	r.SetTouch(soft.TouchByHand())
	for i := range 25 {
		done := make(chan error, 1)
		var got []byte
		go func() {
			var err error
			got, err = r.evaluate(t.Context(), p, pin)
			done <- err
		}()
		r.see(soft.Blinking)
		for range 5 {
			<-gusts
		}
		if !r.Touch() {
			t.Fatalf("ceremony %d: the key no longer blinks", i)
		}
		if err := <-done; err != nil || !bytes.Equal(got, want) {
			t.Fatalf("ceremony %d: %v", i, err)
		}
		helper.Store(0)
	}
}

// strike sends sig to each thread of a process, where the kernel would choose
// one, most often the first.
func strike(pid int, sig syscall.Signal) {
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, t := range threads {
		if tid, err := strconv.Atoi(t.Name()); err == nil {
			_ = unix.Tgkill(pid, tid, sig)
		}
	}
}

// Nobody who looks at the list of processes sees a PIN.
func TestPINIsNotInSight(t *testing.T) {
	const pin = "hunter2-9f31"
	r := plugIn(t, "seed", soft.Options{})
	if err := r.open().SetPIN(t.Context(), secret(pin)); err != nil {
		t.Fatal(err)
	}
	var pid int
	r.driver.started = func(p int) { pid = p }
	looked := false
	_, err := r.open().Create(t.Context(), "localhost", "Ana", secret(pin), keys.Prompts{Touch: func() {
		looked = true
		var core unix.Rlimit
		if err := unix.Prlimit(pid, unix.RLIMIT_CORE, nil, &core); err != nil || core.Max != 0 {
			t.Errorf("core files of up to %d bytes (%v)", core.Max, err)
		}
		for _, name := range []string{"cmdline", "environ"} {
			b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
			if errors.Is(err, os.ErrPermission) {
				continue // even better
			}
			if err != nil || bytes.Contains(b, []byte(pin)) {
				t.Errorf("%s: %q, %v", name, b, err)
			}
		}
	}})
	if err != nil || !looked {
		t.Errorf("looked: %v, %v", looked, err)
	}
}

func TestHelperKilledWhileItBlinks(t *testing.T) {
	r, p := enrolled(t, "seed", soft.Options{})
	var pid atomic.Int64
	r.driver.started = func(p int) { pid.Store(int64(p)) }
	done := r.begin(t.Context(), p)
	_ = syscall.Kill(int(pid.Load()), syscall.SIGKILL)
	var failed *HelperError
	if err := <-done; !errors.As(err, &failed) {
		t.Errorf("got %v", err)
	}
	r.see(soft.Idle)
	r.SetTouch(soft.TouchAlways())
	if _, err := r.evaluate(t.Context(), p, pin); err != nil {
		t.Error("the next ceremony:", err)
	}
}

// Told to go by the system, a helper takes leave of the key first.
func TestHelperTerminated(t *testing.T) {
	r, p := enrolled(t, "seed", soft.Options{PresenceTimeout: time.Hour})
	var pid atomic.Int64
	r.driver.started = func(p int) { pid.Store(int64(p)) }
	done := r.begin(t.Context(), p)
	_ = syscall.Kill(int(pid.Load()), syscall.SIGTERM)
	wantErr(t, "terminated", <-done, keys.ErrCancelled)
	r.see(soft.Idle)
}

// The helper's memory is what a PIN is in; what is left of one must not be
// found in this process either.
func TestPINIsWiped(t *testing.T) {
	pins := [][]byte{[]byte("1234"), []byte("5678")}
	wipe(pins)
	for _, p := range pins {
		if strings.Trim(string(p), "\x00") != "" {
			t.Errorf("%q is left", p)
		}
	}
	decomposed := []byte("cafe\u0301")
	_ = normalize(decomposed)
	if strings.Trim(string(decomposed), "\x00") != "" {
		t.Error(strconv.Quote(string(decomposed)), "is left")
	}
}
