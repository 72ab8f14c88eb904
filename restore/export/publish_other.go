//go:build !linux

package export

func publish(temp, path string) error { return linkOrRename(temp, path) }
