package run_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/browser"
	"touchback/keys/soft"
	"touchback/restore/flow"
	"touchback/restore/run"
)

// softPage is a page behind which sits a person with a software security key.
type softPage struct {
	key  *soft.Key
	opts browser.Options
	fail error // of the next gesture

	mu    sync.Mutex
	ended []error
	asked int
}

func (p *softPage) serve(_ context.Context, o browser.Options) (run.Page, error) {
	p.opts = o
	return p, nil
}

func (p *softPage) next() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	return p.fail
}

func (p *softPage) Create(ctx context.Context) (keys.Passkey, error) {
	if err := p.next(); err != nil {
		return keys.Passkey{}, err
	}
	made, err := soft.Finder{p.key}.Open("soft:0").Create(ctx, browser.RPID, p.opts.Passkey, keys.NewSecret([]byte(fixtures.SamplePIN)), keys.Prompts{})
	made.Transports = []string{"hybrid", "internal"}
	return made, err
}

func (p *softPage) Evaluate(ctx context.Context, k keys.Passkey, in keys.PRFInputs) (*keys.Secret, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	return soft.Finder{p.key}.Open("soft:0").Evaluate(ctx, k, in, keys.NewSecret([]byte(fixtures.SamplePIN)), keys.Prompts{})
}

func (p *softPage) Finish(_ context.Context, err error) { p.ended = append(p.ended, err) }
func (p *softPage) URL() string                         { return "http://localhost:8417/#token" }
func (p *softPage) Port() int                           { return 8417 }
func (p *softPage) Close() error                        { return nil }

// toPage goes to the page of the first passkey, from where a security key is
// waited for.
func (w *walker) toPage() {
	w.t.Helper()
	w.at(flow.Backup)
	w.step(flow.Enter{})
	w.step(flow.Enter{})
	w.until("a look for keys", func(s flow.State) bool { return s.Screen != flow.Connect || s.Scanned })
	w.step(flow.InBrowser{})
}

func TestAPasskeyInTheBrowser(t *testing.T) {
	page := &softPage{key: softKey()}
	w := walk(t, run.Config{Pages: page.serve}, sample(t))
	w.toPage()
	w.toRestored()
	if page.opts.Purpose != browser.Open || page.opts.Passkey != fixtures.SamplePasskeyLabel || page.opts.Backup != fixtures.SampleBackup {
		t.Errorf("the page is for %+v", page.opts)
	}
	if len(page.ended) != 1 || page.ended[0] != nil || page.asked != 1 {
		t.Errorf("%d gestures, ended with %v", page.asked, page.ended)
	}
	if w.r.Address() != "" {
		t.Error("the address outlives the page")
	}
}

// What goes wrong on a page is a screen of its own, and a new page opens it
// all the same.
func TestWhatGoesWrongOnThePage(t *testing.T) {
	for err, why := range map[error]flow.Why{
		browser.ErrNoPRF: flow.NoPRF, browser.ErrNoUV: flow.NotVerified, browser.ErrWrongPasskey: flow.WrongPasskey,
		browser.ErrDeclined: flow.NoAnswer, browser.ErrRefused: flow.BrowserRefused, browser.ErrForged: flow.NotTrusted,
		browser.ErrTimeout: flow.PageTimedOut, browser.ErrPageClosed: flow.PageClosed,
	} {
		t.Run(string(why), func(t *testing.T) {
			page := &softPage{key: softKey(), fail: err}
			w := walk(t, run.Config{Pages: page.serve}, sample(t))
			w.toPage()
			w.trouble(why)
			if len(page.ended) != 1 || !errors.Is(page.ended[0], err) {
				t.Errorf("the page ended with %v", page.ended)
			}
			page.fail = nil
			w.step(flow.Enter{})
			w.toRestored()
		})
	}
}

// The real page: served on loopback while it is asked, gone after it. Its
// address is told on the side, and opened by a file, not by an argument.
func TestThePageIsServedAndGone(t *testing.T) {
	var started []string
	desk := browser.Desk{
		Getenv: func(k string) string {
			return map[string]string{"DISPLAY": ":0", "SSH_CONNECTION": "", "HOME": t.TempDir()}[k]
		},
		GOOS: "linux",
		Start: func(_ context.Context, _ string, args ...string) error {
			started = append(started, args...)
			return nil
		},
	}
	w := walk(t, run.Config{Desk: &desk}, sample(t))
	w.toPage()
	w.until("the page", func(s flow.State) bool { return s.Asking })
	address := w.r.Address()
	url, token, _ := strings.Cut(address, "#")
	if token == "" || !strings.HasPrefix(url, "http://localhost:") {
		t.Fatalf("address %q", address)
	}
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || !strings.Contains(string(body), "Touchback") {
		t.Errorf("the page says %q, %v", body, err)
	}
	if !w.state.Page.Display {
		t.Error("a display is not seen")
	}
	w.step(flow.Enter{})
	w.until("a browser", func(s flow.State) bool { return s.Page.Opened || s.Page.Refused })
	if len(started) != 1 || strings.Contains(started[0], token) {
		t.Errorf("a browser was started with %q", started)
	}
	if s := strings.Join([]string{w.state.Page.Forward, w.state.Detail}, ""); strings.Contains(s, token) {
		t.Error("the token is in the state")
	}
	w.step(flow.Back{})
	w.r.Close()
	if w.r.Address() != "" {
		t.Error("the address outlives the page")
	}
	if res, err := http.Get(url); err == nil {
		_ = res.Body.Close()
		t.Error("the page is still served")
	}
	if len(started) == 1 {
		if _, err := os.Stat(strings.TrimPrefix(started[0], "file://")); err == nil {
			t.Error("the file that led to it is still there")
		}
	}
}

// Where the person sits elsewhere, the line to type there is told.
func TestThePageOverSSH(t *testing.T) {
	desk := browser.Desk{
		Getenv: func(k string) string { return map[string]string{"SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22"}[k] },
		GOOS:   "linux",
	}
	page := &softPage{key: softKey()}
	hold := make(chan struct{})
	w := walk(t, run.Config{Desk: &desk, Pages: func(ctx context.Context, o browser.Options) (run.Page, error) {
		return heldPage{page, hold}, nil
	}}, sample(t))
	w.toPage()
	w.until("the page", func(s flow.State) bool { return s.Asking })
	if !strings.Contains(w.state.Page.Forward, "-L 8417:localhost:8417") || w.state.Page.Display {
		t.Errorf("forward %q, display %v", w.state.Page.Forward, w.state.Page.Display)
	}
	close(hold)
	w.toRestored()
}

// heldPage answers once it may.
type heldPage struct {
	run.Page
	hold chan struct{}
}

func (p heldPage) Evaluate(ctx context.Context, k keys.Passkey, in keys.PRFInputs) (*keys.Secret, error) {
	select {
	case <-p.hold:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return p.Page.Evaluate(ctx, k, in)
}

// A key file does what the digits do.
func TestAKeyFileInTheGuide(t *testing.T) {
	key := fixtures.SampleKey()
	defer key.Wipe()
	file := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(file, []byte(digits(key)), 0o600); err != nil {
		t.Fatal(err)
	}
	w := walk(t, run.Config{}, sample(t))
	w.at(flow.Backup)
	w.step(flow.Enter{})
	for range w.state.NMethods {
		w.step(flow.Move{By: 1})
	}
	w.step(flow.Enter{})
	w.at(flow.Key)
	w.step(flow.PathTyped{Path: file + ".not"})
	w.trouble(flow.BadKeyFile)
	w.step(flow.Enter{})
	w.at(flow.Key)
	w.step(flow.PathTyped{Path: file})
	w.toRestored()
}
