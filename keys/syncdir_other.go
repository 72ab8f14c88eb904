//go:build !unix

package keys

// syncDir does nothing: Windows offers no way to sync a folder, and journals
// renames itself.
func syncDir(string) error { return nil }
