package sshd

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestCut cuts the connection at every screen of the demonstration. The session
// ends by itself, and leaves nothing behind: no folder, no work.
func TestCut(t *testing.T) {
	for i, last := range stations {
		t.Run(last.sees, func(t *testing.T) {
			s := room(t, nil)
			before := runtime.NumGoroutine()
			c := s.dial(nil)
			x := s.terminal(c, "xterm-256color", 80, 24, "")
			for _, at := range stations[:i] {
				x.sees(at.sees)
				x.press(at.press)
			}
			x.sees(last.sees)
			_ = c.Close()
			if line := s.log.session(t); line["ended"] != "connection lost" {
				t.Errorf("logged %v", line)
			}
			if dir := filepath.Dir((<-s.demos).Backup()); exists(dir) {
				t.Error("the demonstration's folder is left")
			}
			x.close()
			settle(t, before)
		})
	}
}

// TestTypesOn leaves, and goes on typing: nothing of the session stays for that.
func TestTypesOn(t *testing.T) {
	s := room(t, nil)
	before := runtime.NumGoroutine()
	c := s.dial(nil)
	x := s.terminal(c, "xterm-256color", 80, 24, "")
	x.sees("This is the backup")
	x.press(strings.Repeat(ctrlc, 3) + strings.Repeat("still there? ", 1000))
	x.ends()
	_ = c.Close()
	x.close()
	settle(t, before)
}

// settle waits until there are no more goroutines than before.
func settle(t *testing.T, before int) {
	t.Helper()
	limit := time.Now().Add(patience)
	for runtime.NumGoroutine() > before {
		if time.Now().After(limit) {
			var b [1 << 20]byte
			t.Fatalf("%d goroutines, and %d before:\n%s", runtime.NumGoroutine(), before, b[:runtime.Stack(b[:], true)])
		}
		runtime.Gosched()
	}
}

// TestCutWithoutATerminal cuts a transfer while the client reads nothing of it.
func TestCutWithoutATerminal(t *testing.T) {
	s := room(t, nil)
	c := s.dial(nil)
	sess, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	out, err := sess.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sess.Start("export --format jsonl msgstore.db.crypt15"); err != nil {
		t.Fatal(err)
	}
	var some [100]byte
	if _, err := out.Read(some[:]); err != nil || !strings.HasPrefix(string(some[:]), "{") {
		t.Fatalf("%q, %v", some, err)
	}
	_ = c.Close()
	if line := s.log.session(t); line["ended"] != "connection lost" || line["status"] == 0.0 {
		t.Errorf("logged %v", line)
	}
}
