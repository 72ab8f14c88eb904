package tui

import (
	"strings"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/tui/guide"
	"touchback/tui/style"
	"touchback/tui/words"
)

// choices are the lines of Home and of the screens of the ways.
func (sc *scene) choices(b *body) {
	var lines []string
	col := min(30, sc.room()-4)
	for i, o := range sc.s.Options() {
		line, beside := words.Line(o, sc.s, func(m flow.MethodInfo) string { return sc.label(m, col) })
		line = sc.th.Say(line)
		if beside = sc.th.Say(beside); beside != "" && col+4+sc.width(beside) <= sc.room() {
			if i != sc.s.Choice {
				beside = sc.th.Dim.Render(beside)
			}
			line = sc.pad(line, col) + "  " + beside
		}
		lines = append(lines, line)
	}
	b.pick(lines, sc.s.Choice)
}

func (sc *scene) home() *body {
	b := sc.body()
	b.title(words.HomeTitle)
	sc.choices(b)
	b.gap()
	b.dim(nice, words.HomeBody)
	b.dim(nice, words.ReadOnly)
	return b
}

// have lists the ways there are, each with a check. Where they are many, so many
// are named that other lines, which have to be read, still have their place.
func (sc *scene) have(b *body, rank, other int) {
	check := sc.th.Done.Render(sc.th.Check) + " "
	room := max(sc.h-len(sc.top())-sc.foot()-other, 2)
	n := sc.s.NWays
	if sc.s.Kept {
		room--
	}
	if n > room {
		n = max(room-1, 1)
	}
	for i := range n {
		b.raw(rank, check+sc.label(sc.s.Ways[i], sc.room()-20)+"  "+sc.th.Dim.Render(string(sc.s.Ways[i].Kind)))
	}
	if rest := sc.s.NWays - n; rest > 0 {
		b.raw(rank, check+sc.th.Say(say(words.WaysMore, rest)))
	}
	if sc.s.Kept {
		b.raw(rank, check+sc.text(words.WaysKept, sc.room()-2))
	}
}

// height is how many lines words take.
func (sc *scene) height(said string) int { return len(cleanWords(sc, said).Wrap(sc.room())) }

func (sc *scene) ways() *body {
	b := sc.body()
	s := sc.s
	if s.Goal == flow.Managing {
		b.title(words.RingTitle)
		sc.choices(b)
		b.gap()
		switch {
		case s.Asking:
			b.raw(must, sc.spin()+words.RingSealing)
		case s.Anew:
			b.say(must, words.RingAnew)
		}
		b.dim(nice, words.RingBody)
		return b
	}
	b.title(words.WaysTitle)
	b.say(must, words.Mended(s))
	other := 4 // the title, and some of what can be added
	if !s.Enough() {
		other += sc.height(words.WaysOne)
	}
	sc.have(b, must, other)
	switch {
	case s.Enough():
		b.say(nice, words.WaysEnough)
	case s.NWays > 0:
		b.say(must, words.WaysOne)
	default:
		b.say(nice, words.WaysNone)
	}
	b.gap()
	sc.choices(b)
	return b
}

func (sc *scene) name() *body {
	b := sc.body()
	if sc.s.Task == flow.Renaming {
		b.title(words.NameAgain)
		if sc.s.Asking {
			b.work(words.Renaming)
			return b
		}
	} else {
		b.title(words.NameTitle)
	}
	b.say(nice, words.NameBody)
	b.gap()
	b.raw(must, sc.field(&sc.ui.name))
	b.note()
	return b
}

func (sc *scene) newPass() *body {
	b := sc.body()
	b.title(words.NewPassTitle)
	if sc.s.Asking {
		b.work(words.NewPassWork)
		return b
	}
	b.say(nice, words.NewPassBody)
	b.gap()
	if !sc.ui.second {
		b.raw(must, sc.dots(words.PassField, sc.ui.pass.runes()))
	} else {
		b.raw(must, sc.dots(words.NewPassAgain, sc.ui.again.runes()))
		b.say(nice, words.NewOnceMore)
	}
	if sc.ui.pass.runes() > 0 {
		b.gap()
		b.say(must, say(words.TellStrength, words.Lasts(guide.Years(sc.ui.pass.strength()))))
	}
	b.note()
	return b
}

func (sc *scene) recipient() *body {
	b := sc.body()
	b.title(words.RecipTitle)
	b.say(nice, words.RecipBody)
	b.gap()
	b.raw(must, sc.field(&sc.ui.path))
	b.note()
	return b
}

func (sc *scene) keepKey() *body {
	b := sc.body()
	b.title(words.KeepTitle)
	b.say(nice, words.KeepBody)
	b.gap()
	b.raw(must, sc.dots(words.KeepField, sc.ui.pin.runes()))
	b.note()
	return b
}

func (sc *scene) summary() *body {
	b := sc.body()
	b.title(words.SumTitle)
	if sc.s.Saving {
		b.work(words.SumWriting)
		return b
	}
	lost := words.SumLostKey
	if sc.s.Kept {
		lost = words.SumLost
	}
	b.say(nice, words.SumBody)
	sc.have(b, must, 1+sc.height(lost))
	b.gap()
	b.para(must, sc.th.TroubleText, cleanWords(sc, lost))
	b.gap()
	b.dim(nice, words.SumWhere)
	return b
}

func (sc *scene) locked() *body {
	b := sc.body()
	b.title(words.LockedTitle)
	sc.have(b, nice, 9)
	b.gap()
	b.say(must, words.LockedWhere+"  "+sc.text(sc.s.Result.Path, sc.room()*3))
	b.say(nice, words.LockedBody)
	b.gap()
	b.say(must, words.LockedHow)
	b.whole("touchback restore " + sc.s.Backup.Path)
	return b
}

// facts are what is known of a way: its kind, and when it was added and tested.
func (sc *scene) facts(m flow.MethodInfo) string {
	out := []string{string(m.Kind)}
	if m.Created > 0 {
		out = append(out, words.BackupAdded+style.Day(sc.date(m.Created), sc.now))
	}
	if m.Tested > 0 {
		out = append(out, words.BackupTested+style.Day(sc.date(m.Tested), sc.now))
	} else {
		out = append(out, words.WayUntested)
	}
	return strings.Join(out, " · ")
}

// looked is the way that is looked at.
func (sc *scene) looked() flow.MethodInfo {
	if sc.s.Way < sc.s.NWays {
		return sc.s.Ways[sc.s.Way]
	}
	return flow.MethodInfo{}
}

func (sc *scene) oneWay() *body {
	b := sc.body()
	m := sc.looked()
	b.title(sc.label(m, sc.room()))
	b.dim(must, sc.facts(m))
	b.gap()
	sc.choices(b)
	return b
}

func (sc *scene) removeWay() *body {
	b := sc.body()
	b.title(say(words.RemoveTitle, sc.label(sc.looked(), sc.room()-10)))
	if sc.s.Asking {
		b.work(words.Removing)
		return b
	}
	warn, advice, _ := strings.Cut(keys.RemovalNotice, ". ")
	b.say(must, warn+".")
	b.say(nice, advice)
	b.gap()
	sc.choices(b)
	return b
}
