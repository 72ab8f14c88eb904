package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"touchback/keys"
	"touchback/restore/export"
	"touchback/restore/flow"
)

// Receipt is what can be told of a restore without telling anything of the
// person: no name, no number, no path, no text. A support desk may keep it.
type Receipt struct {
	Program string          `json:"program"`
	Version string          `json:"version"`
	When    time.Time       `json:"when"` // UTC, in seconds
	Outcome flow.Outcome    `json:"outcome"`
	Backup  ReceiptBackup   `json:"backup"`
	Method  flow.MethodKind `json:"method"` // what opened it
	Format  flow.Format     `json:"format"` // of what was saved

	Messages   int64 `json:"messages"`
	Chats      int64 `json:"chats"`
	Media      int64 `json:"media"`
	Increments int   `json:"increments"` // that are in it
}

// ReceiptBackup says which file it was, to whoever has the file.
type ReceiptBackup struct {
	SHA256 string `json:"sha256"` // hexadecimal
	Bytes  int64  `json:"bytes"`
}

// ReceiptPaths are where the receipts of a saved file or folder go: one for
// programs, one for people.
func ReceiptPaths(saved string) (asJSON, text string) {
	return saved + ".receipt.json", saved + ".receipt.txt"
}

// receipt writes the receipts of the last Save beside it.
func (w *work) receipt(e flow.WriteReceipt) {
	s := &w.s
	if s.backup == nil || s.saved.Path == "" {
		w.fail(keys.ErrLocked)
		return
	}
	sum, err := s.backup.sum(w.ctx)
	if err != nil {
		w.fail(err)
		return
	}
	r := Receipt{
		Program: "touchback", Version: w.cfg.Version, When: time.Now().UTC().Truncate(time.Second), Outcome: flow.Finished,
		Backup: ReceiptBackup{SHA256: sum, Bytes: s.backup.Info.Size()},
		Method: e.Kind, Format: s.saved.Format,
		Messages: s.saved.Messages, Chats: s.saved.Chats, Media: s.saved.Media, Increments: s.saved.Merged.Increments,
	}
	path, err := r.write(s.saved.Path)
	if err != nil {
		w.fail(err)
		return
	}
	w.tell(flow.ReceiptWritten{Attempt: w.attempt, Path: path})
}

// sum is the SHA-256 of the whole file, as it lies on the disk.
func (b *Backup) sum(ctx context.Context) (string, error) {
	h := sha256.New()
	if _, err := export.Copy(ctx, h, io.NewSectionReader(b.file, 0, b.Info.Size()), nil); err != nil {
		return "", err
	}
	if err := b.unchanged(); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// write writes both receipts, and neither over anything. It returns the path of
// the one for people.
func (r Receipt) write(saved string) (string, error) {
	asJSON, text := ReceiptPaths(saved)
	programs, err := export.Create(asJSON)
	if err != nil {
		return "", err
	}
	defer programs.Abort()
	people, err := export.Create(text)
	if err != nil {
		return "", err
	}
	defer people.Abort()
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", err
	}
	if _, err := programs.Write(append(b, '\n')); err != nil {
		return "", err
	}
	if _, err := io.WriteString(people, r.String()); err != nil {
		return "", err
	}
	if err := programs.Commit(); err != nil {
		return "", err
	}
	return text, people.Commit()
}

// String words the receipt for people.
func (r Receipt) String() string {
	return fmt.Sprintf(`Receipt of a restore

when        %s
outcome     %s
backup      SHA-256 %s
            %d bytes
opened by   %s
saved as    %s
messages    %d
chats       %d
media       %d
increments  %d
program     %s %s

Nothing of what the messages say, and nobody's name or number, is in this receipt.
`, r.When.Format("2006-01-02 15:04:05 UTC"), r.Outcome, r.Backup.SHA256, r.Backup.Bytes, r.Method, r.Format,
		r.Messages, r.Chats, r.Media, r.Increments, r.Program, r.Version)
}
