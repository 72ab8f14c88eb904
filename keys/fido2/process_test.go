//go:build unix

package fido2

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"touchback/keys"
)

// watch returns a function that fails the test unless every helper that d has
// started since is gone.
func watch(t *testing.T, d *Driver) func() {
	t.Helper()
	var pids []int
	d.started = func(pid int) { pids = append(pids, pid) }
	return func() {
		t.Helper()
		if len(pids) == 0 {
			t.Error("no process was started")
		}
		for _, pid := range pids {
			if err := syscall.Kill(-pid, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("process group %d is still there (%v)", pid, err)
			}
		}
	}
}

func TestOwnProcessGroup(t *testing.T) {
	d := newTestDriver(argFake, "echoes")
	d.started = func(pid int) {
		if pgid, err := syscall.Getpgid(pid); err != nil || pgid != pid {
			t.Errorf("process %d is in group %d (%v)", pid, pgid, err)
		}
		own, _ := unix.Getsid(os.Getpid())
		if s, err := unix.Getsid(pid); err != nil || s != own {
			t.Errorf("process %d is in session %d, not %d (%v)", pid, s, own, err)
		}
	}
	if _, err := d.List(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestHelperKilled(t *testing.T) {
	d := newTestDriver(argFake, "blinks")
	var pid int
	d.started = func(p int) { pid = p }
	_, err := d.Open("").Evaluate(t.Context(), testPasskey, testInputs, secret("1234"), keys.Prompts{
		Touch: func() { _ = syscall.Kill(pid, syscall.SIGKILL) },
	})
	var failed *HelperError
	var exit *exec.ExitError
	if !errors.As(err, &failed) || !errors.As(err, &exit) {
		t.Errorf("got %v", err)
	}
}

// A program that dies leaves no key blinking: its helper cancels first and
// ends then.
func TestParentKilled(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "idle")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(os.Args[0], argParent, fifo)
	var out bytes.Buffer
	parent.Stdout = &out
	started := filepath.Join(t.TempDir(), "touch")
	if err := syscall.Mkfifo(started, 0o600); err != nil {
		t.Fatal(err)
	}
	parent.Args = append(parent.Args, started)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(started); err != nil || string(b) != "touch" { // blocks until the touch
		t.Fatalf("%q, %v", b, err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(fifo); err != nil || string(b) != "idle" { // blocks until the cancellation
		t.Errorf("%q, %v", b, err)
	}
	_ = parent.Wait()
	if out.Len() > 0 {
		t.Errorf("the parent went on: %s", &out)
	}
}
