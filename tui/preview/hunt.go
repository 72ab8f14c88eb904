package preview

import (
	"context"
	"strings"
	"sync"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"touchback/restore/chat"
)

// hunt looks for a text in the messages of all chats, beside the screen: the
// newest of each chat first, and those that come in meanwhile once it is
// through.
type hunt struct {
	want string             // folded
	stop context.CancelFunc // of the run there is

	mu    sync.Mutex // guards all below
	hits  map[int64]hits
	total int64 // messages there were when it began to look
	ended bool
}

// hits are what was found in a chat.
type hits struct {
	n      int
	newest int // index of the newest message among them
	seen   int // messages looked at
}

// page is how many messages are read at once: few enough that a new search need
// not wait for the old one.
const page = 256

// fold makes texts comparable whatever their case, in any language, and however
// their accents are written (Unicode Standard, 3.13 D145).
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return norm.NFC.String(cases.Fold().String(s))
		}
	}
	return strings.ToLower(s)
}

// says reports whether a message has a text in it.
func says(m *chat.Message, folded string) bool {
	if m.Revoked {
		return false
	}
	if strings.Contains(fold(m.Text), folded) {
		return true
	}
	return m.Media != nil && (strings.Contains(fold(m.Media.Caption), folded) || strings.Contains(fold(m.Media.Name), folded))
}

// newHunt starts looking.
func newHunt(a chat.Archive, query string) *hunt {
	h := &hunt{want: fold(query), hits: map[int64]hits{}}
	h.again(a)
	return h
}

// again looks at what has come in since.
func (h *hunt) again(a chat.Archive) {
	ctx, stop := context.WithCancel(context.Background())
	h.end()
	h.stop = stop
	h.mu.Lock()
	h.ended = false
	h.total, _ = a.Total()
	h.mu.Unlock()
	go h.run(ctx, a)
}

func (h *hunt) run(ctx context.Context, a chat.Archive) {
	for _, c := range a.Chats() {
		h.look(ctx, a, c.Row)
	}
	h.mu.Lock()
	h.ended = true
	h.mu.Unlock()
}

// look looks at the messages of a chat that it has not seen.
func (h *hunt) look(ctx context.Context, a chat.Archive, row int64) {
	n, _ := a.Count(row)
	seen := h.in(row).seen
	for end := n; end > seen && ctx.Err() == nil; end -= page {
		from := max(end-page, seen)
		msgs, err := a.Messages(row, from, end-from)
		if err != nil {
			break
		}
		for i := len(msgs) - 1; i >= 0; i-- {
			if says(&msgs[i], h.want) {
				h.found(row, from+i)
			}
		}
	}
	if ctx.Err() == nil {
		h.mu.Lock()
		found := h.hits[row]
		found.seen = n
		h.hits[row] = found
		h.mu.Unlock()
	}
}

func (h *hunt) found(row int64, at int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	found := h.hits[row]
	found.n++
	found.newest = max(found.newest, at)
	h.hits[row] = found
}

// in returns what was found in a chat so far.
func (h *hunt) in(row int64) hits {
	if h == nil {
		return hits{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.hits[row]
}

// looking reports whether there is more to look at: behind, that it has come in
// since.
func (h *hunt) looking(a chat.Archive) (looking, behind bool) {
	if h == nil || a == nil {
		return false, false
	}
	total, _ := a.Total()
	h.mu.Lock()
	defer h.mu.Unlock()
	behind = h.ended && total != h.total
	return !h.ended || behind, behind
}

// end stops looking.
func (h *hunt) end() {
	if h != nil && h.stop != nil {
		h.stop()
	}
}
