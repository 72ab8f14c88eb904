package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"touchback/restore/flow"
	"touchback/tui/guide"
	"touchback/tui/preview"
	"touchback/tui/words"
)

// key takes a key. What it means depends on the screen; what means nothing
// there does nothing.
func (m *Model) key(k tea.KeyPressMsg) {
	name, text := k.String(), k.Text
	if name == "ctrl+c" {
		m.step(flow.Interrupt{})
		return
	}
	inField := typing(m.state, &m.ui)
	if m.burst.eats(text, name == "enter", !inField && m.state.Screen != flow.Key, m.cfg.Now()) {
		return
	}
	if m.ui.help {
		m.keyHelp(name)
		return
	}
	if name == "f1" || name == "?" && !inField {
		m.ui.help, m.ui.helpAt = true, 0
		return
	}
	switch m.state.Screen {
	case flow.Find:
		m.keyFind(name, text)
	case flow.Name:
		m.keyName(name, text)
	case flow.NewPass:
		m.keyNewPass(name, text)
	case flow.Recipient:
		m.keyRecipient(name, text)
	case flow.KeepKey:
		m.keyKept(name, text)
	case flow.PIN:
		m.keyPIN(name, text)
	case flow.NewPIN:
		m.keyNewPIN(name, text)
	case flow.Password:
		m.keyPassword(name, text)
	case flow.Key:
		m.keyDigits(name, text)
	case flow.Restore:
		m.keyRestore(name, text)
	case flow.Save:
		m.keySave(name, text)
	default:
		m.keyPlain(name)
	}
}

// keyPlain are the keys of screens where nothing is typed.
func (m *Model) keyPlain(name string) {
	if m.keySoft(name) {
		return
	}
	switch name {
	case "up", "k", "shift+tab":
		m.step(flow.Move{By: -1})
	case "down", "j", "tab":
		m.step(flow.Move{By: 1})
	case "enter":
		m.step(flow.Enter{})
	case "esc":
		m.step(flow.Back{})
	case "r":
		m.step(flow.Again{})
	case "m":
		m.step(flow.OtherWay{})
	case "w":
		m.step(flow.InBrowser{})
	case "c":
		m.step(flow.WantReceipt{})
	case "q":
		switch m.state.Screen {
		case flow.Backup, flow.Method, flow.Connect, flow.Choose, flow.Done, flow.Trouble, flow.Home, flow.Locked:
			m.step(flow.Quit{})
		}
	}
}

// keySoft works the drawn key.
func (m *Model) keySoft(name string) bool {
	k := m.cfg.SoftKey
	if k == nil {
		return false
	}
	switch name {
	case "space":
		k.Touch()
	case "u":
		k.Unplug()
	case "p":
		k.Plug()
	default:
		return false
	}
	m.lookAtKey()
	return true
}

func (m *Model) keyFind(name, text string) {
	u := &m.ui
	if u.typing {
		switch name {
		case "enter":
			if path := strings.TrimSpace(u.path.String()); path != "" {
				u.typing = false
				m.step(flow.PathTyped{Path: path})
			}
		case "esc":
			if m.state.NBackups == 0 && !m.state.Looking {
				m.step(flow.Back{})
				return
			}
			u.typing = false
		default:
			u.path.key(name, text)
		}
		return
	}
	switch name {
	case "f", "/":
		u.typing = true
		if u.path.String() == "" {
			u.path.set(m.state.Asked)
		}
	case "o":
		u.unfolded = !u.unfolded
	case "up", "k", "down", "j":
		m.moveFolded(name == "down" || name == "j")
	case "q":
		m.step(flow.Quit{})
	default:
		m.keyPlain(name)
	}
}

// moveFolded moves over the backups that are folded away.
func (m *Model) moveFolded(down bool) {
	shown := visible(m.state, m.ui.unfolded)
	for i, at := range shown {
		if at != m.state.Choice {
			continue
		}
		to := i - 1
		if down {
			to = i + 1
		}
		if to >= 0 && to < len(shown) {
			m.step(flow.Move{By: shown[to] - at})
		}
		return
	}
}

func (m *Model) keyPIN(name, text string) {
	u := &m.ui
	switch name {
	case "enter":
		m.sendPIN()
	case "esc":
		if u.confirm {
			u.confirm = false
			u.pin.wipe()
			return
		}
		m.step(flow.Back{})
	case "backspace":
		u.note, u.confirm = "", false
		u.pin.back()
	case "ctrl+u":
		u.note, u.confirm = "", false
		u.pin.wipe()
	default:
		m.typePIN(text)
	}
}

func (m *Model) typePIN(text string) {
	u := &m.ui
	if text == "" {
		return
	}
	u.note, u.confirm = "", false
	if !u.pin.add(text) {
		u.note = words.PinLong
	}
	m.dropBurst()
}

// dropBurst takes a one-time code out of the PIN field again.
func (m *Model) dropBurst() {
	u := &m.ui
	if u.pin.burst() < guide.OneTimeCode {
		return
	}
	for range u.pin.burst() {
		u.pin.back()
	}
	u.note = words.PinStray
	m.burst.caught()
}

func (m *Model) sendPIN() {
	u := &m.ui
	switch n := u.pin.runes(); {
	case n == 0 && u.note == words.PinStray:
		// The Enter at the end of the code, late.
	case n < guide.MinPIN:
		u.note = words.PinShort
	case m.state.Tries >= 0 && m.state.Tries <= guide.FewTries && !u.confirm:
		u.note, u.confirm = "", true
	default:
		m.deposit(u.pin.take())
		m.step(flow.SecretTyped{})
	}
}

func (m *Model) keyPassword(name, text string) {
	u := &m.ui
	if name == "esc" {
		m.step(flow.Back{})
		return
	}
	if m.state.Asking {
		return
	}
	u.note = ""
	switch name {
	case "enter":
		if u.pass.runes() == 0 {
			u.note = words.PassEmpty
			return
		}
		m.deposit(u.pass.take())
		m.step(flow.SecretTyped{})
	case "backspace":
		u.pass.back()
	case "ctrl+u":
		u.pass.wipe()
	default:
		if !u.pass.add(text) {
			u.note = words.PassLong
		}
	}
}

func (m *Model) keyDigits(name, text string) {
	u := &m.ui
	if name == "esc" {
		m.step(flow.Back{})
		return
	}
	if m.state.Asking {
		return
	}
	u.note = ""
	if name == "tab" {
		u.typing = !u.typing
		return
	}
	if u.typing {
		if path := strings.TrimSpace(u.path.String()); name != "enter" {
			u.path.key(name, text)
		} else if path != "" {
			m.step(flow.PathTyped{Path: path})
		}
		return
	}
	switch name {
	case "enter":
		if !u.digits.complete() {
			gs, total := u.digits.groups()
			if u.digits.wrong() == 0 {
				u.note = say(words.KeyNotYet, keyDigits-total, min(len(gs)+1, digitGroups))
			}
			return
		}
		m.deposit(u.digits.take())
		m.step(flow.SecretTyped{})
	case "backspace":
		u.digits.back()
	case "ctrl+u":
		u.digits.wipe()
	default:
		u.digits.add(text)
	}
}

func (m *Model) keyRestore(name, text string) {
	p := m.ui.preview
	if p.Typing() {
		p.Key(name, text)
		return
	}
	switch {
	case name == "s", name == "enter" && (m.w >= preview.Narrow || p.InMessages()):
		if !m.state.Complete {
			m.ui.saveNext = !m.ui.saveNext
			return
		}
		m.step(flow.Enter{})
	case p.Key(name, text):
	case name == "esc":
		m.step(flow.Back{})
	}
}

func (m *Model) keySave(name, text string) {
	u := &m.ui
	if name == "esc" {
		m.step(flow.Back{})
		return
	}
	if m.state.Saving {
		return
	}
	u.note = ""
	switch name {
	case "up", "down", "tab", "shift+tab":
		old := guide.Extension(m.format())
		by := 1
		if name == "up" || name == "shift+tab" {
			by = -1
		}
		m.step(flow.Move{By: by})
		// The name follows the format, as long as it ends in it.
		if s, ok := strings.CutSuffix(u.save.String(), old); ok {
			u.save.set(s + guide.Extension(m.format()))
		}
	case "enter":
		path := strings.TrimSpace(u.save.String())
		if path == "" {
			u.note = words.SaveNoPath
			return
		}
		m.step(flow.SaveAs{Format: m.format(), Path: path})
	default:
		u.save.key(name, text)
	}
}

// paste takes pasted text to the field that is open.
func (m *Model) paste(text string) {
	u := &m.ui
	switch {
	case u.help:
	case m.state.Screen == flow.PIN:
		m.typePIN(strings.TrimSpace(text))
	case m.state.Screen == flow.NewPIN:
		m.keyNewPIN("", strings.TrimSpace(text))
	case m.state.Screen == flow.Password && !m.state.Asking:
		u.note = ""
		if !u.pass.add(strings.TrimRight(text, "\r\n")) {
			u.note = words.PassLong
		}
	case m.state.Screen == flow.Name:
		u.name.insert(strings.TrimSpace(text))
	case m.state.Screen == flow.NewPass:
		m.keyNewPass("", strings.TrimRight(text, "\r\n"))
	case m.state.Screen == flow.Recipient:
		u.path.insert(strings.TrimSpace(text))
	case m.state.Screen == flow.KeepKey:
		m.keyKept("", strings.TrimSpace(text))
	case m.state.Screen == flow.Key && u.typing:
		u.path.insert(strings.TrimSpace(text))
	case m.state.Screen == flow.Key && !m.state.Asking:
		u.note = ""
		u.digits.add(text)
	case m.state.Screen == flow.Find && u.typing:
		u.path.insert(strings.TrimSpace(text))
	case m.state.Screen == flow.Save && !m.state.Saving:
		u.save.insert(strings.TrimSpace(text))
	case m.state.Screen == flow.Restore:
		u.preview.Paste(strings.TrimSpace(text))
	}
}
