package export

import (
	"errors"
	"os"
)

func lockFile(*os.File) error { return errors.ErrUnsupported }

func busy(error) bool { return false }

// lockFolder fails: Windows locks no folders, so nothing is swept there.
func lockFolder(string) (*os.File, error) { return nil, errors.ErrUnsupported }
