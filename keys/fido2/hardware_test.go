//go:build cgo && linux

package fido2

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"touchback/keys"
	"touchback/keys/soft"
)

const pin = "1234"

// rig is a software key on a pseudo terminal, and the driver that reaches it
// through libfido2.
type rig struct {
	*soft.Key
	t      *testing.T
	port   *soft.Port
	driver *Driver
}

// plugIn makes a key that has no PIN yet and is touched at once.
func plugIn(t *testing.T, seed string, o soft.Options) *rig {
	t.Helper()
	k := soft.New([32]byte([]byte(seed + strings.Repeat(".", 32))[:32]), o)
	k.SetTouch(soft.TouchAlways())
	port, err := k.Attach(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &rig{Key: k, t: t, port: port, driver: New(os.Args[0], argHelper)}
}

// enrolled gives the key a PIN and a credential.
func enrolled(t *testing.T, seed string, o soft.Options) (*rig, keys.Passkey) {
	t.Helper()
	r := plugIn(t, seed, o)
	if err := r.open().SetPIN(t.Context(), secret(pin)); err != nil {
		t.Fatal("SetPIN:", err)
	}
	p, err := r.open().Create(t.Context(), "localhost", "Ana", secret(pin), keys.Prompts{})
	if err != nil {
		t.Fatal("Create:", err)
	}
	return r, p
}

func (r *rig) open() *Key { return r.driver.Open(r.port.Path()).(*Key) }

func (r *rig) evaluate(ctx context.Context, p keys.Passkey, pin string) ([]byte, error) {
	s, err := r.open().Evaluate(ctx, p, testInputs, secret(pin), keys.Prompts{})
	var out []byte
	s.Use(func(b []byte) { out = slices.Clone(b) })
	return out, err
}

// begin starts an evaluation and returns once the key blinks.
func (r *rig) begin(ctx context.Context, p keys.Passkey) <-chan error {
	r.t.Helper()
	r.SetTouch(soft.TouchByHand())
	done := make(chan error, 1)
	go func() {
		_, err := r.evaluate(ctx, p, pin)
		done <- err
	}()
	r.see(soft.Blinking)
	return done
}

func (r *rig) see(e soft.Event) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	if err := r.Await(ctx, e); err != nil {
		now, _ := r.Watch()
		r.t.Fatalf("the key stays %v and does not become %v", now, e)
	}
}

func (r *rig) replug() {
	r.t.Helper()
	r.Unplug()
	if err := r.Plug(); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) tries() int {
	r.t.Helper()
	info, err := r.open().Info(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return info.PINTries
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func TestRoundTrip(t *testing.T) {
	for _, protocol := range []int{1, 2} {
		t.Run(fmt.Sprint("protocol ", protocol), func(t *testing.T) {
			r, p := enrolled(t, "seed", soft.Options{PINProtocols: []int{protocol}})
			if len(p.CredentialID) == 0 || p.RPID != "localhost" {
				t.Fatalf("created %+v", p)
			}
			first, err := r.evaluate(t.Context(), p, pin)
			if err != nil || len(first) != 64 {
				t.Fatalf("%d bytes, %v", len(first), err)
			}
			again, err := r.evaluate(t.Context(), p, pin)
			if err != nil || !slices.Equal(first, again) {
				t.Errorf("another ceremony, another secret (%v)", err)
			}
			// Around libfido2 the key says the same.
			direct, err := r.Authenticator().Evaluate(t.Context(), p, testInputs, secret(pin), keys.Prompts{})
			if err != nil || !direct.Equal(keys.NewSecret(again)) {
				t.Errorf("the key itself gives another secret (%v)", err)
			}
		})
	}
}

func TestKnows(t *testing.T) {
	r, p := enrolled(t, "seed", soft.Options{})
	other, foreign := enrolled(t, "another seed", soft.Options{})
	r.SetTouch(soft.TouchByHand()) // a touch would be waited for in vain
	attempts := r.PINAttempts()
	if known, err := r.open().Knows(t.Context(), p); err != nil || !known {
		t.Errorf("its own: %v, %v", known, err)
	}
	if known, err := r.open().Knows(t.Context(), foreign); err != nil || known {
		t.Errorf("another's: %v, %v", known, err)
	}
	if r.PINAttempts() != attempts {
		t.Error("a PIN was sent")
	}
	other.Unplug()
	_, err := other.open().Knows(t.Context(), foreign)
	wantErr(t, "unplugged", err, keys.ErrNoAuthenticator)
	_, err = r.evaluate(t.Context(), foreign, pin)
	wantErr(t, "evaluate another's", err, keys.ErrNoCredential)
	_, err = r.evaluate(t.Context(), keys.Passkey{RPID: "localhost"}, pin)
	wantErr(t, "evaluate none", err, keys.ErrNoCredential)
}

// Each entry of a PIN costs one try, and a key that would refuse is not sent
// one.
func TestWrongPIN(t *testing.T) {
	r, p := enrolled(t, "seed", soft.Options{})
	enter := func(pin string, attempts int) error {
		t.Helper()
		before := r.PINAttempts()
		_, err := r.evaluate(t.Context(), p, pin)
		if n := r.PINAttempts() - before; n != attempts {
			t.Errorf("%s was sent %d times, want %d", pin, n, attempts)
		}
		return err
	}
	wrong := func(tries int) {
		t.Helper()
		err := enter("9999", 1)
		var e *keys.PINInvalidError
		if !errors.As(err, &e) || e.Tries != tries || r.tries() != tries {
			t.Errorf("got %v, want %d tries left", err, tries)
		}
	}
	wrong(7)
	wrong(6)
	wantErr(t, "the third in a row", enter("9999", 1), keys.ErrPINAuthBlocked)
	wantErr(t, "the right one after that", enter(pin, 1), keys.ErrPINAuthBlocked)
	if n := r.tries(); n != 5 {
		t.Errorf("%d tries left", n)
	}
	r.replug()
	wantErr(t, "put back in", enter(pin, 1), nil)
	if n := r.tries(); n != 8 {
		t.Errorf("%d tries left after the right PIN", n)
	}

	wantErr(t, "too short for any key", enter("123", 0), keys.ErrPINPolicy)
	wantErr(t, "none", enter("", 0), keys.ErrPINRequired)

	for n := 7; n > 0; n-- {
		if n%3 == 2 { // the third in a row, n = 5 and 2
			wantErr(t, "the third in a row", enter("9999", 1), keys.ErrPINAuthBlocked)
			r.replug()
			continue
		}
		wrong(n)
	}
	wantErr(t, "the last try", enter("9999", 1), keys.ErrPINBlocked)
	wantErr(t, "the right PIN on a blocked key", enter(pin, 0), keys.ErrPINBlocked)
	r.replug()
	wantErr(t, "the same, put back in", enter(pin, 0), keys.ErrPINBlocked)
}

func TestSetPIN(t *testing.T) {
	r := plugIn(t, "seed", soft.Options{})
	ctx := t.Context()
	for _, given := range []string{"", pin} {
		_, err := r.open().Create(ctx, "localhost", "Ana", secret(given), keys.Prompts{Touch: func() { t.Error("asked to touch in vain") }})
		wantErr(t, "create without a PIN set", err, keys.ErrPINNotSet)
	}
	if r.PINAttempts() != 0 {
		t.Error("a PIN was sent to a key that has none")
	}
	info, err := r.open().Info(ctx)
	if err != nil || !info.PINSupported || info.PINSet || info.PINTries != -1 {
		t.Errorf("%+v, %v", info, err)
	}
	wantErr(t, "too short", r.open().SetPIN(ctx, secret("123")), keys.ErrPINPolicy)
	wantErr(t, "set", r.open().SetPIN(ctx, secret("café!")), nil)
	if err := r.open().SetPIN(ctx, secret("other")); err == nil {
		t.Error("a second first PIN was accepted")
	}
	var wrong *keys.PINInvalidError
	if err := r.open().ChangePIN(ctx, secret("9999"), secret("other")); !errors.As(err, &wrong) || wrong.Tries != 7 {
		t.Errorf("change with a wrong PIN: %v", err)
	}
	wantErr(t, "change", r.open().ChangePIN(ctx, secret("café!"), secret(pin)), nil)
	_, err = r.open().Create(ctx, "localhost", "Ana", secret(pin), keys.Prompts{})
	wantErr(t, "create with the changed PIN", err, nil)
}

func TestNeverTouched(t *testing.T) {
	r, p := enrolled(t, "seed", soft.Options{PresenceTimeout: 100 * time.Millisecond})
	r.SetTouch(soft.TouchByHand())
	_, err := r.evaluate(t.Context(), p, pin)
	wantErr(t, "the key gives up", err, keys.ErrTimeout)
}

// Nothing gives up by itself here, neither the key nor the helper, so that
// only a cancellation that reaches the key ends it.
func TestStopBlinking(t *testing.T) {
	r, p := enrolled(t, "seed", soft.Options{PresenceTimeout: time.Hour})
	r.driver = New(os.Args[0], argSlow)
	r.driver.grace = time.Hour
	gone := watch(t, r.driver)

	ctx, cancel := context.WithCancel(t.Context())
	done := r.begin(ctx, p)
	cancel()
	wantErr(t, "cancelled", <-done, keys.ErrCancelled)
	r.see(soft.Idle)

	clock, tick := newDeadline(t.Context())
	done = r.begin(clock, p)
	tick()
	wantErr(t, "timed out", <-done, keys.ErrTimeout)
	r.see(soft.Idle)

	// At any moment, also before there is anything to cancel: while it opens,
	// while the PIN is checked, while it blinks.
	for i := range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*2*time.Millisecond)
		_, err := r.evaluate(ctx, p, pin)
		cancel()
		wantErr(t, "timed out somewhere", err, keys.ErrTimeout)
		r.see(soft.Idle)
	}
	gone()
	r.SetTouch(soft.TouchAlways())
	_, err := r.evaluate(t.Context(), p, pin)
	wantErr(t, "the next ceremony", err, nil)
}

// deadline is a context whose deadline passes when the test says so.
type deadline struct {
	context.Context
	done chan struct{}
}

func newDeadline(ctx context.Context) (context.Context, func()) {
	d := deadline{ctx, make(chan struct{})}
	return d, func() { close(d.done) }
}

func (d deadline) Done() <-chan struct{} { return d.done }

func (d deadline) Err() error {
	select {
	case <-d.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func TestUnplugged(t *testing.T) {
	r, p := enrolled(t, "seed", soft.Options{})
	done := r.begin(t.Context(), p)
	r.Unplug()
	wantErr(t, "in the middle", <-done, keys.ErrRemoved)
	old := r.port.Path()
	if err := r.Plug(); err != nil {
		t.Fatal(err)
	}
	r.SetTouch(soft.TouchAlways())
	_, err := r.evaluate(t.Context(), p, pin)
	wantErr(t, "put back in", err, nil)

	for path, want := range map[string]error{
		old:              keys.ErrNoAuthenticator,
		"/dev/not-there": keys.ErrRemoved,
		"/etc/hostname":  keys.ErrNoAuthenticator,
		"/etc":           keys.ErrRemoved,
	} {
		_, err := r.driver.Open(path).Info(t.Context())
		wantErr(t, path, err, want)
	}
}

func TestBusy(t *testing.T) {
	r, p := enrolled(t, "seed", soft.Options{})
	fd, err := unix.Open(r.port.Path(), unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Flock(fd, unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	_, err = r.open().Info(t.Context())
	wantErr(t, "held by another", err, keys.ErrBusy)
	r.driver.started = func(int) { _ = unix.Close(fd) }
	_, err = r.evaluate(t.Context(), p, pin)
	wantErr(t, "held for a moment", err, nil)
}

func TestPermission(t *testing.T) {
	r := plugIn(t, "seed", soft.Options{})
	if os.Getuid() == 0 { // who may open every device
		r.driver = New(os.Args[0], argRogue, "nobody")
	}
	if err := os.Chmod(r.port.Path(), 0); err != nil {
		t.Fatal(err)
	}
	_, err := r.open().Info(t.Context())
	wantErr(t, "not allowed", err, keys.ErrPermission)
}
