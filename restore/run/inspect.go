package run

import (
	"os"
	"time"

	"touchback/restore/whatsapp"
)

// Inspection is what is known of a backup without a key. Its JSON is what
// `inspect --json` prints. All texts are hostile.
type Inspection struct {
	whatsapp.Info
	Keyring *KeyringInfo `json:"keyring"`
	// KeyringErr says why a keyring that lies beside the backup can't be read.
	KeyringErr error `json:"-"`
	Beside
}

// KeyringInfo is what a keyring says without being opened.
type KeyringInfo struct {
	Path    string          `json:"path"`
	Methods []KeyringMethod `json:"methods"`
}

// KeyringMethod is one way into a keyring.
type KeyringMethod struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Label   string    `json:"label"`
	Created time.Time `json:"created"`
}

// Inspect says what a backup is and how it is protected; of a folder, the newest
// backup in it. Errors are those of
// Open.
func Inspect(path, keyring string) (Inspection, error) { return place{}.inspect(path, keyring) }

// InspectIn is Inspect of a path below root, of which nothing leads out.
func InspectIn(root *os.Root, path string) (Inspection, error) { return place{root}.inspect(path, "") }

func (p place) inspect(path, keyring string) (Inspection, error) {
	named := path
	path, err := p.choose(path)
	if err != nil {
		return Inspection{}, err
	}
	b, err := p.backup(path, keyring)
	if err != nil {
		return Inspection{}, err
	}
	defer b.Close()
	i := Inspection{Info: b.Container.Info(), KeyringErr: b.KeyringErr, Beside: b.beside(named)}
	i.Path = path
	modified := b.Info.ModTime().UTC()
	i.Modified = &modified
	if b.Keyring != nil {
		i.Keyring = &KeyringInfo{Path: b.KeyringPath}
		for _, m := range b.Keyring.Methods() {
			i.Keyring.Methods = append(i.Keyring.Methods, KeyringMethod{
				ID: m.ID, Kind: string(m.Kind), Label: m.Label, Created: m.Created.UTC(),
			})
		}
	}
	return i, nil
}
