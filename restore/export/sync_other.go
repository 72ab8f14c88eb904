//go:build !linux

package export

func syncTree(dir string) error { return syncFiles(dir) }
