package tui

import (
	"strconv"
	"strings"
	"time"

	"touchback/restore/flow"
	"touchback/tui/style"
	"touchback/tui/words"
)

// header is the name on the left, and what it is about on the right.
func (sc *scene) header() string {
	m := strings.Repeat(" ", sc.margin())
	left := m + sc.th.Strong.Render(words.Name)
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
	case sc.ui.notice != "":
		return []string{sc.text(sc.ui.notice, sc.w)}
	case s.Screen == flow.Find || s.Backup.Size == 0 && s.Screen != flow.Restore:
		return nil
	case s.Screen == flow.Restore && s.Complete:
		n := words.Of(s.Result.Messages, "message", words.Messages)
		return []string{words.Restored + "  " + n + " · " + words.Of(s.Result.Chats, "chat", words.Chats), n}
	case s.Screen == flow.Restore:
		n := style.Count(s.Progress.Messages)
		at := strconv.Itoa(percent(s.Progress)) + " %"
		long := words.Restoring + "  " + n + " " + words.Messages
		if s.Progress.Left >= 0 {
			return []string{long + "  " + at + "  " + style.Clock(s.Progress.Left) + " " + words.TimeLeft, n + "  " + at + "  " + style.Clock(s.Progress.Left) + " " + words.TimeLeft, n + "  " + at}
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
	said := sc.markWords()
	narrow := sc.w < 72
	var parts []string
	for i := range flow.Mark(sc.s.Steps()) {
		st, glyph, word := sc.th.Dim, sc.th.Todo, said[i]
		text := sc.th.Dim
		switch {
		case i < at || sc.s.Screen == flow.Done || sc.s.Screen == flow.Locked || sc.s.Screen == flow.Left && sc.s.Result.Path != "":
			st, text, glyph = sc.th.Done, sc.th.DoneText, sc.th.Check
			if i == flow.MarkVerify && sc.s.Goal == flow.Restoring {
				word = words.MarkVerified
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
func (sc *scene) markWords() []string {
	said := words.MarksOf(sc.s.Goal)
	if sc.s.Mark() >= flow.MarkTouch && sc.s.Goal != flow.Locking && !sc.s.Open {
		switch sc.s.Chosen().Kind {
		case flow.ByPassword:
			said[flow.MarkTouch] = "password"
		case flow.ByKey:
			said[flow.MarkTouch] = "key"
		}
	}
	if sc.s.Screen == flow.Trouble && !sc.s.Open {
		if w := words.Troubles[sc.s.Why].Mark; w != "" {
			said[sc.s.Mark()] = w
		}
	}
	return said
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
