package run

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"touchback/keys"
	"touchback/keys/browser"
	"touchback/restore/flow"
)

// Page is one ceremony in a browser: see browser.Ceremony, which the real one
// is. The address holds the ceremony's secret.
type Page interface {
	keys.Evaluator
	Create(context.Context) (keys.Passkey, error)
	Finish(context.Context, error)
	URL() string
	Port() int
	Close() error
}

// served is a page on a port of this machine.
type served struct {
	*browser.Ceremony
	server *browser.Server
}

func (p served) URL() string  { return p.server.URL() }
func (p served) Port() int    { return p.server.Port() }
func (p served) Close() error { return p.server.Close() }

// ServePage serves a page on loopback, at a free port.
func ServePage(ctx context.Context, o browser.Options) (Page, error) {
	c := browser.New(o)
	s := browser.NewServer(c)
	if err := s.Listen(ctx, 0); err != nil {
		_ = s.Close()
		return nil, err
	}
	return served{c, s}, nil
}

// finishLimit is how long a page has to be told how it ended: it asks for that
// all the time, so that longer means that it is gone.
const finishLimit = 2 * time.Second

// shown is the page of the work under way.
type shown struct {
	Page
	remove []func() // of files that led a browser to it
}

// page makes a page for a ceremony, says that it can be opened, and returns
// what ends it.
func (w *work) page(purpose browser.Purpose, label string, registered []keys.Passkey) (Page, func(error), error) {
	serve := w.cfg.Pages
	if serve == nil {
		serve = ServePage
	}
	o := browser.Options{Purpose: purpose, Passkey: label, Registered: registered}
	if b := w.s.backup; b != nil {
		o.Backup = filepath.Base(b.Path)
	}
	p, err := serve(w.ctx, o)
	if err != nil {
		return nil, nil, err
	}
	w.mu.Lock()
	w.shown = &shown{Page: p}
	w.mu.Unlock()
	desk := w.desk()
	e := flow.PageReady{Attempt: w.attempt, Display: desk.Display()}
	if desk.Remote() {
		e.Forward, e.Within = desk.Forward(p.Port()), desk.Within
	}
	w.tell(e)
	return p, func(err error) {
		// The page is told even where the work was ended.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), finishLimit)
		defer cancel()
		p.Finish(ctx, err)
		w.mu.Lock()
		s := w.shown
		w.shown = nil
		w.mu.Unlock()
		for _, remove := range s.remove {
			remove()
		}
		_ = p.Close() // nothing is answered any more
	}, nil
}

func (r *Runner) desk() browser.Desk {
	if r.cfg.Desk != nil {
		return *r.cfg.Desk
	}
	return browser.Here()
}

// Address is the address of the page that waits for a passkey, or "". It holds
// a secret: it is shown to the person, and goes into no log.
func (r *Runner) Address() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shown == nil {
		return ""
	}
	return r.shown.URL()
}

// showPage opens the page in a browser here.
func (r *Runner) showPage(attempt int) {
	r.mu.Lock()
	s, ctx := r.shown, r.workCtx
	r.mu.Unlock()
	if s == nil {
		return
	}
	go func() {
		remove, err := r.desk().Open(ctx, s.URL())
		r.mu.Lock()
		if err == nil && r.shown == s {
			s.remove = append(s.remove, remove)
			remove = nil
		}
		r.mu.Unlock()
		if err == nil && remove != nil {
			remove() // it was over before the browser was there
		}
		select {
		case <-ctx.Done():
		case r.events <- flow.PageShown{Attempt: attempt, OK: err == nil}:
		}
	}()
}

// asked is a page that asks one gesture after the other, and says so.
type asked struct {
	Page
	tell func(gesture int)
	n    *int
}

func (a asked) next() {
	*a.n++
	a.tell(*a.n)
}

// Create makes a passkey on the page.
func (a asked) Create(ctx context.Context) (keys.Passkey, error) {
	a.next()
	return a.Page.Create(ctx)
}

// Evaluate implements keys.Evaluator.
func (a asked) Evaluate(ctx context.Context, p keys.Passkey, in keys.PRFInputs) (*keys.Secret, error) {
	a.next()
	return a.Page.Evaluate(ctx, p, in)
}

// counted counts what is asked on a page.
func (w *work) counted(p Page) asked {
	return asked{p, func(n int) { w.tell(flow.Blinking{Attempt: w.attempt, Gesture: n}) }, new(int)}
}

// byPage opens a method on a page.
func (w *work) byPage(m keys.Method) (key *keys.BackupKey, err error) {
	p, end, err := w.page(browser.Open, m.Label, nil)
	if err != nil {
		return nil, err
	}
	defer func() { end(err) }()
	return w.s.backup.Keyring.Unlock(w.ctx, m.ID, keys.ByPasskey{Evaluator: w.counted(p)})
}

// roads tells whether a browser can ask for a passkey, and whether nothing else
// can: a passkey of a phone or of a computer hangs on no port.
func roads(p *keys.Passkey) (web, only bool) {
	if p == nil || p.RPID != browser.RPID {
		return false, false
	}
	isKey := func(t string) bool { return t == "usb" || t == "nfc" || t == "ble" || t == "smart-card" }
	return true, len(p.Transports) > 0 && !slices.ContainsFunc(p.Transports, isKey)
}
