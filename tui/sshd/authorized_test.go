package sshd

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Keys that were made for this test, and whose private halves are gone.
const (
	edLine   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"
	skEdLine = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIJjzc2a20RjCvN/0ibH6UpGuN9F9hDvD7x182bOesNhHAAAABHNzaDo="
)

func TestParseAuthorized(t *testing.T) {
	for _, c := range []struct {
		line, wrong string // "" is none
	}{
		{edLine, ""},
		{edLine + " ana@desk", ""},
		{skEdLine + " ana's key", ""},
		{`from="10.0.0.0/8,!10.1.0.0/16,192.168.1.*,2001:db8::/32,::1" ` + edLine, ""},
		{`expiry-time="20300101Z" ` + edLine, ""},
		{`from="10.0.0.1",expiry-time="203001011200" ` + edLine, ""},
		{"# a comment\n\n  " + edLine + "\r\n", ""},
		{"", "no key in it"},
		{"# only words\n", "no key in it"},
		{"nonsense", "line 1: not a public key"},
		{edLine + "\nnonsense " + edLine[12:], "line 2: not a public key"},
		{"command=\"ls\" " + edLine, `option "command"`},
		{"no-pty " + edLine, `option "no-pty"`},
		{"restrict " + edLine, `option "restrict"`},
		{"cert-authority " + edLine, `option "cert-authority"`},
		{"no-touch-required " + skEdLine, `option "no-touch-required"`},
		{"verify-required " + skEdLine, `option "verify-required"`},
		{`principals="x" ` + edLine, `option "principals"`},
		{`from="*.example.org" ` + edLine, "can't be honoured"},
		{`from="" ` + edLine, "can't be honoured"},
		{`from="10.0.0.1/8" ` + edLine, "can't be honoured"},
		{`from="10.0.0.1",from="10.0.0.2" ` + edLine, "stands there twice"},
		{`expiry-time="tomorrow" ` + edLine, "is not a time"},
		{`expiry-time="20301301" ` + edLine, "is not a time"},
		{strings.Replace(edLine, "AAAAC3", "AAAAC4", 1), "not a public key"},
	} {
		_, err := parseAuthorized([]byte(c.line))
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%q: %v", c.line, err)
		}
	}
}

func TestShortRSA(t *testing.T) {
	for bits, ok := range map[int]bool{1024: false, 2048: true} {
		t.Setenv("GODEBUG", "rsa1024min=0")
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		public, err := gossh.NewPublicKey(&key.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseAuthorized(gossh.MarshalAuthorizedKey(public)); (err == nil) != ok {
			t.Errorf("%d bits: %v", bits, err)
		}
	}
}

func TestTerms(t *testing.T) {
	now := time.Date(2026, 5, 12, 9, 44, 0, 0, time.UTC)
	for _, c := range []struct {
		terms, from string
		ok          bool
	}{
		{`from="10.0.0.0/8"`, "10.2.3.4", true},
		{`from="10.0.0.0/8"`, "11.2.3.4", false},
		{`from="10.0.0.0/8,!10.1.0.0/16"`, "10.1.2.3", false},
		{`from="!10.1.0.0/16,10.0.0.0/8"`, "10.1.2.3", false},
		{`from="!10.1.0.0/16"`, "192.168.0.1", false}, // nothing matches it
		{`from="192.168.1.*"`, "192.168.1.77", true},
		{`from="192.168.1.*"`, "192.168.11.7", false},
		{`from="192.168.?.7"`, "192.168.1.7", true},
		{`from="192.168.?.7"`, "192.168.12.7", false},
		{`from="2001:db8::/32"`, "2001:db8::1", true},
		{`from="::1"`, "127.0.0.1", false},
		{`expiry-time="20260513Z"`, "1.2.3.4", true},
		{`expiry-time="20260512Z"`, "1.2.3.4", false},
		{`expiry-time="202605120945Z"`, "1.2.3.4", true},
		{`expiry-time="202605120944Z"`, "1.2.3.4", false},
		{`expiry-time="20260512094401Z"`, "1.2.3.4", true},
		{`expiry-time="20270101Z",expiry-time="20260101Z"`, "1.2.3.4", false}, // the earlier
		{`from="10.0.0.1",expiry-time="20270101Z"`, "10.0.0.1", true},
		{`from="10.0.0.1",expiry-time="20250101Z"`, "10.0.0.1", false},
	} {
		people, err := parseAuthorized([]byte(c.terms + " " + edLine))
		if err != nil {
			t.Errorf("%s: %v", c.terms, err)
			continue
		}
		if got := people[0].admits(netip.MustParseAddr(c.from), now); got != c.ok {
			t.Errorf("%s from %s: %v", c.terms, c.from, got)
		}
	}
}

// TestTwoLines: a key with two lines comes in by either.
func TestTwoLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "authorized_keys")
	write(t, path, `from="10.0.0.1" `+edLine+"\n"+`from="10.0.0.2" `+edLine+" two\n")
	a, err := openAuthorized(path)
	if err != nil {
		t.Fatal(err)
	}
	key, _, _, _, err := gossh.ParseAuthorizedKey([]byte(edLine))
	if err != nil {
		t.Fatal(err)
	}
	for from, ok := range map[string]bool{"10.0.0.1": true, "10.0.0.2": true, "10.0.0.3": false} {
		if _, got, err := a.find(key, netip.MustParseAddr(from), time.Now()); got != ok || err != nil {
			t.Errorf("%s: %v, %v", from, got, err)
		}
	}
}

func TestAuthorizedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "authorized_keys")
	if _, err := openAuthorized(path); !os.IsNotExist(err) {
		t.Error(err)
	}
	write(t, path, edLine)
	if _, err := openAuthorized(path); err != nil {
		t.Error(err)
	}
	if runtime.GOOS != "windows" {
		if err := os.Chmod(path, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := openAuthorized(path); err == nil || !strings.Contains(err.Error(), "chmod go-w") {
			t.Errorf("a file that everyone writes: %v", err)
		}
		_ = os.Chmod(path, 0o600)
	}
	write(t, path, strings.Repeat("#", maxAuthorized+1))
	if _, err := openAuthorized(path); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("a huge file: %v", err)
	}
}

func TestWild(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		ok         bool
	}{
		{"*", "", true}, {"*", "abc", true}, {"a*c", "abc", true}, {"a*c", "ab", false}, {"?", "", false}, {"?", "a", true},
		{"a**b", "ab", true}, {"*a*a*a*b", strings.Repeat("a", 60), false}, {"", "", true}, {"", "a", false},
	} {
		if got := wild(c.pattern, c.s); got != c.ok {
			t.Errorf("%q and %q: %v", c.pattern, c.s, got)
		}
	}
}

// FuzzAuthorized: what is read is never more than what stands there: as many
// keys as lines, and each option in force.
func FuzzAuthorized(f *testing.F) {
	f.Add([]byte(edLine))
	f.Add([]byte(`from="10.0.0.0/8,!10.1.*",expiry-time="20300101" ` + skEdLine + " ana\n# x\n" + edLine))
	f.Add([]byte(`from="10.0.0.1 ` + edLine))
	f.Fuzz(func(t *testing.T, b []byte) {
		people, err := parseAuthorized(b)
		if err != nil {
			return
		}
		if lines := strings.Count(string(b), "\n") + 1; len(people) > lines || len(people) == 0 {
			t.Fatalf("%d keys in %d lines", len(people), lines)
		}
		for i, p := range people {
			if p.from != nil && len(p.from) == 0 {
				t.Fatalf("key %d: from= without a pattern", i)
			}
			_ = p.admits(netip.MustParseAddr("10.0.0.1"), time.Now())
			again, err := parseAuthorized(gossh.MarshalAuthorizedKey(p.key))
			if err != nil || len(again) != 1 || fmt.Sprint(again[0].key) != fmt.Sprint(p.key) {
				t.Fatalf("key %d does not read back: %v", i, err)
			}
		}
	})
}
