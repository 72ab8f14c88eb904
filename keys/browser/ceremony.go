package browser

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"sync"
	"time"
	"unicode"

	"touchback/keys"
)

// RPID is the relying party of every passkey that a page on localhost can ask
// for, at any port.
const RPID = "localhost"

// Purpose says what a page is for, and so how many gestures it asks for.
type Purpose int

// The purposes.
const (
	Open  Purpose = iota // one gesture: Evaluate
	Enrol                // three: Create, then Evaluate to wrap and to prove
	Prove                // one: Evaluate, to see that a passkey still opens
)

func (p Purpose) gestures() int {
	if p == Enrol {
		return 3
	}
	return 1
}

// Options say what a ceremony is for.
type Options struct {
	Purpose Purpose
	Backup  string // how a person knows the backup; shown as text, may be hostile
	Passkey string // the passkey's label, likewise; a new one is named by it

	// Registered are the passkeys that open the backup already: the device that
	// holds one of them refuses to make another.
	Registered []keys.Passkey

	Timeout time.Duration // for each gesture; zero is DefaultTimeout
	Grace   time.Duration // how long a page may be gone before that ends it; zero is DefaultGrace
}

// Times that suit people. A phone is found, unlocked and pointed at a QR code
// in less than five minutes; a page is reloaded in less than three seconds.
const (
	DefaultTimeout = 5 * time.Minute
	DefaultGrace   = 3 * time.Second
)

const (
	tokenSize = 32 // bytes
	maxShown  = 200
)

// Ceremony is one page and what is asked through it. The page may be opened
// before or after the first gesture is asked for. The first failure ends it,
// and so does Finish; to try again takes a new one, with a new address.
type Ceremony struct {
	opts  Options
	token *keys.Secret
	known map[string]publicKey // by credential ID: those made here

	mu      sync.Mutex
	seq     int
	changed chan struct{} // closed, and replaced, whenever the view changes
	step    *step         // the gesture under way
	asked   int           // gestures so far
	total   int           // gestures that are expected
	over    *Problem      // nil while it lasts; good or bad, how it ended
	good    bool
	err     error // the same for the caller
	page    presence
}

// step is one gesture under way.
type step struct {
	asking
	kind      string // clientData.type
	challenge []byte
	asked     *keys.Passkey // who may answer; nil for a creation
	done      chan result   // holds one
}

type result struct {
	passkey keys.Passkey
	output  *keys.Secret
	err     error
}

var _ keys.Evaluator = (*Ceremony)(nil)

// New prepares a ceremony. Nothing is served or asked yet.
func New(o Options) *Ceremony {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Grace == 0 {
		o.Grace = DefaultGrace
	}
	o.Backup, o.Passkey = shown(o.Backup), shown(o.Passkey)
	token := make([]byte, tokenSize)
	_, _ = rand.Read(token)
	c := &Ceremony{
		opts: o, token: keys.NewSecret(token), known: map[string]publicKey{},
		seq: 1, changed: make(chan struct{}),
	}
	c.page.told = make(chan struct{})
	return c
}

// shown bounds a text that the page shows, and takes out what would show it as
// another: controls, and those that turn the direction of what follows. (A
// joiner is part of words and emoji, and stays.)
func shown(s string) string {
	out := make([]rune, 0, maxShown)
	for _, r := range s {
		if len(out) == maxShown-1 {
			return string(append(out, '…'))
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' {
			r = unicode.ReplacementChar
		}
		out = append(out, r)
	}
	return string(out)
}

// URL is the page's address at a host: "localhost:8417". The part after the #
// is the token, which a browser keeps to itself: the address is as secret as
// the ceremony, and must reach a browser by no argument list or log.
func (c *Ceremony) URL(host string) string {
	var token string
	c.token.Use(func(b []byte) { token = base64.RawURLEncoding.EncodeToString(b) })
	return "http://" + host + "/#" + token
}

// ask shows a step on the page and waits for what comes of it.
func (c *Ceremony) ask(ctx context.Context, s *step) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	s.done = make(chan result, 1)
	if err := c.show(s); err != nil {
		return result{}, err
	}
	select {
	case r := <-s.done:
		return r, r.err
	case <-ctx.Done():
		c.end(s, Explain(ctx.Err()))
		r := <-s.done // that end, or an answer that was a moment quicker
		return r, r.err
	}
}

func (c *Ceremony) show(s *step) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.over != nil:
		return c.err
	case c.step != nil:
		return ErrBusy
	}
	if c.asked == 0 {
		c.total = c.opts.Purpose.gestures()
		if c.opts.Purpose == Enrol && s.Create == nil {
			c.total-- // of a passkey that was made before
		}
	}
	c.asked++
	s.N, s.Of = c.asked, max(c.asked, c.total)
	s.words, s.Button = c.wording(s)
	c.step = s
	c.change()
	return nil
}

// change wakes the page. mu is held.
func (c *Ceremony) change() {
	c.seq++
	close(c.changed)
	c.changed = make(chan struct{})
}

// settle takes what the page answered to step seq; false where that is not, or
// no longer, the one under way.
func (c *Ceremony) settle(seq int, r result) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.step == nil || c.seq != seq {
		r.output.Wipe()
		return false
	}
	s := c.step
	c.step = nil
	if r.err != nil {
		c.finish(Explain(r.err), r.err)
	} else {
		c.change()
	}
	s.done <- r
	return true
}

// current returns the step under way if it is seq.
func (c *Ceremony) current(seq int) *step {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seq != seq {
		return nil
	}
	return c.step
}

// end ends the ceremony with p while s is under way, which may be nil: between
// gestures.
func (c *Ceremony) end(s *step, p *Problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over != nil || c.step != s {
		return
	}
	c.step = nil
	c.finish(p, p)
	if s != nil {
		s.done <- result{err: p}
	}
}

// finish notes how it ended, once. mu is held.
func (c *Ceremony) finish(p *Problem, err error) {
	if c.over == nil {
		c.over, c.err = p, err
		c.page.stop()
		c.change()
	}
}

// Finish ends the ceremony: err is what became of it, nil that all went well.
// The page says so, if it has not yet another end to tell. Finish waits until
// it was told, where there is a page, ctx lasts, and the page has not gone for
// longer than the grace it has. After it, nothing is answered any more.
func (c *Ceremony) Finish(ctx context.Context, err error) {
	defer c.token.Wipe()
	p := c.opts.Purpose.success()
	if err != nil {
		p = Explain(err)
	}
	c.mu.Lock()
	if c.over == nil {
		why := error(ErrOver)
		if err != nil {
			why = p
		}
		c.good = err == nil
		s := c.step
		c.step = nil
		c.finish(p, why)
		if s != nil {
			s.done <- result{err: why}
		}
	}
	there, told := c.page.holder != "" && c.over != ErrPageClosed, c.page.told
	c.mu.Unlock()
	if !there {
		return
	}
	limit := time.NewTimer(c.opts.Grace)
	defer limit.Stop()
	select {
	case <-told:
	case <-limit.C:
	case <-ctx.Done():
	}
}
