package keys

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretNeverShows(t *testing.T) {
	const pin = "hunter-2-pin"
	s := NewSecret([]byte(pin))
	type holder struct {
		Exported   *Secret
		unexported *Secret
		Value      Secret
	}
	h := holder{s, s, *s}
	_ = h.unexported
	var shown bytes.Buffer
	for _, v := range []any{s, *s, h, &h, []*Secret{s}, map[string]*Secret{"pin": s}, fmt.Errorf("with %v", s)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c", "%U"} {
			_, _ = fmt.Fprintf(&shown, verb+"\n", v)
		}
		if b, err := json.Marshal(v); err == nil {
			shown.Write(b)
		}
		slog.New(slog.NewTextHandler(&shown, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&shown, nil)).Info("x", "v", v)
	}
	for _, form := range []string{pin, fmt.Sprintf("%x", pin), strings.Trim(fmt.Sprintf("%d", []byte(pin)), "[]"), "0x68, 0x75"} {
		if strings.Contains(strings.ToLower(shown.String()), form) {
			t.Fatalf("the secret is shown as %q", form)
		}
	}
	if !strings.Contains(shown.String(), redacted) {
		t.Error("nothing says that a secret was left out")
	}
}

func TestSecretLife(t *testing.T) {
	given := []byte("1234")
	s := NewSecret(given)
	if !bytes.Equal(given, make([]byte, 4)) {
		t.Error("the caller is left with a copy")
	}
	var inside []byte
	s.Use(func(b []byte) { inside = b })
	c := s.Clone()
	if !s.Equal(c) || s.Len() != 4 {
		t.Error("a clone is not the same")
	}
	s.Wipe()
	s.Wipe()
	if !bytes.Equal(inside, make([]byte, 4)) || s.Len() != 0 {
		t.Error("Wipe left something")
	}
	if c.Len() != 4 || s.Equal(c) {
		t.Error("the clone was wiped too")
	}
	for name, empty := range map[string]*Secret{"nil": nil, "zero": {}, "wiped": s} {
		called := false
		empty.Use(func(b []byte) { called = len(b) == 0 })
		if !called || empty.Len() != 0 || empty.Clone().Len() != 0 || !empty.Equal(nil) || empty.Equal(c) {
			t.Errorf("%s does not behave as an empty secret", name)
		}
		empty.Wipe()
	}
}

func TestPINInvalidError(t *testing.T) {
	for tries, want := range map[int]string{7: "wrong PIN (7 tries left)", -1: "wrong PIN", 0: "wrong PIN (0 tries left)"} {
		if got := (&PINInvalidError{Tries: tries}).Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
