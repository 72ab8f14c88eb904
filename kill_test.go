//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"

	"touchback/fixtures"
	"touchback/keys"
)

// killTimes is how often the program is killed, at moments spread over a run.
const killTimes = 20

// TestKilled kills the program in the midst of an export, as the system does
// when memory runs out, and all of its process group. Nothing is under the name
// of the output then, and no plaintext is left: files have no name before they
// are complete. A folder has a hidden one, which a process that outlives the
// program takes away.
func TestKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: only Linux writes files without a name")
	}
	root := sha256.Sum256([]byte("a key for killed runs"))
	dir := t.TempDir()
	db, backup := filepath.Join(dir, "plain.db"), filepath.Join(dir, "msgstore.db.crypt15")
	if _, err := fixtures.Generate(t.Context(), db, fixtures.Options{Messages: 20_000, Seed: 9}); err != nil {
		t.Fatal(err)
	}
	plain, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	if err := fixtures.WriteCrypt15(&sealed, bytes.NewReader(plain), root[:], fixtures.Crypt15Options{Level: 6}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(backup, sealed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	key := digitsFile(t, root[:])
	rng := rand.New(rand.NewPCG(1, 2))
	formats := []string{"jsonl", "db", "html", "txt"}
	for i, format := range formats {
		t.Run(format, func(t *testing.T) {
			out, temp := t.TempDir(), t.TempDir()
			folder := format == "html" || format == "txt"
			export := func(ctx context.Context, name string) error {
				cmd := exec.CommandContext(ctx, "touchback", "export", backup, "--key-file", key, "--quiet", "--format", format, "-o", filepath.Join(out, name))
				cmd.Env = append(os.Environ(), "TMPDIR="+temp, "GORACE=atexit_sleep_ms=0")
				cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
				cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
				return cmd.Run()
			}
			began := time.Now()
			if err := export(t.Context(), "whole"); err != nil {
				t.Fatal(err)
			}
			took := time.Since(began)
			killed, amidst, want := 0, 0, killTimes/len(formats)+min(1, killTimes%len(formats)/(i+1))
			for tries := 0; killed < want && tries < 20*want; tries++ {
				seen := folder && tries%2 == 0
				var ctx context.Context
				var stop context.CancelFunc
				if seen {
					ctx, stop = whenHidden(t, out, rng.IntN(10))
				} else {
					ctx, stop = context.WithTimeout(t.Context(), time.Duration(rng.Float64()*float64(took)))
				}
				err := export(ctx, "killed") // SIGKILL
				if err != nil {
					killed++
					if seen {
						amidst++
					}
				} else if !seen {
					took = took * 3 / 4 // the machine was busier for the first run
				}
				// It may have been done, or killed as it was about to say so.
				if _, err := os.Lstat(filepath.Join(out, "killed")); err == nil {
					if got, want := sum(t, filepath.Join(out, "killed")), sum(t, filepath.Join(out, "whole")); got != want {
						t.Error("a killed run left a part under the name of its output")
					}
					if err := os.RemoveAll(filepath.Join(out, "killed")); err != nil {
						t.Fatal(err)
					}
				} else if ctx.Err() == nil {
					t.Error("a run that was not killed left no output")
				}
				stop()
				left(t, temp)
				if folder {
					swept(t, out)
				}
				left(t, out, "whole")
			}
			t.Logf("%d killed, %d of them with a hidden folder", killed, amidst)
			if folder && amidst == 0 {
				t.Error("no run was killed as it wrote its folder")
			}
			if killed < want {
				t.Errorf("only %d runs were killed in time", killed)
			}
			if err := export(t.Context(), "again"); err != nil {
				t.Fatalf("the run after them: %v", err)
			}
			left(t, out, "whole", "again")
			left(t, temp)
		})
	}
}

// hidden tells whether an output that is not complete lies in a folder.
func hidden(t *testing.T, dir string) bool {
	found, err := filepath.Glob(filepath.Join(dir, ".touchback-*"))
	if err != nil {
		t.Error(err)
	}
	return len(found) > 0
}

// whenHidden returns a context that ends some looks after there is such an
// output.
func whenHidden(t *testing.T, dir string, looks int) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer stop()
		again := time.NewTicker(time.Millisecond)
		defer again.Stop()
		for looks >= 0 {
			select {
			case <-again.C:
				if hidden(t, dir) {
					looks--
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, stop
}

// swept waits until there is none any more.
func swept(t *testing.T, dir string) {
	t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	limit := time.After(patience)
	for hidden(t, dir) {
		select {
		case <-again.C:
		case <-limit:
			t.Fatal("what a killed run left is not taken away")
		}
	}
}

// sum is what a file holds, or all files of a folder with their names.
func sum(t *testing.T, path string) (all [sha256.Size]byte) {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		_, _ = h.Write(append([]byte(name[len(path):]+"\x00"), b...))
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// left fails where anything but what is named is in a folder: whatever it is,
// it may be plaintext.
func left(t *testing.T, dir string, but ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		for _, name := range but {
			if path == filepath.Join(dir, name) {
				if e.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
		}
		t.Errorf("left behind: %s", path)
		if e.IsDir() {
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestKilledKeyring kills the program in the midst of edits of a keyring. After
// each the keyring is whole, as it was or as it was to be, and the edits that
// were reported done are in it; the next edit leaves nothing else behind.
func TestKilledKeyring(t *testing.T) {
	backup, typed := bareSample(t)
	dir := filepath.Dir(backup)
	keyFile := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(keyFile, []byte(typed), 0o600); err != nil {
		t.Fatal(err)
	}
	key := fixtures.SampleKey()
	defer key.Wipe()
	ring := keys.Create(key, time.Now())
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	m, err := ring.AddRecipient("0", id.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.Save(backup + ".keyring"); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	rename := func(ctx context.Context, label string) error {
		cmd := exec.CommandContext(ctx, "touchback", "keys", backup, "rename", m.ID, label, "--key-file", keyFile)
		cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
		return cmd.Run()
	}
	label := func() string {
		t.Helper()
		ring, err := keys.Load(backup + ".keyring")
		if err != nil {
			t.Fatal("a killed edit broke the keyring: ", err)
		}
		if err := ring.UnlockKey(key); err != nil {
			t.Fatal("a killed edit broke the keyring's seal: ", err)
		}
		return ring.Methods()[0].Label
	}
	began := time.Now()
	if err := rename(t.Context(), "whole"); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	rng := rand.New(rand.NewPCG(3, 4))
	was, killed, amidst := "whole", 0, 0
	for tries := 0; killed < 2*killTimes && tries < 40*killTimes; tries++ {
		to := fmt.Sprint("edit ", tries)
		// Most of a run is its start; the edit comes in its last part.
		ctx, stop := context.WithTimeout(t.Context(), time.Duration((0.5+rng.Float64()/2)*float64(took)))
		err := rename(ctx, to) // SIGKILL
		stop()
		now := label()
		if now != to && (err == nil || now != was) {
			t.Fatalf("after %v the label is %q; it was %q and was to be %q", err, now, was, to)
		}
		if was = now; err != nil {
			killed++
			if half, _ := filepath.Glob(filepath.Join(dir, ".*.keyring*")); len(half) > 0 || now == to {
				amidst++
			}
		} else {
			took = took * 9 / 10
		}
	}
	if killed < 2*killTimes {
		t.Errorf("only %d edits were killed in time", killed)
	}
	t.Logf("%d killed, %d of them as they wrote", killed, amidst)
	if err := rename(t.Context(), "at last"); err != nil || label() != "at last" {
		t.Errorf("the edit after them: %v, %q", err, label())
	}
	names := []string{filepath.Base(backup) + ".keyring.bak"}
	for _, e := range before {
		names = append(names, e.Name())
	}
	left(t, dir, names...)
}
