package run

import (
	"context"
	"errors"
	"io"
	"time"

	"touchback/restore/chat"
	"touchback/restore/export"
	"touchback/restore/flow"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

// ErrFolder says that a format is a folder, which no writer takes.
var ErrFolder = errors.New("this format is a folder: it can't go to standard output")

// Payload is the format of a payload as it lies in the backup, whatever it is.
const Payload flow.Format = "payload"

// ErrFilter says that a format takes no choice of messages.
var ErrFilter = errors.New("the database is written whole: chats and times can't be chosen")

// Output says what is written and where: to a new file at Path, or to To.
type Output struct {
	Format flow.Format
	Path   string
	To     io.Writer // where set, Path is not used
	Filter chat.Filter
	// NoIncrements leaves out what came after the base.
	NoIncrements bool
	// Sweeper takes away what is left at Path where the program is killed.
	Sweeper *export.Sweeper
}

// Result is what was written.
type Result struct {
	Path     string               `json:"path"` // "" where it went to a writer
	Format   flow.Format          `json:"format"`
	Kind     whatsapp.PayloadKind `json:"kind"` // what the backup holds
	Bytes    int64                `json:"bytes"`
	Messages int64                `json:"messages"`
	Chats    int64                `json:"chats"`
	Media    int64                `json:"media"`
	Millis   int64                `json:"milliseconds"`

	// Increments are merged into the messages. A payload or a database is that
	// of the base alone, and so is all where that was asked for: then
	// IncrementsBeyond lie beside it and are not in the result.
	Increments       int               `json:"increments"`
	IncrementsFailed []IncrementFailed `json:"increments_failed,omitempty"`
	IncrementsBeyond int               `json:"increments_beyond,omitempty"`
	// Unmatched are changes of increments that could not be read, or are of
	// messages that neither the base nor an increment has.
	Unmatched int64 `json:"increments_unmatched,omitempty"`
	// Repaired is the digit of the key that was wrong, where one was.
	Repaired *WrongDigit `json:"repaired,omitempty"`
}

// Write opens a backup, or the newest one in a folder, and writes what it holds, without a guide. What stands
// in the way of the output is said before anybody is asked for a key.
func Write(ctx context.Context, backup, keyring string, a Access, o Output) (Result, error) {
	began := time.Now()
	if o.whole() && !o.Filter.All() {
		return Result{}, ErrFilter
	}
	// Opening an output creates nothing yet.
	_, target, err := o.open(nil)
	if err != nil {
		return Result{}, err
	}
	target.Abort()
	in := place{a.Root}
	if backup, err = in.choose(backup); err != nil {
		return Result{}, err
	}
	b, err := in.backup(backup, keyring)
	if err != nil {
		return Result{}, err
	}
	defer b.Close()
	key, known, err := b.key(ctx, a)
	if err != nil {
		return Result{}, err
	}
	defer func() { key.Wipe() }()
	if b.Keyring != nil {
		defer b.Keyring.Lock()
	}
	p, key, repaired, err := b.verifyOrRepair(ctx, key, known, a)
	if err != nil {
		return Result{}, err
	}
	defer p.Forget()
	if o.Format == flow.Database && p.Kind != whatsapp.SQLite {
		return Result{}, whatsapp.ErrNoMessages
	}

	var archive *whatsapp.Archive
	var media *export.MediaFolder
	var merged merging
	if !o.whole() {
		media = mediaBeside(b)
		defer media.Close()
		var spool *pages.Spool
		if archive, spool, err = newArchive(ctx, b, key, ""); err != nil {
			return Result{}, err
		}
		defer func() { _ = spool.Close() }()
		if err := archive.Fill(ctx, p, nil); err != nil {
			return Result{}, err
		}
		if !o.NoIncrements {
			if merged, err = mergeIncrements(ctx, b, archive, key, ""); err != nil {
				return Result{}, err
			}
			defer merged.close()
		}
	}
	result, err := write(ctx, b, p, archive, o, media, a.Ask.Progress)
	result.Millis = time.Since(began).Milliseconds()
	result.merged(merged)
	if o.whole() || o.NoIncrements {
		result.IncrementsBeyond = len(b.Increments())
	}
	result.Repaired = repaired
	return result, err
}

func (r *Result) merged(m merging) {
	r.Increments, r.IncrementsFailed, r.Unmatched = m.Increments, m.failed, m.Unmatched+m.Skipped
}

// write writes what was verified of b. archive is read for formats made of
// messages, and must be complete then. media finds media files, or is nil.
func write(ctx context.Context, b *Backup, p *whatsapp.Payload, archive *whatsapp.Archive, o Output, media *export.MediaFolder, progress func(done, total int64)) (Result, error) {
	result := Result{Path: o.Path, Format: o.Format, Kind: p.Kind}
	sink, target, err := o.open(media)
	if err != nil {
		return result, err
	}
	defer target.Abort()
	if o.To != nil {
		result.Path = ""
	}
	if o.whole() {
		err = copyPayload(ctx, target.(io.Writer), p, progress)
	} else {
		err = writeMessages(ctx, sink, archive, o.Filter, &result, progress)
	}
	if err == nil {
		err = b.unchanged()
	}
	if err == nil {
		err = target.Commit()
	}
	result.Bytes = target.Written()
	return result, err
}

func copyPayload(ctx context.Context, to io.Writer, p *whatsapp.Payload, progress func(done, total int64)) error {
	r, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	_, err = export.Copy(ctx, to, r, func(n int64) {
		if progress != nil {
			progress(n, 0)
		}
	})
	return err
}

// progressStep is how many messages go by between two words on progress: a
// call for each would be felt.
const progressStep = 256

func writeMessages(ctx context.Context, sink export.Sink, archive *whatsapp.Archive, f chat.Filter, result *Result, progress func(done, total int64)) error {
	chats := archive.Chats()
	if err := sink.Begin(chats); err != nil {
		return err
	}
	total, _ := archive.Total()
	seen := make(map[int64]struct{}, len(chats))
	err := archive.Each(ctx, f, func(m *chat.Message) error {
		result.Messages++
		if m.Media != nil {
			result.Media++
		}
		seen[m.Chat] = struct{}{}
		if progress != nil && result.Messages%progressStep == 0 {
			progress(result.Messages, total)
		}
		return sink.Message(m)
	})
	if err != nil {
		return err
	}
	result.Chats = int64(len(seen))
	return sink.End()
}
