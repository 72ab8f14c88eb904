package fido2

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// hardens is a rogue that is none: it tells what a helper is like that was asked
// nothing yet.
func hardens() {
	Main(strings.NewReader(""), io.Discard)
	dumpable, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	var core unix.Rlimit
	_ = unix.Getrlimit(unix.RLIMIT_CORE, &core)
	fmt.Printf("dumpable %d, core %d %d", dumpable, core.Cur, core.Max)
}

// nobody is a helper of somebody without rights, where the test is root's.
func nobody() {
	const nobodys = 65534
	if err := syscall.Setgroups(nil); err != nil {
		os.Exit(exitAlone)
	}
	if err := errors.Join(syscall.Setgid(nobodys), syscall.Setuid(nobodys)); err != nil {
		os.Exit(exitAlone)
	}
	os.Exit(Main(os.Stdin, os.Stdout))
}

func TestHarden(t *testing.T) {
	out, err := exec.Command(os.Args[0], argRogue, "hardens").Output()
	if err != nil || string(out) != "dumpable 0, core 0 0" {
		t.Errorf("%q, %v", out, err)
	}
}
