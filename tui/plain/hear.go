package plain

import (
	"errors"
	"strings"
	"unicode"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/tui/guide"
	"touchback/tui/words"
)

// What is wrong with an answer where it was given.
var (
	errNoSense    = &answerError{"no_sense", words.AnswerNoSense}
	errNoChoice   = &answerError{"no_choice", words.AnswerNoChoice}
	errFormat     = &answerError{"format", words.AnswerBadFormat}
	errControl    = &answerError{"path", words.PlainControl}
	errTooLong    = &answerError{"too_long", words.PlainTooLong}
	errWait       = &answerError{"wait", words.PlainNothing}
	errPINShort   = &answerError{"pin_short", words.PinShort}
	errPINLong    = &answerError{"pin_long", words.PinLong}
	errPINDiffer  = &answerError{"pin_differs", words.NewPINDiffer}
	errPINStray   = &answerError{"pin_stray", words.PinStray}
	errPassEmpty  = &answerError{"password_empty", words.PassEmpty}
	errPassDiffer = &answerError{"password_differs", words.NewPassDiffer}
	errName       = &answerError{"name", words.PlainNameBad}
	errKeptShort  = &answerError{"kept_short", words.KeepShort}
	errPassLong   = &answerError{"password_long", words.PassLong}
)

// listen takes the line that waits, where it fits.
func (g *guided) listen() {
	if g.held != nil && !g.left && g.answer(*g.held) {
		g.held.wipe()
		g.held = nil
	}
	// With nothing more to come, a question stays open for ever. Work under way
	// is let go on: a script ends long before it. But a terminal that is gone
	// has nobody before it.
	if g.eof && g.held == nil && !g.left && (g.page.ask != askNothing || g.cfg.terminal()) {
		g.step(flow.Quit{})
	}
}

// answer follows a line, and reports false where it has to wait.
func (g *guided) answer(l line) bool {
	wait := g.page.ask == askNothing
	var bad *answerError
	if l.long {
		bad = errTooLong
	} else {
		a, err := g.voice.parse(l.text, g.page, g.state)
		defer a.wipe()
		var e *answerError
		errors.As(err, &e)
		switch {
		case wait && g.voice.patient() && (e != nil || !g.keyAnswer(a.verb)):
			return false
		case e != nil && wait && !g.cfg.JSON:
			bad = errWait
		case e != nil:
			bad = e
		case wait && !g.keyAnswer(a.verb) && !command(a.verb):
			if g.cfg.JSON {
				return false // it answers the next question, as scripts do
			}
			bad = errWait
		default:
			bad = g.follow(a)
		}
	}
	if bad != nil {
		g.voice.complain(bad)
		g.voice.again(g.page, g.state)
	}
	return true
}

// command holds for what means something while work is under way.
func command(v verb) bool {
	switch v {
	case sayBack, sayAgain, sayOther, sayBrowser, sayOpen, sayQuit, sayHelp:
		return true
	}
	return false
}

// keyAnswer reports whether v operates the software key, here and now.
func (g *guided) keyAnswer(v verb) bool {
	switch v {
	case sayTouch:
		// One touch is enough: in a script, a second answers what comes next.
		// Somebody who sees it blink may touch it again.
		return g.cfg.SoftKey != nil && g.state.Screen == flow.Touch &&
			(!g.touched || g.cfg.terminal() && !g.touch && g.cfg.SoftKey.Waiting())
	case sayPlug, sayUnplug:
		return g.cfg.SoftKey != nil
	}
	return false
}

// follow does what was answered. It returns what is wrong with that, or nil.
func (g *guided) follow(a answer) *answerError {
	switch a.verb {
	case sayQuit:
		g.step(flow.Quit{})
	case sayBack:
		if g.page.ask == askConfirm || g.format >= 0 || len(g.secret) > 0 {
			g.arrive(g.state) // one question back, at the same place
			return nil
		}
		return g.try(flow.Back{})
	case sayAgain:
		return g.try(flow.Again{})
	case sayOther:
		return g.try(flow.OtherWay{})
	case sayBrowser:
		return g.try(flow.InBrowser{})
	case sayOpen:
		return g.open()
	case sayHelp:
		g.voice.note(words.PlainHelp)
		g.voice.again(g.page, g.state)
	case sayTouch, sayPlug, sayUnplug:
		return g.handle(a.verb)
	case sayChoose:
		return g.choose(a)
	case sayPath:
		return g.elsewhere(a.path)
	case saySave:
		return g.save(a)
	case sayName:
		return g.name(a.path)
	case sayRecipient:
		return g.recipient(a.path)
	case sayKept:
		return g.kept(a.secret)
	case sayPIN:
		return g.pin(a.secret)
	case sayPassword:
		return g.password(a.secret)
	case sayKey:
		return g.digits(a.secret)
	}
	return nil
}

// try takes an event that may mean nothing here.
func (g *guided) try(e flow.Event) *answerError {
	before := g.state
	if g.step(e); g.state == before {
		return errNoSense
	}
	return nil
}

// open shows the page in a browser here.
func (g *guided) open() *answerError {
	if g.state.Screen != flow.Browser || !g.state.Asking || !g.state.Page.Display {
		return errNoSense
	}
	g.step(flow.Enter{})
	return nil
}

// handle operates the software key.
func (g *guided) handle(v verb) *answerError {
	if !g.keyAnswer(v) {
		return errNoSense
	}
	switch v {
	case sayTouch:
		g.touch, g.touched = true, true
		g.tryTouch()
		return nil
	case sayPlug:
		g.cfg.SoftKey.Plug()
		g.voice.note(words.PlainPlugged)
	case sayUnplug:
		g.cfg.SoftKey.Unplug()
		g.voice.note(words.PlainUnplugged)
	}
	if !g.cfg.JSON {
		g.voice.again(g.page, g.state)
	}
	return nil
}

// choose takes a line of a list; none in particular is the one that is picked.
func (g *guided) choose(a answer) *answerError {
	switch g.page.ask {
	case askConfirm:
		secret := g.secret
		g.secret = nil
		g.deposit(secret)
		return nil
	case askDigits:
		if len(g.secret) == 0 || a.n > 0 || a.id != "" {
			return errNoSense
		}
		g.forget()
		g.voice.note(words.PlainOver)
		g.voice.again(g.page, g.state)
		return nil
	case askChoice:
	case askSave:
		if g.cfg.JSON {
			return errNoSense // {"save":…} answers both questions
		}
	default:
		return errNoSense
	}
	at := g.page.picked
	switch {
	case a.n > len(g.page.choices):
		return errNoChoice
	case a.n > 0:
		at = a.n - 1
	case a.id != "":
		at = -1
		for i, c := range g.page.choices {
			if c.id == a.id {
				at = i
				break
			}
		}
		if at < 0 {
			return errNoChoice
		}
	}
	switch s := g.state; s.Screen {
	case flow.Save:
		g.format = at
		g.voice.again(g.page, s)
	case flow.Done:
		switch g.page.choices[at].id {
		case "another":
			g.step(flow.Again{})
			return nil
		case "receipt":
			g.step(flow.WantReceipt{})
			return nil
		}
		g.step(flow.Enter{})
	case flow.Backup, flow.Restore, flow.Summary, flow.Locked:
		g.step(flow.Enter{})
	default:
		g.step(flow.Move{By: at - s.Choice})
		g.step(flow.Enter{})
	}
	return nil
}

// elsewhere looks for backups at another path, or takes a key file.
func (g *guided) elsewhere(path string) *answerError {
	switch {
	case !g.page.orPath:
		return errNoSense
	case strings.ContainsFunc(path, unicode.IsControl):
		return errControl
	}
	g.step(flow.PathTyped{Path: path})
	return nil
}

// save writes a file. Without a format or a path it is the one offered.
func (g *guided) save(a answer) *answerError {
	if g.page.ask != askSave {
		return errNoSense
	}
	at := g.page.picked
	if g.format >= 0 {
		at = g.format
	}
	if a.format != "" {
		at = -1
		for i, f := range flow.Formats {
			if string(f) == a.format {
				at = i
			}
		}
		if at < 0 {
			return errFormat
		}
	}
	f := flow.Formats[at]
	path := a.path
	if path == "" {
		path = g.offered(f)
	}
	if strings.ContainsFunc(path, unicode.IsControl) {
		return errControl
	}
	g.step(flow.Move{By: at - g.state.Choice})
	g.step(flow.SaveAs{Format: f, Path: path})
	return nil
}

// offer keeps what is offered as the name of a file: that of the backup, what
// was refused before, or, where it was there already, the same with a number.
func (g *guided) offer(before flow.State) {
	switch before.Why {
	case flow.Exists:
		g.path = guide.Another(g.state.Result.Path)
	case flow.NoSpace, flow.SaveRefused:
		g.path = g.state.Result.Path
	default:
		g.path = ""
	}
}

// offered is the name offered for a format.
func (g *guided) offered(f flow.Format) string {
	if g.path == "" {
		base := g.state.Backup.SaveBase
		if base == "" {
			base = "messages"
		}
		return base + guide.Extension(f)
	}
	for _, other := range flow.Formats {
		if s, ok := strings.CutSuffix(g.path, guide.Extension(other)); ok {
			return s + guide.Extension(f)
		}
	}
	return g.path
}

// deposit hands a secret over, and wipes it.
func (g *guided) deposit(secret []byte) {
	g.cfg.Engine.Deposit(keys.NewSecret(secret)) // wipes what it copies
	g.step(flow.SecretTyped{})
}

// typed drops the controls that pasting brings along.
func typed(b []byte) []byte {
	n := 0
	for _, c := range b {
		if c >= 0x20 && c != 0x7f {
			b[n] = c
			n++
		}
	}
	clear(b[n:])
	return b[:n]
}

func (g *guided) pin(b []byte) *answerError {
	if g.page.ask == askNewPIN {
		return g.newPIN(b)
	}
	if g.page.ask != askPIN {
		return errNoSense
	}
	b = typed(b)
	if bad := checkPIN(b); bad != nil {
		return bad
	}
	if t := g.state.Tries; !g.cfg.JSON && t >= 0 && t <= guide.FewTries {
		g.secret = append([]byte(nil), b...)
		g.page.ask = askConfirm
		g.voice.again(g.page, g.state)
		return nil
	}
	g.deposit(b)
	return nil
}

func (g *guided) password(b []byte) *answerError {
	if g.page.ask == askNewPass {
		return g.newPassword(b)
	}
	if g.page.ask != askPassword {
		return errNoSense
	}
	b = typed(b)
	switch {
	case len(b) == 0:
		return errPassEmpty
	case len(b) > guide.MaxPassword:
		return errPassLong
	}
	g.deposit(b)
	return nil
}
