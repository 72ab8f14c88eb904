package export

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func createFolder(t *testing.T, path string) *Folder {
	t.Helper()
	f, err := CreateFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFolderIsPublishedWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	f := createFolder(t, path)
	defer f.Abort()
	if got := names(t, dir); got != "" {
		t.Errorf("before the first byte there is %q", got)
	}
	for _, s := range []string{"one ", "two"} {
		if err := f.Append("sub/file", []byte(s)); err != nil {
			t.Fatal(err)
		}
		if got := names(t, dir); !strings.HasPrefix(got, ".") || strings.Contains(got, " ") {
			t.Errorf("while writing there is %q", got)
		}
	}
	if err := f.WriteAt("sub/file", []byte("TWO"), 4); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	f.Abort() // as a deferred one would: takes nothing away
	if got := names(t, dir); got != "out" {
		t.Errorf("in the end there is %q", got)
	}
	if b, err := os.ReadFile(filepath.Join(path, "sub", "file")); err != nil || string(b) != "one TWO" {
		t.Errorf("%q, %v", b, err)
	}
	for name, mode := range map[string]fs.FileMode{"": fs.ModeDir | 0o700, "sub": fs.ModeDir | 0o700, "sub/file": 0o600} {
		if info, err := os.Stat(filepath.Join(path, name)); err != nil || runtime.GOOS != "windows" && info.Mode() != mode {
			t.Errorf("%q: mode %v, %v", name, info.Mode(), err)
		}
	}
	if err := f.Append("more", nil); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Append after Commit: %v", err)
	}
	if err := f.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Commit after Commit: %v", err)
	}
}

func TestEmptyFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty")
	if err := createFolder(t, path).Commit(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		t.Errorf("%v, %v", info, err)
	}
}

func TestFolderAbortLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	f := createFolder(t, filepath.Join(dir, "out"))
	if err := f.Append("a/b/c", []byte("secret")); err != nil {
		t.Fatal(err)
	}
	f.Abort()
	f.Abort()
	createFolder(t, filepath.Join(dir, "never written")).Abort()
	if got := names(t, dir); got != "" {
		t.Errorf("left: %q", got)
	}
	if err := f.Append("x", nil); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Append after Abort: %v", err)
	}
}

func TestFolderNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.Mkdir(there, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateFolder(there); !errors.Is(err, ErrExists) {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := CreateFolder(filepath.Join(dir, "no", "folder")); !errors.Is(err, ErrNoFolder) {
		t.Errorf("no folder: %v", err)
	}
	for _, make := range []func(string) error{
		func(path string) error { return os.Mkdir(path, 0o700) },
		func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		path := filepath.Join(dir, "out")
		f := createFolder(t, path)
		if err := f.Append("file", []byte("ours")); err != nil {
			t.Fatal(err)
		}
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		if err := f.Commit(); !errors.Is(err, ErrExists) {
			t.Errorf("Commit: %v", err)
		}
		if got := names(t, dir); got != "out there" {
			t.Errorf("left: %q", got)
		}
		if err := os.Remove(path); err != nil { // as empty as it was
			t.Error(err)
		}
	}
}

func TestFolderKeepsNamesInside(t *testing.T) {
	dir := t.TempDir()
	f := createFolder(t, filepath.Join(dir, "out"))
	defer f.Abort()
	for _, name := range []string{"../outside", "/outside", "a/../../outside", "..", ""} {
		if err := f.Append(name, []byte("x")); err == nil {
			t.Errorf("%q was written", name)
		}
	}
	if got := names(t, dir); strings.Contains(got, "outside") {
		t.Errorf("there is %q", got)
	}
}

// What a run that was killed left goes with the next one; what another run is
// at stays.
func TestFolderSweepsWhatWasLeft(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: nothing is swept on Windows")
	}
	dir := t.TempDir()
	old := time.Now().Add(-2 * sweepAge)
	left := filepath.Join(dir, tempPrefix+"0123"+tempSuffix)
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	young := filepath.Join(dir, tempPrefix+"4567"+tempSuffix)
	file := filepath.Join(dir, tempPrefix+"89ab"+tempSuffix)
	for _, path := range []string{young, file} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	held := &File{path: filepath.Join(dir, "held")}
	if err := held.openNamed(); err != nil {
		t.Fatal(err)
	}
	defer held.Abort()
	other := createFolder(t, filepath.Join(dir, "other"))
	defer other.Abort()
	if err := other.Append("file", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, held.temp, other.temp} {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	f := createFolder(t, filepath.Join(dir, "out"))
	defer f.Abort()
	if err := f.Append("file", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{left: false, young: true, file: false, held.temp: true, other.temp: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestSyncFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syncFiles(dir); err != nil {
		t.Error(err)
	}
	if err := syncFiles(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("no error where nothing is")
	}
}
