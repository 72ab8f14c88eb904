package fido2

import (
	"os/exec"
	"syscall"
)

// detach keeps Ctrl-C of the console from the helper.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP,
		HideWindow:    true,
	}
}

// kill ends the helper, which starts no processes of its own.
func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
