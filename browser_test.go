//go:build !windows

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"touchback/keys/browser/browsertest"

	"github.com/chromedp/chromedp"
)

var pageAddress = regexp.MustCompile(`http://localhost:\d+/#\S+`)

// answer opens the page that the terminal names, and begins every gesture that
// it asks for until the terminal shows text.
func (t *terminal) answer(ctx context.Context, text string) {
	t.t.Helper()
	address := pageAddress.FindString(t.until("an address", func(s string) bool { return pageAddress.MatchString(s) }))
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.t.Fatal(err)
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	limit := time.After(patience)
	for !strings.Contains(t.screen(), text) {
		browsertest.Press(ctx)
		select {
		case <-again.C:
		case <-limit:
			said, _ := chromedp.Run(ctx, chromedp.Text("main"))
			t.t.Fatalf("never saw %q; the page says:\n%s\nand the terminal:\n%s", text, said, t.screen())
		}
	}
}

// TestLockInABrowser locks a backup with a passkey of a platform, through a
// page in Chromium, and restores it with that passkey in another page.
func TestLockInABrowser(t *testing.T) {
	ctx := browsertest.New(t)
	backup, typed := bareSample(t)
	last := typed[len(typed)-4:]
	term := open(t, 110, 30, "lock", backup)
	term.sees("This is the backup")
	term.press(enter)
	term.sees("The 64-digit key")
	term.press(typed)
	term.sees("All 64 digits are there")
	term.press(enter)
	term.sees("What should open this backup?")
	term.press(down, enter)
	term.sees("A name for it")
	term.press("\x15", "this laptop", enter)
	term.answer(ctx, "accident away")
	term.press(down, down, down, down, enter)
	term.sees("You keep the 64-digit key")
	term.press(last, enter)
	term.sees("That is enough")
	term.press(enter)
	term.sees("nobody can open it any more")
	term.press(enter)
	term.sees("The backup is locked")
	term.press(enter)
	if code := term.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	term = open(t, 110, 30, "restore", backup)
	term.sees("This is the backup")
	term.press(enter)
	term.sees("in your browser")
	term.press(enter)
	term.answer(ctx, "✓ verified")
	term.sees("Are we still on for tomorrow?")
}

// TestLockInABrowserByFlags does the same without the guide: the address is
// told on the terminal, and nowhere else.
func TestLockInABrowserByFlags(t *testing.T) {
	ctx := browsertest.New(t)
	backup, typed := bareSample(t)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, password := file("key.txt", typed), file("password.txt", "six wet umbrellas dance at noon")
	done := func(text string, args ...string) {
		t.Helper()
		term := open(t, 110, 30, args...)
		term.answer(ctx, text)
		if code := term.ends(); code != 0 {
			t.Errorf("exit code %d:\n%s", code, term.screen())
		}
	}
	done("locked: ", "lock", backup, "--key-file", key, "--browser", "this laptop", "--keep-64-digit-key")
	out := filepath.Join(dir, "out.db")
	done("wrote ", "decrypt", backup, "--method", "this laptop", "-o", out)
	if info, err := os.Stat(out); err != nil || info.Size() == 0 {
		t.Errorf("nothing was written: %v", err)
	}
	done("opens: this laptop", "keys", backup, "test", "this laptop")

	// To another keyring it can be added; to this one it is no second way in.
	term := open(t, 110, 30, "keys", backup, "add", "--browser", "again", "--key-file", key)
	term.answer(ctx, "added already")
	if code := term.ends(); code != 6 {
		t.Errorf("exit code %d:\n%s", code, term.screen())
	}
	if err := os.Remove(backup + ".keyring"); err != nil {
		t.Fatal(err)
	}
	term = open(t, 110, 30, "lock", backup, "--key-file", key, "--password-file", password, "--keep-64-digit-key")
	term.sees("locked: ")
	done("added: this laptop", "keys", backup, "add", "--browser", "this laptop", "--key-file", key)
	done("wrote ", "decrypt", backup, "--method", "this laptop", "-o", filepath.Join(dir, "again.db"))

	// Where nobody can be told the address, there is no page.
	cmd := exec.Command("touchback", "decrypt", backup, "--method", "this laptop", "-o", filepath.Join(dir, "no.db"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	said, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "no terminal") || pageAddress.Match(said) {
		t.Errorf("without a terminal: %v, %s", err, said)
	}
}
