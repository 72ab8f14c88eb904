package plain

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"touchback/restore/flow"
	"touchback/tui/words"
)

// digits64 is a good key, of no backup.
const digits64 = "6730a595a1484d0c39c101dc0ac82ec5e401bb6f0e1b8ee2dc104a6b3687f017"

func noSecret(t *testing.T, e *engine, got string) {
	t.Helper()
	for _, s := range e.secrets {
		if len(s) >= 6 {
			lacks(t, got, s, s[:6])
		}
	}
}

// The 64 digits may come in lines, as the phone shows them; what is wrong goes
// to the engine at once, which says where.
func TestDigitsInLines(t *testing.T) {
	e := newEngine(straight())
	got, _, o := session(t, e, "\n\n3\n"+digits64[:16]+"\n\n6730 a595 a148 4d0c\n39c1-01dc-0ac8-2ec5\ne401 bb6f 0e1b 8ee2\ndc10 4a6b 3687 f017\n\n\n")
	has(t, got, "16 of 64 so far", words.PlainOver, "48 of 64 so far")
	want := "6730 a595 a148 4d0c\n39c1-01dc-0ac8-2ec5\ne401 bb6f 0e1b 8ee2\ndc10 4a6b 3687 f017"
	if o != flow.Finished || len(e.secrets) != 1 || e.secrets[0] != want {
		t.Errorf("%s with %q", o, e.secrets)
	}
	lacks(t, got, "6730", "f017")

	e = newEngine(straight())
	session(t, e, "\n\n3\n6730 a595 xyz\n")
	if len(e.secrets) != 1 || e.secrets[0] != "6730 a595 xyz" {
		t.Errorf("%q", e.secrets)
	}
}

// What can't be a PIN never reaches the key, and with few tries left the PIN is
// sent on a second word only.
func TestPINIsCareful(t *testing.T) {
	w := straight()
	w.tries = 2
	e := newEngine(w)
	got, _, o := session(t, e, "\n\n\nccccccbcgujhingjrdejhgfnuetrgigvejhhgbkugded\n12\n"+strings.Repeat("1", 64)+"\n987651\nb\n123456\n\n\n\n\n")
	has(t, got, words.PinStray, words.PinShort, words.PinLong, "Only 2 tries are left before the key blocks its PIN. "+words.PlainSend)
	if o != flow.Finished || len(e.secrets) != 1 || e.secrets[0] != "123456" {
		t.Errorf("%s with %q", o, e.secrets)
	}
	noSecret(t, e, got)
	lacks(t, got, "987651", "ccccccbc")
}

func TestPassword(t *testing.T) {
	e := newEngine(straight())
	got, _, _ := session(t, e, "\n\n2\n\n  with spaces \n\n\n\n")
	has(t, got, words.PassEmpty)
	if len(e.secrets) != 1 || e.secrets[0] != "  with spaces " {
		t.Errorf("%q", e.secrets)
	}
	noSecret(t, e, got)
}

// Another path can be typed instead of a choice, from the list and from a
// trouble that is about the path.
func TestAnotherPath(t *testing.T) {
	for _, c := range []struct {
		why     flow.Why
		answers string
		change  func(*Config)
	}{
		{"", "/media/phone\nq\n", func(*Config) {}},
		{flow.NotFound, "/media/phone\nq\n", func(*Config) {}},
		{flow.NotABackup, "\n/media/phone\nq\n", func(*Config) {}},
		{flow.NotFound, `{"path":"/media/phone"}` + "\n" + `{"quit":true}` + "\n", inJSON},
	} {
		w := straight()
		if c.why != "" {
			w = failing(c.why)
		}
		e := newEngine(w)
		got, _, _ := session(t, e, c.answers, c.change)
		if f, _ := did[flow.FindBackups](e); f.Path != "/media/phone" {
			t.Errorf("%q: looked in %q\n%s", c.why, f.Path, got)
		}
	}
}

// Where a file is there already, another name is offered.
func TestAnotherName(t *testing.T) {
	e := newEngine(failing(flow.Exists))
	got, _, o := session(t, e, "\n\n\n123456\n5\n/tmp/out.db\n\n2\n\n\n")
	has(t, got, "/tmp/out.db", "/tmp/out_2.jsonl")
	if s, n := did[flow.SaveMessages](e); n != 2 || s.Path != "/tmp/out_2.jsonl" || o != flow.Finished {
		t.Errorf("%d saved, the last %+v; %s", n, s, o)
	}
}

func TestWrongAnswers(t *testing.T) {
	e := newEngine(straight())
	got, _, _ := session(t, e, "3\n\x1b[A/x\n"+strings.Repeat("x", maxLine+1)+"\n\nm\nr\n0\n")
	has(t, got, words.AnswerNoChoice, words.PlainControl, words.PlainTooLong, words.PlainNoSense)
	lacks(t, got, "\x1b")

	e = newEngine(straight())
	got, _, _ = session(t, e, `{"choose":3}
{"choose":"nothing"}
{"pin":"987651"}
{"save":{}}
{"touch":true}
{"other":true}
{"path":"a\u001bb"}
{"choose":1}
{"choose":1}
{"choose":1}
{"pin":"123456"}
{"choose":1}
{"save":{"format":"xml"}}
{"save":{"path":"a\nb"}}
`, inJSON)
	var codes []string
	for l := range strings.Lines(got) {
		var x errorEvent
		if json.Unmarshal([]byte(l), &x) == nil && x.Error != "" {
			codes = append(codes, x.Error)
		}
	}
	if want := "no_choice no_choice no_sense no_sense no_sense no_sense path no_sense format path"; strings.Join(codes, " ") != want {
		t.Errorf("%v, want %s", codes, want)
	}
	lacks(t, got, "987651")
}

func TestPrivate(t *testing.T) {
	for _, answers := range []string{"\n\n\n123456\n", `{"choose":1}` + "\n" + `{"choose":1}` + "\n" + `{"choose":1}` + "\n" + `{"pin":"123456"}` + "\n"} {
		e := newEngine(straight())
		got, _, _ := session(t, e, answers, func(c *Config) { c.Private, c.JSON = true, answers[0] == '{' })
		lacks(t, got, "Ana Silva", "Hiking", "محمد")
	}
}

func TestASCIIAndQuiet(t *testing.T) {
	w := straight()
	w.chats = nil
	w.methods[0].Label = "Key"
	e := newEngine(w)
	got, _, _ := session(t, e, "\n\n\n123456\n\n\n\n", func(c *Config) { c.ASCII, c.Quiet = true, true })
	if i := strings.IndexFunc(got, func(r rune) bool { return r > 0x7e }); i >= 0 {
		t.Errorf("%q", got[i:])
	}
	lacks(t, got, "Still waiting", " %")
}

// softKey blinks when it is told to.
type softKey struct {
	mu       sync.Mutex
	blinks   bool
	touches  int
	unplugs  int
	onTouch  func()
	changed  chan struct{}
	plugging int
}

func (k *softKey) Touch() {
	k.mu.Lock()
	k.touches++
	k.blinks = false
	k.mu.Unlock()
	k.onTouch()
}
func (k *softKey) Plug()         { k.plugging++ }
func (k *softKey) Unplug()       { k.unplugs++ }
func (k *softKey) Plugged() bool { return true }
func (k *softKey) Waiting() bool { k.mu.Lock(); defer k.mu.Unlock(); return k.blinks }
func (k *softKey) Changed() <-chan struct{} {
	return k.changed
}

// In the demo, Enter touches the key: once it blinks and not before, whoever is
// first.
func TestDemoTouch(t *testing.T) {
	for name, answers := range map[string]string{
		"plain": "\n\n\n123456\n\n\nu\n/tmp/x\n\n",
		"json": `{"choose":1}` + "\n" + `{"choose":1}` + "\n" + `{"choose":1}` + "\n" + `{"pin":"123456"}` + "\n" +
			`{"touch":true}` + "\n" + `{"save":{}}` + "\n" + `{"choose":1}` + "\n",
	} {
		k := &softKey{changed: make(chan struct{}, 4)}
		w := straight()
		w.reply = func(e *engine, x flow.Effect) bool {
			u, ok := x.(flow.Unlock)
			if !ok {
				return false
			}
			k.onTouch = func() { e.report(flow.Unlocked{Attempt: u.Attempt}) }
			e.report(flow.Blinking{Attempt: u.Attempt})
			go func() {
				k.mu.Lock()
				k.blinks = true
				k.mu.Unlock()
				k.changed <- struct{}{}
			}()
			return true
		}
		e := newEngine(w)
		got, _, o := session(t, e, answers, func(c *Config) {
			c.SoftKey, c.Demo, c.DemoPIN, c.JSON = k, true, "123456", name == "json"
		})
		if o != flow.Finished || k.touches != 1 {
			t.Errorf("%s: %s, touched %d times\n%s", name, o, k.touches, got)
		}
		if name == "plain" {
			has(t, got, "This is the demo: the PIN is 123456", words.PlainDemo, words.PlainUnplugged)
			// The Enter after the touch answers the next question.
			if s, _ := did[flow.SaveMessages](e); s.Path != "/tmp/x" {
				t.Errorf("saved to %q\n%s", s.Path, got)
			}
			if k.unplugs != 1 {
				t.Errorf("unplugged %d times", k.unplugs)
			}
		}
	}
}

// A program may leave, go back or try again while work is under way.
func TestJSONCommandsWhileWorking(t *testing.T) {
	w := straight()
	w.devices = nil
	e := newEngine(w)
	var out bytes.Buffer
	r, in := io.Pipe()
	go func() {
		for _, a := range []string{`{"choose":1}`, `{"choose":1}`, `{"choose":1}`, `{"again":true}`, `{"back":true}`, `{"choose":3}`, `{"back":true}`, `{"choose":1}`, `{"quit":true}`} {
			_, _ = io.WriteString(in, a+"\n")
		}
	}()
	o, err := Guide(context.Background(), Config{Engine: e, In: r, Out: &out, JSON: true, Now: func() time.Time { return now }})
	if o != flow.Stopped || err != nil {
		t.Errorf("%s, %v", o, err)
	}
	if _, n := did[flow.WatchKeys](e); n != 3 {
		t.Errorf("looked for keys %d times\n%s", n, out.String())
	}
	has(t, out.String(), `"screen":"key"`, `{"outcome":"stopped"}`)
}

// The engine's end is the end.
func TestEngineEnds(t *testing.T) {
	w := straight()
	w.reply = func(e *engine, x flow.Effect) bool {
		if _, ok := x.(flow.FindBackups); ok {
			close(e.events)
			return true
		}
		return false
	}
	e := newEngine(w)
	r, _ := io.Pipe()
	if o, err := Guide(context.Background(), Config{Engine: e, In: r, Out: io.Discard}); o != flow.Stopped || err != nil || !e.cleared() {
		t.Errorf("%s, %v", o, err)
	}
}

// Nothing of a secret stays in memory that is ours.
func TestSecretsAreWiped(t *testing.T) {
	e := newEngine(straight())
	g := newGuided(Config{Engine: e, Out: io.Discard, In: nil})
	g.page.ask = askDigits
	first := []byte("6730 a595")
	if bad := g.digits(first); bad != nil {
		t.Fatal(bad.code)
	}
	kept := g.secret
	g.forget()
	if bytes.ContainsAny(kept, "0123456789abcdef") {
		t.Errorf("%q", kept)
	}
	pin := []byte("123456")
	g.page.ask = askPIN
	g.state.Screen, g.state.Tries = flow.PIN, 8
	if bad := g.pin(pin); bad != nil || bytes.ContainsAny(pin, "123456") {
		t.Errorf("%q %v", pin, bad)
	}
}
