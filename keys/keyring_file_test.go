package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
)

func folder(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSaveAndLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "msgstore.db.crypt15.keyring")
	k, ana := newKeyring(t)
	if err := k.Save(path); err != nil {
		t.Fatal(err)
	}
	if names := folder(t, dir); len(names) != 1 {
		t.Errorf("left in the folder: %q", names)
	}
	if info, err := os.Stat(path); err != nil || (runtime.GOOS != "windows" && info.Mode() != 0o600) {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	first := content(t, path)
	loaded, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := loaded.Unlock(t.Context(), loaded.Methods()[0].ID, ByPasskey{ana}); err != nil {
		t.Fatal(err)
	}
	// Two edits in a row: each keeps what was there before it.
	for _, label := range []string{"second", "third"} {
		before := content(t, path)
		if err := loaded.Rename(loaded.Methods()[0].ID, label); err != nil {
			t.Fatal(err)
		}
		if err := loaded.Save(path); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(content(t, path+BackupSuffix), before) {
			t.Errorf("%s: the copy is not what was there", label)
		}
		if again, err := Load(path); err != nil || again.Methods()[0].Label != label {
			t.Errorf("%s: %v", label, err)
		}
	}
	if names := folder(t, dir); len(names) != 2 {
		t.Errorf("left in the folder: %q", names)
	}
	// The first Keyring still thinks that its own file is there.
	before := content(t, path)
	if err := k.Save(path); !errors.Is(err, ErrConcurrentEdit) {
		t.Errorf("over someone else's edit: %v", err)
	}
	if !bytes.Equal(content(t, path), before) || bytes.Equal(before, first) {
		t.Error("the refused Save changed the file")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := k.Save(path); err != nil {
		t.Errorf("where nothing is replaced: %v", err)
	}
}

func TestNewKeyringReplacesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring")
	if err := os.WriteFile(path, []byte("something"), 0o600); err != nil {
		t.Fatal(err)
	}
	k, _ := newKeyring(t)
	if err := k.Save(path); !errors.Is(err, ErrKeyringExists) {
		t.Errorf("got %v", err)
	}
	if got := content(t, path); string(got) != "something" {
		t.Errorf("the file became %q", got)
	}
}

func TestSaveFails(t *testing.T) {
	dir := t.TempDir()
	k, _ := newKeyring(t)
	if err := k.Save(filepath.Join(dir, "none", "keyring")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	if err := k.Save(dir); err == nil {
		t.Error("a folder was replaced")
	}
	empty := Create(testRoot(t), testTime)
	if err := empty.Save(filepath.Join(dir, "keyring")); !errors.Is(err, ErrNoMethods) {
		t.Errorf("no methods: %v", err)
	}
	if names := folder(t, dir); len(names) != 0 {
		t.Errorf("left in the folder: %q", names)
	}
	// Where the rename can't happen, the file beside goes away again.
	if err := replace(dir, []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if names := folder(t, filepath.Dir(dir)); len(names) != 1 {
		t.Errorf("left beside: %q", names)
	}
}

func TestSaveThroughALink(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "cloud", "keyring"), filepath.Join(dir, "keyring")
	if err := os.Mkdir(filepath.Dir(real), 0o700); err != nil {
		t.Fatal(err)
	}
	k, _ := newKeyring(t)
	if err := k.Save(real); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if err := k.Reseal(); err != nil {
		t.Fatal(err)
	}
	if err := k.Save(link); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(content(t, real), jsonOf(t, k)) {
		t.Error("the linked file was not written")
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link is gone")
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	var fe *FormatError
	if _, err := Load(dir); !errors.As(err, &fe) {
		t.Errorf("a folder: %v", err)
	}
	huge := filepath.Join(dir, "huge")
	if err := os.WriteFile(huge, bytes.Repeat([]byte(" "), MaxKeyring+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(huge); !errors.As(err, &fe) {
		t.Errorf("too large: %v", err)
	}
}

// Edits at the same time: each is kept, or its Save says that it was not.
func TestConcurrentEdits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring")
	k, _ := newKeyring(t)
	if err := k.Save(path); err != nil {
		t.Fatal(err)
	}
	const editors = 8
	var all sync.WaitGroup
	for i := range editors {
		all.Go(func() {
			for {
				k, err := Load(path)
				if err == nil {
					err = k.UnlockKey(testRoot(t))
				}
				if err == nil {
					_, err = k.AddRecipient(fmt.Sprint("editor ", i), newRecipient(t))
				}
				if err == nil {
					err = k.Save(path)
				}
				if !errors.Is(err, ErrConcurrentEdit) {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	all.Wait()
	k, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.UnlockKey(testRoot(t)); err != nil {
		t.Error(err)
	}
	for i := range editors {
		if _, err := k.Find(fmt.Sprint("editor ", i)); err != nil {
			t.Errorf("an edit was lost: %v", err)
		}
	}
	if names := folder(t, filepath.Dir(path)); len(names) != 2 {
		t.Errorf("left in the folder: %q", names)
	}
}

// Of two new keyrings for one backup one is written.
func TestTwoNewKeyrings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring")
	errs := make(chan error, 2)
	for range 2 {
		k, _ := newKeyring(t)
		go func() { errs <- k.Save(path) }()
	}
	one, other := <-errs, <-errs
	if (one == nil) == (other == nil) || !errors.Is(errors.Join(one, other), ErrKeyringExists) {
		t.Errorf("%v, %v", one, other)
	}
}

// What a Save that was killed left is taken away by the next one, and nothing
// else is.
func TestSweep(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("without a lock nobody knows whose it is")
	}
	dir := t.TempDir()
	for _, name := range []string{".keyring.123", ".keyring.bak.4", ".keyring.note", ".keyring.", ".keyring2.5", "keyring.6"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k, _ := newKeyring(t)
	if err := k.Save(filepath.Join(dir, "keyring")); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(folder(t, dir), " "); got != ".keyring. .keyring.note .keyring2.5 keyring keyring.6" {
		t.Errorf("left: %s", got)
	}
}

func newRecipient(t *testing.T) string {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id.Recipient().String()
}
