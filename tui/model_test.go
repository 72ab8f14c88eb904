package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"touchback/restore/flow"
	"touchback/tui/guide"
	"touchback/tui/words"
)

func (d *driver) attempt() int { return d.state.Attempt }

// toMethods goes to the list of methods, with the backup of the drawings.
func (d *driver) toMethods() {
	b := base(flow.Backup)
	d.report(flow.FoundBackups{Attempt: d.attempt(), Backups: b.Backups, N: 2})
	d.press("enter")
	d.report(flow.Opened{Attempt: d.attempt(), Backup: b.Backup, Methods: b.Methods, NMethods: b.NMethods})
	d.press("enter")
	d.at(flow.Method)
}

// toPIN goes on to the PIN of the first passkey.
func (d *driver) toPIN(tries int) {
	d.toMethods()
	d.press("enter")
	d.at(flow.Connect)
	b := base(flow.Connect)
	d.report(flow.KeysSeen{Attempt: d.attempt(), Devices: b.Devices, N: 1})
	d.report(flow.KeyRead{Attempt: d.attempt(), Tries: tries})
	d.at(flow.PIN)
}

// The straight way, from the first screen to the last, by keys alone.
func TestStraightWay(t *testing.T) {
	d := newDriver(t)
	d.engine.archive = talk()
	d.toPIN(8)
	d.press("1", "2", "3", "4", "5", "7", "backspace", "6", "enter")
	d.at(flow.Touch)
	if got := d.engine.secrets; len(got) != 1 || got[0] != "123456" {
		t.Fatalf("handed over: %q", got)
	}
	d.report(flow.Blinking{Attempt: d.attempt()}, flow.Tick{Attempt: d.attempt(), Elapsed: 7})
	if s := d.screen(); !strings.Contains(s, "◉") || !strings.Contains(s, "0:07 of 0:30") {
		t.Errorf("the touch screen:\n%s", s)
	}
	d.report(flow.Unlocked{Attempt: d.attempt()})
	d.at(flow.Verify)
	d.report(flow.Verified{Attempt: d.attempt()})
	d.at(flow.Restore)
	d.report(flow.Progressed{Attempt: d.attempt(), Counts: halfway})
	if s := d.screen(); !strings.Contains(s, "Ana Silva") || !strings.Contains(s, "412,388") {
		t.Errorf("the preview:\n%s", s)
	}
	d.press("enter") // too early: it is remembered
	d.at(flow.Restore)
	d.report(flow.Restored{Attempt: d.attempt(), Counts: flow.Counts{Messages: 8, Chats: 19}})
	d.at(flow.Save)
	if got := d.ui.save.String(); got != "/home/ana/whatsapp-2026-05-12-html" {
		t.Errorf("the name for web pages: %q", got)
	}
	d.press("down", "enter")
	save, _ := last[flow.SaveMessages](d.engine)
	if save.Format != flow.JSONL || save.Path != "/home/ana/whatsapp-2026-05-12.jsonl" {
		t.Errorf("saves %+v", save)
	}
	d.report(flow.Failed{Attempt: d.attempt(), Why: flow.Exists})
	d.at(flow.Trouble)
	d.press("enter")
	d.at(flow.Save)
	if got := d.ui.save.String(); got != "/home/ana/whatsapp-2026-05-12_2.jsonl" {
		t.Errorf("after one that exists: %q", got)
	}
	d.press("enter")
	d.report(flow.Saved{Attempt: d.attempt(), Result: flow.Result{Path: "x", Messages: 8}})
	d.at(flow.Done)
	d.press("c")
	if _, ok := last[flow.WriteReceipt](d.engine); !ok || !strings.Contains(d.screen(), words.DoneWriting) {
		t.Errorf("no receipt was asked for:\n%s", d.screen())
	}
	d.report(flow.ReceiptWritten{Attempt: d.attempt(), Path: "x.receipt.txt"})
	if s := d.screen(); !strings.Contains(s, "x.receipt.txt") {
		t.Errorf("not told where it is:\n%s", s)
	}
	d.press("enter")
	d.at(flow.Left)
	if d.outcome != flow.Finished || !d.left {
		t.Errorf("ended with %q, left %v", d.outcome, d.left)
	}
}

func TestAnother(t *testing.T) {
	for in, want := range map[string]string{
		"a.jsonl": "a_2.jsonl", "a_2.jsonl": "a_3.jsonl", "/x_y/a": "/x_y/a_2", "/d.e/a_b.db": "/d.e/a_b_2.db",
		"a-2026-05-12.db": "a-2026-05-12_2.db", "a_2026.db": "a_2026_2.db", ".hidden": ".hidden_2",
	} {
		if got := guide.Another(in); got != want {
			t.Errorf("guide.Another(%q) = %q, want %q", in, got, want)
		}
	}
}

// modhex is a one-time code as a security key types it.
const modhex = "cccccccdlkijbhnftkrvngefclhjjuetcbvngdvdtnck"

func TestStrayTouch(t *testing.T) {
	for name, c := range map[string]struct {
		before string
		gap    time.Duration
		dots   int
	}{
		"alone": {"", time.Millisecond, 0}, "after part of a PIN": {"12", time.Millisecond, 2}, "slowly": {"", 300 * time.Millisecond, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDriver(t)
			d.toPIN(8)
			d.typed(c.before, time.Second)
			d.typed(modhex, c.gap)
			d.clock = d.clock.Add(c.gap)
			d.Update(keyPress("enter"))
			d.at(flow.PIN)
			if len(d.engine.secrets) != 0 {
				t.Fatal("something was sent")
			}
			if !strings.Contains(d.screen(), "one-time code") {
				t.Errorf("not said:\n%s", d.screen())
			}
			if n := d.ui.pin.runes(); n != c.dots {
				t.Errorf("%d characters are left, not %d", n, c.dots)
			}
			d.clock = d.clock.Add(time.Minute)
			d.press("ctrl+u", "1", "2", "3", "4", "enter")
			d.at(flow.Touch)
			if d.engine.secrets[0] != "1234" {
				t.Errorf("then %q was sent", d.engine.secrets[0])
			}
		})
	}
	d := newDriver(t)
	d.toPIN(8)
	d.Update(tea.PasteMsg{Content: modhex + "\n"})
	d.press("enter")
	d.at(flow.PIN)
}

// On other screens a one-time code is no row of commands, and its Enter
// chooses nothing. A key that is held down is a key.
func TestStrayTouchElsewhere(t *testing.T) {
	d := newDriver(t)
	d.toMethods()
	d.typed(modhex, 5*time.Millisecond)
	d.clock = d.clock.Add(5 * time.Millisecond)
	d.Update(keyPress("enter"))
	d.at(flow.Method)

	d.clock = d.clock.Add(time.Second)
	d.typed(strings.Repeat("k", 40), 20*time.Millisecond)
	d.typed("jjj", 20*time.Millisecond)
	if d.state.Choice != 3 {
		t.Errorf("a held key moved to line %d", d.state.Choice)
	}
}

func TestFewTries(t *testing.T) {
	d := newDriver(t)
	d.toPIN(2)
	d.press("1", "2", "3", "4", "enter")
	d.at(flow.PIN)
	if len(d.engine.secrets) != 0 || !strings.Contains(d.screen(), "Only 2 tries are left") {
		t.Fatalf("not asked first:\n%s", d.screen())
	}
	d.press("esc")
	if d.ui.pin.runes() != 0 || d.ui.confirm {
		t.Error("esc does not start over")
	}
	d.press("1", "2", "3", "4", "enter", "enter")
	d.at(flow.Touch)
	if len(d.engine.secrets) != 1 {
		t.Errorf("sent %d times", len(d.engine.secrets))
	}
}

func TestPINLength(t *testing.T) {
	d := newDriver(t)
	d.toPIN(8)
	d.press("1", "2", "3", "enter")
	d.at(flow.PIN)
	if len(d.engine.secrets) != 0 || !strings.Contains(d.screen(), words.PinShort) {
		t.Errorf("three characters:\n%s", d.screen())
	}
	d.Update(tea.PasteMsg{Content: strings.Repeat("9", 80)})
	if n := d.ui.pin.runes(); n > guide.MaxPIN {
		t.Errorf("%d characters", n)
	}
}

// After a wrong PIN nothing of it is left, and it is not sent again by itself.
func TestWrongPIN(t *testing.T) {
	d := newDriver(t)
	d.toPIN(8)
	d.press("1", "2", "3", "4", "enter")
	d.report(flow.Failed{Attempt: d.attempt(), Why: flow.WrongPIN, Tries: 7})
	if !strings.Contains(d.screen(), "7 tries are left") {
		t.Errorf("tries are not told:\n%s", d.screen())
	}
	d.press("enter")
	d.report(flow.KeyRead{Attempt: d.attempt(), Tries: 7})
	d.at(flow.PIN)
	d.press("enter")
	d.at(flow.PIN)
	if len(d.engine.secrets) != 1 {
		t.Errorf("sent %d times", len(d.engine.secrets))
	}
}

// What is typed never shows in what a panic, a log or a bug report prints.
func TestNoSecretIsPrinted(t *testing.T) {
	const pin, password, digits = "84215937", "correct horse", "8f14e45fcee167a5"
	d := newDriver(t)
	d.toPIN(8)
	d.typed(pin, time.Second)
	d.ui.pass.add(password)
	d.ui.digits.add(digits)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		out := fmt.Sprintf(verb, d.Model) + fmt.Sprintf(verb, *d.Model) + fmt.Sprintf(verb, d.ui) + fmt.Sprintf(verb, d.state)
		for _, s := range []string{pin, password, digits, fmt.Sprintf("%x", pin), fmt.Sprintf("%d", []byte(pin)), "56, 52, 50"} {
			if strings.Contains(out, s) {
				t.Errorf("%s prints %q", verb, s)
			}
		}
	}
	if strings.Contains(d.screen(), pin) {
		t.Error("the PIN is on the screen")
	}
	buf := d.ui.pin.buf
	d.press("esc")
	if buf.n != 0 || strings.Trim(string(buf.b[:]), "\x00") != "" {
		t.Error("the PIN is still in memory after leaving the screen")
	}
}

func TestDigits(t *testing.T) {
	whole := strings.Repeat("8f14e45fcee167a5", 4)
	for name, c := range map[string]struct {
		in    string
		wrong int
		done  bool
	}{
		"whole":              {whole, 0, true},
		"grouped":            {strings.Repeat("8f14 e45f-cee1\n67A5 ", 4), 0, true},
		"grouped oddly":      {whole[:30] + "\n" + whole[30:], 0, true},
		"full width":         {"８ｆ１４" + whole[4:], 0, true},
		"part":               {whole[:30], 0, false},
		"letter o":           {"8f14 e45o", 2, false},
		"short group":        {"8f14 e45 cee1", 2, false},
		"too many":           {whole + "8", 17, false},
		"something else":     {"8f14 é", 2, false},
		"separators at ends": {"  " + whole + " ", 0, true},
	} {
		d := newDigits()
		d.add(c.in)
		if d.wrong() != c.wrong || d.complete() != c.done {
			t.Errorf("%s: wrong %d, complete %v", name, d.wrong(), d.complete())
		}
	}
	d := newDriver(t)
	d.toMethods()
	d.press("down", "down", "down", "enter")
	d.at(flow.Key)
	d.Update(tea.PasteMsg{Content: "Key: 8f14"})
	if !strings.Contains(d.screen(), "Group 1") {
		t.Errorf("not pointed at:\n%s", d.screen())
	}
	d.press("enter")
	d.press("ctrl+u")
	d.Update(tea.PasteMsg{Content: strings.Repeat("8F14 E45F CEE1 67A5\n", 4)})
	d.press("enter")
	if got := d.engine.secrets; len(got) != 1 || strings.ToLower(got[0]) != whole {
		t.Fatalf("handed over %q", got)
	}
	d.report(flow.Failed{Attempt: d.attempt(), Why: flow.WrongBackupKey})
	d.at(flow.Trouble)
}

func TestDemoKey(t *testing.T) {
	k := &fakeKey{plugged: true}
	d := newDriver(t, withKey(k))
	d.toMethods()
	d.press("enter")
	d.press("u")
	if k.plugged || !strings.Contains(d.screen(), "p plugs it in") {
		t.Errorf("not unplugged:\n%s", d.screen())
	}
	d.press("p")
	if !k.plugged {
		t.Error("not plugged in")
	}
	b := base(flow.Connect)
	d.report(flow.KeysSeen{Attempt: d.attempt(), Devices: b.Devices, N: 1})
	d.report(flow.KeyRead{Attempt: d.attempt(), Tries: 8})
	if !strings.Contains(d.screen(), "the PIN is 123456") {
		t.Errorf("the PIN is not told:\n%s", d.screen())
	}
	d.press("u", "p", "space", "1")
	if !k.plugged || k.touched != 0 || d.ui.pin.runes() != 4 {
		t.Error("letters of a PIN work the key")
	}
	d.press("enter")
	k.waiting = true
	d.Update(softMsg{})
	d.press("space")
	if k.touched != 1 {
		t.Errorf("touched %d times", k.touched)
	}
}

func TestFoldedBackups(t *testing.T) {
	d := newDriver(t)
	b := base(flow.Find)
	b.Backups[1], b.Backups[3] = b.Backups[3], b.Backups[1]
	d.report(flow.FoundBackups{Attempt: d.attempt(), Backups: b.Backups, N: 4})
	d.press("down")
	if d.state.Choice != 3 {
		t.Errorf("went to %d, into the fold", d.state.Choice)
	}
	d.press("o", "up")
	if d.state.Choice != 2 {
		t.Errorf("went to %d, not into what was unfolded", d.state.Choice)
	}
	d.press("f")
	d.press("ctrl+u")
	d.typed("/tmp/x", time.Second)
	d.press("enter")
	if f, _ := last[flow.FindBackups](d.engine); f.Path != "/tmp/x" {
		t.Errorf("looks in %q", f.Path)
	}
}

func TestHelp(t *testing.T) {
	d := newDriver(t)
	d.toMethods()
	d.press("?")
	if !strings.Contains(d.screen(), "go on with it") {
		t.Errorf("no help:\n%s", d.screen())
	}
	d.press("enter")
	d.at(flow.Method)
	if d.ui.help {
		t.Error("help stays")
	}
	d = newDriver(t)
	d.toPIN(8)
	d.press("?", "f1")
	if d.ui.pin.runes() != 1 || !d.ui.help {
		t.Error("in a PIN, ? is a character and f1 is help")
	}
}

// Late reports change nothing, and ctrl+c stops once and leaves twice.
func TestInterrupt(t *testing.T) {
	d := newDriver(t)
	d.toPIN(8)
	d.press("1", "2", "3", "4", "enter")
	old := d.attempt()
	d.press("ctrl+c")
	d.at(flow.Trouble)
	d.report(flow.Unlocked{Attempt: old})
	d.at(flow.Trouble)
	d.press("ctrl+c")
	if !d.left || d.outcome != flow.Stopped {
		t.Errorf("left %v, %q", d.left, d.outcome)
	}
}

func TestProgressIsNotDoneBeforeItIs(t *testing.T) {
	for want, c := range map[int]flow.Counts{
		0: {}, 35: halfway, 99: {Done: 10, Total: 10}, 98: {Done: 989, Total: 1000},
	} {
		if got := percent(c); got != want {
			t.Errorf("percent(%d of %d) = %d, want %d", c.Done, c.Total, got, want)
		}
	}
}

// Run ends when its context does, and tells the engine to forget.
func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	e := newFakeEngine()
	in, feed := io.Pipe()
	defer func() { _ = feed.Close() }()
	cancel()
	_, err := Run(ctx, Config{Engine: e, Input: in, Output: io.Discard, Environ: []string{"TERM=xterm"}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
	if _, ok := last[flow.Leave](e); !ok {
		t.Error("the engine was not told")
	}
	if _, ok := last[flow.Forget](e); !ok {
		t.Error("the engine was not told to forget")
	}
}
