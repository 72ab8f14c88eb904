package export

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// detach keeps Ctrl-C and the closing of the console's window from a watcher,
// and the watcher from the folder that the program is in.
func detach(cmd *exec.Cmd) {
	cmd.Dir = os.Getenv("SYSTEMROOT")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS,
	}
}

// identity tells a file or folder from all others that are there; "" where it
// can't be said.
func identity(f *os.File) string {
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &info); err != nil {
		return ""
	}
	return fmt.Sprintf("%d %d %d", info.VolumeSerialNumber, info.FileIndexHigh, info.FileIndexLow)
}
