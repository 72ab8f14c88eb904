package fido2

import (
	"slices"
	"strings"
)

// keptEnv is what of the environment reaches the helper: what the dynamic
// loader and the C libraries may need to be found, and for tests the variables
// of umockdev, which puts a key where there is none, and of Go's race
// detector. Everything else stays behind, FIDO_DEBUG first of all, with which
// libfido2 would print each message, and GOTRACEBACK, with which a crash would
// print more than its place.
var keptEnv = []string{
	"PATH", "HOME", "SYSTEMROOT", "WINDIR",
	"LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH",
	"UMOCKDEV_DIR", "GORACE",
}

func cleanEnv(env []string) []string {
	clean := []string{} // not nil: a nil Env would mean all of it
	for _, kv := range env {
		name, _, ok := strings.Cut(kv, "=")
		if ok && slices.Contains(keptEnv, strings.ToUpper(name)) {
			clean = append(clean, kv)
		}
	}
	return clean
}
