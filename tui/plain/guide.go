package plain

import (
	"context"
	"io"
	"os"
	"time"

	"touchback/restore/chat"
	"touchback/restore/flow"
	"touchback/tui/guide"
	"touchback/tui/style"
)

// Config is what a guided restore without a screen needs.
type Config struct {
	Engine  guide.Engine
	SoftKey guide.SoftKey // nil where keys are real

	Goal    flow.Goal
	Home    bool   // begin with what the person would like to do
	Path    string // a backup or a folder; "" looks in the usual places
	Demo    bool
	DemoPIN string // told to the person

	JSON    bool // one event a line, answers as lines: see docs/json.md
	Private bool // names of chats masked
	Quiet   bool // no word while work goes on
	ASCII   bool // nothing of ours beyond ASCII

	In  io.Reader // answers, a line each
	Out io.Writer // results, and all of JSON
	Err io.Writer // what is said on the way; nil is Out
	// Terminal is the terminal that In reads from: echo is switched off there
	// while a secret is typed. Nil where In is no terminal.
	Terminal *os.File
	// Echo does the same for a person's terminal that is no file here, at the
	// other end of a connection say. Nil where there is none.
	Echo func(on bool)

	Now      func() time.Time // nil is time.Now
	Location *time.Location   // of the times told; nil is time.Local
}

// Guide walks through one restore, line by line or as JSON, and returns how it
// ended. The end of the input, where an answer is needed, is the wish to leave.
// When ctx ends, so does the restore, and its error is returned; an error of
// writing to Out or Err ends it too. The engine is told to stop, to forget and
// that the flow was left in every case.
//
// A goroutine that reads In outlives Guide until a line or the end comes.
func Guide(ctx context.Context, cfg Config) (flow.Outcome, error) {
	g := newGuided(cfg)
	in := readLines(cfg.In)
	defer in.close()
	defer g.forget()
	s, effects := flow.Begin(cfg.Goal, cfg.Path, cfg.Demo)
	if cfg.Home {
		s, effects = flow.GoHome()
	}
	g.state = s
	g.do(effects)
	g.arrive(flow.State{})
	err := g.run(ctx, in)
	g.voice.end(g.outcome)
	if err == nil {
		err = g.voice.err()
	}
	return g.outcome, err
}

// terminal reports whether a person answers, and not a script.
func (c *Config) terminal() bool { return c.Terminal != nil || c.Echo != nil }

// voice is how the flow is told and asked: in lines, or as JSON.
type voice interface {
	// show tells of a place, and asks what it asks.
	show(p page, s flow.State)
	// again asks once more, for the same or for what comes next.
	again(p page, s flow.State)
	// chats tells what was restored.
	chats([]chat.Chat)
	// beat says that work goes on. tick is whether a second has passed, and
	// not just something happened.
	beat(s flow.State, tick bool)
	// complain says what is wrong with an answer, if it can say it.
	complain(*answerError)
	// note says something on the way.
	note(words string)
	// heard is told of every line of input, before it is parsed.
	heard()
	// parse understands a line. It keeps nothing of it.
	parse(line []byte, p page, s flow.State) (answer, error)
	// patient reports whether a line that does not fit yet waits for its
	// question; otherwise it is answered at once.
	patient() bool
	end(flow.Outcome)
	// err is the first error of writing.
	err() error
}

// guided is a restore under way.
type guided struct {
	cfg   Config
	state flow.State
	page  page
	tell  *teller
	voice voice

	held *line // waits for its question
	eof  bool

	touch   bool // asked for; the key does not blink yet
	touched bool // asked for in this attempt

	secret []byte // digits so far, or a PIN that waits for a second word
	format int    // Save: the one chosen, -1 for none yet
	path   string // Save: offered in place of the usual name

	outcome flow.Outcome
	left    bool
}

func newGuided(cfg Config) *guided {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Location == nil {
		cfg.Location = time.Local
	}
	if cfg.Err == nil {
		cfg.Err = cfg.Out
	}
	th := style.New(cfg.ASCII)
	g := &guided{
		cfg: cfg, outcome: flow.Stopped, format: -1,
		tell: &teller{th: th, now: cfg.Now, where: cfg.Location, address: cfg.Engine.Address, soft: cfg.SoftKey != nil && !cfg.JSON, demoPIN: cfg.DemoPIN},
	}
	if cfg.JSON {
		g.voice = newNDJSON(cfg, g)
	} else {
		g.voice = newSpoken(cfg, g)
	}
	return g
}

// run goes on until the flow is left.
func (g *guided) run(ctx context.Context, in *lines) error {
	var changed <-chan struct{}
	if g.cfg.SoftKey != nil {
		changed = g.cfg.SoftKey.Changed()
	}
	for !g.left {
		input := in.ch
		if g.held != nil || g.eof {
			input = nil
		}
		select {
		case <-ctx.Done():
			g.step(flow.Quit{})
			g.outcome = flow.Stopped
			return ctx.Err()
		case e, ok := <-g.cfg.Engine.Events():
			if !ok {
				g.step(flow.Quit{})
				return nil
			}
			g.step(e)
		case _, ok := <-changed:
			if !ok {
				changed = nil
			}
		case l, ok := <-input:
			if ok {
				g.held = &l
				g.voice.heard()
			} else {
				g.eof = true
			}
		}
		g.tryTouch()
		g.listen()
		if g.voice.err() != nil {
			g.step(flow.Quit{})
			g.outcome = flow.Stopped
		}
	}
	return nil
}

// step takes one event through the flow, and tells what came of it.
func (g *guided) step(e flow.Event) {
	before := g.state
	s, effects := flow.Step(before, e)
	g.state = s
	g.do(effects)
	switch _, tick := e.(flow.Tick); {
	case g.left:
	case placeOf(s) != placeOf(before):
		g.arrive(before)
	case tick:
		g.voice.beat(s, true)
	default:
		if _, ok := e.(flow.Progressed); ok {
			g.voice.beat(s, false)
		}
	}
}

func (g *guided) do(effects []flow.Effect) {
	for _, e := range effects {
		if l, ok := e.(flow.Leave); ok {
			g.outcome, g.left = l.Outcome, true
		}
		g.cfg.Engine.Do(e)
	}
}

// place is what must differ between two states for the second to be told.
type place struct {
	screen                                      flow.Screen
	why                                         flow.Why
	attempt, gesture                            int
	kept                                        bool
	looking, reading, asking, saving, completed bool
	devices                                     [flow.MaxDevices]flow.Device
}

func placeOf(s flow.State) place {
	p := place{
		screen: s.Screen, why: s.Why, attempt: s.Attempt,
		looking: s.Looking, reading: s.Reading, asking: s.Asking, saving: s.Saving, completed: s.Complete, kept: s.Kept,
	}
	if s.Task == flow.Adding && s.Gesture > 1 {
		p.gesture = s.Gesture
	}
	if s.Screen == flow.Choose {
		copy(p.devices[:], s.Devices[:s.NDevices])
	}
	return p
}

// arrive tells of a new place. Nothing that was typed at the one before is
// left.
func (g *guided) arrive(before flow.State) {
	g.forget()
	s := g.state
	if s.Screen != flow.Touch || s.Attempt != before.Attempt || s.Gesture != before.Gesture {
		g.touch, g.touched = false, false
	}
	if s.Screen == flow.Save && !s.Saving {
		g.offer(before)
	}
	g.page = g.tell.page(s)
	if s.Screen == flow.Restore && s.Complete && before.Screen == flow.Restore {
		// All is there: it is told, and what to keep is the next question.
		g.page.ask, g.page.choices = askNothing, nil
		g.voice.show(g.page, s)
		if a := g.cfg.Engine.Archive(); a != nil {
			g.voice.chats(a.Chats())
		}
		g.step(flow.Enter{})
		return
	}
	g.voice.show(g.page, s)
}

// forget wipes what was typed and not handed over.
func (g *guided) forget() {
	clear(g.secret)
	g.secret, g.format = nil, -1
	if g.left && g.held != nil {
		g.held.wipe()
	}
}

// tryTouch touches the software key once it blinks: like a real one, it takes
// no notice before.
func (g *guided) tryTouch() {
	if g.touch && g.cfg.SoftKey.Waiting() {
		g.touch = false
		g.cfg.SoftKey.Touch()
	}
}
