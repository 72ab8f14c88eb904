//go:build !linux

package export

import (
	"errors"
	"os"
)

// Only Linux has files without names that can get one later.
func createUnnamed(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func publishUnnamed(*os.File, string) error { return errors.ErrUnsupported }
