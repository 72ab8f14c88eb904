package whatsapp

import (
	"archive/zip"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"regexp"
	"slices"
	"strconv"

	"touchback/restore/chat"
	"touchback/restore/pages"
)

var (
	// ErrNotIncrement says that a payload is no incremental backup.
	ErrNotIncrement = errors.New("not an incremental backup")
	// ErrIncrementFormat says that it is one, of a kind that is not known.
	ErrIncrementFormat = errors.New("an incremental backup of a kind that is not known")
	// ErrTooLarge says that something in an incremental backup is larger than
	// is read.
	ErrTooLarge = errors.New("larger than is read")
)

// Increment is an incremental backup, msgstore-increment-N.db.crypt15 beside a
// msgstore: what changed since it was written. It is a ZIP of header.json,
// messages.bin (see Each) and a JSON for each table in which rows changed
// beside the messages. Those tables are named here and not read: the meaning of
// what is in them is not known.
type Increment struct {
	// Number is the N of the name, which the caller knows; increments follow
	// each other in its order.
	Number     int
	AppVersion string // unauthenticated text from header.json, clipped
	Counts     IncrementCounts
	Tables     []string // whose rows changed, by name; at most 1,000
	// ChatNames are the subjects of groups, by address, as far as the
	// increment has them.
	ChatNames map[string]string

	messages *zip.File
}

// IncrementCounts say what an increment holds.
type IncrementCounts struct {
	Changes int64 // that Each hands out
	Chats   int64 // that they are in; counted to 65,536
	Skipped int64 // records that can't be read, and frames that end early
	// What header.json says: messages in the base and the increments up to
	// this one, and how many of them were added or changed, and deleted.
	OnBackup, Updated, Deleted int64
}

const (
	maxIncrementHeader = 1 << 20 // bytes of header.json
	maxIncrementTables = 1000
	maxIncrementChats  = 1 << 16
	maxIncrementNames  = 4 << 20 // bytes of ChatNames
)

// ChangeKind is what becomes of a message.
type ChangeKind uint8

// The kinds of changes.
const (
	// Put adds a message, or takes the place of the one with its ID.
	Put ChangeKind = iota
	// Edit gives the message with that ID a new text, and the time of it.
	Edit
	// React adds the one reaction of Message to the message with that ID, in
	// place of an earlier one of the same sender; without an emoji it was
	// taken back.
	React
	// Delete says that the message with that ID was deleted for everyone.
	Delete
)

// Change is one message that was added or changed. Messages are found by chat,
// FromMe and ID together. All text is hostile, as ever.
type Change struct {
	Kind    ChangeKind
	ChatJID string
	Message chat.Message // Row and Chat are 0
}

// increments are named msgstore-increment-N….crypt14 or .crypt15; the facts
// known of names between the number and the suffix are few.
var incrementName = regexp.MustCompile(`^msgstore-increment-([0-9]{1,9})(?:[^0-9].*)?\.crypt1[45]$`)

// IncrementNumber returns the number of an increment by the base name of its
// file, and whether it is named like one.
func IncrementNumber(name string) (int, bool) {
	m := incrementName.FindStringSubmatch(name)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

// OpenIncrement reads a verified payload into spool, which must be empty and
// stay open as long as the increment is used, and counts what is in it.
//
// The error is ErrNotIncrement, ErrIncrementFormat, ErrTooLarge, or that of
// reading p (see Payload.Open), of the spool (pages.ErrNoSpace) or of ctx.
func OpenIncrement(ctx context.Context, p *Payload, spool *pages.Spool) (*Increment, error) {
	if p.Kind != ZIP {
		return nil, ErrNotIncrement
	}
	if err := spoolPayload(ctx, p, spool); err != nil {
		return nil, err
	}
	archive, err := openZIP(spool, spool.Size())
	if err != nil {
		return nil, err
	}
	i := &Increment{}
	if err := i.readHeader(archive); err != nil {
		return nil, err
	}
	i.Tables = changedTables(archive)
	return i, i.count(ctx)
}

func spoolPayload(ctx context.Context, p *Payload, spool *pages.Spool) (err error) {
	r, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	_, err = io.Copy(spool, r)
	return err
}

// readHeader reads header.json and finds the messages.
func (i *Increment) readHeader(archive *zip.Reader) error {
	b, err := readMember(archive, "header.json", maxIncrementHeader)
	if err != nil {
		return err
	}
	var h struct {
		Header struct {
			AppVersion string `json:"app_version"`
		} `json:"header"`
		Added struct {
			Format   string `json:"format"`
			OnBackup int64  `json:"messages_count_on_backup"`
			Updated  int64  `json:"messages_updated"`
			Deleted  int64  `json:"messages_deleted"`
		} `json:"added_messages"`
	}
	// A field of another type than is known is left out; the rest counts.
	odd := (*json.UnmarshalTypeError)(nil)
	if err := json.Unmarshal(b, &h); err != nil && !errors.As(err, &odd) {
		return fmt.Errorf("%w: header.json can't be read", ErrNotIncrement)
	}
	if h.Added.Format != "" && h.Added.Format != "protobuf" {
		return fmt.Errorf("%w: %.40q", ErrIncrementFormat, h.Added.Format)
	}
	i.AppVersion = clip([]byte(h.Header.AppVersion), maxName)
	i.Counts = IncrementCounts{OnBackup: h.Added.OnBackup, Updated: h.Added.Updated, Deleted: h.Added.Deleted}
	i.messages, err = findMember(archive, "messages.bin")
	return err
}

var changedTable = regexp.MustCompile(`^([A-Za-z0-9_]{1,100})_modified_[0-9]+\.json$`)

func changedTables(archive *zip.Reader) []string {
	var names []string
	for _, f := range archive.File {
		if m := changedTable.FindStringSubmatch(f.Name); m != nil && len(names) < maxIncrementTables {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// count goes through the messages once.
func (i *Increment) count(ctx context.Context) error {
	chats := map[uint64]struct{}{} // by their hash: names are as long as one likes
	seed := maphash.MakeSeed()
	room := maxIncrementNames
	i.ChatNames = map[string]string{}
	to := &receiver{
		change: func(c Change) error {
			i.Counts.Changes++
			if len(chats) < maxIncrementChats {
				chats[maphash.String(seed, c.ChatJID)] = struct{}{}
			}
			return nil
		},
		named: func(jid, name string) {
			if room -= len(jid) + len(name) + contactOverhead; room >= 0 && name != "" {
				i.ChatNames[jid] = name
			}
		},
	}
	err := i.each(ctx, to)
	i.Counts.Chats, i.Counts.Skipped = int64(len(chats)), to.skipped
	return err
}

// Each calls fn with all changes, in the order in which the phone wrote them.
// What can't be read is left out; Counts.Skipped says how much that is.
//
// messages.bin is a sequence of HistorySync messages of protobuf, each after
// its length: what the phone sends to linked devices, too.
func (i *Increment) Each(ctx context.Context, fn func(Change) error) error {
	return i.each(ctx, &receiver{change: fn, named: func(string, string) {}})
}

// EachChange calls fn with the changes of several increments of one backup, in
// the order of their numbers: later ones win.
func EachChange(ctx context.Context, increments []*Increment, fn func(Change) error) error {
	sorted := slices.SortedStableFunc(slices.Values(increments), func(a, b *Increment) int {
		return cmp.Compare(a.Number, b.Number)
	})
	for _, i := range sorted {
		if err := i.Each(ctx, fn); err != nil {
			return err
		}
	}
	return nil
}
