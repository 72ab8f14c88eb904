//go:build !windows

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"touchback/fixtures"
	"touchback/keys/soft"
)

// hop is what is seen on a screen, and what is pressed there.
type hop struct{ sees, press string }

// cancel is a screen that is left.
type cancel struct {
	way  []hop
	here string // what is seen at its end
	back string // and after esc
	exit int    // after Ctrl+C; 0 where something was kept
}

// cancelled goes to a screen and back by esc, there again, and out by Ctrl+C.
func (t *terminal) cancelled(c cancel) {
	t.t.Helper()
	t.walk(c.way, c.here)
	t.press(escape)
	t.sees(c.back)
	// Where esc leads to a screen of the way, it goes on from there.
	again := []hop{{c.back, enter}}
	for i, h := range c.way {
		if h.sees == c.back {
			again = c.way[i:]
		}
	}
	t.walk(again, c.here)
	t.leaves(c.exit)
}

// walk goes a way to a screen.
func (t *terminal) walk(way []hop, here string) {
	t.t.Helper()
	for _, h := range way {
		t.sees(h.sees)
		t.press(h.press)
	}
	t.sees(here)
}

// leaves ends the program by Ctrl+C. Where nothing was kept, nothing is left.
func (t *terminal) leaves(exit int) {
	t.t.Helper()
	if code := t.interrupted(); code != exit {
		t.t.Errorf("exit code %d, not %d", code, exit)
	}
	t.givenBack()
	if left, _ := os.ReadDir(t.cmd.Dir); exit != 0 && len(left) > 0 {
		t.t.Errorf("left in the folder: %v", left)
	}
}

// interrupted presses Ctrl+C until the program ends, and returns its exit code.
// Each is pressed on a screen: one that comes as the terminal is given back
// would have the system throw away what was just written to it.
func (t *terminal) interrupted() int {
	t.t.Helper()
	t.press(ctrlC)
	limit := time.After(patience)
	for {
		t.mu.Lock()
		moved := t.moved
		t.mu.Unlock()
		if strings.Contains(t.screen(), " Stopped\n") {
			t.press(ctrlC)
			return t.ends()
		}
		select {
		case <-moved:
		case <-t.done:
			return t.ends()
		case <-limit:
			t.t.Fatalf("the program does not end:\n%s", t.screen())
		}
	}
}

// From every screen of a restore esc leads back; and Ctrl+C, twice, out of the
// program, with the terminal given back and nothing left behind.
func TestCancelRestoring(t *testing.T) {
	backup := hop{"It is locked with", enter}
	method := hop{"How would you like to open it?", enter}
	pin := hop{"8 tries are left", fixtures.SamplePIN + enter}
	touch := hop{"space touches it", " "}
	messages := hop{"✓ restore", enter}
	save := hop{"What would you like to keep?", enter}
	for _, c := range []cancel{
		{nil, backup.sees, "Which backup?", 130},
		{[]hop{backup}, method.sees, backup.sees, 130},
		{[]hop{{backup.sees, "u" + enter}, method}, "no security key plugged in", method.sees, 130},
		{[]hop{backup, method}, pin.sees, method.sees, 130},
		{[]hop{backup, {method.sees, up + down + enter}}, "password  →", method.sees, 130},
		{[]hop{backup, {method.sees, down + down + enter}}, "0 of 64", method.sees, 130},
		{[]hop{backup, method, pin}, touch.sees, method.sees, 130},
		{[]hop{backup, method, pin, touch}, messages.sees, "Stopped", 130},
		{[]hop{backup, method, pin, touch, messages}, save.sees, "✓ restore   ○ save", 130},
	} {
		t.Run(c.here, func(t *testing.T) {
			t.Parallel()
			open(t, 80, 24, "demo").cancelled(c)
		})
	}
	t.Run("saved", func(t *testing.T) { // there is nothing left to cancel
		t.Parallel()
		term := open(t, 80, 24, "demo")
		term.walk([]hop{backup, method, pin, touch, messages, save}, "Your messages are saved")
		term.press(escape)
		term.sees("✓ restore   ○ save")
		term = open(t, 80, 24, "demo")
		term.walk([]hop{backup, method, pin, touch, messages, save}, "Your messages are saved")
		term.leaves(0)
	})
}

// toLockWays goes to where ways are added to a backup without a keyring.
func (t *terminal) toLockWays(typed string) {
	t.t.Helper()
	t.sees("This is the backup")
	t.press(enter)
	t.sees("The 64-digit key")
	t.paste(typed)
	t.sees("All 64 digits are there")
	t.press(enter)
}

// So it is from every screen of locking: no keyring is written, and the backup
// is as it was.
func TestCancelLocking(t *testing.T) {
	ways := "What should open this backup?"
	at := func(line string) hop { return hop{ways, line + enter} }
	name := hop{"A name for it", enter}
	for _, c := range []cancel{
		{nil, ways, "This is the backup", 130},
		{[]hop{at("")}, name.sees, ways, 130},
		{[]hop{at(""), name}, "This key has no PIN yet", ways, 6},
		{[]hop{at(""), name, {"This key has no PIN yet", enter}}, "A first PIN", ways, 130},
		{[]hop{at(down), name}, "Open this page", ways, 130},
		{[]hop{at(down + down), name}, "A new password", ways, 130},
		{[]hop{at(down + down + down), name}, "An age recipient", ways, 130},
		{[]hop{at(down + down + down + down)}, "You keep the 64-digit key", ways, 130},
	} {
		t.Run(c.here, func(t *testing.T) {
			t.Parallel()
			device := attached(t, soft.New([32]byte{5}, soft.Options{}))
			backup, typed := bareSample(t)
			same := untouched(t, filepath.Dir(backup))
			term := open(t, 80, 24, "lock", backup, "--device", device)
			term.toLockWays(typed)
			if c.way == nil { // what was proved is let go, so it is proved again
				term.sees(c.here)
				term.press(escape)
				term.toLockWays(typed)
				term.sees(c.here)
				term.press(escape)
				c.way, c.here, c.back = nil, "This is the backup", "Which backup?"
			}
			term.cancelled(c)
			same()
		})
	}
}

// So it is from every screen of the keyring. Leaving its first one is no
// cancelling: what was changed there is written.
func TestCancelKeys(t *testing.T) {
	list, way := "What opens this backup", "never tested"
	backup := hop{"It is locked with", enter}
	method := hop{"How would you like to open it?", enter}
	pin := hop{"tries are left", fixtures.SamplePIN + enter}
	touched := []hop{backup, method, pin}
	from := func(more ...hop) []hop { return append(touched[:3:3], more...) }
	password := hop{list, up + down + enter} // it may be picked already
	for _, c := range []cancel{
		{nil, backup.sees, "Which backup?", 130},
		{[]hop{backup}, method.sees, backup.sees, 130},
		{[]hop{backup, method}, pin.sees, method.sees, 130},
		{touched, list, backup.sees, 0},
		{from(password), way, list, 130},
		{from(password, hop{way, enter}), "password  →", way, 130},
		{from(password, hop{way, down + enter}), "Another name", way, 130},
		{from(password, hop{way, down + down + enter}), "Remove " + fixtures.SamplePasswordLabel + "?", way, 130},
		{from(hop{list, down + down + enter}), "A name for it", list, 130},
		{from(hop{list, down + down + down + down + enter}, hop{"A name for it", enter}), "A new password", list, 130},
	} {
		t.Run(c.here, func(t *testing.T) {
			t.Parallel()
			key := fixtures.SampleSoftKey(soft.Options{})
			key.SetTouch(soft.TouchAlways())
			device := attached(t, key)
			dir := t.TempDir()
			if err := fixtures.WriteSample(dir); err != nil {
				t.Fatal(err)
			}
			same := untouched(t, dir)
			open(t, 80, 24, "keys", filepath.Join(dir, fixtures.SampleBackup), "--device", device).cancelled(c)
			same()
		})
	}
}

// untouched returns what fails where a folder is not as it is now.
func untouched(t *testing.T, dir string) func() {
	t.Helper()
	read := func() map[string][]byte {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string][]byte{}
		for _, f := range files {
			if all[f.Name()], err = os.ReadFile(filepath.Join(dir, f.Name())); err != nil {
				t.Fatal(err)
			}
		}
		return all
	}
	before := read()
	return func() {
		t.Helper()
		after := read()
		for name, b := range after {
			if was, there := before[name]; !there || !bytes.Equal(b, was) {
				t.Errorf("%s is new, or changed", name)
			}
		}
		if len(after) < len(before) {
			t.Errorf("%d files of %d are left", len(after), len(before))
		}
	}
}
