package chat

import (
	"slices"
	"time"
)

// Filter chooses messages; the zero value takes all.
type Filter struct {
	Chats []int64   // rows of chats; empty takes all
	Since time.Time // at or after; zero takes all
	Until time.Time // before; zero takes all
}

// All tells whether the filter takes every message.
func (f Filter) All() bool {
	return len(f.Chats) == 0 && f.Since.IsZero() && f.Until.IsZero()
}

// Takes tells whether the filter takes a message of the given chat and time.
// A message without a time is taken only where no time is asked for.
func (f Filter) Takes(chat int64, t time.Time) bool {
	if len(f.Chats) > 0 && !slices.Contains(f.Chats, chat) {
		return false
	}
	if t.IsZero() {
		return f.Since.IsZero() && f.Until.IsZero()
	}
	return (f.Since.IsZero() || !t.Before(f.Since)) && (f.Until.IsZero() || t.Before(f.Until))
}
