//go:build unix

package pages

import (
	"errors"
	"os"
	"syscall"
)

var diskFull = [...]error{syscall.ENOSPC, syscall.EDQUOT}

// openUnlinked opens a file and takes its name away at once.
func openUnlinked(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, ".touchback-*") // 0600, O_EXCL
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
