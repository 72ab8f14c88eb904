package whatsapp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"strings"

	"touchback/restore/pages"
)

// Merger puts what increments hold over an archive that has been filled.
//
// The order is this. What the base holds keeps its rows and its places, with
// the changes in it. Messages that only increments have come after all of the
// base, in the order of the increments' numbers and, within one, as the phone
// wrote them; their rows go on from the base's last. So rows stay unique, and
// exports in row order.
//
// A message is found by its chat, from_me and key ID. A chat is found by its
// address, and by the hidden address or the number that jid_map knows for it.
//
// Kept in memory are some 60 bytes a change. What the changes say lies in the
// spool, as the phone wrote it.
type Merger struct {
	a      *Archive
	spool  *pages.Spool
	seed   maphash.Seed
	last   int // number of the increment before
	counts Merged

	changes []change
	numbers []int // of increments, which changes name by position
	chats   []mergedChat
	chatOf  map[string]int32 // position in chats, by address
	people  map[uint64]int64 // rows of jid, by hashed address; 0 until known
	names   map[string]string
	left    []error
	ended   bool
}

// change is a Change in the spool.
type change struct {
	key  uint64 // hash of from_me and the message's ID
	off  int64
	size int32
	next int32 // the next change of the same message, or none
	chat int32
	in   int32 // position in numbers
	kind ChangeKind
}

// mergedChat is a chat that increments have changes of.
type mergedChat struct {
	address string
	row     int64
}

// none is no position in a list.
const none = -1

const (
	// maxChanges bounds what increments cost in memory. One has from a few
	// dozen to a few thousand changes.
	maxChanges = 1 << 20
	// maxPeopleMet is how many addresses are looked up in the base; others are
	// named by their number.
	maxPeopleMet = 1 << 16
)

// Merged is what increments changed.
type Merged struct {
	Increments int   // that were merged
	Added      int64 // messages that the base does not have
	Changed    int64 // messages of the base
	// Unmatched are edits, reactions and deletions of messages that neither
	// the base nor an increment has.
	Unmatched int64
	Skipped   int64 // records that can't be read
}

// IncrementError says that an increment was left out, and why.
type IncrementError struct {
	Number int
	Err    error
}

func (e *IncrementError) Error() string {
	return fmt.Sprintf("increment %d was left out: %v", e.Number, e.Err)
}

func (e *IncrementError) Unwrap() error { return e.Err }

// Merge begins a merge, once Fill has returned. Add the increments, lowest
// number first, then End; until then the archive is as it was. spool must be
// empty and stay open as long as the archive is used.
func (a *Archive) Merge(spool *pages.Spool) *Merger {
	return &Merger{
		a: a, spool: spool, seed: maphash.MakeSeed(), last: none,
		chatOf: map[string]int32{}, people: map[uint64]int64{}, names: map[string]string{},
	}
}

// Add takes an increment, which is not used any more after that. The error is
// ErrTooLarge, or that of reading it, of the spool or of ctx; nothing of the
// increment is merged then.
func (m *Merger) Add(ctx context.Context, i *Increment) error {
	if i.Number < m.last {
		return fmt.Errorf("increment %d comes after %d", i.Number, m.last)
	}
	before := len(m.changes)
	to := &receiver{named: func(string, string) {}}
	var head []byte
	to.change = func(c Change) error {
		if len(m.changes) == maxChanges {
			return fmt.Errorf("%w: %d changes", ErrTooLarge, maxChanges)
		}
		chat, err := m.chat(c.ChatJID)
		if err != nil {
			return err
		}
		m.meet(&c)
		head = append(binary.AppendUvarint(head[:0], uint64(len(to.jid))), to.jid...)
		off := m.spool.Size()
		if _, err := m.spool.Write(head); err != nil {
			return err
		}
		if _, err := m.spool.Write(to.raw); err != nil {
			return err
		}
		m.changes = append(m.changes, change{
			key: m.key(c.Message.FromMe, c.Message.ID), off: off, size: int32(m.spool.Size() - off),
			next: none, chat: chat, in: int32(len(m.numbers)), kind: c.Kind,
		})
		return nil
	}
	if err := i.each(ctx, to); err != nil {
		m.changes = m.changes[:before]
		return err
	}
	m.last = i.Number
	m.numbers = append(m.numbers, i.Number)
	m.counts.Increments++
	m.counts.Skipped += to.skipped
	for jid, name := range i.ChatNames {
		m.names[address(jid)] = name
	}
	return nil
}

// LeaveOut notes an increment that could not be opened, or was damaged: it
// becomes a problem of the archive.
func (m *Merger) LeaveOut(number int, err error) {
	m.left = append(m.left, &IncrementError{number, err})
}

// chat returns the position of the chat at an address.
func (m *Merger) chat(jid string) (int32, error) {
	jid = address(jid)
	if i, ok := m.chatOf[jid]; ok {
		return i, nil
	}
	if len(m.chats) == maxIncrementChats || len(jid) > maxAddress {
		return 0, fmt.Errorf("%w: chats or their addresses", ErrTooLarge)
	}
	i := int32(len(m.chats))
	m.chats = append(m.chats, mergedChat{address: jid})
	m.chatOf[jid] = i
	return i, nil
}

// meet notes whose names will be asked for.
func (m *Merger) meet(c *Change) {
	note := func(jid string) {
		if jid != "" && len(m.people) < maxPeopleMet {
			m.people[m.hash(jid)] = 0
		}
	}
	note(c.ChatJID)
	for p := range peopleOf(&c.Message) {
		note(p.JID)
	}
}

func (m *Merger) hash(jid string) uint64 { return maphash.String(m.seed, address(jid)) }

// key is a hash under a seed that no file can know: two of a million changes
// and a billion messages share one by a chance of one in ten thousand.
func (m *Merger) key(fromMe bool, id string) uint64 {
	k := maphash.String(m.seed, id)
	if fromMe {
		k = ^k
	}
	return k
}

// in adds the chat to a key.
func inChat(key uint64, chat int64) uint64 {
	return key ^ uint64(chat)*0x9e3779b97f4a7c15 // 2^64 over the golden ratio: spreads small numbers
}

// address writes the address of a person or a group as a msgstore has it:
// without the device that sent from there, and under today's name of the
// server.
func address(jid string) string {
	user, server, ok := strings.Cut(jid, "@")
	if !ok {
		return jid
	}
	if server == "c.us" {
		server = "s.whatsapp.net"
	}
	user, _, _ = strings.Cut(user, ":")
	return user + "@" + server
}

var errMerged = errors.New("increments are merged once, into an archive that is complete")
