//go:build linux || darwin

package pages

import "golang.org/x/sys/unix"

// freeSpace is how many bytes this user may still write to the disk of dir.
func freeSpace(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(min(s.Bavail, 1<<40)) * int64(s.Bsize), nil //nolint:unconvert // its type differs between systems
}
