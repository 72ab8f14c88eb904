package export

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// names lists a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func create(t *testing.T, path string) *File {
	t.Helper()
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFileIsPublishedWhole(t *testing.T) {
	for name, begin := range map[string]func(*testing.T, *File){
		"as the system does": func(*testing.T, *File) {},
		"under a hidden name": func(t *testing.T, f *File) {
			if err := f.openNamed(); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) { publishedWhole(t, begin) })
	}
}

func publishedWhole(t *testing.T, begin func(*testing.T, *File)) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.jsonl")
	f := create(t, path)
	defer f.Abort()
	if got := names(t, dir); got != "" {
		t.Errorf("before the first byte there is %q", got)
	}
	begin(t, f)
	for _, s := range []string{"one ", "two"} {
		if _, err := f.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
		if got := names(t, dir); f.temp != "" && (!strings.HasPrefix(got, ".") || strings.Contains(got, " ")) || f.temp == "" && got != "" {
			t.Errorf("while writing there is %q", got)
		}
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	f.Abort() // as a deferred one would: takes nothing away
	if got := names(t, dir); got != "out.jsonl" {
		t.Errorf("in the end there is %q", got)
	}
	b, err := os.ReadFile(path)
	if err != nil || string(b) != "one two" {
		t.Errorf("%q, %v", b, err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := f.Write(nil); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Write after Commit: %v", err)
	}
	if err := f.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Commit after Commit: %v", err)
	}
}

// Where a file was made without a name and can't get one, it gets there by a
// copy.
func TestFileThatGetsNoName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	f := create(t, path)
	defer f.Abort()
	if _, err := f.Write([]byte("all of it")); err != nil {
		t.Fatal(err)
	}
	if f.temp != "" {
		t.Skip("SKIPPED: every file has a name here")
	}
	if err := f.copyToNamed(); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "all of it" || names(t, dir) != "out" {
		t.Errorf("%q, %v, left %s", b, err, names(t, dir))
	}
}

func TestEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty")
	if err := create(t, path).Commit(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestAbortLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	f := create(t, filepath.Join(dir, "out"))
	if _, err := f.Write([]byte("secret")); err != nil {
		t.Fatal(err)
	}
	f.Abort()
	f.Abort()
	if got := names(t, dir); got != "" {
		t.Errorf("left: %q", got)
	}
	if _, err := f.Write([]byte("x")); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Write after Abort: %v", err)
	}
	create(t, filepath.Join(dir, "never written")).Abort()
	if got := names(t, dir); got != "" {
		t.Errorf("left: %q", got)
	}
}

func TestCreateRefusesWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	links := map[string]string{"link": file, "dangling": filepath.Join(dir, "nowhere")}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skipf("SKIPPED: no symbolic links here: %v", err)
		}
	}
	for _, path := range []string{file, dir, filepath.Join(dir, "link"), filepath.Join(dir, "dangling")} {
		if _, err := Create(path); !errors.Is(err, ErrExists) {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{filepath.Join(dir, "no", "folder"), filepath.Join(file, "under a file")} {
		if _, err := Create(path); err == nil || errors.Is(err, ErrExists) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Create(filepath.Join(dir, "no", "folder")); !errors.Is(err, ErrNoFolder) {
		t.Errorf("no folder: %v", err)
	}
}

// What comes to be at the path while we write is never replaced, by any way
// of publishing.
func TestCommitNeverReplaces(t *testing.T) {
	for _, way := range []struct {
		name    string
		publish func(temp, path string) error
	}{{"system", publish}, {"link", linkOrRename}} {
		t.Run(way.name, func(t *testing.T) {
			dir := t.TempDir()
			path, temp := filepath.Join(dir, "out"), filepath.Join(dir, "temp")
			for _, p := range []string{path, temp} {
				if err := os.WriteFile(p, []byte(p), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := way.publish(temp, path); !errors.Is(err, fs.ErrExist) {
				t.Errorf("published over a file: %v", err)
			}
			if b, _ := os.ReadFile(path); string(b) != path {
				t.Errorf("the file is now %q", b)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := way.publish(temp, path); err != nil {
				t.Fatal(err)
			}
			if got := names(t, dir); got != "out" {
				t.Errorf("left: %q", got)
			}
		})
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	f := create(t, path)
	if _, err := f.Write([]byte("ours")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); !errors.Is(err, ErrExists) {
		t.Errorf("Commit: %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "theirs" || names(t, dir) != "out" {
		t.Errorf("%q, left: %s", b, names(t, dir))
	}
}

func TestNoPermission(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("SKIPPED: nothing is forbidden to this user")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	f := create(t, filepath.Join(dir, "out"))
	defer f.Abort()
	if _, err := f.Write([]byte("x")); !errors.Is(err, ErrPermission) {
		t.Errorf("Write: %v", err)
	}
}

func TestCopy(t *testing.T) {
	in := strings.Repeat("0123456789", copyBuffer/4)
	var out strings.Builder
	var last int64
	n, err := Copy(context.Background(), &out, strings.NewReader(in), func(done int64) { last = done })
	if err != nil || n != int64(len(in)) || last != n || out.String() != in {
		t.Errorf("%d of %d bytes, told %d, %v", n, len(in), last, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n, err = Copy(ctx, &out, strings.NewReader(in), func(int64) { cancel() })
	if !errors.Is(err, context.Canceled) || n >= int64(len(in)) {
		t.Errorf("after cancel: %d bytes, %v", n, err)
	}
	if _, err := Copy(context.Background(), &failing{}, strings.NewReader(in), nil); err == nil {
		t.Error("no error from the writer")
	}
}
