package tui

import (
	"time"

	"touchback/restore/chat"
)

// fakeArchive has some messages, and makes up the others when they are asked
// for.
type fakeArchive struct {
	chats    []chat.Chat
	messages map[int64][]chat.Message
	made     map[int64]int
}

func (a *fakeArchive) count(row int64, n int) {
	if a.made == nil {
		a.made = map[int64]int{}
	}
	a.made[row] = n
}

func (a *fakeArchive) Chats() []chat.Chat { return a.chats }
func (a *fakeArchive) Total() (int64, int64) {
	return 1, int64(len(a.chats))
}

func (a *fakeArchive) Count(c int64) (int, uint64) { return len(a.messages[c]) + a.made[c], 0 }

func (a *fakeArchive) Messages(c int64, from, n int) ([]chat.Message, error) {
	if m := a.messages[c]; len(m) > 0 {
		return m[min(from, len(m)):min(from+n, len(m))], nil
	}
	var out []chat.Message
	for i := from; i < min(from+n, a.made[c]); i++ {
		out = append(out, chat.Message{
			Row: int64(i), Chat: c, Type: chat.Text, Text: "message " + time.Duration(i).String(), Sender: chat.Person{Name: "Bea"},
			Time: time.Date(2026, 5, 1, 0, i, 0, 0, time.UTC),
		})
	}
	return out, nil
}
