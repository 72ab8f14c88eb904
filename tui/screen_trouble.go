package tui

import (
	"strings"

	"touchback/restore/flow"
	"touchback/tui/display"
)

func (sc *scene) troubleScreen() *body {
	b := sc.body()
	t := troubles[sc.s.Why]
	if sc.s.Why == flow.Cancelled {
		b.title(t.title)
	} else {
		b.trouble(t.title)
	}
	b.say(must, sc.fill(t.what))
	if t.do != "" {
		b.gap()
		b.say(nice, sc.fill(t.do))
	}
	if sc.s.Why == flow.Cancelled && sc.s.Complete {
		b.say(nice, restoredKept)
	}
	if sc.s.Why == flow.WrongKey {
		b.gap()
		b.say(nice, lockedWith)
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

// fill puts what is known into the words of a trouble.
func (sc *scene) fill(words string) string {
	s := sc.s
	detail := sc.fitText(display.Clean(s.Detail)).TruncateWith(240, sc.th.Ellipsis).String()
	if detail != "" && !strings.HasSuffix(detail, ".") && s.Why != flow.Exists {
		detail += "."
	}
	path := findUsual
	if s.Detail != "" {
		path = findIn + sc.text(s.Detail, 120)
	} else if s.Asked != "" {
		path = findIn + sc.text(s.Asked, 120)
	}
	if s.Why == flow.Exists {
		path = sc.text(s.Result.Path, 240)
	}
	tries := ""
	if s.Tries >= 0 {
		tries = say(pinTries, triesLeft(s.Tries))
		tries = strings.ToUpper(tries[:1]) + tries[1:]
	}
	return strings.TrimSpace(strings.NewReplacer(
		"{key}", sc.keyName(), "{device}", sc.deviceName(), "{detail}", detail,
		"{tries}", tries, "{group}", digitsNote(s), "{path}", path,
	).Replace(words))
}

// option words a line of a trouble screen.
func (sc *scene) option(o flow.Option) string {
	words := actLeave
	switch o.Act {
	case flow.TryAgain:
		return sc.again()
	case flow.UseMethod:
		if o.Method >= 0 && o.Method < sc.s.NMethods {
			return sc.th.Say(sc.useMethod(sc.s.Methods[o.Method]))
		}
	case flow.OtherBackup:
		words = actBackup
	case flow.OtherName:
		words = actName
	case flow.GoOn:
		words = actMethods
		if sc.s.Complete {
			words = actGoOn
		} else if sc.s.NMethods == 0 {
			words = actBackup
		}
	}
	return sc.th.Say(words)
}

func (sc *scene) useMethod(m flow.MethodInfo) string {
	label := sc.text(m.Label, max(sc.room()-24, 8))
	switch {
	case m.Kind == flow.ByKey:
		return actUseKey
	case m.Kind == flow.ByPassword && (label == "" || label == "password"):
		return actUsePass
	case m.Kind == flow.ByPassword:
		return say(actUsePassL, label)
	case label == "":
		label = yourKey
	}
	return say(actUsePasskey, label)
}

// again says what trying again means here.
func (sc *scene) again() string {
	words := actAgain
	switch sc.s.Why {
	case flow.NoKey:
		plug := say(actPlug, sc.keyName())
		if tail := sc.th.Say(actLooking); sc.width(plug)+sc.width(tail)+5 <= sc.room() {
			plug += "  " + tail
		}
		return plug
	case flow.WrongKey, flow.KeyRemoved:
		return say(actPlug, sc.keyName())
	case flow.WrongPIN:
		words = actPIN
	case flow.PINAuthBlocked:
		words = actReplug
	case flow.WrongDigits, flow.WrongBackupKey:
		words = actDigits
	case flow.WrongPassword:
		words = actPassword
	case flow.Damaged, flow.Changed, flow.KeyringAltered:
		words = actReadAgain
	}
	return sc.th.Say(words)
}
