package tui

import (
	"strings"

	"touchback/restore/flow"
	"touchback/tui/style"
	"touchback/tui/words"
)

// keyName is the passkey that is asked for.
func (sc *scene) keyName() string { return sc.label(sc.s.Chosen(), min(32, sc.room()-12)) }

// deviceName is the security key that is plugged in.
func (sc *scene) deviceName() string {
	if p := sc.text(sc.s.Device.Product, min(32, sc.room()-4)); p != "" {
		return p
	}
	return words.KeyNoName
}

// aboutKey reports whether a trouble is one of the security key, so that a
// drawn one is shown with it.
func aboutKey(w flow.Why) bool {
	switch w {
	case flow.NoKey, flow.WrongKey, flow.WrongPIN, flow.PINBlocked, flow.PINAuthBlocked, flow.PINNotSet,
		flow.PINChange, flow.WrongFinger, flow.FingerBlocked, flow.NoSecret,
		flow.KeyRemoved, flow.KeyBusy, flow.KeyRefused, flow.TimedOut:
		return true
	}
	return false
}

// draw adds the security key: a thing with a metal disc, lit while it waits
// for a touch. Beside it stand up to three lines.
func (b *body) draw(plugged, lit bool, beside ...string) {
	sc, th := b.sc, b.sc.th
	disc := th.Rest
	if lit && (!sc.ui.motion || sc.ui.beat/5%2 == 0) {
		disc = th.Touch
	}
	box := th.Dim
	if lit {
		disc, box = th.Accent.Render(disc), th.Accent
	}
	if !sc.roomy() {
		mark := "(" + disc + ")"
		if !plugged {
			mark = th.Dim.Render("( )")
		}
		for i, l := range beside {
			if i > 0 {
				mark = "   "
			}
			b.raw(min(i, 1), mark+" "+l)
		}
		return
	}
	inner := "    " + th.Dot + "  " + disc + "  " + th.Dot + "   "
	if !plugged {
		inner, box = strings.Repeat(" ", 14), th.Dim
	}
	rows := []string{
		box.Render(th.TopLeft + strings.Repeat(th.Horizontal, 14) + th.TopRight),
		box.Render(th.Vertical) + inner + box.Render(th.Vertical),
		box.Render(th.BottomLeft + strings.Repeat(th.Horizontal, 14) + th.BottomRight),
	}
	// One or two lines stand beside the disc and below, three from the top.
	first := 1
	if len(beside) > 2 {
		first = 0
	}
	for i, r := range rows {
		r = "   " + r
		if j := i - first; j >= 0 && j < len(beside) {
			r += "    " + beside[j]
		}
		b.raw(must, r)
	}
}

// demoHint says how the drawn key is worked, or nothing for a real one.
func (sc *scene) demoHint() string {
	k := sc.ui.soft
	switch {
	case k == nil:
		return ""
	case !k.plugged:
		return words.DemoPlug
	case k.waiting:
		return words.DemoTouch + ", " + words.DemoUnplug
	}
	return words.DemoUnplug
}

func (sc *scene) besideKey(lines ...string) []string {
	if h := sc.demoHint(); h != "" {
		lines = append(lines, sc.th.AccentText.Render(h))
	}
	return lines
}

func (sc *scene) connect() *body {
	b := sc.body()
	s := sc.s
	if s.Reading {
		b.title(words.ConnectTitleRd)
		b.work(say(words.ConnectReading, sc.deviceName()))
		b.gap()
		b.draw(true, false, sc.besideKey(sc.deviceName())...)
		return b
	}
	if s.Task == flow.Adding {
		b.title(words.AddTitle)
		b.say(nice, words.AddBody)
	} else {
		b.title(say(words.ConnectTitle, sc.keyName()))
		b.say(nice, words.ConnectBody)
	}
	b.gap()
	b.gap()
	b.draw(false, false, sc.besideKey(words.ConnectNone, sc.th.Dim.Render(words.ConnectLooking+"  "+style.Clock(int64(s.Elapsed))))...)
	b.gap()
	b.gap()
	if o := sc.otherWays(); o != "" {
		b.say(nice, words.ConnectOthers+"  "+o)
		b.gap()
	}
	b.dim(nice, words.ReadOnly)
	return b
}

// otherWays names the other methods, so that they are always in sight.
func (sc *scene) otherWays() string {
	var out []string
	for i := range sc.s.NMethods {
		if i != sc.s.Method && !sc.s.Open {
			out = append(out, sc.label(sc.s.Methods[i], 24))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, " · ") + "  (m)"
}

func (sc *scene) choose() *body {
	b := sc.body()
	if sc.s.Asking {
		b.title(words.ChooseTouch)
	} else {
		b.title(words.ChooseTitle)
	}
	if sc.s.Task != flow.Adding {
		b.say(nice, say(words.ChooseBody, sc.keyName()))
	}
	if sc.s.Asking {
		b.say(must, words.ChooseBlink)
	}
	b.gap()
	var lines []string
	for i := range sc.s.NDevices {
		d := sc.s.Devices[i]
		name := sc.text(d.Product, sc.room()/2)
		if name == "" {
			name = words.KeyNoName
		}
		if path := sc.text(d.Path, sc.room()/2-6); sc.room() > 50 {
			name = sc.pad(name, 28) + "  " + path
		}
		lines = append(lines, name)
	}
	b.pick(lines, sc.s.Choice)
	return b
}

// fewFingers is when the tries of a finger that are left are told with force.
const fewFingers = 2

func (sc *scene) touch() *body {
	b := sc.body()
	s := sc.s
	if s.Task == flow.Adding && s.Gesture > 0 {
		b.title(say(words.TouchN, s.Gesture, flow.Gestures))
	} else if s.Finger {
		b.title(words.FingerTitle)
	} else {
		b.title(words.TouchTitle)
	}
	name := sc.keyName()
	// A drawn key lights up once it asks: a touch before that is lost.
	lit := s.Asking
	if sc.ui.soft != nil {
		lit = sc.ui.soft.waiting
	}
	switch {
	case lit && s.Finger:
		b.say(must, say(words.FingerBody, name))
	case lit:
		b.say(must, say(words.TouchBody, name))
	default:
		b.say(must, say(words.TouchStart, name))
	}
	if g := s.Gesture; s.Task == flow.Adding && g > 0 && g <= flow.Gestures {
		b.say(must, say(words.GestureFor, words.Gestures[g]))
	}
	switch {
	case !s.Finger || s.Tries < 0:
		b.say(nice, words.TouchFinger)
	case s.Tries < fewFingers:
		b.para(must, sc.th.TroubleText, cleanWords(sc, say(words.FingerTries, words.TriesLeft(s.Tries))))
	default:
		b.dim(nice, say(words.FingerTries, words.TriesLeft(s.Tries)))
	}
	b.gap()
	b.gap()
	clock := words.TouchWaiting + "  " + style.Clock(int64(s.Waited())) + " " + words.TouchOf + " " + style.Clock(flow.TouchLimit)
	if !lit {
		clock = sc.th.Dim.Render(words.TouchReady)
	}
	plugged := sc.ui.soft == nil || sc.ui.soft.plugged
	b.draw(plugged, lit && plugged, sc.besideKey(name, clock)...)
	b.gap()
	b.gap()
	b.dim(nice, words.ReadOnly)
	return b
}
