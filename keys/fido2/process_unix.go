//go:build unix

package fido2

import (
	"os/exec"
	"syscall"
)

// detach gives the helper a process group of its own, so that Ctrl-C, Ctrl-Z
// and resizes of the terminal, which go to the foreground group, do not reach
// it. It must not lead a session: libfido2 opens without O_NOCTTY, and a
// session leader would gain a terminal by opening the device.
//
// No Pdeathsig: it fires when the thread that forked ends, which is no sign
// of anything in Go, and a killed helper leaves the key blinking. The end of
// its standard input tells a helper that it is alone, and it cancels first.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// kill ends the helper's whole process group.
func kill(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
