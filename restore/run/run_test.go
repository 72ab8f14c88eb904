package run_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/soft"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/restore/whatsapp"
)

// walker drives a flow with a Runner, as a front end does.
type walker struct {
	t     *testing.T
	r     *run.Runner
	state flow.State
	out   flow.Outcome
}

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

func walk(t *testing.T, cfg run.Config, path string) *walker {
	t.Helper()
	if cfg.TempDir == "" {
		cfg.TempDir = t.TempDir()
	}
	if cfg.SaveDir == "" {
		cfg.SaveDir = t.TempDir()
	}
	w := &walker{t: t, r: run.New(context.Background(), cfg)}
	t.Cleanup(w.r.Close)
	s, effects := flow.Start(path, false)
	w.state = s
	w.do(effects)
	return w
}

func (w *walker) do(effects []flow.Effect) {
	for _, e := range effects {
		if l, ok := e.(flow.Leave); ok {
			w.out = l.Outcome
		}
		w.r.Do(e)
	}
}

func (w *walker) step(e flow.Event) {
	s, effects := flow.Step(w.state, e)
	w.state = s
	w.do(effects)
}

func (w *walker) give(secret string) {
	w.r.Deposit(keys.NewSecret([]byte(secret)))
	w.step(flow.SecretTyped{})
}

// until takes what the work reports until ok.
func (w *walker) until(what string, ok func(flow.State) bool) {
	w.t.Helper()
	limit := time.After(patience)
	for !ok(w.state) {
		select {
		case e := <-w.r.Events():
			w.step(e)
		case <-limit:
			w.t.Fatalf("never came to %s: at %s %s %s", what, w.state.Screen, w.state.Why, w.state.Detail)
		}
	}
}

func (w *walker) at(s flow.Screen) {
	w.t.Helper()
	w.until(string(s), func(st flow.State) bool { return st.Screen == s && !st.Looking })
}

func (w *walker) trouble(y flow.Why) {
	w.t.Helper()
	w.until(string(y), func(st flow.State) bool { return st.Screen == flow.Trouble })
	if w.state.Why != y {
		w.t.Fatalf("trouble %s (%s), want %s", w.state.Why, w.state.Detail, y)
	}
}

// sample writes the sample backup to a folder of its own.
func sample(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, fixtures.SampleBackup)
}

func softKey() *soft.Key {
	k := fixtures.SampleSoftKey(soft.Options{})
	k.SetTouch(soft.TouchAlways())
	return k
}

// toPIN walks from the start to the PIN of the first passkey.
func (w *walker) toPIN() {
	w.t.Helper()
	w.at(flow.Backup)
	w.step(flow.Enter{})
	w.step(flow.Enter{})
	w.at(flow.PIN)
}

func (w *walker) toRestored() {
	w.t.Helper()
	w.until("all messages", func(s flow.State) bool { return s.Complete })
}

func (w *walker) lines(path string) []string {
	w.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

func TestTheWholeWay(t *testing.T) {
	key := softKey()
	w := walk(t, run.Config{Finder: soft.Finder{key}}, sample(t))
	w.toPIN()
	if w.state.Tries != 8 {
		t.Errorf("%d tries before the PIN, want 8", w.state.Tries)
	}
	w.give(fixtures.SamplePIN)
	w.toRestored()
	messages, chats := w.r.Archive().Total()
	if messages == 0 || w.state.Progress.Messages != messages || w.state.Progress.Chats != chats {
		t.Errorf("told %+v, the archive has %d messages in %d chats", w.state.Progress, messages, chats)
	}
	named := false
	for _, c := range w.r.Archive().Chats() {
		named = named || c.Name == "Ana Silva"
	}
	if !named {
		t.Error("the contacts beside the backup gave no names")
	}
	w.step(flow.Enter{})
	out := filepath.Join(t.TempDir(), "out.jsonl")
	w.step(flow.SaveAs{Format: flow.JSONL, Path: out})
	w.at(flow.Done)
	if got := w.lines(out); int64(len(got)) != messages {
		t.Errorf("%d lines for %d messages", len(got), messages)
	}
	if r := w.state.Result; r.Messages != messages || r.Path != out || r.Media == 0 {
		t.Errorf("result %+v", r)
	}
	// Nothing is written over, not even what was just saved.
	w.step(flow.Again{})
	w.step(flow.SaveAs{Format: flow.Database, Path: out})
	w.trouble(flow.Exists)
	w.step(flow.Enter{})
	w.step(flow.SaveAs{Format: flow.Database, Path: filepath.Join(t.TempDir(), "out.db")})
	w.at(flow.Done)
	w.step(flow.Enter{})
	if w.out != flow.Finished {
		t.Errorf("left as %q", w.out)
	}
	w.r.Close()
	if w.r.Archive() != nil {
		t.Error("messages are left after the end")
	}
	if n := key.PINAttempts(); n != 1 {
		t.Errorf("the PIN was sent %d times for one entry", n)
	}
}

func TestAWrongPINIsSentOnce(t *testing.T) {
	key := softKey()
	w := walk(t, run.Config{Finder: soft.Finder{key}}, sample(t))
	w.toPIN()
	w.give("000000")
	w.trouble(flow.WrongPIN)
	if w.state.Tries != 7 || key.PINAttempts() != 1 {
		t.Errorf("%d tries told, %d PINs sent; want 7 and 1", w.state.Tries, key.PINAttempts())
	}
	w.step(flow.Enter{})
	w.at(flow.PIN)
	if w.state.Tries != 7 {
		t.Errorf("%d tries told again, want 7", w.state.Tries)
	}
	w.give(fixtures.SamplePIN)
	w.toRestored()
}

func TestASecurityKeyComesAndGoes(t *testing.T) {
	key := fixtures.SampleSoftKey(soft.Options{})
	key.Unplug()
	w := walk(t, run.Config{Finder: soft.Finder{key}}, sample(t))
	w.at(flow.Backup)
	w.step(flow.Enter{})
	w.step(flow.Enter{})
	w.until("a first look", func(s flow.State) bool { return s.Scanned })
	if w.state.Screen != flow.Connect || w.state.NDevices != 0 {
		t.Fatalf("at %s with %d keys", w.state.Screen, w.state.NDevices)
	}
	if err := key.Plug(); err != nil {
		t.Fatal(err)
	}
	w.at(flow.PIN)
	w.give(fixtures.SamplePIN)
	w.until("a blinking key", func(s flow.State) bool { return s.Asking })
	key.Unplug()
	w.trouble(flow.KeyRemoved)
	if err := key.Plug(); err != nil {
		t.Fatal(err)
	}
	w.step(flow.Enter{})
	w.at(flow.PIN)
	w.give(fixtures.SamplePIN)
	w.until("a blinking key", func(s flow.State) bool { return s.Asking })
	// Back in the middle of a touch: the key must stop blinking.
	w.step(flow.Back{})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := key.Await(ctx, soft.Idle); err != nil {
		t.Fatal("the key blinks on: ", err)
	}
	key.SetTouch(soft.TouchAlways())
	w.step(flow.Enter{})
	w.at(flow.PIN)
	w.give(fixtures.SamplePIN)
	w.toRestored()
}

func TestAnotherKeyDoesNotBlink(t *testing.T) {
	other := soft.New([32]byte{1}, soft.Options{State: softKey().State()})
	w := walk(t, run.Config{Finder: soft.Finder{other}}, sample(t))
	w.at(flow.Backup)
	w.step(flow.Enter{})
	w.step(flow.Enter{})
	w.trouble(flow.WrongKey)
	if other.PINAttempts() != 0 {
		t.Error("a key that can't open it was sent a PIN")
	}
}

func digits(k *keys.BackupKey) string {
	var text []string
	_ = k.Groups(func(groups [16][]byte) {
		for _, g := range groups {
			text = append(text, string(g))
		}
	})
	return strings.Join(text, " ")
}

// byDigits picks the 64-digit key, which is the last method.
func (w *walker) byDigits(text string) {
	w.t.Helper()
	w.at(flow.Backup)
	w.step(flow.Enter{})
	for range w.state.NMethods {
		w.step(flow.Move{By: 1})
	}
	w.step(flow.Enter{})
	w.at(flow.Key)
	w.give(text)
}

func TestDigits(t *testing.T) {
	key := fixtures.SampleKey()
	defer key.Wipe()
	good := digits(key)
	flipped := "0"
	if good[0] == '0' {
		flipped = "1"
	}
	for _, tt := range []struct {
		name, text string
		why        flow.Why
		group      int
	}{
		{"right", good, flow.NoTrouble, 0},
		{"as on a screenshot", strings.ToUpper(strings.ReplaceAll(good, " ", "-")), flow.NoTrouble, 0},
		{"one letter too far", good[:10] + "g" + good[11:], flow.WrongDigits, 3},
		{"short", good[:40], flow.WrongDigits, 0},
		{"another key", flipped + good[1:], flow.WrongBackupKey, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := walk(t, run.Config{}, sample(t))
			w.byDigits(tt.text)
			if tt.why == flow.NoTrouble {
				w.toRestored()
				return
			}
			w.trouble(tt.why)
			if tt.group != 0 && w.state.Group != tt.group {
				t.Errorf("group %d, want %d", w.state.Group, tt.group)
			}
			if w.r.Archive() != nil {
				t.Error("there are messages to look at")
			}
		})
	}
}

func TestPassword(t *testing.T) {
	w := walk(t, run.Config{}, sample(t))
	w.at(flow.Backup)
	w.step(flow.Enter{})
	w.step(flow.Move{By: 1})
	w.step(flow.Enter{})
	w.at(flow.Password)
	w.give("big blue umbrellas")
	w.trouble(flow.WrongPassword)
	w.step(flow.Enter{})
	w.at(flow.Password)
	w.give(fixtures.SamplePassword)
	w.toRestored()
}

// TestNoSecurityKeysInThisBuild asks for the passkey where it is reached all the
// same.
func TestNoSecurityKeysInThisBuild(t *testing.T) {
	w := walk(t, run.Config{}, sample(t))
	w.at(flow.Backup)
	w.step(flow.Enter{})
	w.step(flow.Enter{})
	w.at(flow.Browser)
	w.step(flow.OtherWay{})
	w.at(flow.Method)
}

func TestDamage(t *testing.T) {
	path := sample(t)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, 100_000); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1
	if _, err := f.WriteAt(b, 100_000); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	w := walk(t, run.Config{Finder: soft.Finder{softKey()}}, path)
	w.toPIN()
	w.give(fixtures.SamplePIN)
	w.trouble(flow.Damaged)
	if w.r.Archive() != nil {
		t.Error("there are messages of a damaged backup to look at")
	}
	if !errors.Is(w.r.Err(), whatsapp.ErrDamaged) {
		t.Error("the error is not kept for the exit code")
	}
}

// Closing at any moment ends the work, leaves no message and no goroutine that
// the race detector would find writing.
func TestCloseAtAnyMoment(t *testing.T) {
	path := sample(t)
	for _, at := range []flow.Screen{flow.Find, flow.Backup, flow.PIN, flow.Touch, flow.Verify, flow.Restore} {
		t.Run(string(at), func(t *testing.T) {
			key := softKey()
			if at == flow.Touch {
				key.SetTouch(soft.TouchByHand())
			}
			w := walk(t, run.Config{Finder: soft.Finder{key}}, path)
			if at != flow.Find {
				w.at(flow.Backup)
			}
			if at != flow.Find && at != flow.Backup {
				w.step(flow.Enter{})
				w.step(flow.Enter{})
				w.at(flow.PIN)
			}
			if at != flow.Find && at != flow.Backup && at != flow.PIN {
				w.give(fixtures.SamplePIN)
				w.until(string(at), func(s flow.State) bool { return s.Screen == at })
			}
			w.r.Close()
			if w.r.Archive() != nil {
				t.Error("messages are left")
			}
		})
	}
}

// What was asked for before is not answered after something else was.
func TestLateWorkIsNotReported(t *testing.T) {
	r := run.New(context.Background(), run.Config{TempDir: t.TempDir()})
	defer r.Close()
	path := sample(t)
	for i := 1; i <= 50; i++ {
		r.Do(flow.OpenBackup{Attempt: i, Path: path})
	}
	r.Do(flow.FindBackups{Attempt: 51, Path: filepath.Dir(path)})
	limit := time.After(patience)
	for last := 0; last != 51; {
		select {
		case e := <-r.Events():
			n := 51
			if o, ok := e.(flow.Opened); ok {
				n = o.Attempt
			}
			if n < last {
				t.Fatalf("attempt %d reported after %d", n, last)
			}
			last = n
		case <-limit:
			t.Fatal("the last work never reported")
		}
	}
}

func TestFindAsAPhoneKeepsThem(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "Android", "media", "com.whatsapp", "WhatsApp", "Databases")
	if err := os.MkdirAll(db, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := fixtures.WriteSample(db); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(db, fixtures.SampleBackup))
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"msgstore-2026-05-10.1.db.crypt15", "msgstore-2026-05-11.1.db.crypt15", "msgstore-increment-1.db.crypt15", "notes.txt"} {
		path := filepath.Join(db, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().AddDate(1, 0, i) // newer than the newest, and still folded
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	w := walk(t, run.Config{}, dir)
	w.at(flow.Find)
	var got []string
	for _, f := range w.state.Backups[:w.state.NBackups] {
		got = append(got, fmt.Sprint(filepath.Base(f.Path), " ", f.Protected, " ", f.Older))
	}
	want := "msgstore.db.crypt15 passkey false|msgstore-2026-05-11.1.db.crypt15 64-digit key true|msgstore-2026-05-10.1.db.crypt15 64-digit key true"
	if strings.Join(got, "|") != want {
		t.Errorf("found %s\nwant  %s", strings.Join(got, "|"), want)
	}
	w.step(flow.PathTyped{Path: filepath.Join(dir, "nowhere")})
	w.trouble(flow.NotFound)
}

func TestInspectJSON(t *testing.T) {
	path := sample(t)
	i, err := run.Inspect(path, "")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"path", "format", "size", "app_version", "device_model", "jid_suffix", "backup_version", "modified",
		"header_bytes", "key_type", "whatsapp_passkey", "unknown_fields", "keyring",
		"increments", "older", "contacts", "media", "key_files",
	} {
		if _, ok := got[name]; !ok {
			t.Errorf("no %q", name)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("beside what is promised: %v", got)
	}
	if i.Keyring == nil || len(i.Keyring.Methods) != 2 || i.Keyring.Methods[0].Label != fixtures.SamplePasskeyLabel {
		t.Errorf("keyring %+v", i.Keyring)
	}
}
