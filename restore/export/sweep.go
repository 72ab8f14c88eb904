package export

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// beside returns a new hidden name in the folder of path: publishing is then
// a rename within one file system, and it is not taken for the result.
func beside(path string) string {
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	return filepath.Join(filepath.Dir(path), tempPrefix+hex.EncodeToString(id[:])+tempSuffix)
}

const tempPrefix, tempSuffix = ".touchback-", ".part"

// ours tells whether name is one that beside gives.
func ours(name string) bool {
	return strings.HasPrefix(name, tempPrefix) && strings.HasSuffix(name, tempSuffix)
}

// sweepAge keeps sweep from a file that was made and is about to be locked.
// Folders need no such time: see make.
const sweepAge = time.Minute

// sweep removes what a run that was killed left in dir: hidden folders and
// files of ours whose lock no one holds any more.
func sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() && !e.Type().IsRegular() || !ours(e.Name()) {
			continue
		}
		if info, err := e.Info(); err != nil || !e.IsDir() && time.Since(info.ModTime()) < sweepAge {
			continue
		}
		left := filepath.Join(dir, e.Name())
		if lock, err := lockFolder(left); err == nil {
			_ = os.RemoveAll(left)
			_ = lock.Close()
		}
	}
}
