package run

import (
	"context"
	"errors"
	"time"

	"touchback/keys"
)

// ErrNoKeyring says that a backup has no keyring to keep.
var ErrNoKeyring = errors.New("the backup has no keyring")

// Method is a way into a keyring, as `keys list --json` prints it. Its label is
// hostile.
type Method struct {
	ID      string     `json:"id"`
	Kind    string     `json:"kind"`
	Label   string     `json:"label"`
	Created time.Time  `json:"created"`
	Tested  *time.Time `json:"tested"` // null where that is not known
}

// MethodList is what `keys list --json` prints.
type MethodList struct {
	Path    string   `json:"path"`
	Methods []Method `json:"methods"`
}

func methodOf(m keys.Method) Method {
	out := Method{ID: m.ID, Kind: string(m.Kind), Label: m.Label, Created: m.Created.UTC()}
	if !m.Tested.IsZero() {
		t := m.Tested.UTC()
		out.Tested = &t
	}
	return out
}

// openRing opens a backup that has a keyring.
func openRing(backup, keyring string) (*Backup, error) {
	b, err := Open(backup, keyring)
	if err != nil {
		return nil, err
	}
	if b.Keyring == nil {
		err = b.KeyringErr
		if err == nil {
			err = ErrNoKeyring
		}
		b.Close()
		return nil, err
	}
	return b, nil
}

// Methods lists what opens a keyring. It needs no key: the list is what the
// keyring says of itself.
func Methods(backup, keyring string) (MethodList, error) {
	b, err := openRing(backup, keyring)
	if err != nil {
		return MethodList{}, err
	}
	defer b.Close()
	list := MethodList{Path: b.KeyringPath, Methods: []Method{}}
	for _, m := range b.Keyring.Methods() {
		list.Methods = append(list.Methods, methodOf(m))
	}
	return list, nil
}

// edit opens a keyring, checks its MAC, changes it and saves it; or leaves it
// as it was.
func edit(ctx context.Context, backup, keyring string, a Access, change func(*keys.Keyring) error) error {
	b, err := openRing(backup, keyring)
	if err != nil {
		return err
	}
	defer b.Close()
	defer b.Keyring.Lock()
	key, known, err := b.key(ctx, a)
	if err != nil {
		return err
	}
	defer key.Wipe()
	if !known {
		if err := b.unlockKey(ctx, key, a.Ask.Progress); err != nil {
			return err
		}
	}
	if err := change(b.Keyring); err != nil {
		return err
	}
	return b.Keyring.Save(b.KeyringPath)
}

// unlockKey unlocks the keyring with the backup key itself. Another key and an
// altered keyring look the same there; the backup tells them apart.
func (b *Backup) unlockKey(ctx context.Context, key *keys.BackupKey, progress func(done, total int64)) error {
	err := b.Keyring.UnlockKey(key)
	if !errors.Is(err, keys.ErrMAC) {
		return err
	}
	if _, wrong := b.Verify(ctx, key, false, progress); wrong != nil {
		return wrong
	}
	return err
}

// AddOptions say what is added: one of them.
type AddOptions struct {
	Passkey      string // label of a new passkey on a security key
	Browser      string // label of a new passkey that a browser makes
	PasswordFile string
	Recipient    string // age1pq1…
	Label        string // of a password or recipient; "" is what it is
}

// AddMethod adds a way into a keyring, which a opens.
func AddMethod(ctx context.Context, backup, keyring string, a Access, o AddOptions) (added Method, err error) {
	err = edit(ctx, backup, keyring, a, func(ring *keys.Keyring) error {
		m, err := addMethod(ctx, ring, backup, a, o)
		added = methodOf(m)
		return err
	})
	return added, err
}

func addMethod(ctx context.Context, ring *keys.Keyring, backup string, a Access, o AddOptions) (keys.Method, error) {
	label := func(otherwise string) string {
		if o.Label != "" {
			return o.Label
		}
		return otherwise
	}
	switch {
	case o.Passkey != "":
		return addPasskey(ctx, ring, LockOptions{Passkey: o.Passkey, Device: a.Device, Finder: a.Finder, Ask: a.Ask})
	case o.Browser != "":
		return addOnPage(ctx, ring, backup, o.Browser, a.Ask)
	case o.PasswordFile != "":
		password, err := readSecretFile(o.PasswordFile)
		if err != nil {
			return keys.Method{}, err
		}
		defer password.Wipe()
		return ring.AddPassword(ctx, label("password"), password)
	case o.Recipient != "":
		return ring.AddRecipient(label("age recipient"), o.Recipient)
	}
	return keys.Method{}, keys.ErrNoMethods
}

// RemoveMethod takes a way out of a keyring, by its ID or label; never the last
// one. It returns the one that was removed. Old copies of the keyring still open
// with it: see keys.RemovalNotice.
func RemoveMethod(ctx context.Context, backup, keyring string, a Access, id string) (removed Method, err error) {
	err = edit(ctx, backup, keyring, a, func(ring *keys.Keyring) error {
		m, err := ring.Find(id)
		if err != nil {
			return err
		}
		removed = methodOf(m)
		return ring.Remove(m.ID)
	})
	return removed, err
}

// RenameMethod gives a way another label.
func RenameMethod(ctx context.Context, backup, keyring string, a Access, id, label string) error {
	return edit(ctx, backup, keyring, a, func(ring *keys.Keyring) error {
		m, err := ring.Find(id)
		if err != nil {
			return err
		}
		return ring.Rename(m.ID, label)
	})
}

// TestMethod opens a keyring by one way, and notes that it did.
func TestMethod(ctx context.Context, backup, keyring string, a Access, id string) (tested Method, err error) {
	a.KeyFile, a.Method = "", id
	err = edit(ctx, backup, keyring, a, func(ring *keys.Keyring) error {
		m, err := ring.Find(id)
		if err == nil {
			err = ring.MarkTested(m.ID)
		}
		if err == nil {
			m, err = ring.Find(m.ID)
		}
		tested = methodOf(m)
		return err
	})
	return tested, err
}

// ResealKeyring encrypts the backup key anew, to the ways there are.
func ResealKeyring(ctx context.Context, backup, keyring string, a Access) error {
	return edit(ctx, backup, keyring, a, (*keys.Keyring).Reseal)
}
