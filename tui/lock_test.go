package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/tui/words"
)

// ring is a state in which a keyring is made or kept, with n ways.
func ring(g flow.Goal, at flow.Screen, n int, change ...func(*flow.State)) flow.State {
	s := base(at)
	s.Goal, s.Open, s.NWays = g, true, n
	s.Ways[0] = flow.MethodInfo{ID: "a", Kind: flow.ByPasskey, Label: "Ana's YubiKey 5C", Created: unix(2026, 5, 13, 9), Tested: unix(2026, 5, 13, 9), Web: true}
	s.Ways[1] = flow.MethodInfo{ID: "b", Kind: flow.ByPassword, Label: "the long one", Created: unix(2026, 5, 13, 9)}
	s.Ways[2] = flow.MethodInfo{ID: "c", Kind: flow.ByRecipient, Label: "escrow", Created: unix(2026, 3, 3, 9)}
	for _, f := range change {
		f(&s)
	}
	return s
}

func adds(m flow.MethodInfo) func(*flow.State) {
	return func(s *flow.State) { s.Task, s.New = flow.Adding, m }
}

var newKey = flow.MethodInfo{Kind: flow.ByPasskey, Label: "Blue key", Web: true}

// lockPlaces are one of every screen of Home, of locking and of the keyring.
func lockPlaces() []place {
	home, _ := flow.GoHome()
	kept := func(s *flow.State) { s.Kept = true }
	touch := func(n int) func(*flow.State) {
		return func(s *flow.State) { s.Asking, s.Gesture, s.Elapsed, s.Since = true, n, 12, 7 }
	}
	return []place{
		{"home", home, nil},
		{"lock-key", state(flow.Key, func(s *flow.State) { s.Goal, s.Method = flow.Locking, 3 }), nil},
		{"lock-ways-none", ring(flow.Locking, flow.Ways, 0), nil},
		{"lock-ways-one", ring(flow.Locking, flow.Ways, 1), nil},
		{"lock-ways-enough", ring(flow.Locking, flow.Ways, 2, kept), nil},
		{"lock-name", ring(flow.Locking, flow.Name, 0, adds(flow.MethodInfo{Kind: flow.ByPasskey})), func(m *Model) { m.ui.name.set("security key") }},
		{"lock-connect", ring(flow.Locking, flow.Connect, 0, adds(newKey), func(s *flow.State) { s.NDevices, s.Elapsed = 0, 3 }), nil},
		{"lock-touch-1", ring(flow.Locking, flow.Touch, 0, adds(newKey), touch(1)), nil},
		{"lock-touch-3", ring(flow.Locking, flow.Touch, 0, adds(newKey), touch(3)), nil},
		{"lock-browser", ring(flow.Locking, flow.Browser, 1, adds(flow.MethodInfo{Kind: flow.ByPasskey, Label: "Pixel 9", Web: true, WebOnly: true}), touch(2)), func(m *Model) {
			m.ui.address = "http://localhost:41873/#Qm9vbSBzaGFrYSBsYWthLCBib29tIHNoYWthIGxha2E"
		}},
		{"lock-new-pass", ring(flow.Locking, flow.NewPass, 1, adds(flow.MethodInfo{Kind: flow.ByPassword})), func(m *Model) { m.ui.pass.add("Summer2024!") }},
		{"lock-new-pass-again", ring(flow.Locking, flow.NewPass, 1, adds(flow.MethodInfo{Kind: flow.ByPassword})), func(m *Model) {
			m.ui.pass.add("correct horse battery staple umbrella")
			m.ui.second = true
			m.ui.again.add("correct")
		}},
		{"lock-new-pass-trying", ring(flow.Locking, flow.NewPass, 1, adds(flow.MethodInfo{Kind: flow.ByPassword}), func(s *flow.State) { s.Asking = true }), nil},
		{"lock-recipient", ring(flow.Locking, flow.Recipient, 1, adds(flow.MethodInfo{Kind: flow.ByRecipient})), func(m *Model) { m.ui.path.set("age1pq1" + strings.Repeat("qpzry9x8gf2tvdw0", 20)) }},
		{"lock-keep-key", ring(flow.Locking, flow.KeepKey, 1), func(m *Model) { m.ui.pin.add("8f1") }},
		{"lock-summary", ring(flow.Locking, flow.Summary, 2), nil},
		{"lock-summary-kept", ring(flow.Locking, flow.Summary, 1, kept), nil},
		{"lock-writing", ring(flow.Locking, flow.Summary, 2, func(s *flow.State) { s.Saving = true }), nil},
		{"locked", ring(flow.Locking, flow.Locked, 2, func(s *flow.State) { s.Result.Path = "/home/ana/msgstore.db.crypt15.keyring" }), nil},
		{"lock-cancelled", ring(flow.Locking, flow.Trouble, 1, func(s *flow.State) { s.Why = flow.Cancelled }), nil},
		{"lock-wrong-pin", ring(flow.Locking, flow.Trouble, 1, adds(newKey), func(s *flow.State) { s.Why, s.Tries = flow.WrongPIN, 7 }), nil},
		{"keys", ring(flow.Managing, flow.Ways, 3), nil},
		{"keys-anew", ring(flow.Managing, flow.Ways, 3, func(s *flow.State) { s.Anew, s.Choice = true, 7 }), nil},
		{"keys-many", many(flow.Managing, flow.Ways), nil},
		{"lock-many", many(flow.Locking, flow.Ways), nil},
		{"lock-summary-many", many(flow.Locking, flow.Summary), nil},
		{"locked-many", many(flow.Locking, flow.Locked), nil},
		{"keys-way", ring(flow.Managing, flow.OneWay, 3), nil},
		{"keys-remove", ring(flow.Managing, flow.Remove, 3), nil},
		{"keys-removing", ring(flow.Managing, flow.Remove, 3, func(s *flow.State) { s.Asking = true }), nil},
		{"keys-rename", ring(flow.Managing, flow.Name, 3, func(s *flow.State) { s.Task = flow.Renaming }), func(m *Model) { m.ui.name.set("Ana's YubiKey 5C") }},
	}
}

// many is a state with as many ways as a keyring holds.
func many(g flow.Goal, at flow.Screen) flow.State {
	return ring(g, at, keys.MaxMethods, func(s *flow.State) {
		for i := range keys.MaxMethods {
			s.Ways[i] = flow.MethodInfo{ID: "x", Kind: flow.ByPasskey, Label: fmt.Sprintf("key number %d", i+1)}
		}
		s.Result.Path = "/home/ana/msgstore.db.crypt15.keyring"
		if g == flow.Managing {
			s.Choice = 40
		}
	})
}

// All that a keyring holds, and the 64-digit key, have their place.
func TestEveryMethodHasAPlace(t *testing.T) {
	if flow.MaxMethods != keys.MaxMethods+1 {
		t.Errorf("%d places for %d methods and the 64-digit key", flow.MaxMethods, keys.MaxMethods)
	}
}

// toWays goes to where ways are added, the key of the backup proved.
func (d *driver) toWays() {
	d.t.Helper()
	b := base(flow.Backup)
	b.Backup.Keyring = ""
	d.report(flow.FoundBackups{Attempt: d.attempt(), Backups: b.Backups, N: 2})
	d.press("enter")
	m := [flow.MaxMethods]flow.MethodInfo{{Kind: flow.ByKey}}
	d.report(flow.Opened{Attempt: d.attempt(), Backup: b.Backup, Methods: m, NMethods: 1})
	d.press("enter")
	d.at(flow.Key)
	d.Update(tea.PasteMsg{Content: strings.Repeat("8f14e45fcee167a5", 4)})
	d.press("enter")
	d.report(flow.Unlocked{Attempt: d.attempt()})
	d.at(flow.Verify)
	d.report(flow.Verified{Attempt: d.attempt()})
	d.at(flow.Ways)
}

func (d *driver) ring(n int) {
	s := ring(flow.Locking, flow.Ways, n)
	d.report(flow.Ring{Attempt: d.attempt(), Ways: s.Ways, N: n, Path: "/home/ana/msgstore.db.crypt15.keyring"})
}

func locking(c *Config) { c.Goal = flow.Locking }

// Locking by keys alone: a security key with three touches, a password typed
// twice, the word that the key is kept, the summary, written.
func TestLockByKeys(t *testing.T) {
	d := newDriver(t, locking)
	d.toWays()
	d.press("enter")
	d.at(flow.Name)
	if got := d.ui.name.String(); got != "security key" {
		t.Errorf("offers the name %q", got)
	}
	d.press("ctrl+u", "B", "?", "enter")
	d.at(flow.Connect)
	d.report(flow.KeysSeen{Attempt: d.attempt(), Devices: base(flow.Connect).Devices, N: 1})
	d.report(flow.KeyRead{Attempt: d.attempt(), Tries: 8})
	d.at(flow.PIN)
	d.press("1", "2", "3", "4", "enter")
	d.at(flow.Touch)
	if add, _ := last[flow.AddWay](d.engine); add.Label != "B?" || add.Kind != flow.ByPasskey || add.Web {
		t.Errorf("adds %+v", add)
	}
	for n, said := range []string{"makes the passkey", "locks with it", "proves that it opens"} {
		d.report(flow.Blinking{Attempt: d.attempt(), Gesture: n + 1})
		if s := d.screen(); !strings.Contains(s, said) || !strings.Contains(s, say(words.TouchN, n+1, 3)) {
			t.Errorf("gesture %d:\n%s", n+1, s)
		}
	}
	d.ring(1)
	d.at(flow.Ways)
	d.press("down", "down", "enter", "enter")
	d.at(flow.NewPass)
	for _, r := range "umbrella" {
		d.press(string(r))
	}
	if !strings.Contains(d.screen(), "guessed within a day") {
		t.Errorf("a weak password is not told:\n%s", d.screen())
	}
	d.press("enter", "x", "enter")
	if !strings.Contains(d.screen(), words.NewPassDiffer) || len(d.engine.secrets) != 2 {
		t.Errorf("two that differ:\n%s", d.screen())
	}
	d.press("o", "k", "enter", "o", "k", "enter")
	if add, _ := last[flow.AddWay](d.engine); add.Kind != flow.ByPassword || d.engine.secrets[2] != "ok" {
		t.Errorf("adds %+v with %q", add, d.engine.secrets)
	}
	d.ring(2)
	d.at(flow.Ways)
	d.press("down", "down", "down", "down", "down", "enter")
	d.at(flow.KeepKey)
	d.press("6", "7", "a", "enter")
	d.at(flow.KeepKey)
	d.press("5", "enter")
	if d.engine.secrets[3] != "67a5" {
		t.Errorf("handed over %q", d.engine.secrets)
	}
	d.report(flow.KeyKept{Attempt: d.attempt()})
	if !strings.Contains(d.screen(), words.WaysKept) {
		t.Errorf("not told:\n%s", d.screen())
	}
	d.press("enter")
	d.at(flow.Summary)
	if s := d.screen(); !strings.Contains(s, "nobody can open it any more") {
		t.Errorf("what is lost is not told:\n%s", s)
	}
	d.press("enter")
	if _, ok := last[flow.SaveRing](d.engine); !ok {
		t.Fatal("nothing is written")
	}
	d.ring(2)
	d.at(flow.Locked)
	d.press("enter")
	if d.outcome != flow.Finished {
		t.Errorf("left as %q", d.outcome)
	}
}

// Home leads to each of its lines and back; the demo ends the program as that.
func TestHomeScreen(t *testing.T) {
	d := newDriver(t, func(c *Config) { c.Home = true })
	d.at(flow.Home)
	d.press("down", "enter")
	d.at(flow.Find)
	if d.state.Goal != flow.Locking {
		t.Errorf("to lock leads to %q", d.state.Goal)
	}
	d.press("esc")
	d.at(flow.Home)
	d.press("down", "down", "enter")
	if d.outcome != flow.ToDemo || !d.left {
		t.Errorf("the demo: %q", d.outcome)
	}
}

// Every place can be drawn, with its window's title, whatever the goal.
func TestEveryGoalEverywhere(t *testing.T) {
	for _, g := range []flow.Goal{flow.Restoring, flow.Locking, flow.Managing} {
		for _, open := range []bool{false, true} {
			for _, p := range places() {
				d := newDriver(t)
				d.show(p)
				d.state.Goal, d.state.Open = g, open
				if s := d.screen(); !strings.HasPrefix(d.View().WindowTitle, words.Name) || strings.Contains(s, "%!") {
					t.Errorf("%s of %q:\n%s", p.name, g, s)
				}
			}
		}
	}
}

// Nothing typed to lock a backup is printed, nor stays where it was typed.
func TestNewPasswordIsNotPrinted(t *testing.T) {
	d := newDriver(t, locking)
	d.toWays()
	d.press("down", "down", "enter", "enter")
	d.at(flow.NewPass)
	d.Update(tea.PasteMsg{Content: "correct horse"})
	if strings.Contains(d.screen(), "horse") || d.ui.pass.runes() != 13 {
		t.Errorf("the password:\n%s", d.screen())
	}
	d.press("enter", "c")
	pass, again := d.ui.pass.buf, d.ui.again.buf
	d.press("esc", "esc")
	d.at(flow.Ways)
	if strings.Trim(string(pass.b[:]), "\x00") != "" || strings.Trim(string(again.b[:]), "\x00") != "" {
		t.Error("the password is still in memory after leaving the screen")
	}
}

// The keyring's screen: rename, and remove only on a second word.
func TestKeysScreen(t *testing.T) {
	d := newDriver(t, func(c *Config) { c.Goal = flow.Managing })
	d.state = ring(flow.Managing, flow.Ways, 2)
	d.press("down", "enter")
	d.at(flow.OneWay)
	d.press("down", "enter")
	d.at(flow.Name)
	d.press("!", "enter")
	if r, _ := last[flow.RenameWay](d.engine); r.Method != "b" || r.Label != "the long one!" {
		t.Errorf("renames %+v", r)
	}
	d.ring(2)
	d.at(flow.Ways)
	d.press("enter", "down", "down", "enter")
	d.at(flow.Remove)
	if !strings.Contains(d.screen(), "still open with") {
		t.Errorf("what it does not revoke is not told:\n%s", d.screen())
	}
	d.press("enter")
	d.at(flow.OneWay)
	if _, ok := last[flow.RemoveWay](d.engine); ok {
		t.Fatal("removed by what was preselected")
	}
	d.press("down", "down", "enter", "down", "enter")
	if r, _ := last[flow.RemoveWay](d.engine); r.Method != "b" {
		t.Errorf("removes %+v", r)
	}
}
