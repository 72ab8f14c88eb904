package fido2

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"touchback/keys/harden"
)

// hardens is a rogue that is none: it tells what harden came to.
func hardens() {
	harden.Process()
	dumpable, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	var core unix.Rlimit
	_ = unix.Getrlimit(unix.RLIMIT_CORE, &core)
	fmt.Printf("dumpable %d, core %d %d", dumpable, core.Cur, core.Max)
}

func TestHarden(t *testing.T) {
	out, err := exec.Command(os.Args[0], argRogue, "hardens").Output()
	if err != nil || string(out) != "dumpable 0, core 0 0" {
		t.Errorf("%q, %v", out, err)
	}
}
