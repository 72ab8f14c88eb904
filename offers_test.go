//go:build !windows

package main

import (
	"testing"

	"touchback/keys/soft"
)

// TestOffersOnAScreen locks a backup whose digits were copied with a mistake,
// with a security key that has no PIN yet: both are put right on the way.
func TestOffersOnAScreen(t *testing.T) {
	key := soft.New([32]byte{7}, soft.Options{})
	key.SetTouch(soft.TouchAlways())
	device := attached(t, key)
	backup, typed := bareSample(t)
	wrong := []byte(typed)
	if wrong[0]++; wrong[0] == '9'+1 || wrong[0] == 'f'+1 {
		wrong[0] = '0'
	}

	term := open(t, 80, 24, "lock", backup, "--device", device)
	term.sees("This is the backup")
	term.press(enter)
	term.sees("The 64-digit key")
	term.press(string(wrong))
	term.sees("All 64 digits are there")
	term.press(enter)
	term.sees("Look for one mistyped digit")
	term.press(down, enter)
	term.sees("Digit 1, in group 1, was mistyped")
	term.sees("What should open this backup?")

	const pin = "new 4711"
	term.press(enter)
	term.sees("A name for it")
	term.press(enter)
	term.sees("This key has no PIN yet")
	term.press(enter)
	term.sees("A first PIN for")
	term.press(pin)
	term.sees("••••••••")
	term.press(enter)
	term.sees("PIN, once more")
	term.press(pin)
	term.sees("••••••••")
	term.press(enter)
	term.sees("8 tries are left")
	term.press(pin)
	term.sees("••••••••")
	term.press(enter)
	term.sees("accident away")
	term.press(ctrlC)
	term.ends()
	if info, err := key.Authenticator().Info(t.Context()); err != nil || !info.PINSet || info.PINTries != 8 {
		t.Errorf("%+v, %v", info, err)
	}
}
