package run

import (
	"context"
	"errors"
	"fmt"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/restore/whatsapp"
)

// errNotRepaired says that the 64-digit key is wrong in more than one digit, or
// of another backup.
var errNotRepaired = errors.New("neither this key opens the backup, nor any that differs from it in one digit")

// digitsInGroup is how many digits a phone shows together.
const digitsInGroup = 4

// WrongDigit is a digit of a 64-digit key that was mistyped.
type WrongDigit struct {
	Digit int `json:"digit"` // 1 to 64
	Group int `json:"group"` // 1 to 16
}

func (d WrongDigit) String() string { return fmt.Sprintf("digit %d, in group %d", d.Digit, d.Group) }

// Repair looks for the key that differs in one digit from a 64-digit key that
// does not open the backup. The caller wipes both. progress may be nil; it
// starts again for each key that may be the one, few as they are.
//
// The error is whatsapp.ErrWrongKey where there is none, whatsapp.ErrKeyKind
// where the backup takes no such key, or that of ctx or of reading the file.
func (b *Backup) Repair(ctx context.Context, key *keys.BackupKey, progress func(done, total int64)) (fixed *keys.BackupKey, wrong WrongDigit, err error) {
	if key.Kind() != keys.KindRootKey {
		return nil, wrong, whatsapp.ErrKeyKind
	}
	var root []byte
	at := 0
	key.Use(func(k []byte) {
		root, at, err = whatsapp.Repair(ctx, b.Container, k, whatsapp.VerifyOptions{Progress: progress})
	})
	switch {
	case errors.Is(err, whatsapp.ErrWrongKey):
		return nil, wrong, errors.Join(errNotRepaired, err)
	case err != nil:
		return nil, wrong, err
	}
	if fixed, err = keys.NewRootKey(root); err != nil {
		clear(root)
		return nil, wrong, err
	}
	return fixed, WrongDigit{Digit: at + 1, Group: at/digitsInGroup + 1}, nil
}

// verifyOrRepair is Verify that puts one digit of the key right, where the
// person asked for that. The key it returns is the one that opens the backup.
func (b *Backup) verifyOrRepair(ctx context.Context, key *keys.BackupKey, known bool, a Access) (*whatsapp.Payload, *keys.BackupKey, *WrongDigit, error) {
	p, err := b.Verify(ctx, key, known, a.Ask.Progress)
	if !errors.Is(err, whatsapp.ErrWrongKey) || !a.RepairKey {
		return p, key, nil, err
	}
	fixed, wrong, err := b.Repair(ctx, key, a.Ask.Progress)
	if err != nil {
		return nil, key, nil, err
	}
	key.Wipe()
	p, err = b.Verify(ctx, fixed, false, a.Ask.Progress)
	return p, fixed, &wrong, err
}

// repairKey looks for the key that was meant. The one that was typed is wiped,
// whatever comes of it.
func (w *work) repairKey() {
	s := &w.s
	if s.backup == nil || s.key == nil {
		w.fail(keys.ErrLocked)
		return
	}
	m := newMeter()
	fixed, wrong, err := s.backup.Repair(w.ctx, s.key, func(done, total int64) {
		if m.due() {
			w.tell(flow.Progressed{Attempt: w.attempt, Counts: m.counts(done, total)})
		}
	})
	s.key.Wipe()
	s.key, s.fromKeyring = fixed, false
	if err != nil {
		w.fail(err)
		return
	}
	w.tell(flow.KeyRepaired{Attempt: w.attempt, Digit: wrong.Digit})
}
