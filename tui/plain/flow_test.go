package plain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"touchback/restore/flow"
	"touchback/tui/words"
)

// fails makes an effect of one kind fail the first time.
func fails[E flow.Effect](f flow.Failed) func(*engine, flow.Effect) bool {
	failed := false
	return func(e *engine, x flow.Effect) bool {
		if _, ok := x.(E); !ok || failed {
			return false
		}
		failed = true
		f.Attempt = attemptOf(x)
		e.report(f)
		return true
	}
}

func attemptOf(x flow.Effect) int {
	switch x := x.(type) {
	case flow.FindBackups:
		return x.Attempt
	case flow.OpenBackup:
		return x.Attempt
	case flow.WatchKeys:
		return x.Attempt
	case flow.ReadKey:
		return x.Attempt
	case flow.Unlock:
		return x.Attempt
	case flow.VerifyBackup:
		return x.Attempt
	case flow.RestoreMessages:
		return x.Attempt
	case flow.SaveMessages:
		return x.Attempt
	}
	return 0
}

// failing is a world in which one trouble comes, where it comes in life.
func failing(w flow.Why) world {
	x := straight()
	f := flow.Failed{Why: w, Detail: "words of the failure", Tries: 5, Group: 3}
	switch w {
	case flow.NoKeyring:
		x.backup.Keyring = ""
		x.reply = fails[flow.OpenBackup](f)
	case flow.NotABackup, flow.WhatsAppPasskey, flow.KeyringAltered:
		x.reply = fails[flow.OpenBackup](f)
	case flow.NotFound:
		x.reply = fails[flow.FindBackups](f)
	case flow.Damaged, flow.Changed, flow.WrongBackupKey:
		x.reply = fails[flow.VerifyBackup](f)
	case flow.Exists, flow.NoSpace, flow.SaveRefused:
		x.reply = fails[flow.SaveMessages](f)
	case flow.NoKey, flow.NotSupported:
		x.reply = fails[flow.WatchKeys](f)
	case flow.WrongKey, flow.PINBlocked, flow.PINNotSet, flow.NoPermission, flow.PINChange, flow.NoSecret:
		x.reply = fails[flow.ReadKey](f)
	default:
		x.reply = fails[flow.Unlock](f)
	}
	return x
}

// Every trouble has its words and a way forward, in lines and in JSON: the
// title, what to do, and the way the flow preselects, which leads on.
func TestEveryTrouble(t *testing.T) {
	if len(allWhys) != len(words.Troubles) {
		t.Errorf("%d troubles are tested, %d have words", len(allWhys), len(words.Troubles))
	}
	for _, w := range allWhys {
		t.Run(string(w), func(t *testing.T) {
			// Enter for everything, and the PIN where it is asked for.
			e := newEngine(failing(w))
			got, _, _ := driven(t, e, nil)
			title := words.Troubles[w].Title
			has(t, got, title+".")
			after := got[strings.Index(got, title):]
			has(t, after, "\n1  ")
			if strings.Count(after, "Step ") < 1 {
				t.Errorf("nothing comes after it:\n%s", after)
			}
			lacks(t, strings.ReplaceAll(got, words.DoctorUdev, ""), "{", "%!")

			e = newEngine(failing(w))
			got, _, _ = driven(t, e, inJSON)
			var seen *screenEvent
			for l := range strings.Lines(got) {
				var s screenEvent
				if json.Unmarshal([]byte(l), &s) == nil && s.Screen == flow.Trouble {
					if s.Why != w || s.Title != title || len(s.Text) == 0 || len(s.Choices) < 2 || s.Busy {
						t.Errorf("%+v", s)
					}
					seen = &s
				}
			}
			if seen == nil {
				t.Errorf("JSON says nothing of it:\n%s", got)
			}
		})
	}
}

// driven answers each question with what is preselected, once a trouble has
// come leaves after the next question, and gives up after 40 answers.
func driven(t *testing.T, e *engine, change func(*Config)) (string, int, flow.Outcome) {
	t.Helper()
	d := &driver{}
	cfg := Config{Engine: e, Out: d, Now: func() time.Time { return now }, Location: time.UTC}
	if change != nil {
		change(&cfg)
	}
	d.json = cfg.JSON
	r, w := io.Pipe()
	d.answers = w
	cfg.In = r
	o, err := Guide(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	return d.said.String(), d.n, o
}

// driver reads what is said and answers questions, as a person or a portal.
type driver struct {
	said    bytes.Buffer
	json    bool
	answers io.WriteCloser
	n       int
	trouble bool
}

// Write is told a line or more at a time.
func (d *driver) Write(b []byte) (int, error) {
	d.said.Write(b)
	for l := range bytes.Lines(b) {
		if a := d.answer(l); a != "" {
			d.n++
			// Guide reads only after it has written.
			go func() { _, _ = io.WriteString(d.answers, a+"\n") }()
		}
	}
	return len(b), nil
}

func (d *driver) answer(l []byte) string {
	if d.json {
		var s screenEvent
		if json.Unmarshal(l, &s) != nil || s.Busy || s.Screen == "" {
			return ""
		}
		switch {
		case d.n > 40 || d.trouble && s.Screen != flow.Trouble:
			return `{"quit":true}`
		case s.Screen == flow.Trouble:
			d.trouble = true
		}
		switch s.Answers[0] {
		case sayPIN:
			return `{"pin":"123456"}`
		case sayPassword:
			return `{"password":"secret"}`
		case sayKey:
			return `{"key":"` + strings.Repeat("0", 64) + `"}`
		case saySave:
			return `{"save":{}}`
		}
		return fmt.Sprintf(`{"choose":%d}`, s.Picked)
	}
	s := string(l)
	d.trouble = d.trouble || strings.HasPrefix(s, "1  ") && strings.Contains(d.said.String(), "words of the failure")
	switch {
	case d.n > 40, strings.HasPrefix(s, words.FindField):
		return "q"
	case strings.HasPrefix(s, words.PlainPIN):
		return "123456"
	case strings.HasPrefix(s, "Choose 1"), strings.HasPrefix(s, "Enter for"), strings.HasPrefix(s, "Type where"):
		return " " // Enter; an empty answer is none
	case strings.HasPrefix(s, "Type the"), strings.HasPrefix(s, "Type or"):
		return strings.Repeat("0", 64)
	}
	return ""
}

// The end of the input ends the flow wherever an answer is needed: nothing
// hangs, nothing is left at work.
func TestEndOfInputEverywhere(t *testing.T) {
	for _, script := range []struct {
		answers string
		change  func(*Config)
	}{
		{"\n\n1\n123456\n1\n/tmp/x\n\n", nil},
		{"\n\n2\nsecret\n1\n/tmp/x\n\n", nil},
		{"\n\n3\n0000\n1111\n\n", nil},
		{`{"choose":1}` + "\n" + `{"choose":1}` + "\n" + `{"choose":1}` + "\n" + `{"pin":"123456"}` + "\n" + `{"save":{}}` + "\n" + `{"choose":1}` + "\n", inJSON},
	} {
		lines := strings.SplitAfter(script.answers, "\n")
		for n := range lines {
			e := newEngine(straight())
			change := func(c *Config) {}
			if script.change != nil {
				change = script.change
			}
			_, _, o := session(t, e, strings.Join(lines[:n], ""), change)
			_, saved := did[flow.SaveMessages](e)
			if want := map[bool]flow.Outcome{true: flow.Finished, false: flow.Stopped}[saved > 0]; o != want {
				t.Errorf("after %d answers of %q: %s", n, script.answers, o)
			}
		}
	}
}

// Leaving from a trouble is a failure, also by the end of the input, so that a
// script sees why.
func TestEndOfInputInTrouble(t *testing.T) {
	e := newEngine(failing(flow.WrongPIN))
	if _, _, o := session(t, e, "\n\n\n123456\n"); o != flow.Failure {
		t.Errorf("%s", o)
	}
}

// A restore that is cancelled ends at once, at every screen.
func TestCancelEverywhere(t *testing.T) {
	stalls := map[string]func(*engine, flow.Effect) bool{
		"find": stall[flow.FindBackups], "backup": stall[flow.OpenBackup], "connect": stall[flow.WatchKeys],
		"reading": stall[flow.ReadKey], "touch": stall[flow.Unlock], "verify": stall[flow.VerifyBackup],
		"restore": stall[flow.RestoreMessages], "save": stall[flow.SaveMessages],
	}
	run := func(t *testing.T, name string, reply func(*engine, flow.Effect) bool, answers []string, mode func(*Config)) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		w := straight()
		e := newEngine(w)
		r, in := io.Pipe()
		defer func() { _ = in.Close() }()
		go func() {
			for _, a := range answers {
				if _, err := io.WriteString(in, a+"\n"); err != nil {
					return
				}
			}
			if reply == nil {
				cancel() // the last answer was read
			}
		}()
		e.reply = func(e *engine, x flow.Effect) bool {
			if reply != nil && reply(e, x) {
				cancel()
				return true
			}
			return false
		}
		cfg := Config{Engine: e, In: r, Out: io.Discard, Now: func() time.Time { return now }}
		if mode != nil {
			mode(&cfg)
		}
		o, err := Guide(ctx, cfg)
		if o != flow.Stopped || !errors.Is(err, context.Canceled) || !e.cleared() {
			t.Errorf("%s: %s, %v, the engine cleared: %v", name, o, err, e.cleared())
		}
	}
	plain := []string{"", "", "1", "123456", "1", "/tmp/x", "1"}
	asJSON := []string{`{"choose":1}`, `{"choose":1}`, `{"choose":1}`, `{"pin":"123456"}`, `{"save":{}}`, `{"choose":1}`}
	for name, reply := range stalls {
		run(t, name, reply, plain, nil)
		run(t, name+" in JSON", reply, asJSON, inJSON)
	}
	for n := range plain {
		run(t, fmt.Sprintf("after %d answers", n), nil, plain[:n], nil)
	}
	for n := range asJSON {
		run(t, fmt.Sprintf("after %d answers in JSON", n), nil, asJSON[:n], inJSON)
	}
}

func stall[E flow.Effect](_ *engine, x flow.Effect) bool {
	_, ok := x.(E)
	return ok
}

// Out that takes nothing more ends the restore, and is said.
func TestOutputGone(t *testing.T) {
	for _, mode := range []func(*Config){func(*Config) {}, inJSON} {
		e := newEngine(straight())
		r, _ := io.Pipe()
		cfg := Config{Engine: e, In: r, Out: gone{}}
		mode(&cfg)
		if o, err := Guide(context.Background(), cfg); !errors.Is(err, io.ErrClosedPipe) || o != flow.Stopped || !e.cleared() {
			t.Errorf("%s, %v", o, err)
		}
	}
}

type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
