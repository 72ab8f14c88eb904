package run_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/soft"
	"touchback/restore/chat"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/restore/whatsapp"
)

// writeIncrement writes an increment of one new message beside the sample.
func writeIncrement(t *testing.T, dir string, number int, root []byte, text string) string {
	t.Helper()
	path := filepath.Join(dir, fmt.Sprintf("msgstore-increment-%d.db.crypt15", number))
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	changes := []whatsapp.Change{{ChatJID: "4144000000@s.whatsapp.net", Message: chat.Message{
		ID: fmt.Sprint("INC", number), Time: time.Date(2026, 6, number, 8, 0, 0, 0, time.UTC), Type: chat.Text, Text: text,
	}}}
	if err := fixtures.WriteIncrement(f, root, fixtures.Crypt15Options{Level: 9, MD5: true, IV: [16]byte{byte(number)}}, 100, changes); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func sampleRoot(t *testing.T) []byte {
	t.Helper()
	key := fixtures.SampleKey()
	defer key.Wipe()
	var root []byte
	key.Use(func(b []byte) { root = bytes.Clone(b) })
	return root
}

// exported is what the messages of a backup are as JSON, a line each.
func exported(t *testing.T, path string, o run.Output) ([]string, run.Result) {
	t.Helper()
	var out bytes.Buffer
	o.Format, o.To = flow.JSONL, &out
	result, err := run.Write(t.Context(), path, "", run.Access{KeyFile: sampleKeyFile(t)}, o)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"), result
}

func TestIncrementsAreMerged(t *testing.T) {
	path := sample(t)
	dir, root := filepath.Dir(path), sampleRoot(t)
	base, _ := exported(t, path, run.Output{})
	writeIncrement(t, dir, 10, root, "the tenth")
	writeIncrement(t, dir, 2, root, "the second")
	other := writeIncrement(t, dir, 3, bytes.Repeat([]byte{1}, 32), "of another key")
	bent := writeIncrement(t, dir, 4, root, "damaged")
	b, err := os.ReadFile(bent)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-40] ^= 1
	if err := os.WriteFile(bent, b, 0o600); err != nil {
		t.Fatal(err)
	}
	// What is named like one, and is another backup.
	wa, err := os.ReadFile(filepath.Join(dir, fixtures.SampleContacts))
	if err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(dir, "msgstore-increment-5.db.crypt15")
	if err := os.WriteFile(none, wa, 0o600); err != nil {
		t.Fatal(err)
	}

	got, result := exported(t, path, run.Output{})
	if result.Increments != 2 || result.IncrementsBeyond != 0 || result.Messages != int64(len(base)+2) {
		t.Errorf("%+v", result)
	}
	want := []run.IncrementFailed{
		{Increment: run.Increment{Path: other, Number: 3}, Why: "another key opens it"},
		{Increment: run.Increment{Path: bent, Number: 4}, Why: "it is damaged or was altered"},
		{Increment: run.Increment{Path: none, Number: 5}, Why: whatsapp.ErrNotIncrement.Error()},
	}
	for i, f := range result.IncrementsFailed {
		f.Size = 0
		if i >= len(want) || f != want[i] {
			t.Errorf("left out %+v", f)
		}
	}
	if len(result.IncrementsFailed) != len(want) {
		t.Errorf("%d were left out", len(result.IncrementsFailed))
	}
	if len(got) != len(base)+2 || strings.Join(got[:len(base)], "\n") != strings.Join(base, "\n") {
		t.Fatalf("%d lines after %d", len(got), len(base))
	}
	for i, text := range []string{"the second", "the tenth"} {
		var line struct {
			Row       int64
			Text      string
			Increment int
		}
		if err := json.Unmarshal([]byte(got[len(base)+i]), &line); err != nil || line.Text != text || line.Increment != []int{2, 10}[i] {
			t.Errorf("%s: %v", got[len(base)+i], err)
		}
	}

	// Who wants the base alone gets it, and is told what is beyond it.
	got, result = exported(t, path, run.Output{NoIncrements: true})
	if strings.Join(got, "\n") != strings.Join(base, "\n") || result.Increments != 0 || result.IncrementsBeyond != 5 {
		t.Errorf("%d lines, %+v", len(got), result)
	}
	db := run.Output{Format: flow.Database, Path: filepath.Join(t.TempDir(), "db")}
	if result, err := run.Write(t.Context(), path, "", run.Access{KeyFile: sampleKeyFile(t)}, db); err != nil || result.IncrementsBeyond != 5 {
		t.Errorf("%+v, %v", result, err)
	}

	// An older copy is not what they changed.
	daily := filepath.Join(dir, "msgstore-2026-05-11.1.db.crypt15")
	if b, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(daily, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, result := exported(t, daily, run.Output{}); result.Increments != 0 {
		t.Errorf("a daily copy: %+v", result)
	}
}

// The guide shows and saves what was merged.
func TestGuideMergesIncrements(t *testing.T) {
	path := sample(t)
	base, _ := exported(t, path, run.Output{})
	writeIncrement(t, filepath.Dir(path), 1, sampleRoot(t), "after the base")
	writeIncrement(t, filepath.Dir(path), 2, make([]byte, 32), "of another key")
	w := walk(t, run.Config{Finder: soft.Finder{softKey()}}, path)
	w.toPIN()
	if w.state.Backup.Increments != 2 {
		t.Errorf("%d increments beside it, want 2", w.state.Backup.Increments)
	}
	w.give(fixtures.SamplePIN)
	w.toRestored()
	archive := w.r.Archive()
	if n, _ := archive.Total(); n != int64(len(base)+1) {
		t.Errorf("%d messages, the base has %d", n, len(base))
	}
	if newest := archive.Chats()[0]; newest.LastText != "after the base" {
		t.Errorf("the newest chat is %+v", newest)
	}
	for format, want := range map[flow.Format]flow.Merged{
		flow.JSONL: {Increments: 1, Added: 1, LeftOut: 1}, flow.Database: {Beyond: 2},
	} {
		w.step(flow.Enter{})
		w.at(flow.Save)
		w.step(flow.SaveAs{Format: format, Path: filepath.Join(t.TempDir(), "out")})
		w.at(flow.Done)
		if got := w.state.Result.Merged; got != want {
			t.Errorf("%s: %+v, want %+v", format, got, want)
		}
		w.step(flow.Back{})
	}
}

func TestInspectTellsWhatLiesBeside(t *testing.T) {
	path := sample(t)
	dir := filepath.Dir(path)
	// As on a phone: databases in a folder of the app's, media beside it.
	top := t.TempDir()
	app := filepath.Join(top, "Android", "media", "com.whatsapp.w4b", "WhatsApp Business")
	for _, f := range []string{"Databases", "Media", "Backups"} {
		if err := os.MkdirAll(filepath.Join(app, f), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	move := func(from, to string) string {
		t.Helper()
		to = filepath.Join(app, to)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return to
	}
	base := move(path, "Databases/msgstore.db.crypt15")
	daily := move(path, "Databases/msgstore-2026-05-11.1.db.crypt15")
	contacts := move(filepath.Join(dir, fixtures.SampleContacts), "Backups/wa.db.crypt15")
	inc := writeIncrement(t, filepath.Dir(base), 1, sampleRoot(t), "x")
	secret := filepath.Join(top, "data", "data", "com.whatsapp.w4b", "files", "encrypted_backup.key")
	if err := os.MkdirAll(filepath.Dir(secret), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(secret, []byte("not to be told"), 0o600); err != nil {
		t.Fatal(err)
	}
	i, err := run.Inspect(top, "")
	if err != nil {
		t.Fatal(err)
	}
	if i.Path != base || len(i.Increments) != 1 || i.Increments[0].Path != inc || i.Increments[0].Number != 1 || i.Increments[0].Size == 0 {
		t.Errorf("%s, increments %+v", i.Path, i.Increments)
	}
	if len(i.Older) != 1 || i.Older[0].Path != daily {
		t.Errorf("older %+v", i.Older)
	}
	if i.Contacts == nil || *i.Contacts != contacts && filepath.Clean(*i.Contacts) != contacts {
		t.Errorf("contacts %v", i.Contacts)
	}
	if i.Media == nil || *i.Media != filepath.Join(app, "Media") {
		t.Errorf("media %v", i.Media)
	}
	if len(i.KeyFiles) != 1 || i.KeyFiles[0] != (run.KeyFile{Path: secret, Kind: run.KeyFileRoot}) {
		t.Errorf("key files %+v", i.KeyFiles)
	}
	b, err := json.Marshal(i)
	if err != nil || bytes.Contains(b, []byte("not to be told")) {
		t.Errorf("%s, %v", b, err)
	}
	found, err := run.Find(nil, top)
	if err != nil || len(found) != 2 || found[0].App != "WhatsApp Business" || found[0].Path != base || !found[1].Older {
		t.Errorf("%+v, %v", found, err)
	}
	// A folder is its newest backup to every command.
	if lines, _ := exported(t, top, run.Output{}); len(lines) < 2 {
		t.Errorf("%d lines", len(lines))
	}
	if _, err := run.Inspect(t.TempDir(), ""); run.Explain(err).Why != flow.NotFound {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestRepairKey(t *testing.T) {
	path := sample(t)
	right := sampleRoot(t)
	keyFile := func(change func(digits []byte)) string {
		d := []byte(fmt.Sprintf("%x", right))
		change(d)
		return file(t, "key", string(d))
	}
	swap := func(at int) func([]byte) {
		return func(d []byte) {
			if d[at]++; d[at] == '9'+1 || d[at] == 'f'+1 {
				d[at] = '0'
			}
		}
	}
	write := func(keyFile string, repair bool) (run.Result, error) {
		return run.Write(t.Context(), path, "", run.Access{KeyFile: keyFile, RepairKey: repair}, run.Output{Format: flow.JSONL, To: new(bytes.Buffer)})
	}
	for _, digit := range []int{1, 37, 64} {
		result, err := write(keyFile(swap(digit-1)), true)
		if err != nil || result.Repaired == nil || *result.Repaired != (run.WrongDigit{Digit: digit, Group: (digit + 3) / 4}) || result.Messages == 0 {
			t.Errorf("digit %d: %+v, %v", digit, result.Repaired, err)
		}
	}
	if result, err := write(keyFile(func([]byte) {}), true); err != nil || result.Repaired != nil {
		t.Errorf("the right key was repaired: %v, %v", result.Repaired, err)
	}
	if _, err := write(keyFile(swap(36)), false); run.Explain(err).Why != flow.WrongBackupKey || run.Explain(err).Detail != "" {
		t.Errorf("repaired unasked: %v", err)
	}
	two := keyFile(func(d []byte) { swap(3)(d); swap(60)(d) })
	if _, err := write(two, true); run.Explain(err).Why != flow.WrongBackupKey || !strings.Contains(run.Explain(err).Detail, "one digit") {
		t.Errorf("two digits: %v", err)
	}

	// With the guide, on the key that was typed.
	typed := func(change func([]byte)) *walker {
		d := []byte(fmt.Sprintf("%x", right))
		change(d)
		w := walk(t, run.Config{}, path)
		w.at(flow.Backup)
		w.step(flow.Enter{})
		w.step(flow.Move{By: w.state.NMethods})
		w.step(flow.Enter{})
		w.at(flow.Key)
		w.give(string(d))
		w.trouble(flow.WrongBackupKey)
		w.pick(flow.MendKey)
		return w
	}
	w := typed(swap(36))
	w.toRestored()
	if w.state.Digit != 37 {
		t.Errorf("digit %d was put right, want 37", w.state.Digit)
	}
	w = typed(func(d []byte) { swap(3)(d); swap(60)(d) })
	w.trouble(flow.WrongBackupKey)
	if w.state.Mend || w.state.Detail == "" {
		t.Errorf("two digits: %+v, %q", w.state.Options(), w.state.Detail)
	}

	// What a screen can offer.
	b, err := run.Open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	wrong := bytes.Clone(right)
	wrong[18] ^= 0x0f // digit 38, the right half of byte 19
	key, err := keys.NewRootKey(wrong)
	if err != nil {
		t.Fatal(err)
	}
	defer key.Wipe()
	fixed, digit, err := b.Repair(t.Context(), key, nil)
	if err != nil || digit.String() != "digit 38, in group 10" {
		t.Fatalf("%v, %v", digit, err)
	}
	defer fixed.Wipe()
	fixed.Use(func(got []byte) {
		if !bytes.Equal(got, right) {
			t.Error("another key")
		}
	})
}
