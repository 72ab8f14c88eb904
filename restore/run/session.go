package run

import (
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

// session is what work leaves to the work after it: an open file, a key, a
// verified payload, the messages.
type session struct {
	backup      *Backup
	key         *keys.BackupKey
	fromKeyring bool // the key came out of the keyring, so that it is right
	payload     *whatsapp.Payload
	ring        *ring // the keyring that is being made or kept
	archive     *whatsapp.Archive
	spool       *pages.Spool // of archive
	merged      merging      // into archive
	began       time.Time    // of Verify
	millis      int64        // from there to the last message
	saved       flow.Result  // by the last Save
}

func (s *session) closeBackup() {
	if s.backup != nil {
		s.backup.Close()
		s.backup = nil
	}
}

// closeArchive lets go of the messages. Whoever still reads them gets errors.
func (r *Runner) closeArchive() {
	r.mu.Lock()
	r.archive = nil
	r.mu.Unlock()
	if r.s.spool != nil {
		_ = r.s.spool.Close() // it is unlinked already, and its key goes with it
	}
	r.s.merged.close()
	r.s.archive, r.s.spool = nil, nil
}

// forget wipes the backup key and lets go of every message.
func (r *Runner) forget() {
	r.closeArchive()
	if r.s.payload != nil {
		r.s.payload.Forget()
		r.s.payload = nil
	}
	r.s.key.Wipe()
	r.s.key = nil
	if r.s.ring != nil {
		r.s.ring.Lock()
		r.s.ring = nil
	}
	if r.s.backup != nil && r.s.backup.Keyring != nil {
		r.s.backup.Keyring.Lock()
	}
	// What is free goes back to the system, which clears it: most of what the
	// messages left behind.
	debug.FreeOSMemory()
}

// reportEvery is how often progress is told, at most: as often as a screen is
// drawn.
const reportEvery = time.Second / 20

// meter turns amounts done into progress that a person can follow.
type meter struct {
	start, last time.Time
}

func newMeter() *meter { return &meter{start: time.Now()} }

// due tells whether it is time to report again.
func (m *meter) due() bool {
	now := time.Now()
	if now.Sub(m.last) < reportEvery {
		return false
	}
	m.last = now
	return true
}

// counts adds speed and time left to an amount.
func (m *meter) counts(done, total int64) flow.Counts {
	c := flow.Counts{Done: done, Total: total, Left: -1}
	took := time.Since(m.start).Seconds()
	if took <= 0 || done <= 0 {
		return c
	}
	speed := float64(done) / took
	c.PerSecond = int64(speed)
	if total >= done {
		c.Left = int64(float64(total-done)/speed + 0.5)
	}
	return c
}

// verify checks the tag of the backup.
func (w *work) verify() {
	s := &w.s
	if s.backup == nil || s.key == nil {
		w.fail(keys.ErrLocked)
		return
	}
	w.closeArchive()
	s.began = time.Now()
	m := newMeter()
	payload, err := s.backup.Verify(w.ctx, s.key, s.fromKeyring, func(done, total int64) {
		if m.due() {
			w.tell(flow.Progressed{Attempt: w.attempt, Counts: m.counts(done, total)})
		}
	})
	if err != nil {
		w.fail(err)
		return
	}
	s.payload = payload
	w.tell(flow.Verified{Attempt: w.attempt})
}

// restore reads the messages. The archive can be looked at from the start.
func (w *work) restore() {
	s := &w.s
	if s.payload == nil {
		w.fail(keys.ErrLocked)
		return
	}
	w.closeArchive()
	archive, spool, err := newArchive(w.ctx, s.backup, s.key, w.cfg.TempDir)
	if err != nil {
		w.fail(err)
		return
	}
	s.archive, s.spool = archive, spool
	w.mu.Lock()
	w.archive = archive
	w.mu.Unlock()
	m := newMeter()
	err = archive.Fill(w.ctx, s.payload, func(p whatsapp.Progress) {
		if m.due() {
			c := m.counts(p.Bytes, p.Total)
			c.Messages, c.Chats = p.Messages, p.Chats
			w.tell(flow.Progressed{Attempt: w.attempt, Counts: c})
		}
	})
	if err != nil {
		w.fail(err)
		return
	}
	if s.merged, err = mergeIncrements(w.ctx, s.backup, archive, s.key, w.cfg.TempDir); err != nil {
		w.fail(err)
		return
	}
	s.millis = time.Since(s.began).Milliseconds()
	messages, chats := archive.Total()
	w.tell(flow.Restored{
		Attempt: w.attempt, Counts: flow.Counts{Messages: messages, Chats: chats}, Millis: s.millis, Merged: s.merged.counts(),
	})
}

// newArchive makes an empty archive with the names of the contacts database
// that lies beside the backup, where one does and the key opens it. Names are
// a comfort: a restore does not fail for want of them.
func newArchive(ctx context.Context, b *Backup, key *keys.BackupKey, dir string) (*whatsapp.Archive, *pages.Spool, error) {
	contacts, err := contactsOf(ctx, b, key, dir)
	if err != nil {
		return nil, nil, err
	}
	spool, err := pages.NewSpool(dir)
	if err != nil {
		return nil, nil, err
	}
	return whatsapp.NewArchive(spool, contacts), spool, nil
}

func contactsOf(ctx context.Context, b *Backup, key *keys.BackupKey, dir string) (*whatsapp.Contacts, error) {
	for _, path := range contactPaths(b.Path) {
		c, err := readContacts(ctx, b.place, path, key, dir)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			return c, nil
		}
	}
	return nil, nil
}

// contactPaths are where a phone keeps wa.db for a msgstore: beside it, or in
// the folder Backups next to Databases.
func contactPaths(backup string) []string {
	name := "wa.db" + filepath.Ext(backup)
	dir := filepath.Dir(backup)
	return []string{filepath.Join(dir, name), filepath.Join(dir, "..", "Backups", name)}
}

func readContacts(ctx context.Context, in place, path string, key *keys.BackupKey, dir string) (*whatsapp.Contacts, error) {
	b, err := in.backup(path, "")
	if err != nil {
		return nil, err
	}
	defer b.Close()
	p, err := b.Verify(ctx, key, false, nil)
	if err != nil {
		return nil, err
	}
	defer p.Forget()
	spool, err := pages.NewSpool(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = spool.Close() }()
	return whatsapp.LoadContacts(ctx, p, spool)
}

// save writes what was restored where the person wants it.
func (w *work) save(e flow.SaveMessages) {
	s := &w.s
	if s.payload == nil || s.archive == nil {
		w.fail(keys.ErrLocked)
		return
	}
	path, err := w.saveTo(e.Path)
	if err != nil {
		w.fail(err)
		return
	}
	media := mediaBeside(s.backup)
	defer media.Close()
	m := newMeter()
	result, err := write(w.ctx, s.backup, s.payload, s.archive, Output{Format: e.Format, Path: path, Sweeper: w.cfg.Sweeper}, media, func(done, total int64) {
		if m.due() {
			w.tell(flow.Progressed{Attempt: w.attempt, Counts: m.counts(done, total)})
		}
	})
	if err != nil {
		w.fail(err)
		return
	}
	messages, chats := s.archive.Total()
	merged := s.merged.counts()
	if (Output{Format: e.Format}).whole() {
		merged = flow.Merged{Beyond: len(s.backup.Increments())}
	}
	s.saved = flow.Result{
		Format: result.Format, Path: result.Path, Bytes: result.Bytes,
		Messages: messages, Chats: chats, Media: result.Media, Millis: s.millis, Merged: merged,
	}
	w.tell(flow.Saved{Attempt: w.attempt, Result: s.saved})
}

// saveTo says where a path that was typed leads.
func (r *Runner) saveTo(path string) (string, error) {
	if r.cfg.SaveTo != nil {
		return r.cfg.SaveTo(path)
	}
	return absolute(path), nil
}

// absolute returns where a path that was typed leads, so that Done can say it in
// full.
func absolute(path string) string {
	if full, err := filepath.Abs(home(path)); err == nil {
		return full
	}
	return home(path)
}

// home replaces a leading ~/ by the person's home, since no shell has seen
// what was typed on a screen.
func home(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	dir, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return filepath.Join(dir, rest)
}
