package preview

// wheelRows is how far one notch of the wheel goes, as in most terminals.
const wheelRows = 3

// Wheel turns the wheel over column x of the last View, up or down.
func (m *Model) Wheel(x int, up bool) {
	if m.Typing() {
		return
	}
	switch inList, _ := m.under(x); {
	case inList && up:
		m.listKey("up")
	case inList:
		m.listKey("down")
	case up:
		m.pane.scroll(m, -wheelRows)
	default:
		m.pane.scroll(m, wheelRows)
	}
}

// Click opens the chat, or marks the message, at a cell of the last View.
func (m *Model) Click(x, y int) {
	if m.Typing() || m.archive == nil {
		return
	}
	m.said = ""
	if inList, wide := m.under(x); inList {
		if at := m.offset + (y-1)/max(m.per, 1); y > 0 && at < len(m.shown) {
			m.moved, m.messages = true, !wide
			m.open(m.chats[m.shown[at]].Row)
		}
		return
	}
	m.messages = true
	p := &m.pane
	if p.width == 0 {
		return
	}
	if _, of, _ := p.view(m, p.width, p.height); y > 0 && y <= len(of) && of[y-1] >= 0 {
		p.mark = of[y-1]
	}
}

// under reports whether a column is one of the list of chats, and whether the
// messages are beside it.
func (m *Model) under(x int) (inList, wide bool) {
	if m.width < Narrow {
		return !m.messages, false
	}
	return x <= listWidth(m.width), true
}

// listWidth is how wide the list of chats is on a screen of w cells.
func listWidth(w int) int { return min(max(w*3/10, 22), 32) }
