package tui

import (
	"bytes"
	"strings"

	"touchback/restore/flow"
	"touchback/tui/guide"
	"touchback/tui/words"
)

// keyName types a name.
func (m *Model) keyName(name, text string) {
	u := &m.ui
	switch name {
	case "esc":
		m.step(flow.Back{})
	case "enter":
		if label := strings.TrimSpace(u.name.String()); label != "" && !m.state.Asking {
			m.step(flow.Named{Label: label})
		}
	default:
		if len(u.name.text) < guide.MaxLabel || text == "" {
			u.name.key(name, text)
		}
	}
}

// keyNewPass types a new password, twice.
func (m *Model) keyNewPass(name, text string) {
	u := &m.ui
	field := u.pass
	if u.second {
		field = u.again
	}
	switch {
	case name == "esc" && u.second:
		u.second = false
		u.pass.wipe()
		u.again.wipe()
	case name == "esc":
		m.step(flow.Back{})
	case m.state.Asking:
	case name == "enter" && field.runes() == 0:
		u.note = words.PassEmpty
	case name == "enter" && !u.second:
		u.note, u.second = "", true
	case name == "enter" && !u.pass.same(u.again):
		u.note, u.second = words.NewPassDiffer, false
		u.pass.wipe()
		u.again.wipe()
	case name == "enter":
		u.note, u.second = "", false
		u.again.wipe()
		m.cfg.Engine.Deposit(u.pass.take())
		m.step(flow.SecretTyped{})
	case name == "backspace":
		u.note = ""
		field.back()
	case name == "ctrl+u":
		u.note = ""
		field.wipe()
	default:
		u.note = ""
		if !field.add(text) {
			u.note = words.PassLong
		}
	}
}

// keyNewPIN types a first PIN for a security key, twice.
func (m *Model) keyNewPIN(name, text string) {
	u := &m.ui
	field := u.pin
	if u.second {
		field = u.again
	}
	over := func(note string) {
		u.note, u.second = note, false
		u.pin.wipe()
		u.again.wipe()
	}
	switch {
	case name == "esc" && u.second:
		over("")
	case name == "esc":
		m.step(flow.Back{})
	case m.state.Asking:
	case name == "enter" && field.runes() == 0 && u.note == words.PinStray:
		// The Enter at the end of a one-time code, late.
	case name == "enter" && field.runes() < guide.MinPIN:
		u.note = words.PinShort
	case name == "enter" && !u.second:
		u.note, u.second = "", true
	case name == "enter" && !u.pin.same(u.again):
		over(words.NewPINDiffer)
	case name == "enter":
		u.note, u.second = "", false
		u.again.wipe()
		m.deposit(u.pin.take())
		m.step(flow.SecretTyped{})
	case name == "backspace":
		u.note = ""
		field.back()
	case name == "ctrl+u":
		u.note = ""
		field.wipe()
	case text != "":
		u.note = ""
		if !field.add(text) {
			u.note = words.PinLong
		}
		if !u.second {
			m.dropBurst()
		}
	}
}

// keyRecipient types an age recipient, or a file that holds one.
func (m *Model) keyRecipient(name, text string) {
	u := &m.ui
	switch {
	case name == "esc":
		m.step(flow.Back{})
	case m.state.Asking:
	case name == "enter":
		if typed := strings.TrimSpace(u.path.String()); typed != "" {
			m.step(flow.RecipientTyped{Text: typed})
		}
	default:
		u.path.key(name, text)
	}
}

// keyKept types the last group of the key.
func (m *Model) keyKept(name, text string) {
	u := &m.ui
	switch {
	case name == "esc":
		m.step(flow.Back{})
	case m.state.Asking:
	case name == "enter" && u.pin.runes() != groupDigits:
		u.note = words.KeepShort
	case name == "enter":
		m.cfg.Engine.Deposit(u.pin.take())
		m.step(flow.SecretTyped{})
	case name == "backspace":
		u.pin.back()
	case name == "ctrl+u":
		u.pin.wipe()
	default:
		u.note = ""
		if text != "" && u.pin.runes() < groupDigits {
			u.pin.add(strings.TrimSpace(text))
		}
	}
}

// same reports whether both fields hold the same.
func (s secret) same(t secret) bool { return bytes.Equal(s.buf.b[:s.buf.n], t.buf.b[:t.buf.n]) }

// strength estimates what is typed, in bits.
func (s secret) strength() int { return guide.Strength(s.buf.b[:s.buf.n]) }

// offer puts what is offered into the field of a screen of locking.
func (u *ui) offer(s flow.State) {
	switch {
	case s.Screen == flow.Name && s.Task == flow.Renaming, s.Screen == flow.Name && s.New.Label != "":
		u.name.set(s.Chosen().Label)
	case s.Screen == flow.Name:
		u.name.set(words.DefaultName(s.New))
	case s.Screen == flow.Recipient:
		u.path.set("")
	}
	u.again.wipe()
	u.second = false
}
