package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"touchback/keys"
	"touchback/restore/run"
	"touchback/tui/guide"
	"touchback/tui/style"
	"touchback/tui/words"
)

// ErrNoTerminal says that a PIN is needed and that there is no terminal to ask
// for it.
var ErrNoTerminal = errors.New("a PIN is needed, and there is no terminal to ask for it")

// Asker asks for PINs on the controlling terminal, even where standard input
// is a pipe, and says on w when to touch a key and how far work is: on a
// terminal on one line that is written anew, elsewhere on a line every few
// seconds. When quiet, progress is not told.
func Asker(w *os.File, quiet bool) run.Asker {
	p := &progress{w: w, rewrite: rewrites(w), now: time.Now}
	a := run.Asker{
		PIN: func(ctx context.Context, d keys.DeviceInfo, tries int) (*keys.Secret, error) {
			p.clear()
			t, err := openTerminal()
			if err != nil {
				return nil, ErrNoTerminal
			}
			defer t.close()
			return askPINOn(ctx, t, d, tries)
		},
		Touch: func(d keys.DeviceInfo, finger bool, n, of int) {
			p.clear()
			name := clean(d.Product, labelWidth)
			if name == "" {
				name = words.YourKey
			}
			asks := fmt.Sprintf(words.AskTouch, name)
			if finger {
				asks = fmt.Sprintf(words.AskFinger, name)
			}
			if of > 1 {
				asks += fmt.Sprintf(words.AskTouchN, n, of)
			}
			say(w, asks)
		},
	}
	a.Choose = func(devices []keys.DeviceInfo) {
		p.clear()
		say(w, fmt.Sprintf(words.AskChoose, len(devices)))
	}
	a.Page = func(o run.PageOffer) error {
		p.clear()
		t, err := openTerminal()
		if err != nil {
			return errNoTerminalPage
		}
		defer t.close()
		tellPage(t.out, o)
		return nil
	}
	if !quiet {
		a.Progress = p.tell
	}
	return a
}

// errNoTerminalPage: the address of a page is told on a terminal alone, since
// it holds a secret and standard error may be kept.
var errNoTerminalPage = errors.New("a page has to be opened in a browser, and there is no terminal to tell its address on")

// tellPage says which page to open, and what it is for.
func tellPage(w io.Writer, o run.PageOffer) {
	asks := words.PageAsks
	if o.Makes {
		asks = words.PageMakes
	}
	say(w, lower(words.PageTitle)+". "+fmt.Sprintf(asks, clean(o.Passkey, labelWidth)))
	if o.Forward != "" {
		say(w, lower(words.PageForward))
		_, _ = fmt.Fprintln(w, o.Forward)
	}
	say(w, lower(words.PageSecret))
	_, _ = fmt.Fprintln(w, o.URL) // on a line of its own, to be copied or clicked
}

// askPINOn asks until what is typed can be a PIN. Nothing else is sent to a
// key: it would cost a try.
func askPINOn(ctx context.Context, t terminal, d keys.DeviceInfo, tries int) (*keys.Secret, error) {
	name := clean(d.Product, labelWidth)
	if name == "" {
		name = words.YourKey
	}
	prompt := fmt.Sprintf(words.AskPINNoTries, name)
	if tries >= 0 {
		prompt = fmt.Sprintf(words.AskPIN, name, words.TriesLeft(tries))
	}
	e := echo{f: t.in}
	defer e.on()
	e.off()
	l := readLines(t.in)
	defer l.close()
	for {
		_, _ = io.WriteString(t.out, prompt)
		select {
		case <-ctx.Done():
			_, _ = io.WriteString(t.out, "\n")
			return nil, errors.Join(keys.ErrCancelled, ctx.Err())
		case x, ok := <-l.ch:
			_, _ = io.WriteString(t.out, "\n")
			if !ok {
				return nil, keys.ErrCancelled
			}
			if bad := checkPIN(typed(x.text)); bad != nil {
				x.wipe()
				say(t.out, lower(bad.words))
				continue
			}
			return keys.NewSecret(typed(x.text)), nil
		}
	}
}

// checkPIN says why something can't be a PIN, or nil.
func checkPIN(b []byte) *answerError {
	switch n := utf8.RuneCount(b); {
	case guide.ModhexTail(b) >= guide.OneTimeCode:
		return errPINStray
	case n < guide.MinPIN:
		return errPINShort
	case len(b) > guide.MaxPIN:
		return errPINLong
	}
	return nil
}

// terminal is where a person is, whatever standard input is.
type terminal struct{ in, out *os.File }

func (t terminal) close() {
	_ = t.in.Close() // ends a read that nobody waits for
	if t.out != t.in {
		_ = t.out.Close()
	}
}

// How often progress is told, on one line and on many.
const (
	rewriteEvery = 100 * time.Millisecond
	lineEvery    = heartbeat * time.Second
)

// eraseLine goes to the start of the line and empties it (ECMA-48 EL).
const eraseLine = "\r\x1b[K"

// progress tells how far work is.
type progress struct {
	w       io.Writer
	rewrite bool // the terminal can write a line anew
	now     func() time.Time

	mu    sync.Mutex
	last  time.Time
	shown bool
}

// tell takes amounts in bytes, or in messages where no file is that small.
func (p *progress) tell(done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	every := lineEvery
	if p.rewrite {
		every = rewriteEvery
	}
	now := p.now()
	if p.last.IsZero() && !p.rewrite {
		p.last = now // the first line comes when it has taken a while
	}
	if total > 0 && done >= total {
		p.erase()
		return
	}
	if now.Sub(p.last) < every {
		return
	}
	p.last = now
	line := style.Bytes(done)
	if total > 0 {
		line = fmt.Sprintf("%d %% of %s", percent(done, total), style.Bytes(total))
	}
	if p.rewrite {
		_, _ = io.WriteString(p.w, eraseLine+line)
		p.shown = true
		return
	}
	_, _ = io.WriteString(p.w, prefix+line+"\n")
}

// clear takes the line away, before something else is said.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
}

func (p *progress) erase() {
	if p.shown {
		_, _ = io.WriteString(p.w, eraseLine)
		p.shown = false
	}
}
