package export

import (
	"hash/fnv"
	"sort"
	"strconv"
	"time"

	"touchback/restore/chat"
)

// Options are what formats for people take. The zero value is fine.
type Options struct {
	// Zone is where times are told for; nil is UTC.
	Zone *time.Location
	// Media finds the file of a message by the path that the backup has of it,
	// which is hostile. It returns an absolute path on this machine, or false
	// where the file is not there. MediaFolder.Find is one. nil finds nothing.
	Media func(path string) (file string, ok bool)
	// Sweeper is for what Open returns.
	Sweeper *Sweeper
}

// HTML writes a folder that a browser opens from disk, without a network and
// without a server:
//
//	index.html          all chats, and a search over all messages
//	chats/ROW-PAGE.html 1,000 messages of a chat, the oldest first
//	chats/ROW.html      its pages and months, where it has several
//	search/N.js         what the search reads, piece by piece
//
// Pages of chats hold no script. Every page forbids, by its own policy,
// whatever did not come with it: scripts and styles count by their hash, and
// nothing is loaded but media files. No link leads out of the folder but to
// them.
//
// Messages come in any order of chats, and in the order to show within each.
type HTML struct {
	folder *Folder
	shelf  shelf
	clock  *clock
	media  *mediaLinks
	style  styles
	jumps  *jumps
	search *searchIndex
	chats  map[int64]*htmlChat
	order  []*htmlChat // as Begin gave them, then as they came
	total  int64
}

// A page ends after so many messages, or bytes of markup: each opens at once.
const (
	pageMessages = 1000
	pageBytes    = 2 << 20
)

// htmlChat is a chat in the making.
type htmlChat struct {
	chat   chat.Chat
	index  int // in the list of the search
	sheet  *sheet
	pages  []htmlPage
	seq    uint32 // messages so far; the next one's anchor
	size   int    // bytes of messages on the page
	day    int64
	hasDay bool
	from   uint32 // hash of who sent the message before, 0 for no one
	months []htmlMonth
	last   time.Time
}

type htmlPage struct {
	first uint32 // seq of its first message
	nav   int64  // where its links go
}

type htmlMonth struct {
	month int32 // year*12 + month-1
	seq   uint32
}

// NewHTML returns a Sink that writes to f, which the caller commits after End.
func NewHTML(f *Folder, o Options) *HTML {
	return &HTML{
		folder: f, shelf: shelf{folder: f}, clock: newClock(o.Zone),
		media: newMediaLinks(o.Media, f.Path()), style: newStyles(), jumps: newJumps(),
		search: newSearchIndex(f), chats: map[int64]*htmlChat{},
	}
}

// Begin notes the chats. One without messages gets no page.
func (h *HTML) Begin(chats []chat.Chat) error {
	for i := range chats {
		h.begin(chats[i])
	}
	return nil
}

func (h *HTML) begin(c chat.Chat) *htmlChat {
	hc := &htmlChat{chat: c, index: len(h.order)}
	h.chats[c.Row] = hc
	h.order = append(h.order, hc)
	return hc
}

// Message adds a message to the page of its chat.
func (h *HTML) Message(m *chat.Message) error {
	c := h.chats[m.Chat]
	if c == nil {
		c = h.begin(chat.Chat{Row: m.Chat, Name: "Chat " + strconv.FormatInt(m.Chat, 10)})
	}
	if err := h.turn(c); err != nil {
		return err
	}
	b := h.shelf.take(c.sheet)
	start := len(b)
	day, second := h.clock.local(m.Time)
	if !m.Time.IsZero() && (!c.hasDay || day != c.day) {
		b = append(b, "<h2>"...)
		b = append(b, h.clock.dayName(day)...)
		b = append(b, "</h2>\n"...)
		c.day, c.hasDay, c.from = day, true, 0
	}
	c.note(m.Time, day)
	b = h.appendMessage(b, c, m, second)
	c.size += len(b) - start
	h.jumps.add(m.Chat, m.ID, c.seq)
	page := len(c.pages)
	seq := c.seq
	c.seq++
	h.total++
	if err := h.shelf.put(c.sheet, b); err != nil {
		return err
	}
	minute := int64(noMinute)
	if !m.Time.IsZero() {
		minute = day*1440 + second/60
	}
	return h.search.add(c.index, page, seq, minute, m)
}

// note keeps where months begin, and the time of the newest message.
func (c *htmlChat) note(t time.Time, day int64) {
	if t.IsZero() {
		return
	}
	c.last = latest(c.last, t)
	d := time.Unix(day*86400, 0).UTC()
	month := int32(d.Year()*12 + int(d.Month()) - 1)
	// Only ever later ones: as few as there are months, whatever the times are.
	if n := len(c.months); n == 0 || month > c.months[n-1].month {
		c.months = append(c.months, htmlMonth{month, c.seq})
	}
}

// turn begins a page where there is none, or the one there is full.
func (h *HTML) turn(c *htmlChat) error {
	if n := len(c.pages); n > 0 {
		if c.seq-c.pages[n-1].first < pageMessages && c.size < pageBytes {
			return nil
		}
		if err := h.endPage(c, true); err != nil {
			return err
		}
	}
	c.sheet = &sheet{name: c.file(len(c.pages) + 1)}
	c.size, c.hasDay, c.from = 0, false, 0
	b, nav := h.style.appendPageHead(h.shelf.take(c.sheet), c)
	c.pages = append(c.pages, htmlPage{first: c.seq, nav: nav})
	return h.shelf.put(c.sheet, b)
}

// endPage writes the end of the page a chat is at.
func (h *HTML) endPage(c *htmlChat, more bool) error {
	b := appendPageEnd(h.shelf.take(c.sheet), c, more)
	if err := h.shelf.put(c.sheet, b); err != nil {
		return err
	}
	if !more { // its links are written later, over what it has
		return nil
	}
	return h.shelf.done(c.sheet)
}

// file is the name of a page in the folder. Nothing of it is the backup's but
// a number.
func (c *htmlChat) file(page int) string { return "chats/" + c.link(page) }

func (c *htmlChat) link(page int) string {
	return strconv.FormatInt(c.chat.Row, 10) + "-" + strconv.Itoa(page) + ".html"
}

// contents is the name of the list of its pages.
func (c *htmlChat) contents() string { return strconv.FormatInt(c.chat.Row, 10) + ".html" }

// pageOf returns the page, from 1, that has the message.
func (c *htmlChat) pageOf(seq uint32) int {
	return sort.Search(len(c.pages), func(i int) bool { return c.pages[i].first > seq })
}

// End writes what is known only now: the links between pages, the lists of
// pages, the search and the index.
func (h *HTML) End() error {
	for _, c := range h.order {
		if len(c.pages) == 0 {
			continue
		}
		if err := h.endPage(c, false); err != nil {
			return err
		}
		if err := h.link(c); err != nil {
			return err
		}
		c.sheet = nil
	}
	if err := h.shelf.flush(); err != nil {
		return err
	}
	if err := h.search.end(); err != nil {
		return err
	}
	return h.writeIndex()
}

// link fills in the links of all pages of a chat.
func (h *HTML) link(c *htmlChat) error {
	for i, p := range c.pages {
		nav := appendNav(make([]byte, 0, navRoom), c, i+1)
		for len(nav) < navRoom {
			nav = append(nav, ' ')
		}
		if i == len(c.pages)-1 {
			if err := h.shelf.replace(c.sheet, nav, p.nav); err != nil {
				return err
			}
		} else if err := h.folder.WriteAt(c.file(i+1), nav, p.nav); err != nil {
			return err
		}
	}
	if len(c.pages) == 1 {
		return nil
	}
	return h.folder.Append("chats/"+c.contents(), h.style.appendContents(nil, c))
}

// hueOf gives a person one of the colours for names.
func hueOf(jid string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(jid))
	return int(h.Sum32()>>8) % hues
}

// hues is how many there are in the style.
const hues = 8

// hashOf tells who sent a message, to name them once for several.
func hashOf(m *chat.Message) uint32 {
	h := fnv.New32a()
	if m.FromMe {
		_, _ = h.Write([]byte{1})
	}
	_, _ = h.Write([]byte(m.Sender.JID))
	_, _ = h.Write([]byte(m.Sender.Name))
	return max(h.Sum32(), 1)
}
