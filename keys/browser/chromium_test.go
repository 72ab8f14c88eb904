package browser

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"touchback/keys/browser/browsertest"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// chromium is one browser for all tests of this package.
var chromium struct {
	start sync.Once
	ctx   context.Context
	end   func()
	err   error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.end != nil {
		chromium.end()
	}
	os.Exit(code)
}

func startChromium() {
	chromium.ctx, chromium.end, chromium.err = browsertest.Launch()
	if chromium.err == nil {
		chromium.err = chromedp.Do(chromium.ctx)
	}
}

// tab is a window of the browser, with authenticators of its own.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// newTab skips the test where there is no browser, but not where CI promises
// one. Tests with a tab spend their time waiting for it, so they run beside
// each other.
func newTab(t *testing.T) tab {
	t.Helper()
	t.Parallel()
	return anotherTab(t)
}

func anotherTab(t *testing.T) tab {
	t.Helper()
	chromium.start.Do(startChromium)
	if chromium.err != nil {
		browsertest.Missing(t, chromium.err)
	}
	ctx, cancel := chromedp.NewContext(chromium.ctx)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)
	b := tab{t, ctx}
	// A window's browser lives as long as the context of its first call.
	tell(b, webauthn.Enable, webauthn.EnableParams{})
	return b
}

func (b tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func read[T any](b tab, a chromedp.Action[T]) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, a)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func tell[P, R any](b tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	r, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// authenticator adds one: a platform authenticator that verifies its person and
// has PRF, but for what change says.
func (b tab) authenticator(change func(*webauthn.VirtualAuthenticatorOptions)) webauthn.AuthenticatorID {
	b.t.Helper()
	o := browsertest.Platform()
	if change != nil {
		change(o)
	}
	return tell(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: o}).AuthenticatorID
}

func (b tab) goTo(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

// until waits until the page's title is that, and count until it counts so.
func (b tab) until(title string) { b.t.Helper(); b.await("title", title) }
func (b tab) count(n string)     { b.t.Helper(); b.await("count", n) }

// await waits until an element has that text. A question that falls between two
// pages fails, and is asked again.
func (b tab) await(id, text string) {
	b.t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	limit := time.After(20 * time.Second)
	for {
		got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.getElementById("`+id+`")?.textContent ?? ""`))
		if err == nil && got == text {
			return
		}
		select {
		case <-again.C:
		case <-limit:
			got, _ = chromedp.Run(b.ctx, chromedp.Text("main"))
			b.t.Fatalf("the page never said %q: %v; it says:\n%s", text, err, got)
		}
	}
}

// press waits for the page to ask for a gesture, and begins it.
func (b tab) press(title string) {
	b.t.Helper()
	b.until(title)
	b.do(chromedp.Click("#go:not([aria-disabled])"))
}

func (b tab) text(selector string) string {
	b.t.Helper()
	return read(b, chromedp.Text(selector))
}
