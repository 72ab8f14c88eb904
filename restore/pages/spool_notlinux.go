//go:build unix && !linux

package pages

import "os"

func openUnnamed(dir string) (*os.File, error) { return openUnlinked(dir) }
