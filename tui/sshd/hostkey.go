package sshd

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	gossh "golang.org/x/crypto/ssh"
)

// hostKeyFile is the name of the host key in the state folder.
const hostKeyFile = "ssh_host_ed25519_key"

// HostKey loads the server's key from a state folder, and makes it there at the
// first time: an Ed25519 key in OpenSSH's own form, readable by its owner alone.
// A key that others can read is refused.
func HostKey(dir string) (gossh.Signer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the state folder: %w", err)
	}
	path := filepath.Join(dir, hostKeyFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := makeHostKey(dir, path); err != nil {
			return nil, fmt.Errorf("making the host key: %w", err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the host key: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the host key %s can be read by others (mode %04o): chmod 600, or remove it to make a new one", path, info.Mode().Perm())
	}
	b, err := os.ReadFile(path)
	defer clear(b)
	if err != nil {
		return nil, fmt.Errorf("the host key: %w", err)
	}
	signer, err := gossh.ParsePrivateKey(b)
	if err != nil {
		return nil, fmt.Errorf("the host key %s: %w", path, err)
	}
	return signer, nil
}

// makeHostKey writes a new key beside, and links it: of two servers that start
// at once, the first one's key is the key of both.
func makeHostKey(dir, path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	defer clear(key)
	block, err := gossh.MarshalPrivateKey(key, "touchback")
	if err != nil {
		return err
	}
	defer clear(block.Bytes)
	f, err := os.CreateTemp(dir, ".host_key_") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	err = errors.Join(pem.Encode(f, block), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Fingerprint is that of the key that clients are shown, as OpenSSH writes it.
func Fingerprint(s gossh.Signer) string { return gossh.FingerprintSHA256(s.PublicKey()) }
