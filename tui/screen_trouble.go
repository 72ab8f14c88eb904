package tui

import (
	"touchback/restore/flow"
	"touchback/tui/words"
)

func (sc *scene) troubleScreen() *body {
	b := sc.body()
	t := words.Troubles[sc.s.Why]
	if sc.s.Why == flow.Cancelled {
		b.title(t.Title)
	} else {
		b.trouble(t.Title)
	}
	what, do := sc.fill(t.What), sc.fill(t.Do)
	brief := words.Briefs[sc.s.Why]
	if brief != "" && sc.height(t.Title)+sc.height(what)+sc.height(do)+leastList > sc.h-len(sc.top())-sc.foot() {
		what, do = sc.fill(brief), ""
	}
	b.say(must, what)
	if sc.s.Why == flow.WrongBackupKey && sc.s.Detail != "" {
		b.say(must, words.NotOneDigit)
	}
	if do != "" {
		b.gap()
		b.say(must, do) // the ways on scroll, so that it is there
	}
	if sc.s.Why == flow.Cancelled && sc.s.Complete {
		b.say(nice, words.RestoredKept)
	}
	if sc.s.Why == flow.Cancelled && sc.s.Open && sc.s.Goal == flow.Locking {
		b.say(nice, words.CancelledRing)
	}
	if sc.s.Why == flow.WrongKey && !sc.s.Open {
		b.gap()
		b.say(nice, words.LockedWith)
		for i := range sc.s.NMethods {
			if sc.s.Methods[i].Kind != flow.ByKey {
				b.raw(nice, sc.methodLine(sc.s.Methods[i]))
			}
		}
	}
	b.gap()
	var lines []string
	for _, o := range sc.s.Options() {
		lines = append(lines, sc.option(o))
	}
	b.pick(lines, sc.s.Choice)
	if k := sc.ui.soft; k != nil && aboutKey(sc.s.Why) {
		b.gap()
		b.dim(must, "("+sc.demoHint()+")")
	}
	return b
}

// known is what the words of a trouble are filled in with.
func (sc *scene) known() words.Known {
	return words.Known{Key: sc.keyName(), Device: sc.deviceName(), Text: sc.text, LabelWidth: max(sc.room()-21, 8)}
}

func (sc *scene) fill(template string) string { return words.Fill(template, sc.s, sc.known()) }

// option words a line of a trouble screen.
func (sc *scene) option(o flow.Option) string {
	said := words.Option(o, sc.s, sc.known())
	if o.Act != flow.TryAgain {
		return sc.th.Say(said)
	}
	switch sc.s.Why {
	case flow.NoKey:
		if tail := sc.th.Say(words.ActLooking); sc.width(said)+sc.width(tail)+5 <= sc.room() {
			said += "  " + tail
		}
		return said
	case flow.WrongKey, flow.KeyRemoved:
		return said // a label stays what it is
	}
	return sc.th.Say(said)
}
