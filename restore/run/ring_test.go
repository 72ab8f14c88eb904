package run_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/browser"
	"touchback/keys/soft"
	"touchback/restore/flow"
	"touchback/restore/run"
)

// walkTo drives a flow with a goal.
func walkTo(t *testing.T, g flow.Goal, cfg run.Config, path string) *walker {
	t.Helper()
	if cfg.TempDir == "" {
		cfg.TempDir = t.TempDir()
	}
	w := &walker{t: t, r: run.New(context.Background(), cfg)}
	t.Cleanup(w.r.Close)
	s, effects := flow.Begin(g, path, false)
	w.state = s
	w.do(effects)
	return w
}

// bare is the sample without a keyring, and its 64 digits.
func bare(t *testing.T) (path, typed string) {
	t.Helper()
	path = sample(t)
	if err := os.Remove(path + ".keyring"); err != nil {
		t.Fatal(err)
	}
	key := fixtures.SampleKey()
	defer key.Wipe()
	return path, digits(key)
}

// emptyKey is a security key with a PIN and no passkey of anyone's.
func emptyKey(seed byte) *soft.Key {
	k := soft.New([32]byte{seed}, soft.Options{State: softKey().State()})
	k.SetTouch(soft.TouchAlways())
	return k
}

// pick takes the line of an act.
func (w *walker) pick(a flow.Act) {
	w.t.Helper()
	for i, o := range w.state.Options() {
		if o.Act == a {
			w.step(flow.Move{By: i - w.state.Choice})
			w.step(flow.Enter{})
			return
		}
	}
	w.t.Fatalf("%s does not offer %q: %v", w.state.Screen, a, w.state.Options())
}

// ways waits for so many ways into the keyring.
func (w *walker) ways(n int) {
	w.t.Helper()
	w.until("the ways", func(s flow.State) bool {
		return s.Screen == flow.Trouble || s.Screen == flow.Ways && s.NWays == n
	})
	if w.state.Screen == flow.Trouble {
		w.t.Fatalf("trouble %s: %s", w.state.Why, w.state.Detail)
	}
}

// toWays opens the backup by its digits.
func (w *walker) toWays(typed string) {
	w.t.Helper()
	w.at(flow.Backup)
	w.step(flow.Enter{})
	w.at(flow.Key)
	w.give(typed)
	w.ways(0)
}

func (w *walker) addKey(label string) {
	w.t.Helper()
	w.pick(flow.AddKey)
	w.step(flow.Named{Label: label})
	w.at(flow.PIN)
	w.give(fixtures.SamplePIN)
}

func TestLockWithTwoPasskeys(t *testing.T) {
	path, typed := bare(t)
	one := emptyKey(1)
	page := &softPage{key: emptyKey(2)}
	w := walkTo(t, flow.Locking, run.Config{Finder: soft.Finder{one}, Pages: page.serve}, path)
	w.toWays(typed)
	w.addKey("blue key")
	w.until("the third gesture", func(s flow.State) bool { return s.Gesture == flow.Gestures || s.NWays == 1 })
	w.ways(1)
	if one.PINAttempts() != flow.Gestures {
		t.Errorf("the PIN was sent %d times for %d gestures", one.PINAttempts(), flow.Gestures)
	}
	// The key holds a passkey now: a second one on it is no second way.
	w.pick(flow.AddKey)
	w.step(flow.Named{Label: "again"})
	w.trouble(flow.AlreadyAdded)
	w.step(flow.Back{})
	w.ways(1)
	if _, err := os.Stat(path + ".keyring"); err == nil {
		t.Fatal("a keyring with a single way was written")
	}
	w.pick(flow.AddWeb)
	w.step(flow.Named{Label: "phone"})
	w.ways(2)
	if page.opts.Purpose != browser.Enrol || len(page.opts.Registered) != 1 || page.asked != flow.Gestures {
		t.Errorf("%d gestures for %+v", page.asked, page.opts)
	}
	w.pick(flow.WriteIt)
	w.step(flow.Enter{})
	w.at(flow.Locked)
	if w.state.Result.Path != path+".keyring" {
		t.Errorf("written to %q", w.state.Result.Path)
	}
	w.r.Close()

	// Each of the two opens it, each where it is asked.
	r := walk(t, run.Config{Finder: soft.Finder{one}}, path)
	r.toPIN()
	r.give(fixtures.SamplePIN)
	r.toRestored()
	page.asked, page.ended = 0, nil
	r = walk(t, run.Config{Pages: page.serve}, path)
	r.at(flow.Backup)
	r.step(flow.Enter{})
	r.step(flow.Move{By: 1})
	r.step(flow.Enter{})
	r.toRestored()
	if len(page.ended) != 1 || page.opts.Passkey != "phone" {
		t.Errorf("the phone was not asked: %+v", page.opts)
	}
}

// The word that the key is kept is taken only with its last digits.
func TestLockWithTheKeyKept(t *testing.T) {
	path, typed := bare(t)
	w := walkTo(t, flow.Locking, run.Config{}, path)
	w.toWays(typed)
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	w.pick(flow.AddRecipient)
	w.step(flow.Named{Label: "escrow"})
	w.step(flow.RecipientTyped{Text: id.Recipient().String()})
	w.ways(1)
	if w.state.Enough() {
		t.Fatal("one way is enough")
	}
	w.pick(flow.KeepIt)
	w.give("zzzz")
	w.trouble(flow.NotKept)
	w.step(flow.Enter{})
	w.at(flow.KeepKey)
	w.give(strings.ToUpper(typed[len(typed)-4:]))
	w.until("that it is kept", func(s flow.State) bool { return s.Kept })
	w.pick(flow.WriteIt)
	w.step(flow.Enter{})
	w.at(flow.Locked)
	w.r.Close()

	written, err := keys.Load(path + ".keyring")
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := written.UnlockAny(t.Context(), keys.ByIdentity{Identity: id})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Wipe()
	want := fixtures.SampleKey()
	defer want.Wipe()
	if !got.Equal(want) {
		t.Error("another key was locked")
	}
}

// A key that does not open the backup makes no keyring.
func TestLockNeedsTheRightKey(t *testing.T) {
	path, _ := bare(t)
	w := walkTo(t, flow.Locking, run.Config{}, path)
	w.at(flow.Backup)
	w.step(flow.Enter{})
	w.at(flow.Key)
	w.give(strings.Repeat("0", 64))
	w.trouble(flow.WrongBackupKey)
	w.step(flow.Enter{})
	w.at(flow.Key)
	w.r.Do(flow.AddWay{Attempt: w.state.Attempt, Kind: flow.ByPassword, Label: "x"})
	w.until("a refusal", func(s flow.State) bool { return s.Screen == flow.Trouble })
	if !errors.Is(w.r.Err(), keys.ErrLocked) {
		t.Errorf("a way was added for a key that opens nothing: %v", w.r.Err())
	}
}

func TestLockIsOnceOnly(t *testing.T) {
	w := walkTo(t, flow.Locking, run.Config{}, sample(t))
	w.trouble(flow.HasKeyring)
	w.step(flow.Enter{})
	w.at(flow.Backup)
	if w.state.Goal != flow.Managing {
		t.Errorf("leads to %q", w.state.Goal)
	}
	path, _ := bare(t)
	w = walkTo(t, flow.Managing, run.Config{}, path)
	w.trouble(flow.NoKeyring)
}

func labels(s flow.State) string {
	var out []string
	for _, m := range s.Ways[:s.NWays] {
		out = append(out, string(m.Kind)+" "+m.Label)
	}
	return strings.Join(out, ", ")
}

// Keeping a keyring: every change is on disk as soon as it is shown.
func TestKeepAKeyring(t *testing.T) {
	path := sample(t)
	w := walkTo(t, flow.Managing, run.Config{Finder: soft.Finder{softKey()}}, path)
	w.toPIN()
	w.give(fixtures.SamplePIN)
	w.ways(2)

	pick := func(way int, a flow.Act) {
		t.Helper()
		w.step(flow.Move{By: way - w.state.Choice})
		w.step(flow.Enter{})
		w.at(flow.OneWay)
		w.pick(a)
	}
	onDisk := func() string {
		t.Helper()
		l, err := run.Methods(path, "")
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, m := range l.Methods {
			tested := ""
			if m.Tested != nil {
				tested = " tested"
			}
			out = append(out, m.Label+tested)
		}
		return strings.Join(out, ", ")
	}
	pick(1, flow.ToRename)
	w.step(flow.Named{Label: "the long one"})
	w.ways(2)
	if got := onDisk(); !strings.Contains(got, "the long one") {
		t.Errorf("on disk: %s", got)
	}
	pick(0, flow.ToTest)
	w.at(flow.PIN)
	w.give("999999")
	w.trouble(flow.WrongPIN)
	w.step(flow.Enter{})
	w.at(flow.PIN)
	w.give(fixtures.SamplePIN)
	w.ways(2)
	if got := onDisk(); !strings.Contains(got, fixtures.SamplePasskeyLabel+" tested") {
		t.Errorf("on disk: %s", got)
	}

	before, err := os.ReadFile(path + ".keyring")
	if err != nil {
		t.Fatal(err)
	}
	w.pick(flow.LockAnew)
	w.until("that it is locked anew", func(s flow.State) bool { return s.Anew })
	after, err := os.ReadFile(path + ".keyring")
	if err != nil || sealed(t, after) == sealed(t, before) {
		t.Errorf("nothing was sealed anew (%v)", err)
	}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "escrow.txt")
	if err := os.WriteFile(file, []byte("# the firm's\n"+id.Recipient().String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.pick(flow.AddRecipient)
	w.step(flow.Named{Label: "escrow"})
	w.step(flow.RecipientTyped{Text: "age1nonsense"})
	w.trouble(flow.BadRecip)
	w.step(flow.Enter{})
	w.at(flow.Recipient)
	w.step(flow.RecipientTyped{Text: file})
	w.ways(3)
	pick(0, flow.ToRemove)
	w.at(flow.Remove)
	w.pick(flow.RemoveIt)
	w.ways(2)
	if got := labels(w.state); got != "password the long one, age recipient escrow" {
		t.Errorf("left: %s", got)
	}
	if got := onDisk(); got != "the long one, escrow" {
		t.Errorf("on disk: %s", got)
	}

	// Someone else writes to it: nothing is lost, and it is said.
	b, err := os.ReadFile(path + ".keyring")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".keyring", append(b, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	pick(0, flow.ToRename)
	w.step(flow.Named{Label: "mine"})
	w.trouble(flow.RingChanged)
	if got := onDisk(); got != "the long one, escrow" {
		t.Errorf("on disk: %s", got)
	}
}

// The 64-digit key opens a keyring to which every method is lost.
func TestKeepAKeyringByTheKey(t *testing.T) {
	path := sample(t)
	key := fixtures.SampleKey()
	defer key.Wipe()
	w := walkTo(t, flow.Managing, run.Config{}, path)
	w.byDigits(digits(key))
	w.ways(2)

	w = walkTo(t, flow.Managing, run.Config{}, path)
	w.byDigits(strings.Repeat("0", 64))
	w.trouble(flow.WrongBackupKey)

	b, err := os.ReadFile(path + ".keyring")
	if err != nil {
		t.Fatal(err)
	}
	altered := strings.Replace(string(b), fixtures.SamplePasskeyLabel, "Demo kex", 1)
	if err := os.WriteFile(path+".keyring", []byte(altered), 0o600); err != nil {
		t.Fatal(err)
	}
	w = walkTo(t, flow.Managing, run.Config{}, path)
	w.byDigits(digits(key))
	w.trouble(flow.KeyringAltered)
}

// sealed is the part of a keyring that holds the backup key.
func sealed(t *testing.T, ring []byte) string {
	t.Helper()
	var doc struct{ Secret struct{ Sealed string } }
	if err := json.Unmarshal(ring, &doc); err != nil || doc.Secret.Sealed == "" {
		t.Fatalf("no secret in the keyring (%v)", err)
	}
	return doc.Secret.Sealed
}
