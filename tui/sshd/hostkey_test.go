package sshd

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// TestHostKey is made once, for its owner alone.
func TestHostKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	var both [2]string
	var wg sync.WaitGroup
	for i := range both { // two servers that start at once
		wg.Go(func() {
			key, err := HostKey(dir)
			if err != nil {
				t.Error(err)
				return
			}
			both[i] = Fingerprint(key)
		})
	}
	wg.Wait()
	again, err := HostKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := Fingerprint(again); both[0] != got || both[1] != got || !strings.HasPrefix(got, "SHA256:") {
		t.Errorf("%q and %q", both, got)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("in the folder: %v, %v", entries, err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	path := filepath.Join(dir, hostKeyFile)
	for path, mode := range map[string]os.FileMode{dir: 0o700, path: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others read: %v", err)
	}
	write(t, path, "no key")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(dir); err == nil {
		t.Error("nonsense was taken for a key")
	}
}
