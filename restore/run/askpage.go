package run

import (
	"context"
	"path/filepath"

	"touchback/keys"
	"touchback/keys/browser"
)

// PageOffer is a page that asks for a passkey, and waits for the person to open
// it.
type PageOffer struct {
	Passkey string // its label: hostile text
	URL     string // holds a secret: it is told to the person, and to nobody else
	Forward string // what to type first on the person's own machine, "" where that is this one
	Makes   bool   // a passkey is made, in three gestures
}

// onPage serves a page, tells the person of it, and hands it to ask. The page
// is told how that ended, and is gone then.
func onPage(ctx context.Context, tell func(PageOffer) error, o browser.Options, ask func(Page) error) error {
	if tell == nil {
		return keys.ErrNotSupported
	}
	p, err := ServePage(ctx, o)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }() // nothing is answered any more
	offer := PageOffer{Passkey: o.Passkey, URL: p.URL(), Makes: o.Purpose == browser.Enrol}
	if desk := browser.Here(); desk.Remote() {
		offer.Forward = desk.Forward(p.Port())
	}
	if err := tell(offer); err != nil {
		return err
	}
	err = ask(p)
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishLimit)
	defer cancel()
	p.Finish(limited, err)
	return err
}

// addOnPage makes a passkey of a phone, a computer or a password manager on a
// page, wraps with it, and proves that it opens.
func addOnPage(ctx context.Context, ring *keys.Keyring, backup, label string, ask Asker) (added keys.Method, err error) {
	o := browser.Options{Purpose: browser.Enrol, Backup: filepath.Base(backup), Passkey: label, Registered: registered(ring)}
	err = onPage(ctx, ask.Page, o, func(p Page) error {
		made, err := p.Create(ctx)
		if err == nil {
			added, err = ring.AddPasskey(ctx, label, made, p)
		}
		return err
	})
	return added, err
}

// registered are the passkeys of a keyring that a page can ask for: the device
// that holds one of them is to make no other.
func registered(ring *keys.Keyring) []keys.Passkey {
	var list []keys.Passkey
	for _, m := range ring.Methods() {
		if m.Passkey != nil && m.Passkey.RPID == browser.RPID {
			list = append(list, *m.Passkey)
		}
	}
	return list
}

// openOnPage opens a method on a page.
func (b *Backup) openOnPage(ctx context.Context, m keys.Method, ask Asker) (key *keys.BackupKey, err error) {
	o := browser.Options{Purpose: browser.Open, Backup: filepath.Base(b.Path), Passkey: m.Label}
	err = onPage(ctx, ask.Page, o, func(p Page) error {
		var err error
		key, err = b.Keyring.Unlock(ctx, m.ID, keys.ByPasskey{Evaluator: p})
		return err
	})
	return key, err
}
