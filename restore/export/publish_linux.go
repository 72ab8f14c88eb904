package export

import (
	"errors"

	"golang.org/x/sys/unix"
)

// publish renames temp to path unless something is there. Some file systems
// (FUSE, older network ones) know no RENAME_NOREPLACE.
func publish(temp, path string) error {
	err := unix.Renameat2(unix.AT_FDCWD, temp, unix.AT_FDCWD, path, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.ENOTSUP) {
		return linkOrRename(temp, path)
	}
	return err
}
