//go:build unix

package fido2

import (
	"bufio"
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
	fifo := filepath.Join(t.TempDir(), "key")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(os.Args[0], argParent, fifo)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(fifo) // waits for the helper to open it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	says := bufio.NewScanner(f)
	for _, want := range []string{"blinking", "idle"} {
		if !says.Scan() || says.Text() != want {
			t.Fatalf("the key is %q, not %s (%v)", says.Text(), want, says.Err())
		}
		_ = parent.Process.Kill()
		_ = parent.Wait()
	}
}
