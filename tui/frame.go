package tui

import (
	"strconv"
	"strings"
	"time"

	"touchback/restore/flow"
	"touchback/tui/style"
)

// header is the name on the left, and what it is about on the right.
func (sc *scene) header() string {
	m := strings.Repeat(" ", sc.margin())
	left := m + sc.th.Strong.Render(wordName)
	for _, right := range sc.about() {
		right = sc.th.Say(right)
		gap := sc.w - sc.margin() - sc.width(right) - sc.width(left)
		if gap >= 2 {
			return left + strings.Repeat(" ", gap) + sc.th.Dim.Render(right)
		}
	}
	return left
}

// about is what the header says on the right, the longest first.
func (sc *scene) about() []string {
	s := sc.s
	switch {
	case s.Screen == flow.Find || s.Backup.Size == 0 && s.Screen != flow.Restore:
		return nil
	case s.Screen == flow.Restore && s.Complete:
		n := of(s.Result.Messages, "message", wordMessages)
		return []string{restored + "  " + n + " · " + of(s.Result.Chats, "chat", wordChats), n}
	case s.Screen == flow.Restore:
		n := style.Count(s.Progress.Messages)
		at := strconv.Itoa(percent(s.Progress)) + " %"
		long := restoring + "  " + n + " " + wordMessages
		if s.Progress.Left >= 0 {
			return []string{long + "  " + at + "  " + style.Clock(s.Progress.Left) + " " + timeLeft, n + "  " + at + "  " + style.Clock(s.Progress.Left) + " " + timeLeft, n + "  " + at}
		}
		return []string{long + "  " + at, n + "  " + at}
	}
	size := style.Bytes(s.Backup.Size)
	if s.Backup.Modified == 0 {
		return []string{size}
	}
	day := style.Day(sc.date(s.Backup.Modified), sc.now)
	return []string{"backup of " + day + " · " + size, day + " · " + size, size}
}

func (sc *scene) date(unix int64) time.Time { return time.Unix(unix, 0).In(sc.now.Location()) }

// percent is how far work is; 100 is not said before it is true, and while
// there is work it is not.
func percent(c flow.Counts) int {
	if c.Total <= 0 {
		return 0
	}
	return min(max(int(float64(c.Done)/float64(c.Total)*100), 0), 99)
}

// steps is the step line: where the person is, at a glance.
func (sc *scene) steps() string {
	at := sc.s.Mark()
	words := sc.markWords()
	narrow := sc.w < 72
	var parts []string
	for i := range flow.Marks {
		st, glyph, word := sc.th.Dim, sc.th.Todo, words[i]
		text := sc.th.Dim
		switch {
		case i < at || sc.s.Screen == flow.Done || sc.s.Screen == flow.Left && sc.s.Result.Path != "":
			st, text, glyph = sc.th.Done, sc.th.DoneText, sc.th.Check
			if i == flow.MarkVerify {
				word = markVerified
			}
		case i == at && sc.s.Screen == flow.Trouble && sc.s.Why != flow.Cancelled:
			st, text, glyph = sc.th.Trouble, sc.th.TroubleText, sc.th.Alert
		case i == at && sc.s.Screen == flow.Restore && sc.s.Complete:
			st, text, glyph = sc.th.Done, sc.th.DoneText, sc.th.Check
		case i == at:
			st, text, glyph = sc.th.Accent, sc.th.AccentText, sc.th.Here
		}
		part := st.Render(glyph)
		switch {
		case i == at:
			part += " " + text.Render(word)
		case !narrow && i < at:
			part += " " + word
		case !narrow:
			part += " " + sc.th.Dim.Render(word)
		}
		parts = append(parts, part)
	}
	gap := "   "
	if narrow {
		gap = " "
	}
	if sc.s.Screen == flow.Restore && !sc.s.Complete {
		rest := sc.w - 2*sc.margin() - sc.width(strings.Join(parts, gap)) - 1
		if rest >= 4 {
			parts[at] += " " + sc.bar(min(rest, 24), sc.s.Progress)
		}
	}
	return strings.Repeat(" ", sc.margin()) + strings.Join(parts, gap)
}

// markWords names the third mark after what is asked for there.
func (sc *scene) markWords() [flow.Marks]string {
	words := marks
	if sc.s.Mark() >= flow.MarkTouch {
		switch sc.s.Chosen().Kind {
		case flow.ByPassword:
			words[flow.MarkTouch] = "password"
		case flow.ByKey:
			words[flow.MarkTouch] = "key"
		}
	}
	if sc.s.Screen == flow.Trouble {
		if w := troubles[sc.s.Why].mark; w != "" {
			words[sc.s.Mark()] = w
		}
	}
	return words
}

// bar draws progress in w cells.
func (sc *scene) bar(w int, c flow.Counts) string {
	full := w * percent(c) / 100
	return sc.th.Accent.Render(strings.Repeat(sc.th.BarFull, full)) +
		sc.th.Dim.Render(strings.Repeat(sc.th.BarRest, w-full))
}

// spin is something that moves while work is under way, and nothing where
// motion is not wanted.
func (sc *scene) spin() string {
	if !sc.ui.motion {
		return ""
	}
	return sc.th.Accent.Render(sc.th.Spin[sc.ui.beat%len(sc.th.Spin)]) + " "
}

// footer is the hints: as many as fit, and help always.
func (sc *scene) footer() string {
	m := sc.margin()
	gap, within := 4, "  "
	if sc.w < 60 {
		gap, within = 2, " "
	}
	show := func(h hint) string { return sc.th.Say(h.key) + within + sc.th.Dim.Render(sc.th.Say(h.word)) }
	help := show(hintHelp)
	if sc.typing() {
		help = show(hintHelpF1)
	}
	if sc.ui.help {
		help = ""
	}
	out := strings.Repeat(" ", m)
	room := sc.w - 2*m - sc.width(help)
	used := 0
	for _, h := range sc.hints() {
		s := show(h)
		if used+sc.width(s)+gap > room {
			break
		}
		out += s + strings.Repeat(" ", gap)
		used += sc.width(s) + gap
	}
	return out + strings.Repeat(" ", room-used) + help
}

// typing reports whether letters are typed into a field, so that none of them
// is a command.
func (sc *scene) typing() bool {
	return typing(sc.s, sc.ui)
}

func typing(s flow.State, u *ui) bool {
	switch s.Screen {
	case flow.PIN, flow.Password:
		return !s.Asking
	case flow.Save:
		return !s.Saving
	case flow.Find:
		return u.typing
	case flow.Restore:
		return u.preview.Typing()
	}
	return false
}

// hints are the keys of the screen, the most needed first.
func (sc *scene) hints() []hint {
	s, u := sc.s, sc.ui
	if u.help {
		return []hint{hintClose}
	}
	var out []hint
	switch s.Screen {
	case flow.Find:
		switch {
		case u.typing:
			return []hint{hintOn, hintCancel}
		case s.Looking:
			return []hint{hintLeave, hintFile}
		}
		out = []hint{hintMove, hintOn, hintFile, hintLook, hintLeave}
		if sc.older() > 0 {
			out = []hint{hintMove, hintOn, hintFile, hintUnfold, hintLook, hintLeave}
		}
	case flow.Backup:
		out = []hint{hintOn, hintBack}
		if s.Looking {
			out = []hint{hintCancel}
		}
	case flow.Method:
		out = []hint{hintMove, hintOn, hintBack}
	case flow.Connect:
		out = sc.softHints(hintBack, hintAgain, hintOther)
	case flow.Choose:
		out = sc.softHints(hintMove, hintOn, hintOther)
	case flow.PIN:
		out = []hint{hintOn, hintEscWay}
		if u.confirm {
			out = []hint{hintSend, hintStay}
		}
	case flow.Touch:
		out = sc.softHints(hintCancel, hintAgain, hintOther)
	case flow.Password, flow.Key:
		out = []hint{hintOn, hintEscWay}
		if s.Asking {
			out = []hint{hintCancel}
		}
	case flow.Verify:
		out = []hint{hintCancel}
	case flow.Restore:
		return sc.restoreHints()
	case flow.Save:
		out = []hint{hintMove, hintSave, hintBack}
		if s.Saving {
			out = []hint{hintCancel}
		}
	case flow.Done:
		out = []hint{hintFinish, hintAnother, hintLookBk}
	case flow.Trouble:
		out = sc.softHints(hintMove, hintOn, hintBack)
	}
	return out
}

// softHints adds the keys of the drawn key.
func (sc *scene) softHints(rest ...hint) []hint {
	k := sc.ui.soft
	switch {
	case k == nil || sc.s.Screen == flow.Trouble && !aboutKey(sc.s.Why):
		return rest
	case !k.plugged:
		return append([]hint{hintPlug}, rest...)
	case sc.s.Screen == flow.Touch:
		return append([]hint{hintTouch}, append(rest, hintUnplug)...)
	}
	return append(rest, hintUnplug)
}

func (sc *scene) restoreHints() []hint {
	p := sc.ui.preview
	if p.Typing() {
		return []hint{hintOn, hintCancel}
	}
	panes := hintPanesM
	if p.InMessages() {
		panes = hintPanes
	}
	mask := hintMask
	if p.Masked() {
		mask = hintUnmask
	}
	save := hintSaveNxt
	switch {
	case sc.s.Complete:
		save = hintSave
	case sc.ui.saveNext:
		save = hintSaveOn
	}
	if sc.w < 60 {
		if !p.InMessages() {
			return []hint{hintOpen, hintSaveS, mask}
		}
		return []hint{hintBack, hintSaveS, mask}
	}
	return []hint{save, panes, hintFind, mask}
}
