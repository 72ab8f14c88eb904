package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/fido2"
	"touchback/keys/soft"
	"touchback/restore/run"
)

// memoryOf reads all that a process has in memory, as a core file would have
// it, and calls look with each piece.
func memoryOf(t *testing.T, pid int, look func(area string, b []byte)) {
	t.Helper()
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if errors.Is(err, fs.ErrPermission) {
		t.Skip("SKIPPED: only the administrator reads the memory of another process")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = maps.Close() }()
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if errors.Is(err, fs.ErrPermission) {
		t.Skip("SKIPPED: only the administrator reads the memory of another process")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mem.Close() }()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to int64
		var access string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &access); err != nil || !strings.HasPrefix(access, "rw") {
			continue
		}
		b := make([]byte, to-from)
		n, _ := mem.ReadAt(b, from) // areas that are never touched can't be read
		look(lines.Text(), b[:n])
	}
}

// TestMemoryAfterUse looks for the PIN, the passkey's outputs and the backup key in
// the memory of the running program: the PIN and the outputs once they were
// used, the backup key once the person went back from what it opened. The
// process that speaks to the key has the PIN for as long as the key blinks; it
// ends with the touch, and neither of the two may leave a core.
func TestMemoryAfterUse(t *testing.T) {
	if !fido2.Available() {
		t.Skip("this build has no security keys")
	}
	const pin = "90417352" // not in anything else that the program has in memory
	ctx := context.Background()
	device := soft.New([32]byte{9}, soft.Options{})
	if err := device.Authenticator().SetPIN(ctx, keys.NewSecret([]byte(pin))); err != nil {
		t.Fatal(err)
	}
	device.SetTouch(soft.TouchAlways())
	port, err := device.Attach(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = port.Close() }()
	backup := lockedTo(t, device, pin)
	outputs := outputsOf(t, backup, device, pin)
	device.SetTouch(soft.TouchByHand())

	t.Setenv("FIDO2_TOKEN", port.Path())
	term := open(t, 80, 24, "restore", backup)
	term.sees("This is the backup")
	term.press(enter)
	term.sees("How would you like to open it?")
	term.press(enter)
	term.sees("tries are left")
	for i, digit := range pin {
		term.press(string(digit)) // one by one, as people type
		term.sees(strings.Repeat("•", i+1))
	}
	term.press(enter)
	awaiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := device.Await(awaiting, soft.Blinking); err != nil {
		t.Fatal(err)
	}
	program := term.cmd.Process.Pid
	helper := onlyChild(t, program)
	leavesNoCore(t, program)
	leavesNoCore(t, helper)
	tell(t, helper, "the PIN, in the process that speaks to the key while that blinks", []byte(pin))
	device.Touch()
	term.sees("✓ restore")
	if _, err := os.Stat(fmt.Sprintf("/proc/%d", helper)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the process that had the PIN is still there: %v", err)
	}
	term.press(down) // what was read before is written over with the next key
	absent(t, program, "the PIN, after it was sent", []byte(pin))
	absent(t, program, "what the passkey put out", outputs[:32])
	absent(t, program, "what the passkey put out for the second input", outputs[32:])

	term.press(escape)
	term.sees("Choose another backup")
	term.press(down)
	term.press(enter)
	key := fixtures.SampleKey()
	defer key.Wipe()
	term.until("the list", func(s string) bool { return strings.Contains(s, "msgstore") && !strings.Contains(s, "another backup") })
	key.Use(func(root []byte) {
		absent(t, program, "the backup key, after what it opened was let go", bytes.Clone(root))
	})
	// What can't be wiped, told for the record: what age had as it opened the
	// keyring, and what was drawn on the screen.
	tell(t, program, "the digits of the backup key", bytes.ReplaceAll(bytes.TrimSpace(groups(key)), []byte(" "), nil))
	tell(t, program, "a message that was shown", []byte("Bring the big umbrella"))
	term.press(ctrlC, ctrlC)
	term.ends()
}

// lockedTo copies the sample and locks it with a passkey on device.
func lockedTo(t *testing.T, device *soft.Key, pin string) string {
	t.Helper()
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(dir, fixtures.SampleBackup)
	if err := os.Remove(backup + ".keyring"); err != nil {
		t.Fatal(err)
	}
	key := fixtures.SampleKey()
	defer key.Wipe()
	_, err := run.Lock(context.Background(), backup, key, run.LockOptions{
		Passkey: "my key", KeepKey: true, Finder: soft.Finder{device},
		Ask: run.Asker{
			PIN: func(context.Context, keys.DeviceInfo, int) (*keys.Secret, error) {
				return keys.NewSecret([]byte(pin)), nil
			},
			Touch: func(keys.DeviceInfo, bool, int, int) {},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return backup
}

// outputsOf are the 64 bytes that the passkey of a backup's keyring puts out to
// open it.
func outputsOf(t *testing.T, backup string, device *soft.Key, pin string) []byte {
	t.Helper()
	ring, err := keys.Load(backup + ".keyring")
	if err != nil {
		t.Fatal(err)
	}
	e := &overheard{device: device, pin: pin}
	key, err := ring.Unlock(context.Background(), ring.Methods()[0].ID, keys.ByPasskey{Evaluator: e})
	if err != nil {
		t.Fatal(err)
	}
	key.Wipe()
	return e.out
}

// overheard keeps what a passkey puts out.
type overheard struct {
	device *soft.Key
	pin    string
	out    []byte
}

func (e *overheard) Evaluate(ctx context.Context, p keys.Passkey, in keys.PRFInputs) (*keys.Secret, error) {
	s, err := e.device.Authenticator().Evaluate(ctx, p, in, keys.NewSecret([]byte(e.pin)), keys.Prompts{})
	s.Use(func(b []byte) { e.out = bytes.Clone(b) })
	return s, err
}

// onlyChild is the one process that a program has started.
func onlyChild(t *testing.T, pid int) int {
	t.Helper()
	var found []int
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lists {
		b, _ := os.ReadFile(l) // a thread that is gone has none
		for _, f := range strings.Fields(string(b)) {
			n, err := strconv.Atoi(f)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the program has %d children: %v", len(found), found)
	}
	return found[0]
}

// leavesNoCore wants core files to be off. (That neither can be read by other
// processes of the same person goes with it: see keys/harden.)
func leavesNoCore(t *testing.T, pid int) {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(l, "Max core file size"); ok {
			if f := strings.Fields(rest); f[0] != "0" || f[1] != "0" {
				t.Errorf("process %d may leave a core of %s", pid, rest)
			}
			return
		}
	}
	t.Errorf("no limit of cores in\n%s", b)
}

// absent wants a secret to be gone from the program's memory, at the latest
// once the collector has run.
func absent(t *testing.T, pid int, what string, secret []byte) {
	t.Helper()
	defer clear(secret)
	for limit := time.Now().Add(10 * time.Second); ; {
		found := lookFor(t, pid, secret)
		if len(found) == 0 {
			return
		}
		if time.Now().After(limit) {
			t.Errorf("%s is still in memory:\n%s", what, strings.Join(found, "\n"))
			return
		}
		time.Sleep(100 * time.Millisecond) // another process is looked at: there is nothing to wait on
	}
}

// tell logs how often something is in memory that can't be wiped.
func tell(t *testing.T, pid int, what string, secret []byte) {
	t.Helper()
	t.Logf("%s: %d times in memory that is free", what, len(lookFor(t, pid, secret)))
	clear(secret)
}

// lookFor returns where in its memory a program has some bytes.
func lookFor(t *testing.T, pid int, secret []byte) (found []string) {
	t.Helper()
	memoryOf(t, pid, func(area string, b []byte) {
		for at := 0; ; {
			i := bytes.Index(b[at:], secret)
			if i < 0 {
				return
			}
			at += i
			found = append(found, fmt.Sprintf("%s: %q", area, b[max(0, at-48):min(len(b), at+len(secret)+48)]))
			at += len(secret)
		}
	})
	return found
}
