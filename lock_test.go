//go:build !windows

package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"touchback/fixtures"
	"touchback/keys/fido2"
	"touchback/keys/soft"
	"touchback/restore/run"
)

// attached plugs a software security key into a terminal of its own, where
// libfido2 finds it, and returns its path.
func attached(t *testing.T, key *soft.Key) string {
	t.Helper()
	if runtime.GOOS != "linux" || !fido2.Available() {
		t.Skip("no software security key can be plugged in here")
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	port, err := key.Attach(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = port.Close() })
	return port.Path()
}

// bareSample is a folder with the sample, which nothing but its 64 digits
// opens, and those.
func bareSample(t *testing.T) (backup, typed string) {
	t.Helper()
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	backup = filepath.Join(dir, fixtures.SampleBackup)
	if err := os.Remove(backup + ".keyring"); err != nil {
		t.Fatal(err)
	}
	key := fixtures.SampleKey()
	defer key.Wipe()
	return backup, strings.TrimSpace(string(groups(key)))
}

// TestLockOnAScreen locks a backup by keys alone: the 64 digits, a security
// key with three touches, a password, the summary; then restores it by touch.
func TestLockOnAScreen(t *testing.T) {
	key := fixtures.SampleSoftKey(soft.Options{})
	device := attached(t, key)
	backup, typed := bareSample(t)
	before, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	term := open(t, 80, 24, "lock", backup, "--device", device)
	term.sees("This is the backup")
	term.press(enter)
	term.sees("The 64-digit key")
	term.press(typed)
	term.sees("All 64 digits are there")
	term.press(enter)
	term.sees("What should open this backup?")
	term.press(enter)
	term.sees("A name for it")
	term.press("\x15", "blue key")
	term.sees("blue key")
	term.press(enter)
	term.sees("The PIN of blue key")
	term.press(fixtures.SamplePIN)
	term.sees("••••••")
	term.press(enter)
	for _, n := range []string{"(1 of 3)", "(2 of 3)", "(3 of 3)"} {
		term.sees(n)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		if err := key.Await(ctx, soft.Blinking); err != nil {
			t.Fatal(err)
		}
		cancel()
		key.Touch()
	}
	term.sees("accident away")
	term.press(down, down, enter)
	term.sees("A name for it")
	term.press(enter)
	term.sees("A new password")
	term.press("six wet umbrellas dance at noon")
	term.sees("Very good")
	term.press(enter)
	term.sees("once more")
	term.press("six wet umbrellas dance at noon", enter)
	term.sees("That is enough")
	term.press(enter)
	term.sees("only the 64-digit key still opens")
	if _, err := os.Stat(backup + ".keyring"); err == nil {
		t.Error("the keyring is written before the last word")
	}
	term.press(enter)
	term.sees("The backup is locked")
	term.press(enter)
	if code := term.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	after, err := os.ReadFile(backup)
	if err != nil || string(after) != string(before) {
		t.Error("the backup was changed")
	}
	list, err := run.Methods(backup, "")
	if err != nil || len(list.Methods) != 2 || list.Methods[0].Label != "blue key" || list.Methods[0].Tested == nil {
		t.Fatalf("the keyring has %+v, %v", list, err)
	}

	// It opens by touch; and its keys can be seen, and one of them renamed.
	key.SetTouch(soft.TouchAlways())
	term = open(t, 80, 24, "keys", backup, "--device", device)
	term.sees("This is the backup")
	term.press(enter)
	term.sees("How would you like to open it?")
	term.press(enter)
	term.sees("tries are left")
	term.press(fixtures.SamplePIN)
	term.sees("••••••")
	term.press(enter)
	term.sees("What opens this backup")
	term.press(down, enter)
	term.sees("never tested")
	term.press(down, enter)
	term.sees("Another name")
	term.press(" in my head", enter)
	term.sees("password in my head")
	term.press(escape)
	term.sees("This is the backup")
	term.press("q")
	if code := term.ends(); code != 130 {
		t.Errorf("exit code %d:\n%s", code, term.screen())
	}
	if list, err = run.Methods(backup, ""); err != nil || list.Methods[1].Label != "password in my head" {
		t.Errorf("the keyring has %+v, %v", list, err)
	}
}

// TestHomeToTheDemo goes from Home to the demo, help on the way.
func TestHomeToTheDemo(t *testing.T) {
	term := open(t, 80, 24)
	term.sees("What would you like to do?")
	term.press("?")
	term.sees("Keys")
	term.press(" ")
	term.press(down, enter)
	term.sees("No backup found")
	term.press(enter)
	term.sees("A backup file, or a folder to look in:")
	term.press(escape)
	term.sees("What would you like to do?")
	term.press(down, down, enter)
	term.sees("This is the backup")
	term.sees("number ending")
	term.press("q")
	if code := term.ends(); code != 130 {
		t.Errorf("exit code %d", code)
	}
}
