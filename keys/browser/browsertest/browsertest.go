// Package browsertest starts a real browser for tests: Chromium, without a
// window, with authenticators of CDP's WebAuthn domain.
package browsertest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// patience is how long one test may keep a browser.
const patience = 2 * time.Minute

// Launch starts a browser with more flags than it needs anyway. It ends with
// cancel. The error is exec.ErrNotFound where none is installed.
func Launch(flags ...chromedp.ExecAllocatorOption) (ctx context.Context, cancel func(), err error) {
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return nil, nil, err
	}
	flags = append(append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, // as root there is none
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	), flags...)
	process, kill := chromedp.NewExecAllocator(context.Background(), flags...)
	ctx, end := chromedp.NewContext(process)
	return ctx, func() { end(); kill() }, nil
}

// Missing ends a test that can't have its browser: it is skipped where none is
// installed, but not where CI promises one.
func Missing(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip("Chromium is not installed")
	}
	t.Fatalf("Chromium: %v", err)
}

// Platform describes an authenticator such as a phone or a computer has: it
// verifies its person, and has PRF.
func Platform() *webauthn.VirtualAuthenticatorOptions {
	return &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21,
		Transport:      webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, HasPrf: true,
		AutomaticPresenceSimulation: true,
	}
}

// New is a browser for one test, with a Platform authenticator.
func New(t testing.TB, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	ctx, cancel, err := Launch(flags...)
	if err != nil {
		Missing(t, err)
	}
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, patience)
	t.Cleanup(stop)
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal("Chromium: ", err)
	}
	if _, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: Platform()}); err != nil {
		t.Fatal("Chromium: ", err)
	}
	return ctx
}

// Press begins the gesture that a page of this program asks for, if it asks for
// one. A page that is on its way is asked again later: there is no error.
func Press(ctx context.Context) {
	_, _ = chromedp.Run(ctx, chromedp.Evaluate[bool](`(() => {
		const go = document.querySelector("#go:not([aria-disabled])");
		if (go) go.click();
		return !!go;
	})()`))
}
