package tui

import (
	"slices"
	"strings"

	"touchback/restore/flow"
	"touchback/tui/words"
)

// footer is the hints: as many as fit, and help always.
func (sc *scene) footer() string {
	m := sc.margin()
	gap, within := 4, "  "
	if sc.w < 60 {
		gap, within = 2, " "
	}
	show := func(h words.Hint) string { return sc.th.Say(h.Key) + within + sc.th.Dim.Render(sc.th.Say(h.Word)) }
	help := show(words.HintHelp)
	if sc.typing() {
		help = show(words.HintHelpF1)
	}
	if sc.ui.help {
		help = ""
	}
	out := strings.Repeat(" ", m)
	room := sc.w - 2*m - sc.width(help)
	used := 0
	for _, h := range sc.hints() {
		s := show(h)
		if used > 0 {
			s = strings.Repeat(" ", gap) + s
		}
		if used+sc.width(s)+2 > room {
			break
		}
		out += s
		used += sc.width(s)
	}
	return out + strings.Repeat(" ", max(room-used, 0)) + help
}

// typing reports whether letters are typed into a field, so that none of them
// is a command.
func (sc *scene) typing() bool {
	return typing(sc.s, sc.ui)
}

func typing(s flow.State, u *ui) bool {
	switch s.Screen {
	case flow.PIN, flow.NewPIN, flow.Password, flow.Name, flow.NewPass, flow.Recipient, flow.KeepKey:
		return !s.Asking
	case flow.Save:
		return !s.Saving
	case flow.Find, flow.Key:
		return u.typing
	case flow.Restore:
		return u.preview.Typing()
	}
	return false
}

// hints are the keys of the screen, the most needed first.
func (sc *scene) hints() []words.Hint {
	s, u := sc.s, sc.ui
	if u.help {
		if sc.helpScrolls() {
			return []words.Hint{words.HintScroll, words.HintCloseE}
		}
		return []words.Hint{words.HintClose}
	}
	var out []words.Hint
	switch s.Screen {
	case flow.Home:
		out = []words.Hint{words.HintMove, words.HintOn, words.HintQuit}
	case flow.Ways, flow.OneWay, flow.Remove:
		out = []words.Hint{words.HintMove, words.HintOn, words.HintBack}
		if s.Asking {
			out = []words.Hint{words.HintCancel}
		}
	case flow.NewPIN, flow.Name, flow.NewPass, flow.Recipient, flow.KeepKey:
		out = []words.Hint{words.HintOn, words.HintBack}
		if s.Asking {
			out = []words.Hint{words.HintCancel}
		}
	case flow.Summary:
		out = []words.Hint{words.HintLock, words.HintBack}
		if s.Saving {
			out = []words.Hint{words.HintCancel}
		}
	case flow.Locked:
		out = []words.Hint{words.HintFinish, words.HintList}
	case flow.Find:
		switch {
		case u.typing:
			return []words.Hint{words.HintOn, words.HintCancel}
		case s.Looking:
			return []words.Hint{words.HintLeave, words.HintFile}
		}
		out = []words.Hint{words.HintMove, words.HintOn, words.HintFile, words.HintLook, words.HintLeave}
		if sc.older() > 0 {
			fold := words.HintUnfold
			if u.unfolded {
				fold = words.HintFold
			}
			out = []words.Hint{words.HintMove, words.HintOn, words.HintFile, fold, words.HintLook, words.HintLeave}
		}
	case flow.Backup:
		out = []words.Hint{words.HintOn, words.HintBack}
		if s.Looking {
			out = []words.Hint{words.HintCancel}
		}
	case flow.Method:
		out = []words.Hint{words.HintMove, words.HintOn, words.HintBack}
	case flow.Connect:
		out = sc.softHints(words.HintBack, words.HintAgain, words.HintOther)
		if s.Chosen().Web && !s.Reading {
			out = sc.softHints(words.HintBack, words.HintWeb, words.HintAgain, words.HintOther)
		}
		out = sc.noOther(out)
	case flow.Browser:
		out = sc.noOther([]words.Hint{words.HintCancel, words.HintAgain, words.HintOther})
		if s.Asking && s.Page.Display {
			out = append([]words.Hint{words.HintOpenWeb}, out...)
		}
	case flow.Choose:
		out = sc.noOther(sc.softHints(words.HintMove, words.HintOn, words.HintBack, words.HintOther))
	case flow.PIN:
		out = []words.Hint{words.HintOn, sc.escHint()}
		if u.confirm {
			out = []words.Hint{words.HintSend, words.HintStay}
		}
	case flow.Touch:
		out = sc.noOther(sc.softHints(words.HintCancel, words.HintAgain, words.HintOther))
	case flow.Password, flow.Key:
		out = []words.Hint{words.HintOn, sc.escHint()}
		if s.Screen == flow.Key && !u.typing {
			out = append(out, words.HintFileKey)
		}
		if s.Asking {
			out = []words.Hint{words.HintCancel}
		}
	case flow.Verify:
		out = []words.Hint{words.HintCancel}
	case flow.Restore:
		return sc.restoreHints()
	case flow.Save:
		out = []words.Hint{words.HintMove, words.HintSave, words.HintBack}
		if s.Saving {
			out = []words.Hint{words.HintCancel}
		}
	case flow.Done:
		out = []words.Hint{words.HintFinish, words.HintAnother, words.HintReceipt, words.HintLookBk}
		if s.Receipt != "" {
			out = []words.Hint{words.HintFinish, words.HintAnother, words.HintLookBk}
		}
	case flow.Trouble:
		out = sc.softHints(words.HintMove, words.HintOn, words.HintBack)
	}
	return out
}

// escHint is what esc does where a method is asked for what it needs: there is
// another one, unless this one is what is wanted.
func (sc *scene) escHint() words.Hint {
	if sc.s.Open || sc.s.Goal == flow.Locking {
		return words.HintBack
	}
	return words.HintEscWay
}

// noOther takes the other way away where one way is tested.
func (sc *scene) noOther(hs []words.Hint) []words.Hint {
	return slices.DeleteFunc(hs, func(h words.Hint) bool { return h == words.HintOther && sc.s.Task == flow.Testing })
}

// softHints adds the keys of the drawn key.
func (sc *scene) softHints(rest ...words.Hint) []words.Hint {
	k := sc.ui.soft
	switch {
	case k == nil || sc.s.Screen == flow.Trouble && !aboutKey(sc.s.Why):
		return rest
	case !k.plugged:
		return append([]words.Hint{words.HintPlug}, rest...)
	case sc.s.Screen == flow.Touch:
		return append([]words.Hint{words.HintTouch}, append(rest, words.HintUnplug)...)
	}
	return append(rest, words.HintUnplug)
}

func (sc *scene) restoreHints() []words.Hint {
	p := sc.ui.preview
	if p.Typing() {
		return []words.Hint{words.HintOn, words.HintCancel}
	}
	panes := words.HintPanesM
	if p.InMessages() {
		panes = words.HintPanes
	}
	mask := words.HintMask
	if p.Masked() {
		mask = words.HintUnmask
	}
	save := words.HintSaveNxt
	switch {
	case sc.s.Complete:
		save = words.HintSave
	case sc.ui.saveNext:
		save = words.HintSaveOn
	}
	if sc.w < 60 {
		if !p.InMessages() {
			return []words.Hint{words.HintOpen, words.HintSaveS, mask}
		}
		return []words.Hint{words.HintBack, words.HintSaveS, mask}
	}
	find := words.HintFind
	if p.Searching() {
		find = words.HintNext
	}
	hints := []words.Hint{save, panes, find, mask}
	if p.InMessages() && !p.Masked() {
		hints = append(hints, words.HintCopy)
	}
	return hints
}
