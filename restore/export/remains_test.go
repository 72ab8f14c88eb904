package export

import (
	"bytes"
	"encoding/gob"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// told is what a watcher reads that was told these words.
func told(t *testing.T, words ...word) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	tell := gob.NewEncoder(&b)
	for _, w := range words {
		if err := tell.Encode(w); err != nil {
			t.Fatal(err)
		}
	}
	return &b
}

func idOf(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	id := identity(f)
	if id == "" {
		t.Fatal("nothing tells what this is: ", path)
	}
	return id
}

// fill makes a folder with plaintext in it.
func fill(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(path, "chats"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.html", "chats/1.html"} {
		write(t, filepath.Join(path, name))
	}
}

func write(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("plaintext"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		if runtime.GOOS == "windows" {
			t.Skip("SKIPPED: links need a privilege here")
		}
		t.Fatal(err)
	}
}

// Only what was made here is taken away, whatever has its name by then.
func TestSweepAfter(t *testing.T) {
	const name = tempPrefix + "0123456789abcdef" + tempSuffix
	for what, test := range map[string]struct {
		words func(t *testing.T, dir, temp string) []word // makes what was left
		ours  bool                                        // nothing was to stay, and no error
		left  string                                      // names in dir in the end
	}{
		"a folder": {func(t *testing.T, _, temp string) []word {
			fill(t, temp)
			return []word{{Path: temp}, {ID: idOf(t, temp)}}
		}, true, ""},
		"a file": {func(t *testing.T, _, temp string) []word {
			write(t, temp)
			return []word{{Path: temp}, {ID: idOf(t, temp)}}
		}, true, ""},
		"nothing was told": {func(t *testing.T, _, temp string) []word {
			fill(t, temp)
			return nil
		}, true, name},
		"never made": {func(_ *testing.T, _, temp string) []word { return []word{{Path: temp}} }, true, ""},
		"made and not told": {func(t *testing.T, _, temp string) []word {
			if err := os.Mkdir(temp, 0o700); err != nil {
				t.Fatal(err)
			}
			return []word{{Path: temp}}
		}, true, ""},
		"a full folder, and not told which": {func(t *testing.T, _, temp string) []word {
			fill(t, temp)
			return []word{{Path: temp}}
		}, false, name},
		"a full file, and not told which": {func(t *testing.T, _, temp string) []word {
			write(t, temp)
			return []word{{Path: temp}}
		}, false, name},
		"made at the second name": {func(t *testing.T, dir, temp string) []word {
			fill(t, temp)
			return []word{{Path: filepath.Join(dir, tempPrefix+"0"+tempSuffix)}, {Path: temp}, {ID: idOf(t, temp)}}
		}, true, ""},
		"published": {func(t *testing.T, dir, temp string) []word {
			fill(t, temp)
			words := []word{{Path: temp}, {ID: idOf(t, temp)}}
			rename(t, temp, filepath.Join(dir, "out"))
			return words
		}, true, "out"},
		"another folder": {func(t *testing.T, dir, temp string) []word {
			fill(t, filepath.Join(dir, "first"))
			fill(t, temp)
			return []word{{Path: temp}, {ID: idOf(t, filepath.Join(dir, "first"))}}
		}, false, name + " first"},
		"another file": {func(t *testing.T, dir, temp string) []word {
			write(t, filepath.Join(dir, "first"))
			write(t, temp)
			return []word{{Path: temp}, {ID: idOf(t, filepath.Join(dir, "first"))}}
		}, false, name + " first"},
		"a link to the folder": {func(t *testing.T, dir, temp string) []word {
			fill(t, filepath.Join(dir, "moved"))
			link(t, "moved", temp)
			return []word{{Path: temp}, {ID: idOf(t, temp)}}
		}, false, name + " moved"},
		"another name": {func(t *testing.T, dir, _ string) []word {
			path := filepath.Join(dir, "photos")
			fill(t, path)
			return []word{{Path: path}, {ID: idOf(t, path)}}
		}, true, "photos"},
		"no path from the root": {func(t *testing.T, dir, temp string) []word {
			t.Chdir(dir)
			fill(t, temp)
			return []word{{Path: name}, {ID: idOf(t, temp)}}
		}, true, name},
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			err := sweepAfter(told(t, test.words(t, dir, filepath.Join(dir, name))...))
			if test.ours && err != nil || !test.ours && err == nil {
				t.Error("it says ", err)
			}
			if got := names(t, dir); got != test.left {
				t.Errorf("left: %q", got)
			}
			for _, kept := range []string{"first", "moved", "out", "photos"} {
				if info, err := os.Stat(filepath.Join(dir, kept)); err != nil || !info.IsDir() {
					continue
				}
				if _, err := os.Stat(filepath.Join(dir, kept, "chats", "1.html")); err != nil {
					t.Errorf("of what was to stay, something went: %v", err)
				}
			}
		})
	}
}

// A watcher that is cut off in the midst of a word goes by those before it.
func TestSweepAfterHalfAWord(t *testing.T) {
	dir := t.TempDir()
	temp := filepath.Join(dir, tempPrefix+"0"+tempSuffix)
	fill(t, temp)
	b := told(t, word{Path: temp}, word{ID: idOf(t, temp)}, word{Path: filepath.Join(dir, "more")})
	b.Truncate(b.Len() - 2)
	if err := sweepAfter(b); err != nil || names(t, dir) != "" {
		t.Errorf("%v, left: %q", err, names(t, dir))
	}
}

// What the folder holds may lead elsewhere; nothing there goes.
func TestSweepFollowsNoLinks(t *testing.T) {
	elsewhere, dir := t.TempDir(), t.TempDir()
	fill(t, elsewhere)
	temp := filepath.Join(dir, tempPrefix+"0"+tempSuffix)
	fill(t, temp)
	link(t, elsewhere, filepath.Join(temp, "folder"))
	link(t, filepath.Join(elsewhere, "index.html"), filepath.Join(temp, "chats", "file"))
	if err := sweepAfter(told(t, word{Path: temp}, word{ID: idOf(t, temp)})); err != nil || names(t, dir) != "" {
		t.Errorf("%v, left: %q", err, names(t, dir))
	}
	if got := names(t, elsewhere); got != "chats index.html" {
		t.Errorf("elsewhere there is only %q", got)
	}
}

// Once told, the folder that it lies in is known by more than its path.
func TestSweepOfAFolderThatMoved(t *testing.T) {
	top := t.TempDir()
	dir, moved := filepath.Join(top, "dir"), filepath.Join(top, "moved")
	name := tempPrefix + "0" + tempSuffix
	fill(t, filepath.Join(dir, name))
	var left remains
	defer left.close()
	left.learn(word{Path: filepath.Join(dir, name)})
	left.learn(word{ID: idOf(t, filepath.Join(dir, name))})
	if err := os.Rename(dir, moved); err != nil {
		t.Skip("SKIPPED: a folder that is open is not moved here")
	}
	fill(t, filepath.Join(dir, name))
	if err := left.remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(moved, name)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what moved is still there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, name, "index.html")); err != nil {
		t.Errorf("what came to be at the path is gone: %v", err)
	}
}
