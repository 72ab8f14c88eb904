package run

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

// Increment is an incremental backup that lies beside its base.
type Increment struct {
	Path   string `json:"path"`
	Number int    `json:"number"`
	Size   int64  `json:"size"` // bytes
}

// IncrementFailed is one that was left out, with words on why.
type IncrementFailed struct {
	Increment
	Why string `json:"why"`
}

// maxIncrements is how many files are taken for increments; the app makes a
// new base long before that.
const maxIncrements = 1000

// Increments lists the increments of a backup by their numbers. They belong to
// the newest msgstore: daily copies are older than what they change, and other
// databases have none. It is nil where there are none.
func (b *Backup) Increments() []Increment {
	name := filepath.Base(b.Path)
	if !strings.HasPrefix(name, "msgstore") || dailyName.MatchString(name) || incrementName.MatchString(name) {
		return nil
	}
	dir := filepath.Dir(b.Path)
	entries, err := b.place.readDir(dir)
	if err != nil {
		return nil
	}
	var list []Increment
	for _, e := range entries {
		n, ok := whatsapp.IncrementNumber(e.Name())
		// Those of crypt14 belong to a base of crypt14.
		if !ok || !strings.HasSuffix(e.Name(), string(b.Container.Format)) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			list = append(list, Increment{filepath.Join(dir, e.Name()), n, info.Size()})
		}
	}
	slices.SortFunc(list, func(a, b Increment) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Path, b.Path))
	})
	return list[:min(len(list), maxIncrements)]
}

// merging is what came of merging the increments of a backup.
type merging struct {
	whatsapp.Merged
	failed []IncrementFailed
	spool  *pages.Spool // that the archive reads from, or nil
}

// counts is what the guide tells of it.
func (m *merging) counts() flow.Merged {
	return flow.Merged{Increments: m.Increments, Added: m.Added, Changed: m.Changed, LeftOut: len(m.failed)}
}

func (m *merging) close() {
	if m.spool != nil {
		_ = m.spool.Close() // it is unlinked already, and its key goes with it
	}
	*m = merging{}
}

// mergeIncrements merges what lies beside a backup into its archive, which has
// been filled. An increment that can't be read is left out: the base restores
// without it. The error is a full disk, or that of ctx.
func mergeIncrements(ctx context.Context, b *Backup, archive *whatsapp.Archive, key *keys.BackupKey, dir string) (m merging, err error) {
	list := b.Increments()
	if len(list) == 0 {
		return m, nil
	}
	if m.spool, err = pages.NewSpool(dir); err != nil {
		return m, err
	}
	defer func() {
		if err != nil {
			m.close()
		}
	}()
	merger := archive.Merge(m.spool)
	for _, i := range list {
		err := addIncrement(ctx, merger, b.place, i, key, dir)
		if err := ctx.Err(); err != nil {
			return m, err
		}
		if errors.Is(err, pages.ErrNoSpace) {
			return m, err
		}
		if err != nil {
			merger.LeaveOut(i.Number, err)
			m.failed = append(m.failed, IncrementFailed{i, whyLeftOut(err)})
		}
	}
	m.Merged, err = merger.End(ctx)
	return m, err
}

// addIncrement opens one with the key of its base. Nothing of it is taken
// before all of it has verified.
func addIncrement(ctx context.Context, merger *whatsapp.Merger, in place, i Increment, key *keys.BackupKey, dir string) error {
	b, err := in.backup(i.Path, "")
	if err != nil {
		return err
	}
	defer b.Close()
	p, err := b.Verify(ctx, key, false, nil)
	if err != nil {
		return err
	}
	defer p.Forget()
	spool, err := pages.NewSpool(dir)
	if err != nil {
		return err
	}
	defer func() { _ = spool.Close() }()
	opened, err := whatsapp.OpenIncrement(ctx, p, spool)
	if err != nil {
		return err
	}
	opened.Number = i.Number
	return merger.Add(ctx, opened)
}

// whyLeftOut says in a few words what is wrong with an increment.
func whyLeftOut(err error) string {
	switch Explain(err).Why {
	case flow.Damaged:
		return "it is damaged or was altered"
	case flow.WrongBackupKey:
		return "another key opens it"
	case flow.Changed:
		return "it changed while it was read"
	}
	return err.Error()
}
