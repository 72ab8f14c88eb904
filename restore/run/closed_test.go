package run

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"touchback/keys"
	"touchback/restore/flow"
)

// Only what says that it is a security key, and can't be opened, is counted.
func TestClosedKeys(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has such a folder")
	}
	class := t.TempDir()
	for name, says := range map[string]string{
		"hidraw0": "\x06\xd0\xf1\x09\x01\xa1\x01", // a security key
		"hidraw1": "\x06\xd0\xf1\x09\x01\xa1\x01",
		"hidraw2": "\x05\x01\x09\x06\xa1\x01", // a keyboard
		"hidraw3": "",
	} {
		dir := filepath.Join(class, name, "device")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "report_descriptor"), []byte(says), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n := closedKeys(class, func(path string) bool { return path == "/dev/hidraw1" }); n != 1 {
		t.Errorf("%d, want the first one alone", n)
	}
	if n := closedKeys(filepath.Join(class, "none"), func(string) bool { return false }); n != 0 {
		t.Errorf("%d in no folder", n)
	}
}

// Doctor and the guide say the same of a key.
func TestAble(t *testing.T) {
	ok := keys.AuthenticatorInfo{HMACSecret: true, PINSupported: true, PINSet: true, PINTries: 8, UVTries: -1}
	with := func(change func(*keys.AuthenticatorInfo)) keys.AuthenticatorInfo {
		i := ok
		change(&i)
		return i
	}
	for name, tt := range map[string]struct {
		info   keys.AuthenticatorInfo
		tries  int
		finger bool
		why    flow.Why
	}{
		"a PIN":        {ok, 8, false, ""},
		"no secret":    {with(func(i *keys.AuthenticatorInfo) { i.HMACSecret = false }), 0, false, flow.NoSecret},
		"no PIN":       {with(func(i *keys.AuthenticatorInfo) { i.PINSet = false }), 0, false, flow.PINNotSet},
		"blocked":      {with(func(i *keys.AuthenticatorInfo) { i.PINTries = 0 }), 0, false, flow.PINBlocked},
		"to change":    {with(func(i *keys.AuthenticatorInfo) { i.PINChange = true }), 0, false, flow.PINChange},
		"a finger":     {with(func(i *keys.AuthenticatorInfo) { i.UV, i.UVTries, i.PINSet = true, 3, false }), 3, true, ""},
		"untold":       {with(func(i *keys.AuthenticatorInfo) { i.UV = true }), -1, true, ""},
		"blocked, PIN": {with(func(i *keys.AuthenticatorInfo) { i.UV, i.UVTries = true, 0 }), 8, false, ""},
		"blocked, none": {with(func(i *keys.AuthenticatorInfo) {
			i.UV, i.UVTries, i.PINSet = true, 0, false
		}), 0, false, flow.FingerBlocked},
	} {
		tries, finger, err := able(tt.info)
		why := flow.NoTrouble
		if err != nil {
			why = Explain(err).Why
		}
		if tries != tt.tries || finger != tt.finger || why != tt.why {
			t.Errorf("%s: %d tries, finger %v, %q", name, tries, finger, why)
		}
	}
}
