package tui

import (
	"path/filepath"
	"strings"

	"touchback/restore/flow"
	"touchback/tui/display"
	"touchback/tui/style"
	"touchback/tui/words"
)

func (sc *scene) find() *body {
	b := sc.body()
	s := sc.s
	b.title(words.FindTitle)
	if sc.ui.typing { // one question at a time: the list waits behind it
		b.say(must, words.FindField)
		b.raw(must, sc.field(&sc.ui.path))
		b.gap()
		b.dim(nice, words.ReadOnly)
		return b
	}
	if s.Looking {
		where := words.FindUsual
		if s.Asked != "" {
			where = words.FindIn + sc.text(s.Asked, maxShown)
		}
		b.work(words.FindLooking + " " + where + "…")
		b.gap()
	} else if s.NBackups > 0 {
		shown := visible(s, sc.ui.unfolded)
		var lines []string
		sel := 0
		for i, at := range shown {
			if at == s.Choice {
				sel = i
			}
			lines = append(lines, sc.backupLine(s.Backups[at]))
		}
		b.pick(lines, sel)
		b.gap()
		b.para(nice, sc.th.Dim, display.Clean(s.Backups[s.Choice].Path))
		if n := sc.older(); n > 0 && !sc.ui.unfolded {
			said := style.Count(int64(n)) + " " + words.FindFolded
			if n == 1 {
				said = "1 " + words.FindFolded1
			}
			b.dim(nice, said)
		}
		if s.More > 0 {
			b.dim(nice, style.Count(int64(s.More))+" "+words.FindMore)
		}
	}
	b.gap()
	b.dim(nice, words.ReadOnly)
	return b
}

// maxShown is how many cells of a path are shown at most, over several lines.
const maxShown = 240

// visible are the backups that are not folded away. The one that is picked
// always is.
func visible(s flow.State, unfolded bool) []int {
	var out []int
	for i := range s.NBackups {
		if unfolded || !s.Backups[i].Older || i == s.Choice {
			out = append(out, i)
		}
	}
	return out
}

func (sc *scene) older() int {
	n := 0
	for i := range sc.s.NBackups {
		if sc.s.Backups[i].Older {
			n++
		}
	}
	return n
}

// backupLine is a backup in the list: when, how large, locked with what, and
// its name. What does not fit is left out from the end.
func (sc *scene) backupLine(f flow.Found) string {
	room, gap := sc.room()-2, "  "
	if sc.w < 60 {
		gap = " "
	}
	cells := []string{
		sc.pad(sc.moment(f.Modified), 15),
		sc.pad(style.Bytes(f.Size), 5+len(gap)),
		sc.text(f.Protected, 24),
		sc.text(f.App, 12),
		sc.text(filepath.Base(f.Path), 40),
	}
	if sc.w < 60 {
		cells = cells[:3]
	} else {
		cells[2], cells[3] = sc.pad(cells[2], 12), sc.pad(cells[3], 8)
	}
	out := ""
	for _, c := range cells {
		next := out + gap + c
		if out == "" {
			next = c
		}
		if sc.width(next) > room {
			if left := room - sc.width(out) - len(gap); left >= 8 {
				return out + gap + sc.text(strings.TrimSpace(c), left)
			}
			break
		}
		out = next
	}
	return out
}

// moment is when a backup was made, short enough for a column.
func (sc *scene) moment(unix int64) string {
	t := sc.date(unix)
	if t.Year() != sc.now.Year() {
		return t.Format("2 Jan 2006")
	}
	return style.When(t, sc.now)
}

// field draws a line that is typed, with its cursor, scrolled so that the
// cursor is in sight.
func (sc *scene) field(e *entry) string {
	room := sc.room() - 3
	before := sc.fitText(display.Clean(string(e.text[:e.at]))).String()
	under, after := " ", ""
	if e.at < len(e.text) {
		under = sc.fitText(display.Clean(string(e.text[e.at : e.at+1]))).String()
		after = sc.fitText(display.Clean(string(e.text[e.at+1:]))).String()
	}
	if under == "" {
		under = " "
	}
	if over := sc.width(before) + 1 - room; over > 0 {
		before = sc.method.TruncateLeft(before, over+1, sc.th.Ellipsis)
	}
	after = sc.method.Truncate(after, max(room-sc.width(before)-sc.width(under), 0), "")
	return sc.th.Accent.Render(sc.th.Pointer) + " " + before + sc.th.Cursor.Render(under) + after
}

func (sc *scene) backup() *body {
	b := sc.body()
	s := sc.s
	if s.Looking {
		b.title(words.BackupReading)
		b.work(sc.text(s.Backup.Path, maxShown))
		return b
	}
	day := style.Day(sc.date(s.Backup.Modified), sc.now)
	b.title(say(words.BackupTitle, day))
	facts := []string{style.Bytes(s.Backup.Size)}
	if v := sc.text(s.Backup.AppVersion, 20); v != "" {
		facts = append(facts, "WhatsApp "+v)
	}
	if n := sc.text(s.Backup.NumberEnds, 6); n != "" {
		facts = append(facts, "number ending "+n)
	}
	if d := sc.text(s.Backup.Device, 24); d != "" {
		facts = append(facts, d)
	}
	b.say(must, strings.Join(facts, " · "))
	b.raw(nice, sc.th.Dim.Render(sc.text(s.Backup.Path, sc.room())))
	if s.Backup.Increments > 0 {
		b.say(nice, words.Increments(s.Backup.Increments))
	}
	b.gap()
	b.say(must, words.BackupLocked)
	b.listAt, b.scroll = len(b.rows), true
	for i := range s.NMethods {
		b.list = append(b.list, sc.methodLine(s.Methods[i]))
	}
	b.gap()
	if s.Backup.Passkey {
		b.say(nice, words.BackupSealed)
	}
	if s.Backup.BadKeyring {
		b.say(nice, words.BackupBadRing)
	}
	b.dim(nice, words.ReadOnly)
	return b
}

// methodLine is a method with when it was added and tested.
func (sc *scene) methodLine(m flow.MethodInfo) string {
	label := sc.label(m, min(30, sc.room()-2))
	var facts []string
	if m.Created > 0 {
		facts = append(facts, words.BackupAdded+style.Day(sc.date(m.Created), sc.now))
	}
	if m.Tested > 0 {
		facts = append(facts, words.BackupTested+style.Day(sc.date(m.Tested), sc.now))
	}
	line := "  " + sc.pad(label, min(26, sc.room()-2))
	tail := strings.Join(facts, ", ")
	if tail == "" || sc.width(line)+2+len(tail) > sc.room() {
		return strings.TrimRight(line, " ")
	}
	return line + "  " + sc.th.Dim.Render(tail)
}

// label names a method.
func (sc *scene) label(m flow.MethodInfo, w int) string { return words.Method(m, sc.text(m.Label, w)) }

func (sc *scene) methods() *body {
	b := sc.body()
	b.title(words.MethodTitle)
	var lines []string
	for i := range sc.s.NMethods {
		m := sc.s.Methods[i]
		hint := map[flow.MethodKind]string{flow.ByPasskey: words.HintPasskey, flow.ByPassword: words.HintPass, flow.ByKey: words.HintDigits}[m.Kind]
		if m.WebOnly {
			hint = words.HintPhone
		}
		col := min(26, sc.room()-4)
		line := sc.pad(sc.label(m, col), col)
		if i != sc.s.Choice {
			hint = sc.th.Dim.Render(hint)
		}
		if sc.width(line)+4+sc.width(hint) <= sc.room() {
			line += "  " + hint
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	b.pick(lines, sc.s.Choice)
	b.gap()
	if sc.s.NMethods > 1 {
		b.dim(nice, words.MethodNote)
	}
	return b
}
