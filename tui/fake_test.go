package tui

import (
	"context"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"touchback/keys"
	"touchback/restore/chat"
	"touchback/restore/flow"
)

// now is the moment at which all tests take place.
var now = time.Date(2026, 5, 13, 18, 30, 0, 0, time.UTC)

// fakeEngine writes down what it is told, and reports what it is told to.
type fakeEngine struct {
	mu      sync.Mutex
	done    []flow.Effect
	secrets []string
	address string
	events  chan flow.Event
	archive chat.Archive
}

func newFakeEngine() *fakeEngine { return &fakeEngine{events: make(chan flow.Event, 1024)} }

func (f *fakeEngine) Do(e flow.Effect) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done = append(f.done, e)
}
func (f *fakeEngine) Events() <-chan flow.Event { return f.events }
func (f *fakeEngine) Address() string           { return f.address }
func (f *fakeEngine) Archive() chat.Archive     { return f.archive }
func (f *fakeEngine) Deposit(s *keys.Secret) {
	s.Use(func(b []byte) { f.secrets = append(f.secrets, string(b)) })
	s.Wipe()
}

// last returns the last effect of a kind.
func last[E flow.Effect](f *fakeEngine) (E, bool) {
	for i := len(f.done) - 1; i >= 0; i-- {
		if e, ok := f.done[i].(E); ok {
			return e, true
		}
	}
	var none E
	return none, false
}

type fakeKey struct {
	plugged, waiting bool
	touched          int
	changed          chan struct{}
}

func (k *fakeKey) Touch()                   { k.touched++ }
func (k *fakeKey) Plug()                    { k.plugged = true }
func (k *fakeKey) Unplug()                  { k.plugged = false }
func (k *fakeKey) Plugged() bool            { return k.plugged }
func (k *fakeKey) Waiting() bool            { return k.waiting }
func (k *fakeKey) Changed() <-chan struct{} { return k.changed }

// driver presses keys and reads the screen, without a terminal.
type driver struct {
	t *testing.T
	*Model
	engine *fakeEngine
	clock  time.Time
}

func newDriver(t *testing.T, change ...func(*Config)) *driver {
	t.Helper()
	d := &driver{t: t, engine: newFakeEngine(), clock: now}
	cfg := Config{Engine: d.engine, Now: func() time.Time { return d.clock }, Location: time.UTC, NoMotion: true}
	for _, f := range change {
		f(&cfg)
	}
	d.Model = newModel(context.Background(), cfg)
	d.Init()
	d.resize(80, 24)
	return d
}

func withKey(k *fakeKey) func(*Config) {
	return func(c *Config) {
		k.changed = make(chan struct{}, 1)
		c.SoftKey, c.Demo, c.DemoPIN = k, true, "123456"
	}
}

func (d *driver) resize(w, h int) { d.Update(tea.WindowSizeMsg{Width: w, Height: h}) }

// report has the engine report, with the present attempt.
func (d *driver) report(events ...flow.Event) { d.Update(eventsMsg(events)) }

var special = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
	"backspace": tea.KeyBackspace, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
	"f1": tea.KeyF1, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "delete": tea.KeyDelete,
}

// press presses keys, a second apart; what is no name is typed.
func (d *driver) press(names ...string) {
	for _, n := range names {
		d.clock = d.clock.Add(time.Second)
		d.Update(keyPress(n))
	}
}

func keyPress(n string) tea.KeyPressMsg {
	if r, ok := special[n]; ok {
		return tea.KeyPressMsg{Code: r}
	}
	if len(n) > 5 && n[:5] == "ctrl+" {
		return tea.KeyPressMsg{Code: rune(n[5]), Mod: tea.ModCtrl}
	}
	if n == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	r := []rune(n)[0]
	return tea.KeyPressMsg{Code: r, Text: n}
}

// typed types a text with a gap between its letters.
func (d *driver) typed(s string, gap time.Duration) {
	for _, r := range s {
		d.clock = d.clock.Add(gap)
		d.Update(keyPress(string(r)))
	}
}

func (d *driver) at(s flow.Screen) {
	d.t.Helper()
	if d.state.Screen != s {
		d.t.Fatalf("on %s (%s), not on %s\n%s", d.state.Screen, d.state.Why, s, d.screen())
	}
}
