package run

import (
	"errors"
	"io/fs"
	"os"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/restore/whatsapp"
)

// place is where backups are read from: anywhere on this machine, or, where
// others than its owner ask, one folder and nothing that leads out of it.
type place struct{ root *os.Root }

// open opens a file for reading. In a folder it must be a regular one: opening
// a pipe would wait for someone to write to it.
func (p place) open(path string) (*os.File, error) {
	if p.root == nil {
		return os.Open(path)
	}
	info, err := p.stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, whatsapp.ErrNotBackup
	}
	f, err := p.root.Open(path)
	return f, within(path, err)
}

func (p place) stat(path string) (fs.FileInfo, error) {
	if p.root == nil {
		return os.Stat(path)
	}
	info, err := p.root.Stat(path)
	return info, within(path, err)
}

func (p place) readDir(path string) ([]fs.DirEntry, error) {
	if p.root == nil {
		return os.ReadDir(path)
	}
	f, err := p.root.Open(path)
	if err != nil {
		return nil, within(path, err)
	}
	defer func() { _ = f.Close() }()
	return f.ReadDir(-1)
}

func (p place) keyring(path string) (*keys.Keyring, error) {
	if p.root == nil {
		return keys.Load(path)
	}
	f, err := p.open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return keys.Read(f)
}

// home leaves a path in a folder as it is: the home is not the one of who asks.
func (p place) home(path string) string {
	if p.root == nil {
		return home(path)
	}
	return path
}

// within takes what leads out of the folder for something that is not there:
// whoever asks learns nothing of what lies outside.
func within(path string, err error) error {
	if err == nil || errors.Is(err, fs.ErrPermission) {
		return err
	}
	return &missingError{path}
}

// Find lists the backups at a path below root; nil is this machine's files.
// The error is fs.ErrNotExist where there is nothing, or the system's.
func Find(root *os.Root, path string) ([]flow.Found, error) {
	e, err := place{root}.find(path)
	return e.Backups[:e.N], err
}
