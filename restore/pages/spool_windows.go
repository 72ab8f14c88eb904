package pages

import (
	"crypto/rand"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

var diskFull = [...]error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL}

// openUnnamed opens a file that the system deletes with its last handle, also
// when the process is killed, and that no one else may open meanwhile.
func openUnnamed(dir string) (*os.File, error) {
	path := filepath.Join(dir, "touchback-"+rand.Text()+".tmp")
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	h, err := windows.CreateFile(name,
		windows.GENERIC_READ|windows.GENERIC_WRITE|windows.DELETE,
		0, nil, windows.CREATE_NEW,
		windows.FILE_ATTRIBUTE_TEMPORARY|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}
