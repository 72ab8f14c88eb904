package keys

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// BackupSuffix is put after a keyring's name for the copy of what it was
// before the last Save.
const BackupSuffix = ".bak"

// Errors of Save.
var (
	// ErrConcurrentEdit: the file is not what it was when it was loaded.
	ErrConcurrentEdit = errors.New("the keyring was changed by someone else in the meantime")
	// ErrKeyringExists: a new keyring would replace one that is there.
	ErrKeyringExists = errors.New("there is a keyring already")
)

// Load reads the keyring at path. Beside those of Read, the errors are the
// system's.
func Load(path string) (*Keyring, error) {
	b, err := readRegular(path)
	if err != nil {
		return nil, err
	}
	return parseKeyring(b)
}

// readRegular reads a file and nothing else: opening a pipe would wait for
// someone to write to it.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, formatError("", "%s is not a file", filepath.Base(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, MaxKeyring+1))
	return b, errors.Join(err, f.Close())
}

// WriteTo writes the keyring as JSON. The error is ErrNoMethods for one that
// nothing opens.
func (k *Keyring) WriteTo(w io.Writer) (int64, error) {
	if len(k.methods) == 0 {
		return 0, ErrNoMethods
	}
	n, err := w.Write(k.document(true).indented())
	return int64(n), err
}

// Save puts the keyring at path, whole or not at all: written beside under
// mode 0600, synced, renamed. What was there is kept as path.bak. Where the
// file is not the one that was loaded (or last saved), it is left alone and
// the error is ErrConcurrentEdit, or ErrKeyringExists for a new keyring. Nobody
// else saves in that folder meanwhile.
func (k *Keyring) Save(path string) error {
	var b bytes.Buffer
	if _, err := k.WriteTo(&b); err != nil {
		return err
	}
	// A link to a synced folder stays one.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	unlock, sole, err := lockDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer unlock()
	if sole {
		sweep(path)
	}
	previous, err := readRegular(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if k.onDisk {
			// Saving a copy elsewhere is fine: nothing is replaced.
			break
		}
	case err != nil:
		return err
	case !k.onDisk:
		return ErrKeyringExists
	case sha256.Sum256(previous) != k.saved:
		return ErrConcurrentEdit
	default:
		if err := replace(path+BackupSuffix, previous); err != nil {
			return fmt.Errorf("keeping the previous keyring: %w", err)
		}
	}
	if err := replace(path, b.Bytes()); err != nil {
		return err
	}
	k.saved, k.onDisk = sha256.Sum256(b.Bytes()), true
	return nil
}

// sweep removes what a Save that was killed left beside path. It must be called
// while nobody else saves there.
func sweep(path string) {
	entries, _ := os.ReadDir(filepath.Dir(path)) // what can't be listed stays
	for _, e := range entries {
		for _, name := range []string{path, path + BackupSuffix} {
			number, ok := strings.CutPrefix(e.Name(), beside(name))
			if ok && number != "" && strings.Trim(number, "0123456789") == "" {
				_ = os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
			}
		}
	}
}

// beside begins the name of a file that is to replace the one at path; a number
// follows.
func beside(path string) string { return "." + filepath.Base(path) + "." }

// replace writes a file beside and renames it over path.
func replace(path string, content []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, beside(path)+"*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(content); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}
