//go:build !windows

package main

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"touchback/fixtures"
	"touchback/keys/soft"
	"touchback/restore/run"
)

// socket is where one security key at a time is plugged in.
type socket struct {
	t    *testing.T
	path string
}

func newSocket(t *testing.T) socket { return socket{t, filepath.Join(t.TempDir(), "socket")} }

// plug puts a key in the place of the one that is there.
func (s socket) plug(device string) {
	s.t.Helper()
	if err := os.Remove(s.path); err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	if err := os.Symlink(device, s.path); err != nil {
		s.t.Fatal(err)
	}
}

// secondKey is a key that knows nothing of the sample, and has its PIN.
func secondKey() *soft.Key {
	pin := sha256.Sum256([]byte(fixtures.SamplePIN))
	return soft.New([32]byte{7}, soft.Options{State: soft.State{PINHash: pin[:16], Tries: 8}})
}

// typePIN answers the question for the sample's PIN.
func (t *terminal) typePIN() {
	t.t.Helper()
	t.sees("tries are left")
	t.press(fixtures.SamplePIN)
	t.sees("••••••")
	t.press(enter)
}

// toRing opens the keyring of the sample with its security key.
func (t *terminal) toRing() {
	t.t.Helper()
	t.sees("This is the backup")
	t.press(enter)
	t.sees("How would you like to open it?")
	t.press(enter)
	t.typePIN()
	t.sees("What opens this backup")
}

// picks goes to a line of the list, and takes it.
func (t *terminal) picks(line string) {
	t.t.Helper()
	t.until("the line "+line, func(s string) bool { at, to := picked(s, line); return at >= 0 && to >= 0 })
	for {
		at, to := picked(t.screen(), line)
		switch {
		case at == to:
			t.press(enter)
			return
		case at < to:
			t.press(down)
		default:
			t.press(up)
		}
		t.until("another line", func(s string) bool { is, _ := picked(s, line); return is >= 0 && is != at })
	}
}

// picked is where the line of a list is that is picked, and the one that begins
// with text; -1 where there is none.
func picked(screen, text string) (at, to int) {
	at, to = -1, -1
	for y, l := range strings.Split(screen, "\n") {
		_, line, here := strings.Cut(l, "→ ")
		if here {
			at = y
		} else {
			line = strings.TrimPrefix(l, "       ") // as deep as the lines of a list stand
		}
		if line == text || strings.HasPrefix(line, text+"  ") {
			to = y
		}
	}
	return at, to
}

// onDisk is what a keyring file says opens it, and the file itself.
func onDisk(t *testing.T, backup string) ([]run.Method, []byte) {
	t.Helper()
	list, err := run.Methods(backup, "")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(list.Path)
	if err != nil {
		t.Fatal(err)
	}
	return list.Methods, b
}

func labels(methods []run.Method) []string {
	var out []string
	for _, m := range methods {
		out = append(out, m.Label)
	}
	return out
}

// TestKeysOnAScreen keeps a keyring by keys alone: a way is tested, a password
// and a second security key are added, the first key is removed, and the backup
// is locked anew. Each is in the file when the screen says so; and what was
// removed opens no more.
func TestKeysOnAScreen(t *testing.T) {
	first, second := fixtures.SampleSoftKey(soft.Options{}), secondKey()
	first.SetTouch(soft.TouchAlways())
	second.SetTouch(soft.TouchAlways())
	here := newSocket(t)
	firstAt, secondAt := attached(t, first), attached(t, second)
	here.plug(firstAt)
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(dir, fixtures.SampleBackup)
	original, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	has := func(want ...string) []run.Method {
		t.Helper()
		got, _ := onDisk(t, backup)
		if !slices.Equal(labels(got), want) {
			t.Fatalf("the keyring has %q, not %q", labels(got), want)
		}
		return got
	}
	term := open(t, 80, 24, "keys", backup, "--device", here.path)
	term.toRing()

	// A key that is right is noted as tested; a wrong one is not.
	tested := func() time.Time {
		t.Helper()
		way := has(fixtures.SamplePasskeyLabel, fixtures.SamplePasswordLabel)[0]
		if way.Tested == nil {
			return time.Time{}
		}
		return *way.Tested
	}
	before := tested()
	here.plug(secondAt)
	term.picks(fixtures.SamplePasskeyLabel)
	term.picks("Test it")
	term.sees("This key does not open this backup")
	if at := tested(); !at.Equal(before) {
		t.Errorf("a wrong key is noted: %v, then %v", before, at)
	}
	here.plug(firstAt)
	term.press(escape)
	term.picks("Test it")
	term.typePIN()
	term.sees("What opens this backup")
	if at := tested(); !at.After(before) {
		t.Errorf("tested at %v, and then at %v", before, at)
	}

	term.picks("Add a password")
	term.sees("A name for it")
	term.press("\x15", "in my head", enter)
	term.sees("A new password")
	term.press("six wet umbrellas dance at noon", enter)
	term.sees("once more")
	term.press("six wet umbrellas dance at noon", enter)
	term.sees("in my head                      password")
	has(fixtures.SamplePasskeyLabel, fixtures.SamplePasswordLabel, "in my head")

	here.plug(secondAt)
	term.picks("Add a security key")
	term.sees("A name for it")
	term.press("\x15", "blue key", enter)
	term.typePIN()
	term.sees("blue key                        passkey")
	if got := has(fixtures.SamplePasskeyLabel, fixtures.SamplePasswordLabel, "in my head", "blue key"); got[3].Tested == nil {
		t.Error("the new key was not proved")
	}

	term.picks(fixtures.SamplePasskeyLabel)
	term.picks("Remove it")
	term.sees("Remove " + fixtures.SamplePasskeyLabel + "?")
	term.picks("Remove it")
	term.sees("What opens this backup")
	has(fixtures.SamplePasswordLabel, "in my head", "blue key")

	_, was := onDisk(t, backup)
	term.picks("Lock it anew")
	term.sees("It is locked anew")
	has(fixtures.SamplePasswordLabel, "in my head", "blue key")
	if _, is := onDisk(t, backup); bytes.Equal(is, was) {
		t.Error("locked anew, the keyring is what it was")
	}
	term.picks("Done")
	if code := term.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	term.givenBack()
	if after, err := os.ReadFile(backup); err != nil || !bytes.Equal(after, original) {
		t.Errorf("the backup was changed: %v", err)
	}

	// What was removed opens no more, and what was added does.
	here.plug(firstAt)
	term = open(t, 80, 24, "restore", backup, "--device", here.path)
	term.sees("This is the backup")
	term.press(enter)
	term.picks("blue key")
	term.sees("This key does not open this backup")
	here.plug(secondAt)
	term.press(enter)
	term.typePIN()
	term.sees("Are we still on for tomorrow?")
}
