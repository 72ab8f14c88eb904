package sshd

import (
	"context"
	"time"

	"touchback/keys"
	"touchback/keys/browser"
	"touchback/tui/plain"
)

// onPage asks for a passkey without a guide: the address goes to the client's
// standard error, and the answer comes through the port that it forwards.
type onPage struct {
	*visit
	backup, label string // hostile text
}

// Evaluate implements keys.Evaluator.
func (o onPage) Evaluate(ctx context.Context, p keys.Passkey, in keys.PRFInputs) (secret *keys.Secret, err error) {
	page := o.pages.open(browser.Options{Purpose: browser.Open, Backup: o.backup, Passkey: o.label})
	defer func() {
		// The page is told how it ended even where the session has.
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		page.Finish(last, err)
		_ = page.Close()
	}()
	plain.Say(o.stderr(), "touchback: open this page, with the port forwarded: %s", o.desk().Forward(page.Port()))
	plain.Say(o.stderr(), "%s", page.URL())
	return page.Evaluate(ctx, p, in)
}

// demoPIN answers with the PIN of a demonstration, which is no secret.
func demoPIN(pin string) func(context.Context, keys.DeviceInfo, int) (*keys.Secret, error) {
	return func(context.Context, keys.DeviceInfo, int) (*keys.Secret, error) {
		return keys.NewSecret([]byte(pin)), nil
	}
}
