//go:build !windows

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"touchback/fixtures"
	"touchback/keys/soft"
)

// paste sends a text as a terminal does when it is pasted.
func (t *terminal) paste(text string) { t.press("\x1b[200~" + text + "\x1b[201~") }

// A key that opens another backup is told apart without asking it for anything;
// the right one, plugged in in its place, goes on.
func TestWrongKeyThenTheRightOne(t *testing.T) {
	wrong := soft.New([32]byte{9}, soft.Options{})
	right := fixtures.SampleSoftKey(soft.Options{})
	right.SetTouch(soft.TouchAlways())
	socket := filepath.Join(t.TempDir(), "socket")
	if err := os.Symlink(attached(t, wrong), socket); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	term := open(t, 80, 24, "restore", filepath.Join(dir, fixtures.SampleBackup), "--device", socket)
	term.sees("This is the backup")
	term.press(enter)
	term.sees("How would you like to open it?")
	term.press(enter)
	s := term.sees("This key does not open this backup")
	if !strings.Contains(s, "no try was spent") || !strings.Contains(s, "It is locked with") {
		t.Errorf("does not say so:\n%s", s)
	}
	if err := os.Remove(socket); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(attached(t, right), socket); err != nil {
		t.Fatal(err)
	}
	term.press(enter)
	term.sees("8 tries are left")
	term.press(fixtures.SamplePIN)
	term.sees("••••••")
	term.press(enter)
	term.sees("Are we still on for tomorrow?")
}

// The demo's key is out when it is asked for, and is plugged in then.
func TestNoKeyThenPluggedIn(t *testing.T) {
	term := open(t, 80, 24, "demo")
	term.sees("This is the backup")
	term.press("u", enter)
	term.sees("How would you like to open it?")
	term.press(enter)
	term.sees("no security key plugged in")
	term.press("p")
	term.sees("8 tries are left")
	term.press(fixtures.SamplePIN)
	term.sees("••••••")
	term.press(enter)
	term.sees("space touches it")
	term.press(" ")
	term.sees("Are we still on for tomorrow?")
}

// The 64 digits are pasted as people keep them: in groups, with dashes, over
// several lines.
func TestDigitsByPaste(t *testing.T) {
	backup, typed := bareSample(t)
	term := open(t, 80, 24, "restore", backup)
	term.toDigits()
	groups := strings.Fields(typed)
	term.paste("1. " + strings.Join(groups[:8], " - ") + "\r\n" + strings.ToUpper(strings.Join(groups[8:], "–")) + " \n")
	if s := term.sees("Group 1"); !strings.Contains(s, "none of 0–9") && !strings.Contains(s, "of 4 digits") {
		t.Errorf("the number before them is not pointed at:\n%s", s)
	}
	term.press("\x15") // empties the field
	term.sees("0 of 64")
	term.paste(strings.Join(groups[:8], " - ") + "\r\n" + strings.ToUpper(strings.Join(groups[8:], "–")) + " \n")
	term.sees("All 64 digits are there")
	term.press(enter)
	term.sees("Are we still on for tomorrow?")
	term.sees("✓ key")
}

// toDigits goes to where the 64 digits of a backup without a keyring are typed.
func (t *terminal) toDigits() {
	t.t.Helper()
	t.sees("This is the backup")
	t.press(enter)
	t.sees("How would you like to open it?")
	t.press(enter)
	t.sees("Type or paste it")
}

// A damaged backup shows nothing of itself, and says what to do.
func TestDamagedOnAScreen(t *testing.T) {
	backup, typed := bareSample(t)
	b, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(backup, b, 0o600); err != nil {
		t.Fatal(err)
	}
	term := open(t, 80, 24, "restore", backup)
	term.toDigits()
	term.paste(typed)
	term.sees("All 64 digits are there")
	term.press(enter)
	s := term.sees("The backup is damaged")
	if !strings.Contains(s, "Nothing of it was shown or saved") || !strings.Contains(s, "▲ damaged") {
		t.Errorf("does not say so:\n%s", s)
	}
	if strings.Contains(term.wrote(), "umbrella") {
		t.Error("something of it was shown")
	}
	term.press(down, down, enter)
	if code := term.ends(); code != 4 {
		t.Errorf("exit code %d", code)
	}
}

// A click opens a chat, and the wheel scrolls it.
func TestMouseOnAScreen(t *testing.T) {
	term := open(t, 80, 24, "demo")
	term.toTouch()
	term.press(" ")
	s := term.sees("✓ restore")
	for y, l := range strings.Split(s, "\n") {
		if strings.HasPrefix(l, "  Hiking club") {
			term.press(fmt.Sprintf("\x1b[<0;5;%dM", y+1), fmt.Sprintf("\x1b[<0;5;%dm", y+1))
		}
	}
	term.sees("423 messages")
	term.sees("the end")
	term.press("\x1b[<64;60;12M")
	term.sees("below")
}
