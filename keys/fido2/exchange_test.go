package fido2

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"touchback/keys"
)

func TestRequestsAndReplies(t *testing.T) {
	ctx := t.Context()
	d := newTestDriver(argFake, "echoes")
	k := d.Open("/a")

	list, err := d.List(ctx)
	if err != nil || len(list) != 2 || list[0].Path != "/a" || list[0].Product != "\x1b[31m" {
		t.Errorf("List: %v, %v", list, err)
	}
	for id, want := range map[string]bool{"\x01\x02\x03": true, "other": false, "": false} {
		if known, err := k.Knows(ctx, keys.Passkey{CredentialID: []byte(id), RPID: "localhost"}); err != nil || known != want {
			t.Errorf("Knows(%q): %v, %v", id, known, err)
		}
	}
	p, err := k.Create(ctx, "localhost", "Ana", nil, keys.Prompts{})
	if err != nil || string(p.CredentialID) != "localhost|Ana" || p.RPID != "localhost" || !slices.Equal(p.Transports, []string{"usb"}) {
		t.Errorf("Create: %+v, %v", p, err)
	}
	touched := false
	s, err := k.Evaluate(ctx, p, testInputs, secret("12345"), keys.Prompts{Touch: func() { touched = true }})
	if err != nil || !s.Equal(keys.NewSecret(fakeSecret("12345"))) {
		t.Errorf("Evaluate: %v", err)
	}
	if !touched {
		t.Error("Touch was not called")
	}
	ps := k.(PINSetter)
	if err := ps.SetPIN(ctx, secret("new one")); err != nil {
		t.Error("SetPIN:", err)
	}
	if err := ps.ChangePIN(ctx, secret("old one"), secret("new one")); err != nil {
		t.Error("ChangePIN:", err)
	}
}

// A PIN that no key can have is not sent; one written in two ways is the same.
func TestPIN(t *testing.T) {
	k := newTestDriver(argFake, "echoes").Open("/a")
	for _, pin := range []string{"123", "é1é", strings.Repeat("1", 64), "12\x0034", "1234\xff"} {
		_, err := k.Evaluate(t.Context(), testPasskey, testInputs, secret(pin), keys.Prompts{Touch: func() { t.Errorf("%q was sent", pin) }})
		if !errors.Is(err, keys.ErrPINPolicy) {
			t.Errorf("%q: %v", pin, err)
		}
	}
	for typed, sent := range map[string]string{
		"1234":                  "1234",
		strings.Repeat("1", 63): strings.Repeat("1", 63),
		"cafe\u0301":            "caf\u00e9",
	} {
		s, err := k.Evaluate(t.Context(), testPasskey, testInputs, secret(typed), keys.Prompts{})
		if err != nil || !s.Equal(keys.NewSecret(fakeSecret(sent))) {
			t.Errorf("%q did not arrive as %q: %v", typed, sent, err)
		}
	}
}

func TestErrorsCrossThePipe(t *testing.T) {
	d := newTestDriver(argFake, "fails")
	for name, want := range named {
		if _, err := d.Open(name).Info(t.Context()); !errors.Is(err, want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := d.Open("three tries").Info(t.Context())
	var wrong *keys.PINInvalidError
	if !errors.As(err, &wrong) || wrong.Tries != 3 {
		t.Errorf("PIN invalid: got %v", err)
	}
	_, err = d.Open("code").Info(t.Context())
	var dev *DeviceError
	if !errors.As(err, &dev) || dev.Code != 0x21 || !errors.Is(err, keys.ErrDenied) {
		t.Errorf("code: got %v", err)
	}
	_, err = d.Open("unforeseen").Info(t.Context())
	if !errors.As(err, &dev) || errors.Is(err, keys.ErrDenied) || strings.Contains(err.Error(), "1234") {
		t.Errorf("unforeseen: got %v", err)
	}
}

func TestHelperThatFails(t *testing.T) {
	for _, args := range [][]string{
		{argFake, "crashes"},
		{argRogue, "babbles"},
		{argRogue, "boasts"},
		{argRogue, "mumbles"},
		{argRogue, "swears"},
		{argRogue, "short secret"},
	} {
		t.Run(args[1], func(t *testing.T) {
			_, err := newTestDriver(args...).Open("/a").Evaluate(t.Context(), testPasskey, testInputs, secret("1234"), keys.Prompts{})
			var failed *HelperError
			if !errors.As(err, &failed) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		_, err := New(os.Args[0] + "-not-there").List(t.Context())
		var failed *HelperError
		if !errors.As(err, &failed) && !errors.Is(err, keys.ErrNotSupported) {
			t.Errorf("got %v", err)
		}
	})
	// The answer is there; that the process has to be killed does not matter.
	t.Run("leaves slowly", func(t *testing.T) {
		d := newTestDriver(argRogue, "leaves slowly")
		gone := watch(t, d)
		if err := d.Open("/a").(PINSetter).SetPIN(t.Context(), secret("1234")); err != nil {
			t.Error(err)
		}
		gone()
	})
}

// However the person or the clock ends it, the error says which, and no
// process is left.
func TestEnd(t *testing.T) {
	for _, args := range [][]string{
		{argFake, "blinks"},
		{argFake, "hangs"},
		{argRogue, "says nothing"},
		{argRogue, "is deaf"},
	} {
		t.Run(args[1], func(t *testing.T) {
			evaluate := func(ctx context.Context, d *Driver) error {
				_, err := d.Open("").Evaluate(ctx, testPasskey, testInputs, secret("1234"), keys.Prompts{})
				return err
			}
			t.Run("cancelled", func(t *testing.T) {
				d := newTestDriver(args...)
				ctx, cancel := context.WithCancel(t.Context())
				gone := watch(t, d)
				inner := d.started
				d.started = func(pid int) { inner(pid); cancel() }
				if err := evaluate(ctx, d); !errors.Is(err, keys.ErrCancelled) {
					t.Errorf("got %v", err)
				}
				gone()
			})
			t.Run("timed out", func(t *testing.T) {
				d := newTestDriver(args...)
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				defer cancel()
				gone := watch(t, d)
				if err := evaluate(ctx, d); !errors.Is(err, keys.ErrTimeout) {
					t.Errorf("got %v", err)
				}
				gone()
			})
			t.Run("too quiet", func(t *testing.T) {
				d := newTestDriver(args...)
				d.quiet = 50 * time.Millisecond
				gone := watch(t, d)
				_, err := d.Open("").Info(t.Context())
				if !errors.Is(err, ErrSilent) || !errors.Is(err, keys.ErrTimeout) {
					t.Errorf("got %v", err)
				}
				gone()
			})
		})
	}
	t.Run("before it began", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		d := newTestDriver(argFake, "echoes")
		d.started = func(int) { t.Error("a process was started") }
		if _, err := d.List(ctx); !errors.Is(err, keys.ErrCancelled) {
			t.Errorf("got %v", err)
		}
	})
}

// What secrets there may be in the environment stay out of the helper.
func TestEnvironment(t *testing.T) {
	t.Setenv("FIDO_DEBUG", "1")
	t.Setenv("GOTRACEBACK", "crash")
	t.Setenv("TOUCHBACK_TEST_TOKEN", "hunter2")
	t.Setenv("UMOCKDEV_DIR", "/kept")
	info, err := newTestDriver(argFake, "echoes").Open("/a").Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(info.Versions, "UMOCKDEV_DIR=/kept") {
		t.Error("UMOCKDEV_DIR was not passed on")
	}
	for _, kv := range info.Versions {
		name, _, _ := strings.Cut(kv, "=")
		if !slices.Contains(keptEnv, name) {
			t.Errorf("%s was passed on", name)
		}
	}
}

func TestNotAvailable(t *testing.T) {
	d := newTestDriver(argFake, "echoes")
	d.available = false
	d.started = func(int) { t.Error("a process was started") }
	if _, err := d.List(t.Context()); !errors.Is(err, keys.ErrNotSupported) {
		t.Errorf("got %v", err)
	}
}

func secret(s string) *keys.Secret { return keys.NewSecret([]byte(s)) }
