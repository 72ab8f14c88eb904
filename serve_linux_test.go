package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"touchback/fixtures"
)

// TestServedMemory cuts the connection at every screen on which a session holds
// a secret, and looks for it in the server, which lives on.
func TestServedMemory(t *testing.T) {
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	identity, signer := identityFile(t)
	allowed := filepath.Join(t.TempDir(), "allowed")
	if err := os.WriteFile(allowed, gossh.MarshalAuthorizedKey(signer.PublicKey()), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startServer(t, "serve", "--backups", dir, "--authorized-keys", allowed)
	pid := s.cmd.Process.Pid
	key := fixtures.SampleKey()
	defer key.Wipe()
	var root []byte
	key.Use(func(b []byte) { root = bytes.Clone(b) })
	digits := bytes.ReplaceAll(bytes.TrimSpace(groups(key)), []byte(" "), nil)

	walk := []struct{ sees, press string }{
		{"Which backup?", ""},
		{"→ 12 May", enter},
		{"This is the backup", enter},
		{"How would you like to open it?", down},
		{"→ Demo password", down},
		{"→ the 64-digit key", enter},
		{"The 64-digit key", ""}, // typed one by one, see below
		{"All 64 digits are there", enter},
		{"✓ restore", enter},
		{"What would you like to keep?", ""},
	}
	for last := range walk {
		if last < 7 {
			continue
		}
		t.Run(walk[last].sees, func(t *testing.T) {
			term := inTerminal(t, 100, 30, s.ssh("-i", identity))
			for i, at := range walk[:last+1] {
				term.sees(at.sees)
				if at.sees == "The 64-digit key" {
					for _, d := range digits {
						term.press(string(rune(d)))
					}
				}
				if i < last && at.press != "" {
					term.press(at.press)
				}
			}
			if walk[last].sees == "✓ restore" && len(lookFor(t, pid, root)) == 0 {
				t.Error("the backup key is not found even while it is used: the search finds nothing")
			}
			_ = term.cmd.Process.Kill()
			s.logs("session")
			absent(t, pid, "the backup key", bytes.Clone(root))
			// What can't be wiped, told for the record: what was drawn, and the
			// packets that the SSH library decrypted.
			tell(t, pid, "a message that was shown", []byte("Bring the big umbrella"))
			tell(t, pid, "the 64 digits, which were typed", bytes.Clone(digits))
		})
	}
}
