package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"touchback/keys"
	"touchback/restore/gcm"
	"touchback/restore/whatsapp"
)

// Backup is a backup file that is open for reading, with its header and, where
// there is one, its keyring.
type Backup struct {
	Path        string
	Info        fs.FileInfo
	Container   *whatsapp.Container
	Keyring     *keys.Keyring // nil where there is none
	KeyringPath string
	// KeyringErr says why a keyring that lies beside the backup could not be
	// read. The 64-digit key opens the backup all the same.
	KeyringErr error

	file  *os.File
	place place
}

// Open opens a backup read-only and reads its header and keyring. keyring is
// the keyring's path, which must then be there; "" looks for BACKUP.keyring
// and for touchback.keyring in the backup's folder.
//
// The errors are those of whatsapp.Open, of keys.Load, and of opening files.
func Open(path, keyring string) (*Backup, error) { return place{}.backup(path, keyring) }

// backup is Open, in a place.
func (p place) backup(path, keyring string) (*Backup, error) {
	f, err := p.open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &missingError{path}
	}
	if err != nil {
		return nil, err
	}
	b := &Backup{Path: path, file: f, place: p}
	if err := b.read(keyring); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

func (b *Backup) read(keyring string) (err error) {
	if b.Info, err = b.file.Stat(); err != nil {
		return err
	}
	if !b.Info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", b.Path, whatsapp.ErrNotBackup)
	}
	if b.Container, err = whatsapp.Open(b.file, b.Info.Size()); err != nil {
		return err
	}
	b.Keyring, b.KeyringPath, b.KeyringErr = b.place.keyringOf(b.Path, keyring)
	if keyring != "" {
		return b.KeyringErr
	}
	return nil
}

// Close lets go of the file.
func (b *Backup) Close() {
	_ = b.file.Close() // it was only read
}

// KeyringPaths are where the keyring of a backup is looked for, in order. The
// first is where a new one goes.
func KeyringPaths(backup string) []string {
	return []string{backup + ".keyring", filepath.Join(filepath.Dir(backup), "touchback.keyring")}
}

// keyringOf returns nil and no error where none was asked for and none lies
// beside the backup.
func (p place) keyringOf(backup, asked string) (*keys.Keyring, string, error) {
	if asked != "" {
		k, err := p.keyring(asked)
		return k, asked, err
	}
	for _, path := range KeyringPaths(backup) {
		k, err := p.keyring(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return k, path, err
	}
	return nil, "", nil
}

// Verify checks the tag under a backup key. known says that the key came out
// of the backup's keyring: what does not verify then is damage. progress may
// be nil. See whatsapp.Container.Verify for the errors.
func (b *Backup) Verify(ctx context.Context, key *keys.BackupKey, known bool, progress func(done, total int64)) (p *whatsapp.Payload, err error) {
	kind := whatsapp.RootKey
	if key.Kind() == keys.KindFileKey {
		kind = whatsapp.AESKey
	}
	key.Use(func(k []byte) {
		p, err = b.Container.Verify(ctx, whatsapp.Key{Kind: kind, Bytes: k}, whatsapp.VerifyOptions{
			KeyKnownGood: known, Progress: progress,
		})
	})
	if err == nil {
		if err = b.unchanged(); err != nil {
			p.Forget()
			return nil, err
		}
	}
	return p, err
}

// unchanged fails where the file has grown or shrunk since it was opened.
// Other changes are found by reading: every chunk is checked as it is read.
func (b *Backup) unchanged() error {
	now, err := b.file.Stat()
	if err != nil {
		return err
	}
	if now.Size() != b.Info.Size() {
		return fmt.Errorf("%w: it had %d bytes and has %d", gcm.ErrChanged, b.Info.Size(), now.Size())
	}
	return nil
}
