package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/fido2"
	"touchback/keys/soft"
)

// TestMain lets the test binary be the program, for scripts and terminals.
func TestMain(m *testing.M) {
	if apart() {
		return
	}
	testscript.Main(m, map[string]func(){
		"touchback": main,
		partCommand: benchPart,
	})
}

// TestScripts runs testdata/script: every command and every exit code, as a
// person or a program meets them.
//
// Each script starts in a folder with the sample backup and key.txt, its
// 64-digit key. A software security key with the sample's passkey hangs at
// $FIDO2_TOKEN and is touched whenever it asks; its PIN is 123456.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: setup,
		Condition: func(name string) (bool, error) {
			switch name {
			case "securitykeys":
				return fido2.Available() && runtime.GOOS == "linux", nil
			case "realbackup":
				return realBackup() != "", nil
			}
			return false, fmt.Errorf("no condition %q", name)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":  exits,
			"pins":   pins,
			"flip":   flip,
			"shrink": shrink,
			"only":   only,

			"increment":    increment,
			"mistype":      mistype,
			"passworddata": passwordData,
		},
	})
}

func setup(env *testscript.Env) error {
	if err := fixtures.WriteSample(env.WorkDir); err != nil {
		return err
	}
	key := fixtures.SampleKey()
	defer key.Wipe()
	if err := os.WriteFile(filepath.Join(env.WorkDir, "key.txt"), groups(key), 0o600); err != nil {
		return err
	}
	env.Setenv("REAL", realBackup())
	env.Setenv("GORACE", "atexit_sleep_ms=0")
	if runtime.GOOS != "linux" || !fido2.Available() {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	env.Defer(cancel)
	device := fixtures.SampleSoftKey(soft.Options{})
	device.SetTouch(soft.TouchAlways())
	port, err := device.Attach(ctx)
	if err != nil {
		return err
	}
	env.Setenv("FIDO2_TOKEN", port.Path())
	return nil
}

// groups returns the 64 digits of a key as the app shows them.
func groups(key *keys.BackupKey) []byte {
	var text []byte
	_ = key.Groups(func(groups [16][]byte) { text = bytes.Join(groups[:], []byte(" ")) })
	return append(text, '\n')
}

// realBackup is the folder of a backup that WhatsApp wrote, "" where it is not
// there. It is other people's and not part of the project.
func realBackup() string {
	dir, err := filepath.Abs("../shared/data/whatsapp")
	if err != nil {
		return ""
	}
	if _, err := os.Stat(filepath.Join(dir, "msgstore.db.crypt15")); err != nil {
		return ""
	}
	return dir
}

// exits N COMMAND ARGS… runs a command, which must end with exit code N.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// pins N PIN COMMAND ARGS… runs a command in a terminal of its own, answers the
// question for a PIN there, and wants exit code N. What the command says goes to
// the files stdout.txt and stderr.txt.
func pins(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: pins N PIN COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code, err := answerPIN(ts, args[1], args[2], args[3:])
	ts.Check(err)
	if code != want {
		ts.Fatalf("exit code %d, want %d: %s", code, want, ts.ReadFile("stderr.txt"))
	}
}

// flip FILE OFFSET changes one bit; a negative offset counts from the end.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	path, b := ts.MkAbs(args[0]), []byte(ts.ReadFile(args[0]))
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 1
	ts.Check(os.WriteFile(path, b, 0o600))
}

// shrink FILE SIZE cuts a file.
func shrink(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

// only DIR NAME… says that a folder holds these files and no others, hidden
// ones included.
func only(ts *testscript.TestScript, _ bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got, want := strings.Join(names, " "), strings.Join(args[1:], " "); got != want {
		ts.Fatalf("%s holds %s, want %s", args[0], got, want)
	}
}

// digitsFile writes root as a key file and returns its path.
func digitsFile(t testing.TB, root []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(path, []byte(hex.EncodeToString(root)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
