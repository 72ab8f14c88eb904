package run_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/soft"
	"touchback/restore/chat"
	"touchback/restore/export"
	"touchback/restore/flow"
	"touchback/restore/run"
)

// asker answers every question of a security key with a PIN, and counts.
type asker struct {
	pin         string
	pins, touch int
}

func (a *asker) asker() run.Asker {
	return run.Asker{
		PIN: func(context.Context, keys.DeviceInfo, int) (*keys.Secret, error) {
			a.pins++
			return keys.NewSecret([]byte(a.pin)), nil
		},
		Touch: func(keys.DeviceInfo, bool, int, int) { a.touch++ },
	}
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sampleKeyFile(t *testing.T) string {
	key := fixtures.SampleKey()
	defer key.Wipe()
	return file(t, "key.txt", digits(key)+"\n")
}

func TestEveryWayInWritesTheSame(t *testing.T) {
	path := sample(t)
	a := &asker{pin: fixtures.SamplePIN}
	ways := map[string]run.Access{
		"key file": {KeyFile: sampleKeyFile(t)},
		"passkey":  {Finder: soft.Finder{softKey()}, Ask: a.asker()},
		"label":    {Method: fixtures.SamplePasskeyLabel, Finder: soft.Finder{softKey()}, Ask: a.asker()},
		"password": {PasswordFile: file(t, "password", fixtures.SamplePassword+"\n")},
	}
	var first []byte
	for name, access := range ways {
		var out bytes.Buffer
		result, err := run.Write(t.Context(), path, "", access, run.Output{Format: flow.JSONL, To: &out})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if first == nil {
			first = out.Bytes()
		}
		if !bytes.Equal(out.Bytes(), first) || int64(bytes.Count(first, []byte("\n"))) != result.Messages || result.Messages == 0 {
			t.Errorf("%s: %d bytes, %d messages, the first way gave %d bytes", name, out.Len(), result.Messages, len(first))
		}
	}
	if a.pins != 2 || a.touch != 2 {
		t.Errorf("%d PINs and %d touches for two restores", a.pins, a.touch)
	}
}

// A person is not asked to touch anything for an output that can't be.
func TestOutputIsRefusedFirst(t *testing.T) {
	a := &asker{pin: fixtures.SamplePIN}
	_, err := run.Write(t.Context(), sample(t), "", run.Access{Finder: soft.Finder{softKey()}, Ask: a.asker()},
		run.Output{Format: flow.JSONL, Path: file(t, "there", "before")})
	if !errors.Is(err, export.ErrExists) || a.pins+a.touch != 0 {
		t.Errorf("%v after %d questions", err, a.pins+a.touch)
	}
}

func TestNoOutputFileAfterAnError(t *testing.T) {
	zero := file(t, "zero", string(bytes.Repeat([]byte("0"), 64)))
	dir := t.TempDir()
	for _, format := range []flow.Format{flow.JSONL, flow.Database, run.Payload} {
		_, err := run.Write(t.Context(), sample(t), "", run.Access{KeyFile: zero}, run.Output{Format: format, Path: filepath.Join(dir, "out")})
		if run.Explain(err).Why != flow.WrongBackupKey {
			t.Errorf("%s: %v", format, err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheDatabaseIsWrittenWhole(t *testing.T) {
	_, err := run.Write(t.Context(), sample(t), "", run.Access{KeyFile: sampleKeyFile(t)},
		run.Output{Format: flow.Database, To: new(bytes.Buffer), Filter: chat.Filter{Chats: []int64{1}}})
	if !errors.Is(err, run.ErrFilter) {
		t.Error(err)
	}
}

func TestLockThenOpen(t *testing.T) {
	path := sample(t)
	if err := os.Remove(path + ".keyring"); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	key := fixtures.SampleKey()
	defer key.Wipe()
	device := soft.New([32]byte{7}, soft.Options{State: softKey().State()})
	device.SetTouch(soft.TouchAlways())
	a := &asker{pin: fixtures.SamplePIN}
	o := run.LockOptions{Passkey: "my key", Finder: soft.Finder{device}, Ask: a.asker()}
	if _, err := run.Lock(t.Context(), path, key, o); !errors.Is(err, run.ErrOneMethod) || a.pins != 0 {
		t.Errorf("locked with one method: %v", err)
	}
	other, err := keys.NewRootKey(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	o.KeepKey = true
	if _, err := run.Lock(t.Context(), path, other, o); run.Explain(err).Why != flow.WrongBackupKey || a.pins != 0 {
		t.Errorf("locked a key that does not open it: %v", err)
	}
	ring, err := run.Lock(t.Context(), path, key, o)
	if err != nil {
		t.Fatal(err)
	}
	if ring != path+".keyring" || a.pins != 1 || a.touch != 3 || device.PINAttempts() > 3 {
		t.Errorf("%s after %d PINs and %d touches", ring, a.pins, a.touch)
	}
	if _, err := run.Lock(t.Context(), path, key, o); !errors.Is(err, run.ErrLocked) {
		t.Errorf("locked twice: %v", err)
	}
	var out bytes.Buffer
	if _, err := run.Write(t.Context(), path, "", run.Access{Finder: soft.Finder{device}, Ask: a.asker()}, run.Output{Format: flow.JSONL, To: &out}); err != nil || out.Len() == 0 {
		t.Errorf("what was locked does not open: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Error("the backup was changed")
	}
}
