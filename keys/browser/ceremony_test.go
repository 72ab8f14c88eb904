package browser

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"touchback/keys"
	"touchback/keys/prf"
)

// serve starts a ceremony for a test.
func serve(t *testing.T, o Options) (*Ceremony, *Server) {
	t.Helper()
	if o.Backup == "" {
		o.Backup = "12 May 2026, 228 MB"
	}
	if o.Grace == 0 {
		o.Grace = 20 * time.Second // a busy machine is no closed page
	}
	c := New(o)
	s := NewServer(c)
	if err := s.Listen(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return c, s
}

// outcome is what a call on a ceremony returned.
type outcome[T any] struct {
	value T
	err   error
}

func later[T any](f func() (T, error)) <-chan outcome[T] {
	done := make(chan outcome[T], 1)
	go func() {
		v, err := f()
		done <- outcome[T]{v, err}
	}()
	return done
}

func wait[T any](t *testing.T, done <-chan outcome[T]) (T, error) {
	t.Helper()
	select {
	case o := <-done:
		return o.value, o.err
	case <-time.After(30 * time.Second):
		t.Fatal("still waiting")
		panic("unreachable")
	}
}

func bytesOf(s *keys.Secret) (out []byte) {
	s.Use(func(b []byte) { out = bytes.Clone(b) })
	return out
}

func someInputs(n byte) keys.PRFInputs { return prf.Inputs(bytes.Repeat([]byte{n}, 16)) }

// enrol makes a passkey in the tab's authenticator.
func enrol(t *testing.T, b tab) keys.Passkey {
	t.Helper()
	c, s := serve(t, Options{Purpose: Enrol, Passkey: "Ana's laptop"})
	b.goTo(s.URL())
	made := later(func() (keys.Passkey, error) { return c.Create(b.ctx) })
	b.press("Create a passkey")
	p, err := wait(t, made)
	if err != nil {
		t.Fatal(err)
	}
	c.Finish(t.Context(), nil)
	b.until("Your passkey answered each time")
	return p
}

// open asks for a passkey's outputs on a new page.
func open(t *testing.T, b tab, p keys.Passkey, in keys.PRFInputs) (*keys.Secret, error) {
	t.Helper()
	c, s := serve(t, Options{Passkey: "Ana's laptop"})
	b.goTo(s.URL())
	got := later(func() (*keys.Secret, error) { return c.Evaluate(b.ctx, p, in) })
	b.press("Open your backup")
	out, err := wait(t, got)
	c.Finish(t.Context(), err)
	if err != nil {
		b.until(Explain(err).Title)
	} else {
		b.until("Your backup is open")
	}
	return out, err
}

// TestLockAndOpen is the whole road: three gestures on one page lock, and one
// on another page opens.
func TestLockAndOpen(t *testing.T) {
	b := newTab(t)
	b.authenticator(nil)
	root := bytes.Repeat([]byte{7}, keys.KeySize)
	key, err := keys.NewRootKey(bytes.Clone(root))
	if err != nil {
		t.Fatal(err)
	}
	ring := keys.Create(key, time.Now())

	c, s := serve(t, Options{Purpose: Enrol, Passkey: "Ana's laptop"})
	b.goTo(s.URL())
	added := later(func() (keys.Method, error) {
		p, err := c.Create(b.ctx)
		if err != nil {
			return keys.Method{}, err
		}
		m, err := ring.AddPasskey(b.ctx, "Ana's laptop", p, c)
		c.Finish(b.ctx, err)
		return m, err
	})
	for i, title := range []string{"Create a passkey", "Lock the backup with it", "See that it opens"} {
		b.until(title)
		if got, want := b.text("#count"), []string{"Step 1 of 3", "Step 2 of 3", "Step 3 of 3"}[i]; got != want {
			t.Errorf("%s: it counts %q, want %q", title, got, want)
		}
		b.press(title)
	}
	m, err := wait(t, added)
	if err != nil {
		t.Fatal(err)
	}
	b.until("Your passkey answered each time")
	if got := b.text("#when"); got != "You can close this page now." {
		t.Errorf("at the end it says %q", got)
	}
	if m.Passkey.RPID != "localhost" || !slices.Equal(m.Passkey.Transports, []string{"internal"}) {
		t.Errorf("the passkey is %+v", m.Passkey)
	}
	ring.Lock()

	c, s = serve(t, Options{Passkey: m.Label})
	b.goTo(s.URL())
	opened := later(func() (*keys.BackupKey, error) {
		k, err := ring.Unlock(b.ctx, m.ID, keys.ByPasskey{Evaluator: c})
		c.Finish(b.ctx, err)
		return k, err
	})
	b.press("Open your backup")
	k, err := wait(t, opened)
	if err != nil {
		t.Fatal(err)
	}
	k.Use(func(got []byte) {
		if !bytes.Equal(got, root) {
			t.Error("it opened to another key")
		}
	})
	b.until("Your backup is open")
}

// TestOutputs: the same inputs give the same outputs at any port, others give
// others, and each input its own.
func TestOutputs(t *testing.T) {
	b := newTab(t)
	b.authenticator(nil)
	p := enrol(t, b)
	var got [3][]byte
	for i, in := range []keys.PRFInputs{someInputs(1), someInputs(1), someInputs(2)} {
		out, err := open(t, b, p, in)
		if err != nil {
			t.Fatal(err)
		}
		got[i] = bytesOf(out)
	}
	if len(got[0]) != prf.OutputSize || !bytes.Equal(got[0], got[1]) || bytes.Equal(got[0], got[2]) {
		t.Errorf("outputs\n%x\n%x\n%x", got[0], got[1], got[2])
	}
	if bytes.Equal(got[0][:32], got[0][32:]) {
		t.Error("both inputs gave the same output")
	}
}

func TestTwoPasskeys(t *testing.T) {
	b := newTab(t)
	b.authenticator(nil)
	one, two := enrol(t, b), enrol(t, b)
	if bytes.Equal(one.CredentialID, two.CredentialID) {
		t.Fatal("the second passkey replaced the first")
	}
	outs := map[string]bool{}
	for _, p := range []keys.Passkey{one, two} {
		out, err := open(t, b, p, someInputs(1))
		if err != nil {
			t.Fatal(err)
		}
		outs[string(bytesOf(out))] = true
	}
	if len(outs) != 2 {
		t.Error("both passkeys answered the same")
	}
}

// TestFailures: each way in which an authenticator fails, as the page and the
// caller learn it.
func TestFailures(t *testing.T) {
	notVerified := func(b tab, id webauthn.AuthenticatorID) {
		tell(b, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: id})
	}
	t.Run("declined", func(t *testing.T) {
		b := newTab(t)
		id := b.authenticator(nil)
		p := enrol(t, b)
		notVerified(b, id)
		out, err := open(t, b, p, someInputs(1))
		if out != nil || !errors.Is(err, ErrDeclined) || !errors.Is(err, keys.ErrDenied) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("creation declined", func(t *testing.T) {
		b := newTab(t)
		notVerified(b, b.authenticator(nil))
		failCreation(t, b, Options{}, ErrDeclined)
	})
	t.Run("no PRF", func(t *testing.T) {
		b := newTab(t)
		b.authenticator(func(o *webauthn.VirtualAuthenticatorOptions) { o.HasPrf = false })
		failCreation(t, b, Options{}, ErrNoPRF)
	})
	t.Run("no user verification", func(t *testing.T) {
		b := newTab(t)
		b.authenticator(func(o *webauthn.VirtualAuthenticatorOptions) {
			o.HasUserVerification, o.IsUserVerified = false, false
		})
		failCreation(t, b, Options{}, ErrDeclined) // all that Chromium says of it
	})
	t.Run("verified by nobody", func(t *testing.T) {
		b := newTab(t)
		id, yes := b.authenticator(nil), true
		p := enrol(t, b)
		tell(b, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: id, IsBadUV: &yes})
		if _, err := open(t, b, p, someInputs(1)); !errors.Is(err, ErrNoUV) || !errors.Is(err, keys.ErrUVInvalid) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("signed by nobody", func(t *testing.T) {
		b := newTab(t)
		id, yes := b.authenticator(nil), true
		c, s := serve(t, Options{Purpose: Enrol})
		b.goTo(s.URL())
		made := later(func() (keys.Passkey, error) { return c.Create(b.ctx) })
		b.press("Create a passkey")
		p, err := wait(t, made)
		if err != nil {
			t.Fatal(err)
		}
		tell(b, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: id, IsBogusSignature: &yes})
		got := later(func() (*keys.Secret, error) { return c.Evaluate(b.ctx, p, someInputs(1)) })
		b.press("Lock the backup with it")
		if _, err := wait(t, got); !errors.Is(err, ErrForged) {
			t.Errorf("got %v", err)
		}
		b.until(ErrForged.Title)
	})
	t.Run("passkey from elsewhere", func(t *testing.T) {
		b := newTab(t)
		b.authenticator(nil)
		p := enrol(t, b)
		p.CredentialID = bytes.Repeat([]byte{9}, 32)
		if _, err := open(t, b, p, someInputs(1)); !errors.Is(err, ErrDeclined) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("added already", func(t *testing.T) {
		b := newTab(t)
		b.authenticator(nil)
		failCreation(t, b, Options{Registered: []keys.Passkey{enrol(t, b)}}, ErrAlreadyRegistered)
	})
	t.Run("not this backup's", func(t *testing.T) {
		b := newTab(t)
		b.authenticator(nil)
		p := enrol(t, b)
		c, s := serve(t, Options{})
		b.goTo(s.URL())
		got := later(func() (*keys.Secret, error) { return c.Evaluate(b.ctx, p, someInputs(1)) })
		b.press("Open your backup")
		if _, err := wait(t, got); err != nil {
			t.Fatal(err)
		}
		b.until("Passkey answered")
		c.Finish(t.Context(), &keys.MethodError{Err: keys.ErrNotRegistered})
		b.until("This passkey does not open this backup")
	})
}

func failCreation(t *testing.T, b tab, o Options, want *Problem) {
	t.Helper()
	o.Purpose = Enrol
	c, s := serve(t, o)
	b.goTo(s.URL())
	made := later(func() (keys.Passkey, error) { return c.Create(b.ctx) })
	b.press("Create a passkey")
	if _, err := wait(t, made); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
	b.until(want.Title)
}

// lapsing is a context whose deadline passes when it is told to.
type lapsing struct {
	context.Context
	passed chan struct{}
}

func (l lapsing) Done() <-chan struct{} { return l.passed }
func (l lapsing) Err() error {
	select {
	case <-l.passed:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// TestTerminalEnds: what ends a ceremony at the terminal's side reaches a page
// that waits for a gesture.
func TestTerminalEnds(t *testing.T) {
	for _, want := range []*Problem{ErrCancelled, ErrTimeout} {
		t.Run(want.Title, func(t *testing.T) {
			b := newTab(t)
			id := b.authenticator(nil)
			p := enrol(t, b)
			tell(b, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: id})
			c, s := serve(t, Options{})
			ctx, end := context.WithCancel(b.ctx)
			defer end()
			if want == ErrTimeout {
				late := lapsing{b.ctx, make(chan struct{})}
				ctx, end = late, func() { close(late.passed) }
			}
			b.goTo(s.URL())
			got := later(func() (*keys.Secret, error) { return c.Evaluate(ctx, p, someInputs(1)) })
			b.press("Open your backup")
			b.await("go", "Follow your browser …")
			end()
			if _, err := wait(t, got); !errors.Is(err, want) || !errors.Is(err, want.like) {
				t.Errorf("got %v", err)
			}
			b.until(want.Title)
		})
	}
}

func TestTimeout(t *testing.T) {
	c := New(Options{Timeout: time.Millisecond})
	p := keys.Passkey{CredentialID: []byte{1}, RPID: RPID}
	for range 2 {
		if _, err := c.Evaluate(t.Context(), p, someInputs(1)); !errors.Is(err, ErrTimeout) || !errors.Is(err, keys.ErrTimeout) {
			t.Errorf("got %v", err)
		}
	}
}

func TestPageClosed(t *testing.T) {
	b := newTab(t)
	b.authenticator(nil)
	p := enrol(t, b)
	c, s := serve(t, Options{Grace: time.Second})
	got := later(func() (*keys.Secret, error) { return c.Evaluate(b.ctx, p, someInputs(1)) })
	b.goTo(s.URL())
	b.until("Open your backup")
	b.do(chromedp.Navigate("about:blank"))
	if _, err := wait(t, got); !errors.Is(err, ErrPageClosed) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Evaluate(b.ctx, p, someInputs(1)); !errors.Is(err, ErrPageClosed) {
		t.Errorf("asked once more, it returns %v", err)
	}
}

func TestReloadGoesOn(t *testing.T) {
	b := newTab(t)
	b.authenticator(nil)
	p := enrol(t, b)
	c, s := serve(t, Options{})
	got := later(func() (*keys.Secret, error) { return c.Evaluate(b.ctx, p, someInputs(1)) })
	b.goTo(s.URL())
	b.until("Open your backup")
	b.do(chromedp.Reload())
	b.press("Open your backup")
	if _, err := wait(t, got); err != nil {
		t.Error(err)
	}
}

func TestSecondPage(t *testing.T) {
	b, other := newTab(t), anotherTab(t)
	b.authenticator(nil)
	p := enrol(t, b)
	c, s := serve(t, Options{})
	got := later(func() (*keys.Secret, error) { return c.Evaluate(b.ctx, p, someInputs(1)) })
	b.goTo(s.URL())
	b.until("Open your backup")
	other.goTo(s.URL())
	other.until("The page is open in another window")
	b.press("Open your backup")
	if _, err := wait(t, got); err != nil {
		t.Error(err)
	}
}

func TestWrongAddress(t *testing.T) {
	b := newTab(t)
	_, s := serve(t, Options{})
	_, earlier := serve(t, Options{})
	b.goTo("http://localhost" + s.URL()[len("http://localhost"):len(s.URL())-45] + "/")
	b.until("This address is not complete")
	wrong := []byte(s.URL())
	copy(wrong[len(wrong)-43:], earlier.URL()[len(earlier.URL())-43:])
	b.do(chromedp.Navigate("about:blank")) // else another token would be the same page
	b.goTo(string(wrong))
	b.until("This page is of an earlier try")
}

// TestHostileNames: names from a backup are text on the page, in their place.
func TestHostileNames(t *testing.T) {
	b := newTab(t)
	b.authenticator(nil)
	name := "<img src=x onerror=alert(1)>\u202Etxt.exe"
	c, s := serve(t, Options{Backup: name, Passkey: "</script>" + name})
	_ = later(func() (*keys.Secret, error) {
		return c.Evaluate(b.ctx, keys.Passkey{CredentialID: []byte{1}, RPID: RPID}, someInputs(1))
	})
	b.goTo(s.URL())
	b.until("Open your backup")
	got := read(b, chromedp.Evaluate[string]("document.getElementById('backup').textContent"))
	images := read(b, chromedp.Evaluate[int]("document.images.length"))
	if want := strings.ReplaceAll(name, "\u202E", "\uFFFD"); got != want || images != 0 {
		t.Errorf("the page shows %q and %d images", got, images)
	}
}
