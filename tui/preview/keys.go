package preview

import "unicode/utf8"

// Key takes a key, by the name Bubble Tea gives it, and reports whether it
// meant something here. text is what it types, if anything.
func (m *Model) Key(key, text string) bool {
	m.said = ""
	if m.find.typing {
		return m.typed(key, text)
	}
	if m.date.open {
		return m.dated(key, text)
	}
	switch key {
	case "d":
		if m.chosen == 0 {
			return false
		}
		m.date, m.messages = field{open: true}, true
	case "y":
		m.copy()
	case "tab", "shift+tab":
		m.messages = !m.messages
	case "m":
		m.masked = !m.masked
		clear(m.pane.rows)
	case "/":
		m.unfind()
		m.find.typing, m.find.inChat = true, m.messages
		m.filter()
	case "n", "N":
		if m.find.query == "" {
			return false
		}
		m.messages = true
		m.seek(map[string]int{"n": -1, "N": 1}[key])
	case "left", "h":
		m.messages = false
	case "right", "l":
		m.messages = true
	case "enter":
		if m.messages || m.width >= Narrow || len(m.shown) == 0 {
			return false
		}
		m.messages = true
	case "esc":
		return m.back()
	default:
		if m.messages {
			return m.scrollKey(key)
		}
		return m.listKey(key)
	}
	return true
}

// back leaves the search, or the messages on a narrow screen.
func (m *Model) back() bool {
	switch {
	case m.find.query != "":
		m.unfind()
		m.filter()
	case m.Reading():
		m.messages = false
	default:
		return false
	}
	return true
}

// typed edits what is looked for.
func (m *Model) typed(key, text string) bool {
	f := &m.find
	switch key {
	case "enter":
		f.typing = false
		if f.inChat {
			m.seek(-1)
			return true
		}
		m.toHit()
		return true
	case "esc":
		m.unfind()
	case "backspace":
		_, n := utf8.DecodeLastRuneInString(f.query)
		f.query = f.query[:len(f.query)-n]
	case "ctrl+u":
		f.query = ""
	case "up", "down":
		if !f.inChat {
			m.listKey(key)
		}
		return true
	default:
		if text == "" {
			return false
		}
		m.Paste(text)
		return true
	}
	m.narrowDown()
	return true
}

// Paste adds to what is looked for.
func (m *Model) Paste(text string) {
	const most = 200
	if f := &m.find; f.typing && len(f.query)+len(text) <= most {
		f.query += text
		m.narrowDown()
	}
}

func (m *Model) scrollKey(key string) bool {
	page := max(m.pane.height-1, 1)
	switch key {
	case "up", "k":
		m.pane.scroll(m, -1)
	case "down", "j":
		m.pane.scroll(m, 1)
	case "pgup", "ctrl+b":
		m.pane.scroll(m, -page)
	case "pgdown", "ctrl+f", "space":
		m.pane.scroll(m, page)
	case "home", "g":
		m.pane.home()
	case "end", "G":
		m.pane.follow = true
	default:
		return false
	}
	return true
}

func (m *Model) listKey(key string) bool {
	n := len(m.shown)
	at, page := m.at(), max(m.pane.height-2, 1)
	switch key {
	case "up", "k":
		at--
	case "down", "j":
		at++
	case "pgup", "ctrl+b":
		at -= page
	case "pgdown", "ctrl+f", "space":
		at += page
	case "home", "g":
		at = 0
	case "end", "G":
		at = n - 1
	default:
		return false
	}
	if n > 0 {
		m.moved = true
		m.open(m.chats[m.shown[min(max(at, 0), n-1)]].Row)
	}
	return true
}
