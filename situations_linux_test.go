package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"touchback/keys"
	"touchback/keys/fido2"
	"touchback/keys/soft"
	"touchback/restore/flow"
	"touchback/tui/words"
)

// situation is something that goes wrong with a security key.
type situation struct {
	name  string
	key   func(*soft.Options) // what the key is like
	first func(*soft.Key)     // what was done to it before
	other bool                // it is not the one that the backup is locked with
	typed string              // the PIN, "" for the right one
	then  func(k *soft.Key)   // once it blinks
	held  bool                // another program has it
	why   flow.Why
	tries int // that are told
	sent  int // how often a PIN may be sent
	code  int // of the program without a guide
}

const rightPIN, wrongPIN = "90417352", "11111111"

var situations = []situation{
	{name: "no PIN", key: func(o *soft.Options) { o.State.PINHash = nil }, why: flow.PINNotSet, code: 6},
	{name: "the PIN must be changed", key: func(o *soft.Options) { o.ForcePINChange = true }, why: flow.PINChange, code: 6},
	{name: "a wrong PIN", typed: wrongPIN, why: flow.WrongPIN, tries: 7, sent: 1, code: 3},
	{name: "the last wrong PIN", key: func(o *soft.Options) { o.State.Tries = 1 }, typed: wrongPIN, why: flow.PINBlocked, sent: 1, code: 6},
	{name: "a blocked PIN", key: func(o *soft.Options) { o.State.Tries = 0 }, why: flow.PINBlocked, code: 6},
	{name: "the third wrong PIN", first: twoWrong, typed: wrongPIN, why: flow.PINAuthBlocked, sent: 1, code: 6},
	{name: "the right PIN after three wrong ones", first: threeWrong, why: flow.PINAuthBlocked, sent: 1, code: 6},
	{name: "a finger", key: func(o *soft.Options) { o.Finger = true }, then: func(k *soft.Key) { k.TouchWrong() }, why: flow.WrongFinger, tries: 2, code: 3},
	{name: "the last finger", key: func(o *soft.Options) { o.Finger, o.State.Misread = true, 2 }, then: func(k *soft.Key) { k.TouchWrong() }, why: flow.FingerBlocked, code: 6},
	{name: "no hmac-secret", key: func(o *soft.Options) { o.NoHMACSecret = true }, why: flow.NoSecret, code: 6},
	{name: "not registered", other: true, why: flow.WrongKey, code: 3},
	{name: "taken out", then: (*soft.Key).Unplug, why: flow.KeyRemoved, sent: 1, code: 6},
	{name: "in use", held: true, why: flow.KeyBusy, code: 6},
	{name: "never touched", key: func(o *soft.Options) { o.PresenceTimeout = 1 }, why: flow.TimedOut, sent: 1, code: 6},
}

func twoWrong(k *soft.Key) {
	for range 2 {
		p := keys.Passkey{CredentialID: []byte("any"), RPID: "localhost"}
		_, _ = k.Authenticator().Evaluate(context.Background(), p, keys.PRFInputs{}, keys.NewSecret([]byte(wrongPIN)), keys.Prompts{})
	}
}

func threeWrong(k *soft.Key) {
	twoWrong(k)
	twoWrong(k)
}

// TestSituations meets each of them through libfido2: in the guide as JSON, in
// the guide in lines, and without one.
func TestSituations(t *testing.T) {
	if !fido2.Available() {
		t.Skip("this build has no security keys")
	}
	locks := soft.New([32]byte{9}, soft.Options{})
	if err := locks.Authenticator().SetPIN(t.Context(), keys.NewSecret([]byte(rightPIN))); err != nil {
		t.Fatal(err)
	}
	locks.SetTouch(soft.TouchAlways())
	backup := lockedTo(t, locks, rightPIN)
	for _, s := range situations {
		t.Run(s.name, func(t *testing.T) {
			s.inJSON(t, backup, locks.State())
			s.inLines(t, backup, locks.State())
			s.unguided(t, backup, locks.State())
		})
	}
}

// key makes the key of a situation, and does to it what happens.
func (s situation) plugged(t *testing.T, state soft.State) (k *soft.Key, device string) {
	t.Helper()
	o := soft.Options{State: state}
	if s.key != nil {
		s.key(&o)
	}
	seed := [32]byte{9}
	if s.other {
		seed[0] = 10
	}
	k = soft.New(seed, o)
	if s.first != nil {
		s.first(k)
	}
	device = attached(t, k)
	if s.held {
		fd, err := unix.Open(device, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Close(fd) })
		if err := unix.Flock(fd, unix.LOCK_EX); err != nil {
			t.Fatal(err)
		}
	}
	if s.then != nil {
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() {
			defer close(over)
			if k.Await(ctx, soft.Blinking) == nil {
				s.then(k)
			}
		}()
		t.Cleanup(func() { cancel(); <-over })
	}
	return k, device
}

func (s situation) pin() string {
	if s.typed != "" {
		return s.typed
	}
	return rightPIN
}

// sentOnce holds a PIN to the tries it may cost.
func (s situation) sentOnce(t *testing.T, n int) {
	t.Helper()
	if n != s.sent {
		t.Errorf("a PIN was sent %d times, want %d", n, s.sent)
	}
}

func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "touchback", args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	return cmd
}

func (s situation) inJSON(t *testing.T, backup string, state soft.State) {
	k, device := s.plugged(t, state)
	before := k.PINAttempts()
	cmd := program(t, "restore", "--json", "--quiet", backup, "--device", device)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	answer := func(line string) { _, _ = io.WriteString(in, line+"\n") }
	var said []string
	troubled := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said = append(said, lines.Text())
		var screen struct {
			Screen flow.Screen
			Busy   bool
			Why    flow.Why
			Tries  *int
			Title  string
		}
		if err := json.Unmarshal(lines.Bytes(), &screen); err != nil {
			t.Fatal(err)
		}
		switch {
		case screen.Busy || screen.Screen == "":
		case screen.Screen == flow.Backup, screen.Screen == flow.Method:
			answer(`{"choose":1}`)
		case screen.Screen == flow.PIN:
			answer(`{"pin":"` + s.pin() + `"}`)
		case screen.Screen == flow.Trouble:
			troubled = true
			if screen.Why != s.why || screen.Title != words.Troubles[s.why].Title {
				t.Errorf("trouble %q: %s", screen.Why, screen.Title)
			}
			if s.tries > 0 && (screen.Tries == nil || *screen.Tries != s.tries) {
				t.Errorf("%v tries are told, want %d", screen.Tries, s.tries)
			}
			answer(`{"quit":true}`)
		}
	}
	_ = cmd.Wait()
	if !troubled {
		t.Errorf("no trouble:\n%s", strings.Join(said, "\n"))
	}
	if s.code != cmd.ProcessState.ExitCode() {
		t.Errorf("exit code %d", cmd.ProcessState.ExitCode())
	}
	s.sentOnce(t, k.PINAttempts()-before)
}

func (s situation) inLines(t *testing.T, backup string, state soft.State) {
	k, device := s.plugged(t, state)
	before := k.PINAttempts()
	cmd := program(t, "restore", "--plain", "--quiet", backup, "--device", device)
	answers := []string{"", "", "q", "q"}
	if s.sent > 0 { // it is asked for
		answers = slices.Insert(answers, 2, s.pin())
	}
	if s.why == flow.PINBlocked && s.sent > 0 { // and whether to send the last one
		answers = slices.Insert(answers, 3, "")
	}
	cmd.Stdin = strings.NewReader(strings.Join(answers, "\n") + "\n")
	said, _ := cmd.CombinedOutput()
	if s.why == flow.WrongFinger && !bytes.Contains(said, []byte(words.FingerTitle)) {
		t.Errorf("nobody says that a finger is wanted:\n%s", said)
	}
	if !bytes.Contains(said, []byte(words.Troubles[s.why].Title+".")) {
		t.Errorf("in lines:\n%s", said)
	}
	s.sentOnce(t, k.PINAttempts()-before)
}

// unguided is how a script meets it. There is no terminal to ask for a PIN
// here, so that what comes after one is for the guide.
func (s situation) unguided(t *testing.T, backup string, state soft.State) {
	if s.sent > 0 {
		return
	}
	k, device := s.plugged(t, state)
	before := k.PINAttempts()
	cmd := program(t, "decrypt", backup, "--device", device, "-o", filepath.Join(t.TempDir(), "out"))
	said, _ := cmd.CombinedOutput()
	title := words.Troubles[s.why].Title
	if !strings.Contains(strings.ToLower(string(said)), strings.ToLower(title)) {
		t.Errorf("without the guide:\n%s", said)
	}
	if s.why == flow.WrongFinger && !bytes.Contains(said, []byte("with the enrolled finger")) {
		t.Errorf("nobody says that a finger is wanted:\n%s", said)
	}
	if c := cmd.ProcessState.ExitCode(); c != s.code {
		t.Errorf("exit code %d, want %d", c, s.code)
	}
	s.sentOnce(t, k.PINAttempts()-before)
}
