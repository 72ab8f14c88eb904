package tui

import (
	"strings"

	"touchback/restore/flow"
	"touchback/tui/words"
)

// dots draws a secret field: a dot for each character, and a cursor.
func (sc *scene) dots(name string, n int) string {
	room := sc.room() - len(name) - 6
	more := ""
	if n > room {
		more, n = sc.th.Ellipsis, room-sc.width(sc.th.Ellipsis)
	}
	return name + "  " + sc.th.Accent.Render(sc.th.Pointer) + " " + more +
		strings.Repeat(sc.th.Bullet, max(n, 0)) + sc.th.Cursor.Render(" ")
}

// note adds what there is to say about what was typed.
func (b *body) note() {
	if n := b.sc.ui.note; n != "" {
		b.gap()
		b.say(must, n)
	}
}

func (sc *scene) pin() *body {
	b := sc.body()
	s := sc.s
	b.title(say(words.PinTitle, sc.keyName()))
	if s.Task == flow.Adding {
		b.say(nice, words.PinBodyAdd)
	} else {
		b.say(nice, words.PinBody)
	}
	b.gap()
	b.raw(must, sc.dots(words.PinField, sc.ui.pin.runes()))
	b.gap()
	switch {
	case sc.ui.confirm:
		b.para(must, sc.th.TroubleText, sc.fitText(cleanWords(sc, say(words.PinConfirm, words.TriesLeft(s.Tries)))))
	case s.Tries >= 0 && s.Tries <= 3:
		b.para(must, sc.th.TroubleText, cleanWords(sc, say(words.PinTries, words.TriesLeft(s.Tries))))
	case s.Tries > 3:
		b.dim(must, say(words.PinTries, words.TriesLeft(s.Tries)))
	}
	if sc.ui.retry && sc.ui.note == "" && !sc.ui.confirm {
		b.say(nice, words.PinOnceMore)
	}
	b.note()
	if sc.ui.soft != nil {
		b.gap()
		if sc.ui.demoPIN != "" {
			b.para(must, sc.th.AccentText, cleanWords(sc, say(words.DemoPIN, sc.ui.demoPIN)))
		}
		if sc.roomy() {
			b.gap()
			b.draw(sc.ui.soft.plugged, false, sc.text(sc.keyName(), 32), sc.th.Dim.Render(words.DemoLater))
		}
	}
	return b
}

func (sc *scene) newPIN() *body {
	b := sc.body()
	b.title(say(words.NewPINTitle, sc.deviceName()))
	if sc.s.Asking {
		b.work(words.NewPINWork)
		return b
	}
	b.say(must, words.NewPINCare)
	b.gap()
	b.say(nice, words.NewPINRule)
	b.gap()
	if sc.ui.second {
		b.raw(must, sc.dots(words.NewPINAgain, sc.ui.again.runes()))
	} else {
		b.raw(must, sc.dots(words.PinField, sc.ui.pin.runes()))
	}
	b.note()
	return b
}

func (sc *scene) password() *body {
	b := sc.body()
	b.title(words.PassTitle)
	b.say(nice, words.PassBody)
	if l := sc.text(sc.s.Chosen().Label, sc.room()); l != "" {
		b.raw(nice, sc.th.Dim.Render(l))
	}
	b.gap()
	if sc.s.Asking {
		b.work(words.PassTrying)
		return b
	}
	b.raw(must, sc.dots(words.PassField, sc.ui.pass.runes()))
	b.note()
	b.gap()
	b.dim(nice, words.ReadOnly)
	return b
}

func (sc *scene) key() *body {
	b := sc.body()
	b.title(words.KeyTitle)
	if sc.s.Asking {
		b.work(words.KeyTrying)
		return b
	}
	if sc.ui.typing {
		b.say(must, words.KeyFile)
		b.raw(must, sc.field(&sc.ui.path))
		b.note()
		b.gap()
		b.dim(nice, words.ReadOnly)
		return b
	}
	if sc.s.Goal == flow.Locking {
		b.say(nice, words.LockKeyBody)
	}
	b.say(nice, words.KeyBody)
	b.gap()
	perLine := 4
	if sc.h < 14 && sc.w >= 48 {
		perLine = 8
	}
	gs, total := sc.ui.digits.groups()
	rows := max((max(len(gs), digitGroups)+perLine-1)/perLine, 1)
	for r := range rows {
		line := ""
		for c := range perLine {
			line += sc.digitGroup(gs, r*perLine+c) + "  "
		}
		if r < digitGroups/perLine+1 {
			b.raw(must, strings.TrimRight(line, " "))
		}
	}
	b.gap()
	d := sc.ui.digits
	switch w := d.wrong(); {
	case d.complete():
		b.para(must, sc.th.DoneText, cleanWords(sc, words.KeyOK))
	case w > digitGroups:
		b.para(must, sc.th.TroubleText, cleanWords(sc, words.KeyTooMany))
	case w > 0 && badChar(gs[w-1].text):
		b.para(must, sc.th.TroubleText, cleanWords(sc, say(words.KeyBadChar, w, sc.shownGroup(gs[w-1]))))
	case w > 0:
		b.para(must, sc.th.TroubleText, cleanWords(sc, say(words.KeyBadShort, w, sc.shownGroup(gs[w-1]), len(gs[w-1].text))))
	case sc.ui.note != "":
		b.say(must, sc.ui.note)
	default:
		b.dim(must, say(words.KeyCount, total))
	}
	return b
}

func badChar(s string) bool {
	for i := range len(s) {
		if !isHex(s[i]) {
			return true
		}
	}
	return false
}

// shownGroup hides the digits where bodies are hidden, but for what is wrong.
func (sc *scene) shownGroup(g group) string {
	if !sc.ui.private || g.bad {
		return g.text
	}
	return strings.Repeat(sc.th.Bullet, len(g.text))
}

func (sc *scene) digitGroup(gs []group, i int) string {
	cursor := sc.th.Cursor.Render(" ")
	switch {
	case i < len(gs) && gs[i].bad:
		return sc.th.Trouble.Underlined().Render(sc.shownGroup(gs[i])) + strings.Repeat(" ", max(groupDigits-len(gs[i].text), 0))
	case i < len(gs):
		s := sc.shownGroup(gs[i])
		if i == len(gs)-1 && len(gs[i].text) < groupDigits {
			return s + cursor + sc.th.Dim.Render(strings.Repeat("_", groupDigits-1-len(gs[i].text)))
		}
		return s
	case i >= digitGroups:
		return ""
	case i == len(gs) && (i == 0 || len(gs[i-1].text) >= groupDigits):
		return cursor + sc.th.Dim.Render("___")
	}
	return sc.th.Dim.Render("____")
}
