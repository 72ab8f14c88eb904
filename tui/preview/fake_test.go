package preview

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"touchback/restore/chat"
	"touchback/tui/style"
)

// fake is an archive that makes up its messages, and counts what is read.
type fake struct {
	chats []chat.Chat
	n     map[int64]int
	gen   uint64
	first map[int64]int // rows inserted before the others, later
	text  func(chat int64, i int) chat.Message
	mu    sync.Mutex // guards what is counted: searches read beside
	reads int        // messages handed out
	calls int
}

func (f *fake) Chats() []chat.Chat { return f.chats }
func (f *fake) Total() (int64, int64) {
	n := 0
	for _, c := range f.n {
		n += c
	}
	return int64(n), int64(len(f.chats))
}
func (f *fake) Count(c int64) (int, uint64) { return f.n[c], f.gen }

func (f *fake) Messages(c int64, from, n int) ([]chat.Message, error) {
	var out []chat.Message
	for i := from; i < min(from+n, f.n[c]); i++ {
		out = append(out, f.text(c, i-f.first[c]))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	f.reads += len(out)
	return out, nil
}

var day = time.Date(2026, 5, 12, 0, 0, 0, 0, time.UTC)

// plain makes an archive of numbered messages.
func plain(counts ...int) *fake {
	f := &fake{n: map[int64]int{}, first: map[int64]int{}, text: func(c int64, i int) chat.Message {
		return chat.Message{
			Row: int64(i + 1000), Chat: c, Type: chat.Text, Time: day.Add(time.Duration(i) * time.Minute),
			Sender: chat.Person{Name: "Bea", JID: "1@s.whatsapp.net"}, Text: fmt.Sprintf("message %d", i),
		}
	}}
	for i, n := range counts {
		f.add(int64(i+1), fmt.Sprintf("Chat %d", i+1), n)
	}
	return f
}

func (f *fake) add(row int64, name string, n int) {
	f.chats = append(f.chats, chat.Chat{Row: row, Name: name})
	f.n[row] = n
}

func model(a chat.Archive) *Model {
	m := New(Options{Theme: style.New(false)})
	m.SetArchive(a)
	return m
}

// text is what a person reads.
func text(m *Model, w, h int) string {
	var out []string
	for _, l := range m.View(w, h) {
		out = append(out, strings.TrimRight(ansi.Strip(l), " "))
	}
	return strings.Join(out, "\n")
}

func sees(t *testing.T, m *Model, w, h int, want string) {
	t.Helper()
	if got := text(m, w, h); !strings.Contains(got, want) {
		t.Errorf("%q is not in sight:\n%s", want, got)
	}
}

func misses(t *testing.T, m *Model, w, h int, want string) {
	t.Helper()
	if got := text(m, w, h); strings.Contains(got, want) {
		t.Errorf("%q is in sight:\n%s", want, got)
	}
}

func press(m *Model, keys ...string) {
	for _, k := range keys {
		t := ""
		if len([]rune(k)) == 1 {
			t = k
		}
		m.Key(k, t)
	}
}
