package tui

import "unicode"

// entry is a line that is typed: a path. It holds exactly what was typed or
// pasted; what is shown of it goes through package display.
type entry struct {
	text []rune
	at   int // the cursor
}

const maxEntry = 4096

func (e *entry) set(s string) { e.text = []rune(s); e.at = len(e.text) }

func (e *entry) String() string { return string(e.text) }

func (e *entry) insert(s string) {
	for _, r := range s {
		if unicode.IsControl(r) || len(e.text) >= maxEntry {
			continue
		}
		e.text = append(e.text[:e.at], append([]rune{r}, e.text[e.at:]...)...)
		e.at++
	}
}

// key edits, and reports whether the key meant something here.
func (e *entry) key(key, text string) bool {
	switch key {
	case "left":
		e.at = max(e.at-1, 0)
	case "right":
		e.at = min(e.at+1, len(e.text))
	case "home", "ctrl+a":
		e.at = 0
	case "end", "ctrl+e":
		e.at = len(e.text)
	case "backspace":
		if e.at > 0 {
			e.text = append(e.text[:e.at-1], e.text[e.at:]...)
			e.at--
		}
	case "delete":
		if e.at < len(e.text) {
			e.text = append(e.text[:e.at], e.text[e.at+1:]...)
		}
	case "ctrl+u":
		e.text = e.text[e.at:]
		e.at = 0
	case "ctrl+w":
		i := e.at
		for i > 0 && e.text[i-1] == '/' {
			i--
		}
		for i > 0 && e.text[i-1] != '/' {
			i--
		}
		e.text = append(e.text[:i], e.text[e.at:]...)
		e.at = i
	default:
		if text == "" {
			return false
		}
		e.insert(text)
	}
	return true
}
