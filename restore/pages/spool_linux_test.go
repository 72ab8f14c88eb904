package pages

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// What lies on the disk is read the way a forensic tool would: through the
// descriptor, past the Spool.
func TestSpoolHoldsNoPlaintext(t *testing.T) {
	s := spool(t)
	line := []byte("a message that nobody else should read\n")
	if _, err := s.Write(bytes.Repeat(line, 2*spoolBatch/len(line)+spoolBatch)); err != nil {
		t.Fatal(err)
	}
	f := s.file.(*os.File)
	path := fmt.Sprintf("/proc/self/fd/%d", f.Fd())
	name, err := os.Readlink(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(name, "(deleted)") {
		t.Errorf("the file has a name: %s", name)
	}
	raw := readFile(t, path)
	if len(raw) < 2*spoolBatch {
		t.Fatalf("only %d bytes on the disk", len(raw))
	}
	for i := 0; i+8 <= len(line); i++ {
		if bytes.Contains(raw, line[i:i+8]) {
			t.Fatalf("%q is on the disk", line[i:i+8])
		}
	}
	if err := unix.Linkat(unix.AT_FDCWD, path, unix.AT_FDCWD, t.TempDir()+"/name", unix.AT_SYMLINK_FOLLOW); err == nil {
		t.Error("the file can be given a name")
	}
}
