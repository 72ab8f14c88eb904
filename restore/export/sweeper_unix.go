//go:build unix

package export

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// detach gives a watcher a session of its own, so that what ends the program's
// process group or its terminal does not reach it, and a place that keeps
// nothing from being unmounted.
func detach(cmd *exec.Cmd) {
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}

// identity tells a file or folder from all others that are there; "" where it
// can't be said.
func identity(f *os.File) string {
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%d %d", st.Dev, st.Ino)
}
