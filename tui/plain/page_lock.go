package plain

import (
	"fmt"
	"strings"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/tui/words"
)

// list adds the lines of Home and of the screens of the ways.
func (t *teller) list(p page, s flow.State) page {
	p.ask, p.picked = askChoice, s.Choice
	for _, o := range s.Options() {
		line, beside := words.Line(o, s, t.method)
		id := strings.ReplaceAll(string(o.Act), " ", "-")
		if o.Act == flow.ShowWay {
			id, beside = s.Ways[o.Method].ID, ""
		}
		if beside != "" {
			line += ": " + beside
		}
		p.choices = append(p.choices, choice{id, line})
	}
	return p
}

// have says what opens the keyring so far.
func (t *teller) have(p *page, s flow.State) {
	for i := range s.NWays {
		p.lines = append(p.lines, t.method(s.Ways[i]))
	}
	if s.Kept {
		p.lines = append(p.lines, words.WaysKept)
	}
}

func (t *teller) ways(s flow.State) page {
	if s.Goal == flow.Managing {
		if s.Asking {
			return page{title: words.RingTitle, lines: []string{words.RingSealing}}
		}
		p := page{title: words.RingTitle, lines: []string{words.RingBody}}
		if s.Anew {
			p.lines = append(p.lines, words.RingAnew)
		}
		return t.list(p, s)
	}
	p := page{title: words.WaysTitle}
	t.have(&p, s)
	switch {
	case s.Enough():
		p.lines = append(p.lines, words.WaysEnough)
	case s.NWays > 0:
		p.lines = append(p.lines, words.WaysOne)
	default:
		p.lines = append(p.lines, words.WaysNone)
	}
	return t.list(mended(p, s), s)
}

// lock words the screens on which something is typed to lock a backup, and
// those after it.
func (t *teller) lock(s flow.State) page {
	way := flow.MethodInfo{}
	if s.Way < s.NWays {
		way = s.Ways[s.Way]
	}
	var p page
	busy := "" // what is said while it is tried
	switch s.Screen {
	case flow.Name:
		p, busy = page{title: words.NameTitle, lines: []string{words.NameBody}, ask: askName}, words.Renaming
		if s.Task == flow.Renaming {
			p.title = words.NameAgain
		}
	case flow.NewPass:
		p, busy = page{title: words.NewPassTitle, lines: []string{words.NewPassBody}, ask: askNewPass}, words.NewPassWork
	case flow.Recipient:
		p = page{title: words.RecipTitle, lines: []string{words.RecipBody}, ask: askRecipient}
	case flow.KeepKey:
		p = page{title: words.KeepTitle, lines: []string{words.KeepBody}, ask: askKept}
	case flow.Summary:
		p, busy = page{title: words.SumTitle, lines: []string{words.SumBody}}, words.SumWriting
		t.have(&p, s)
		lost := words.SumLostKey
		if s.Kept {
			lost = words.SumLost
		}
		p.lines = append(p.lines, lost, words.SumWhere)
		p.ask, p.choices = askChoice, []choice{{"write", words.PlainLock}}
	case flow.Locked:
		p = page{
			title: words.LockedTitle,
			lines: []string{words.LockedWhere + " " + t.text(s.Result.Path, pathWidth), words.LockedBody,
				words.LockedHow + " touchback restore " + t.text(s.Backup.Path, pathWidth)},
			ask: askChoice, choices: []choice{{"finish", words.PlainFinish}},
		}
	case flow.OneWay:
		p = t.list(page{title: t.method(way)}, s)
	case flow.Remove:
		p = t.list(page{title: fmt.Sprintf(words.RemoveTitle, t.label(way)), lines: []string{keys.RemovalNotice}}, s)
		busy = words.Removing
	}
	if s.Asking || s.Saving {
		p.ask, p.choices, p.lines = askNothing, nil, nil
		if busy != "" {
			p.lines = []string{busy}
		}
	}
	return p
}

// nameOffered is the name that is taken where none is typed.
func nameOffered(s flow.State) string {
	if s.Task == flow.Renaming || s.New.Label != "" {
		return s.Chosen().Label
	}
	return words.DefaultName(s.New)
}
