package keys

import (
	"bytes"
	"errors"
	"testing"
)

// The backup key itself opens its keyring for editing, and no other does.
func TestUnlockKey(t *testing.T) {
	key, err := NewRootKey(bytes.Repeat([]byte{7}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	defer key.Wipe()
	other, err := NewRootKey(bytes.Repeat([]byte{8}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Wipe()
	k := Create(key, testTime)
	k.workFactor = 10
	if _, err := k.AddPassword(t.Context(), "one", NewSecret([]byte("a password"))); err != nil {
		t.Fatal(err)
	}
	k.Lock()
	if err := k.UnlockKey(other); !errors.Is(err, ErrMAC) || k.Unlocked() {
		t.Fatalf("another key: %v, unlocked %v", err, k.Unlocked())
	}
	if err := k.UnlockKey(key); err != nil || !k.Unlocked() {
		t.Fatalf("the key itself: %v", err)
	}
	if _, err := k.AddPassword(t.Context(), "two", NewSecret([]byte("another"))); err != nil {
		t.Fatal(err)
	}
	k.Lock()
	k.methods[0].Label = "altered"
	if err := k.UnlockKey(key); !errors.Is(err, ErrMAC) {
		t.Fatalf("an altered keyring: %v", err)
	}
}
