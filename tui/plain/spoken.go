package plain

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"touchback/restore/chat"
	"touchback/restore/flow"
	"touchback/tui/display"
	"touchback/tui/style"
	"touchback/tui/words"
)

// heartbeat is how often a word is said while work goes on, in seconds. Less
// often, and people wonder; more often, and a screen reader never ends.
const heartbeat = 5

// spoken tells the flow in lines.
type spoken struct {
	cfg  Config
	g    *guided
	th   style.Theme
	fail error // of writing

	echo    echo
	pending bool // the cursor stands behind a prompt
	started bool // something was said already
	keys    bool // the commands were told
	last    flow.Screen
	title   string
	beaten  int // Elapsed of the last heartbeat
}

func newSpoken(cfg Config, g *guided) *spoken {
	return &spoken{cfg: cfg, g: g, th: g.tell.th, echo: echo{f: cfg.Terminal, set: cfg.Echo}}
}

// write is the only way out. What goes there is clean.
func (v *spoken) write(w io.Writer, s string) {
	if v.fail == nil {
		_, v.fail = io.WriteString(w, s)
	}
}

// line says a line of ours, in which text that was cleaned may stand.
func (v *spoken) line(w io.Writer, s string) {
	if v.pending {
		v.write(v.cfg.Err, "\n")
		v.pending = false
	}
	v.write(w, v.th.Say(s)+"\n")
}

func (v *spoken) note(s string) { v.line(v.cfg.Err, s) }

func (v *spoken) show(p page, s flow.State) {
	v.echo.on()
	v.beaten = 0
	w := v.cfg.Err
	if s.Screen == flow.Done && !s.Asking || s.Screen == flow.Locked || s.Screen == flow.Restore && s.Complete && p.ask == askNothing {
		w = v.cfg.Out // a result
	}
	if s.Screen != v.last || p.title != v.title {
		if v.started {
			v.line(v.cfg.Err, "")
		}
		title := p.title
		if s.Screen != flow.Left && s.Screen != flow.Home {
			title = fmt.Sprintf(words.PlainStep, int(s.Mark())+1, s.Steps(), title)
		}
		if !strings.HasSuffix(title, "?") && !strings.HasSuffix(title, ".") {
			title += "."
		}
		v.line(w, title)
	}
	v.last, v.title, v.started = s.Screen, p.title, true
	if s.Screen == flow.Done && !s.Asking && s.Receipt == "" && s.Receiptless == "" { // once
		for _, l := range v.g.tell.result(s.Result) {
			v.line(w, l)
		}
	}
	for _, l := range p.lines {
		v.line(w, l)
	}
	for i, c := range p.choices {
		v.line(v.cfg.Err, strconv.Itoa(i+1)+"  "+c.text)
	}
	v.again(p, s)
}

// again asks what the page asks.
func (v *spoken) again(p page, s flow.State) {
	var q []string
	secret := true
	switch p.ask {
	case askNothing:
		return
	case askPIN:
		q = append(q, words.PlainPIN)
	case askPassword:
		q = append(q, words.PlainPass)
	case askDigits:
		q = append(q, words.PlainDigits)
	case askName:
		secret = false
		q = append(q, fmt.Sprintf(words.PlainName, v.g.tell.text(nameOffered(s), labelWidth)))
	case askNewPass, askNewPIN:
		q = append(q, words.PlainNewWord)
		if p.ask == askNewPIN {
			q[0] = words.PlainNewPIN
		}
		if v.g.secret != nil {
			q[0] = words.PlainAgain
		}
	case askRecipient:
		secret = false
		q = append(q, words.PlainRecipient)
	case askKept:
		q = append(q, words.PlainKept)
	case askPath:
		secret = false
		q = append(q, words.FindField)
	case askConfirm:
		secret = false
		q = append(q, fmt.Sprintf(words.PinTries, "Only "+words.TriesLeft(s.Tries)), words.PlainSend)
	default:
		secret = false
		q = append(q, v.choices(p))
		if p.orPath {
			q = append(q, words.PlainOrPath)
		}
	}
	if !v.keys {
		q = append(q, words.PlainKeys)
		v.keys = true
	}
	// Before the question, so that an answer is never seen.
	if secret {
		v.echo.off()
	} else {
		v.echo.on()
	}
	v.line(v.cfg.Err, strings.Join(q, " "))
	if v.cfg.terminal() {
		v.write(v.cfg.Err, "> ")
		v.pending = true
	}
}

func (v *spoken) choices(p page) string {
	if p.ask == askSave && v.g.format >= 0 {
		offered := v.g.offered(flow.Formats[v.g.format])
		return fmt.Sprintf(words.PlainPath, v.g.tell.text(offered, pathWidth))
	}
	if len(p.choices) == 1 {
		return words.PlainChoose1
	}
	return fmt.Sprintf(words.PlainChoose, len(p.choices), p.picked+1)
}

// heard ends the line of the prompt: with echo, the terminal has done it.
func (v *spoken) heard() {
	if v.pending && !v.echo.hidden {
		v.pending = false
	}
}

func (v *spoken) complain(e *answerError) {
	if e == errNoSense {
		v.line(v.cfg.Err, words.PlainNotHere)
		return
	}
	v.line(v.cfg.Err, e.words)
}

func (v *spoken) chats(all []chat.Chat) {
	for _, c := range all {
		name := display.Clean(c.Name)
		if v.cfg.Private {
			name = name.Mask(v.th.Mask)
		}
		v.line(v.cfg.Out, style.Count(c.Messages)+"  "+name.TruncateWith(labelWidth, v.th.Ellipsis).String())
	}
}

func (v *spoken) beat(s flow.State, tick bool) {
	if !tick || v.cfg.Quiet || s.Elapsed-v.beaten < heartbeat {
		return
	}
	v.beaten = s.Elapsed
	switch {
	case s.Screen == flow.Connect && !s.Reading:
		v.note(fmt.Sprintf(words.PlainWaiting, words.PlainForKey, s.Elapsed) + ".")
	case s.Screen == flow.Choose:
	case s.Screen == flow.Touch && s.Asking:
		v.note(fmt.Sprintf(words.PlainWaiting, words.PlainForTouch, s.Waited()) + fmt.Sprintf(words.PlainLimit, flow.TouchLimit) + ".")
	case s.Screen == flow.Browser && s.Asking:
		v.note(fmt.Sprintf(words.PlainWaiting, words.PlainPage, s.Elapsed) + ".")
	case s.Busy() && s.Progress.Total > 0 && (s.Screen == flow.Verify || s.Screen == flow.Restore || s.Screen == flow.Save):
		v.note(progressLine(s))
	case s.Busy() || s.Asking:
		v.note(fmt.Sprintf(words.PlainWorking, s.Elapsed) + ".")
	}
}

// progressLine says how far work is. 100 % is not said before it is true.
func progressLine(s flow.State) string {
	c := s.Progress
	unit := style.Bytes
	if s.Screen == flow.Save && s.Result.Format != flow.Database {
		unit = style.Count
	}
	out := fmt.Sprintf("%d %%, %s of %s", percent(c.Done, c.Total), unit(c.Done), unit(c.Total))
	if s.Screen == flow.Restore {
		out += ", " + words.Of(c.Messages, "message", words.Messages)
	}
	if c.Left >= 0 {
		out += ", " + style.Clock(c.Left) + " " + words.TimeLeft
	}
	return out + "."
}

func percent(done, total int64) int {
	if total <= 0 {
		return 0
	}
	return min(max(int(float64(done)/float64(total)*100), 0), 99)
}

// parse understands a line that a person typed.
func (v *spoken) parse(b []byte, p page, s flow.State) (answer, error) {
	if !secretAsked(p.ask) {
		b = bytes.TrimSpace(b)
	}
	if c, ok := v.command(b, p, s); ok {
		return answer{verb: c}, nil
	}
	switch {
	case p.ask == askPIN, p.ask == askNewPIN:
		return answer{verb: sayPIN, secret: bytes.Clone(b)}, nil
	case p.ask == askName:
		return answer{verb: sayName, path: string(b)}, nil
	case p.ask == askRecipient:
		return answer{verb: sayRecipient, path: string(b)}, nil
	case p.ask == askKept:
		return answer{verb: sayKept, secret: bytes.Clone(b)}, nil
	case p.ask == askPassword, p.ask == askNewPass:
		return answer{verb: sayPassword, secret: bytes.Clone(b)}, nil
	case p.ask == askDigits && isPath(b):
		return answer{verb: sayPath, path: filepath.Clean(string(b))}, nil
	case p.ask == askDigits && len(b) > 0:
		return answer{verb: sayKey, secret: bytes.Clone(b)}, nil
	case p.ask == askSave && v.g.format >= 0:
		return answer{verb: saySave, path: string(b)}, nil
	case len(b) == 0:
		return answer{verb: sayChoose}, nil
	}
	if n, err := strconv.Atoi(string(b)); err == nil && n > 0 {
		return answer{verb: sayChoose, n: n}, nil
	}
	if p.orPath && len(b) > 1 && utf8.Valid(b) {
		return answer{verb: sayPath, path: filepath.Clean(string(b))}, nil
	}
	return answer{}, &answerError{"choice", words.PlainNoSense}
}

// isPath holds for what can be a path and no digits.
func isPath(b []byte) bool {
	return utf8.Valid(b) && (bytes.ContainsAny(b, `/\`) || bytes.HasPrefix(b, []byte("~")))
}

func secretAsked(a ask) bool {
	return a == askPIN || a == askPassword || a == askDigits || a == askNewPass || a == askNewPIN || a == askKept
}

// command reads the commands of one letter.
func (v *spoken) command(b []byte, p page, s flow.State) (verb, bool) {
	if len(b) == 0 && p.ask == askNothing && v.g.keyAnswer(sayTouch) {
		return sayTouch, true
	}
	if len(b) == 0 && s.Screen == flow.Browser && s.Page.Display {
		return sayOpen, true
	}
	if len(b) != 1 {
		return "", false
	}
	switch b[0] {
	case 'b':
		return sayBack, true
	case 'q':
		return sayQuit, true
	case 'r':
		return sayAgain, true
	case 'm':
		return sayOther, true
	case 'w':
		if s.Chosen().Web && (s.Screen == flow.Connect || s.Screen == flow.Choose || s.Screen == flow.Trouble) {
			return sayBrowser, true
		}
	case '?':
		return sayHelp, true
	case 'u', 'p':
		if v.cfg.SoftKey != nil && !secretAsked(p.ask) {
			return map[byte]verb{'u': sayUnplug, 'p': sayPlug}[b[0]], true
		}
	}
	return "", false
}

// patient: a script's lines wait for their questions; a person is told.
func (v *spoken) patient() bool { return !v.cfg.terminal() }

func (v *spoken) end(o flow.Outcome) {
	v.echo.on()
	if o == flow.Stopped {
		v.line(v.cfg.Err, words.PlainBye)
	} else if v.pending {
		v.write(v.cfg.Err, "\n")
	}
}

func (v *spoken) err() error { return v.fail }
