//go:build unix

package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"
)

func TestClassify(t *testing.T) {
	for _, tt := range []struct{ err, want error }{
		{syscall.ENOSPC, ErrNoSpace},
		{syscall.EDQUOT, ErrNoSpace},
		{syscall.EACCES, ErrPermission},
		{syscall.EPERM, ErrPermission},
		{syscall.EROFS, ErrPermission},
		{syscall.EEXIST, ErrExists},
	} {
		err := classify("out", &fs.PathError{Op: "write", Path: "temp", Err: tt.err})
		if !errors.Is(err, tt.want) || !errors.Is(err, tt.err) {
			t.Errorf("%v became %v", tt.err, err)
		}
	}
	other := errors.New("other")
	if err := classify("out", other); !errors.Is(err, other) || errors.Is(err, ErrNoSpace) {
		t.Errorf("other became %v", err)
	}
	if classify("out", nil) != nil {
		t.Error("nil became an error")
	}
}

// A device that is always full gives what a full disk gives.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("SKIPPED: no /dev/full here: %v", err)
	}
	f := &File{path: "out", f: full}
	if _, err := f.Write([]byte("x")); !errors.Is(err, ErrNoSpace) {
		t.Errorf("Write: %v", err)
	}
	if s := fmt.Sprint(refused(ErrNoSpace, "out", nil)); s == "" {
		t.Error("no words")
	}
	f.Abort()
}
