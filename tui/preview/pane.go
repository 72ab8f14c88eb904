package preview

import "touchback/restore/chat"

// window is how many messages are read from the archive at once: more than fit
// on a tall screen.
const window = 64

// maxRows is how many messages stay laid out. Beyond that all are let go, and
// those in sight laid out anew.
const maxRows = 1024

// roomy is the height from which messages have space between them.
const roomy = 14

// pane is the view of one chat's messages: where it stands, and what of it is
// laid out. It never touches more messages than are in sight, and a window
// around them.
type pane struct {
	chat   int64
	n      int // messages that can be read
	gen    uint64
	follow bool // stay at the end
	top    int  // the first message in sight, where not following
	skip   int  // how many of its rows are above the view
	mark   int  // the message that is acted on; -1 for the last in sight
	height int  // rows of the last view

	from int // index of msgs[0]
	msgs []chat.Message

	width int
	dense bool         // no empty rows between messages
	rows  map[int]laid // by message
	err   error
}

// laid is a message laid out.
type laid struct {
	rows []string
	lead int // of the rows, those that only part it from the one above
}

func newPane(chat int64) pane {
	return pane{chat: chat, follow: true, mark: -1, rows: map[int]laid{}}
}

// refresh looks for new messages. Those at the end cost nothing; rows inserted
// before shift what is known.
func (p *pane) refresh(a chat.Archive) {
	n, gen := a.Count(p.chat)
	if gen != p.gen || n < p.n {
		p.mark = -1
		p.keepPlace(a, n)
		p.gen = gen
	}
	p.n = n
	if p.top >= n {
		p.follow = true
	}
}

// keepPlace finds the message that was at the top again, after n-p.n rows were
// inserted somewhere.
func (p *pane) keepPlace(a chat.Archive, n int) {
	var row int64
	known := !p.follow && p.top >= p.from && p.top < p.from+len(p.msgs)
	if known {
		row = p.msgs[p.top-p.from].Row
	}
	moved := n - p.n
	p.msgs, p.from = nil, 0
	clear(p.rows)
	if !known || moved <= 0 {
		return
	}
	const reach = 4096 // beyond that the place is only about right
	for from := p.top; from <= p.top+min(moved, reach); from += window {
		msgs, err := a.Messages(p.chat, from, window)
		if err != nil || len(msgs) == 0 {
			return
		}
		for i, m := range msgs {
			if m.Row == row {
				p.top = from + i
				return
			}
		}
	}
}

// message returns the i-th message, reading a window around it if need be.
func (p *pane) message(a chat.Archive, i int) (chat.Message, bool) {
	if i < 0 || i >= p.n {
		return chat.Message{}, false
	}
	if i < p.from || i >= p.from+len(p.msgs) {
		from := max(i-window/2, 0)
		msgs, err := a.Messages(p.chat, from, window)
		p.err = err
		if err != nil || i-from >= len(msgs) {
			return chat.Message{}, false
		}
		p.from, p.msgs = from, msgs
	}
	return p.msgs[i-p.from], true
}

// laid returns the rows of a message. A message that cannot be read has one
// empty row, so that the view goes on.
func (p *pane) laid(m *Model, i int) laid {
	if r, ok := p.rows[i]; ok {
		return r
	}
	msg, ok := p.message(m.archive, i)
	if !ok {
		return laid{rows: []string{""}}
	}
	var before *chat.Message
	if prev, ok := p.message(m.archive, i-1); ok {
		before = &prev
	}
	if len(p.rows) >= maxRows {
		clear(p.rows)
	}
	var r laid
	r.rows, r.lead = m.layout(&msg, before, p.width)
	p.rows[i] = r
	return r
}

// end moves to where the last row is at the bottom.
func (p *pane) end(m *Model, height int) {
	p.top, p.skip = p.n, 0
	for left := height; left > 0 && p.top > 0; {
		p.top--
		r := len(p.laid(m, p.top).rows)
		if r > left {
			p.skip = r - left
		}
		left -= r
	}
}

// view returns the rows in sight, the message that each is of (-1 for what only
// parts two), and the index of the last message of which something is seen.
func (p *pane) view(m *Model, width, height int) (rows []string, of []int, last int) {
	if dense := height < roomy; width != p.width || dense != p.dense {
		p.width, p.dense = width, dense
		clear(p.rows)
		p.skip = 0
	}
	p.height = height
	if p.follow {
		p.end(m, height)
	}
	rows, of, last = p.fill(m, height)
	if len(rows) < height && p.top+p.skip > 0 {
		// The end came into sight: from here on it is followed.
		p.follow = true
		p.end(m, height)
		rows, of, last = p.fill(m, height)
	}
	return rows, of, last
}

func (p *pane) fill(m *Model, height int) (rows []string, of []int, last int) {
	i := p.top
	for skip := p.skip; i < p.n && len(rows) < height; i++ {
		r := p.laid(m, i)
		for j := min(skip, len(r.rows)); j < len(r.rows) && len(rows) < height; j++ {
			rows = append(rows, r.rows[j])
			if of = append(of, i); j < r.lead {
				of[len(of)-1] = -1
			}
		}
		skip = 0
	}
	return rows, of, i - 1
}

// marked is the message that is acted on: what was found, while it is in sight,
// or the last in sight.
func (p *pane) marked(last int) int {
	if p.mark < p.top || p.mark >= last {
		p.mark = -1
		return last
	}
	return p.mark
}

// scroll moves by rows: up is negative.
//
// Where there is nothing above, going up a row at a time moves the mark, so that
// the first messages are reached by it too; going down moves it back first.
func (p *pane) scroll(m *Model, by int) {
	if p.n == 0 || p.width == 0 {
		return
	}
	switch _, _, last := p.view(m, p.width, p.height); {
	case by == 1 && p.marked(last) < last:
		p.mark++
		return
	case by == -1 && p.top == 0 && p.skip == 0:
		p.mark = max(p.marked(last)-1, 0)
		return
	}
	if p.follow {
		if by >= 0 {
			return
		}
		p.end(m, p.height)
		p.follow = false
	}
	p.skip += by
	for p.skip < 0 && p.top > 0 {
		p.top--
		p.skip += len(p.laid(m, p.top).rows)
	}
	p.skip = max(p.skip, 0)
	for p.top < p.n-1 && p.skip >= len(p.laid(m, p.top).rows) {
		p.skip -= len(p.laid(m, p.top).rows)
		p.top++
	}
	if rows, _, _ := p.fill(m, p.height); len(rows) < p.height || by > 0 && p.atEnd(m) {
		p.follow = true
	}
}

// atEnd reports whether the last row is the bottom one.
func (p *pane) atEnd(m *Model) bool {
	top, skip := p.top, p.skip
	p.end(m, p.height)
	same := p.top == top && p.skip == skip
	p.top, p.skip = top, skip
	return same
}

// home goes to the first message.
func (p *pane) home() { p.top, p.skip, p.mark, p.follow = 0, 0, -1, p.n == 0 }

// jump puts a message at the top, and marks it.
func (p *pane) jump(i int) { p.top, p.skip, p.mark, p.follow = i, 0, i, false }
