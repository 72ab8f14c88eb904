package run

import (
	"path/filepath"
	"strings"
	"time"

	"touchback/keys"
	"touchback/restore/flow"
)

// openBackup reads the header and the keyring of a backup.
func (w *work) openBackup(path string) {
	w.forget()
	w.s.closeBackup()
	b, err := place{w.cfg.Root}.backup(path, w.cfg.Keyring)
	if err != nil {
		w.fail(err)
		return
	}
	w.s.backup = b
	info := b.Container.Info()
	e := flow.Opened{Attempt: w.attempt, Backup: flow.BackupInfo{
		Path: path, Format: string(info.Format), Size: info.Size, Modified: b.Info.ModTime().Unix(),
		AppVersion: info.AppVersion, Device: info.DeviceModel, NumberEnds: info.JIDSuffix,
		Passkey: info.WhatsAppPasskey, Keyring: b.KeyringPath, BadKeyring: b.KeyringErr != nil,
		SaveBase: saveBase(w.cfg.SaveDir, path), Increments: len(b.Increments()),
	}}
	if b.Keyring != nil {
		for _, m := range inOrder(b.Keyring.Methods()) {
			// Without security keys of this machine, a browser reaches the person's.
			m.WebOnly = m.WebOnly || m.Web && w.cfg.Finder == nil
			if e.NMethods < flow.MaxMethods-1 {
				e.Methods[e.NMethods] = m
				e.NMethods++
			}
		}
	}
	// The backup key itself opens every backup, keyring or not.
	e.Methods[e.NMethods] = flow.MethodInfo{Kind: flow.ByKey}
	e.NMethods++
	w.tell(e)
}

// inOrder lists passkeys first and then passwords. Recipients are left out:
// their identities are kept elsewhere, and age opens the keyring with them.
func inOrder(methods []keys.Method) []flow.MethodInfo {
	var list []flow.MethodInfo
	for _, as := range [...]struct {
		is keys.MethodKind
		to flow.MethodKind
	}{{keys.MethodPasskey, flow.ByPasskey}, {keys.MethodPassword, flow.ByPassword}} {
		for _, m := range methods {
			if m.Kind == as.is {
				list = append(list, methodInfo(m, as.to))
			}
		}
	}
	return list
}

func methodInfo(m keys.Method, kind flow.MethodKind) flow.MethodInfo {
	i := flow.MethodInfo{ID: m.ID, Kind: kind, Label: m.Label, Created: unix(m.Created), Tested: unix(m.Tested)}
	i.Web, i.WebOnly = roads(m.Passkey)
	return i
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// saveBase is where a result is offered to go: the backup's name without its
// extensions, in dir.
func saveBase(dir, backup string) string {
	name := filepath.Base(backup)
	if i := strings.Index(name, ".db.crypt"); i > 0 {
		name = name[:i]
	} else {
		name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	if dir == "" {
		dir = "."
	}
	return filepath.Join(dir, name)
}
