package export

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// createUnnamed opens a file in the folder of path that has no name: however
// the program ends, nothing of it is left. It fails where the file system, or a
// missing /proc, does not let such a file be named later.
func createUnnamed(path string) (*os.File, error) {
	fd, err := unix.Open(filepath.Dir(path), unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), path)
	if _, err := os.Stat(procPath(f)); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// publishUnnamed gives the file its name unless something is there (fs.ErrExist).
// errors.ErrUnsupported says that this file system can't, after all.
func publishUnnamed(f *os.File, path string) error {
	err := unix.Linkat(unix.AT_FDCWD, procPath(f), unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW)
	switch {
	case err == nil, errors.Is(err, fs.ErrExist), errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT), errors.Is(err, unix.EROFS):
		return err
	}
	return errors.ErrUnsupported
}

// procPath is how linkat reaches a file that has no name (open(2), O_TMPFILE).
func procPath(f *os.File) string { return "/proc/self/fd/" + strconv.Itoa(int(f.Fd())) }
