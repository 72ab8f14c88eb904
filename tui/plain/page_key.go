package plain

import (
	"fmt"

	"touchback/restore/flow"
	"touchback/tui/style"
	"touchback/tui/words"
)

func (t *teller) connect(s flow.State) page {
	if s.Screen == flow.Choose {
		p := page{
			title: words.ChooseTitle, ask: askChoice, picked: s.Choice,
			lines: []string{fmt.Sprintf(words.ChooseBody, t.key(s))},
		}
		if s.Task == flow.Adding {
			p.lines = nil
		}
		if s.Asking {
			p.title = words.ChooseTouch
			p.lines = append(p.lines, words.ChooseBlink)
		}
		for i := range s.NDevices {
			d := s.Devices[i]
			p.choices = append(p.choices, choice{d.Path, t.device(d) + ", " + t.text(d.Path, pathWidth)})
		}
		return p
	}
	if s.Reading {
		return page{title: words.ConnectTitleRd, lines: []string{fmt.Sprintf(words.ConnectReading, t.device(s.Device))}}
	}
	p := page{title: fmt.Sprintf(words.ConnectTitle, t.key(s)), lines: []string{words.ConnectBody}}
	if s.Task == flow.Adding {
		p = page{title: words.AddTitle, lines: []string{words.AddBody}}
	}
	if s.Chosen().Web {
		p.lines = append(p.lines, words.PlainWeb)
	}
	if t.soft {
		p.lines = append(p.lines, words.PlainDemo)
	}
	return p
}

func (t *teller) secret(s flow.State) page {
	switch {
	case s.Screen == flow.PIN:
		p := page{title: fmt.Sprintf(words.PinTitle, t.key(s)), lines: []string{words.PinBody}, ask: askPIN}
		if s.Task == flow.Adding {
			p.lines[0] = words.PinBodyAdd
		}
		if s.Tries >= 0 {
			p.lines = append(p.lines, fmt.Sprintf(words.PinTries, words.TriesLeft(s.Tries)))
		}
		if t.demoPIN != "" {
			p.lines = append(p.lines, fmt.Sprintf(words.DemoPIN, t.demoPIN))
		}
		return p
	case s.Screen == flow.NewPIN && s.Asking:
		return page{title: fmt.Sprintf(words.NewPINTitle, t.device(s.Device)), lines: []string{words.NewPINWork}}
	case s.Screen == flow.NewPIN:
		return page{title: fmt.Sprintf(words.NewPINTitle, t.device(s.Device)), lines: []string{words.NewPINCare, words.NewPINRule}, ask: askNewPIN}
	case s.Screen == flow.Password && s.Asking:
		return page{title: words.PassTitle, lines: []string{words.PassTrying}}
	case s.Screen == flow.Password:
		return page{title: words.PassTitle, lines: []string{words.PassBody}, ask: askPassword}
	case s.Asking:
		return page{title: words.KeyTitle, lines: []string{words.KeyTrying}}
	}
	return page{title: words.KeyTitle, lines: []string{words.KeyBody, words.PlainKeyFile}, ask: askDigits, orPath: true}
}

func (t *teller) touch(s flow.State) page {
	if !s.Asking {
		return page{title: words.TouchTitle, lines: []string{fmt.Sprintf(words.TouchStart, t.key(s))}}
	}
	p := page{title: words.TouchTitle, lines: []string{fmt.Sprintf(words.TouchBody, t.key(s)), words.TouchFinger}}
	if s.Finger {
		p.title, p.lines[0] = words.FingerTitle, fmt.Sprintf(words.FingerBody, t.key(s))
		if s.Tries >= 0 {
			p.lines[1] = fmt.Sprintf(words.FingerTries, words.TriesLeft(s.Tries))
		}
	}
	if g := s.Gesture; s.Task == flow.Adding && g > 0 && g <= flow.Gestures {
		p.title = fmt.Sprintf(words.TouchN, g, flow.Gestures)
		p.lines[1] = fmt.Sprintf(words.GestureFor, words.Gestures[g])
	}
	if t.soft {
		p.lines = append(p.lines, words.PlainDemo)
	}
	return p
}

// browser tells the address before anything is opened.
func (t *teller) browser(s flow.State) page {
	if !s.Asking {
		return page{title: words.PageTitle, lines: []string{words.PageStarting}}
	}
	if g := s.Gesture; s.Task == flow.Adding && g > 1 && g <= flow.Gestures {
		return page{title: fmt.Sprintf(words.PlainPageN, g, flow.Gestures, words.Gestures[g])}
	}
	p := page{title: words.PageTitle, lines: []string{fmt.Sprintf(words.PageAsks, t.key(s))}}
	if s.Task == flow.Adding {
		p.lines[0] = fmt.Sprintf(words.PageMakes, t.key(s))
	}
	if s.Page.Forward != "" {
		when := words.PageForward
		if s.Page.Within {
			when = words.PageWithin
		}
		p.lines = append(p.lines, when, s.Page.Forward, words.PageAddress)
	}
	p.lines = append(p.lines, t.address(), words.PageSecret)
	if s.Page.Display {
		p.lines = append(p.lines, words.PlainOpenWeb)
	}
	return p
}

func (t *teller) restore(s flow.State) page {
	if !s.Complete {
		return page{title: words.RestoreTitle}
	}
	return page{
		title: fmt.Sprintf(words.PlainChats, words.Of(s.Result.Messages, "message", words.Messages), words.Of(s.Result.Chats, "chat", words.Chats)),
		ask:   askChoice, choices: []choice{{"go-on", words.PlainSave}},
	}
}

func (t *teller) save(s flow.State) page {
	if s.Saving {
		return page{title: words.SavingTitle, lines: []string{t.text(s.Result.Path, pathWidth), words.SavingBody}}
	}
	p := page{title: words.SaveTitle, lines: []string{words.SaveNever}, ask: askSave, picked: s.Choice}
	for _, f := range flow.Formats {
		p.choices = append(p.choices, choice{string(f), words.Formats[f][0] + ": " + words.Formats[f][1]})
	}
	return p
}

func (t *teller) done(s flow.State) page {
	finish, another := choice{"finish", words.PlainFinish}, choice{"another", words.PlainAnother}
	p := page{title: words.DoneTitle, ask: askChoice, choices: []choice{finish, another}}
	switch {
	case s.Asking:
		return page{title: words.DoneTitle, lines: []string{words.DoneWriting}}
	case s.Receipt != "":
		p.lines = []string{words.DoneReceipt + " " + t.text(s.Receipt, pathWidth)}
		return p
	}
	p.choices = append(p.choices, choice{"receipt", words.PlainReceipt})
	if s.Receiptless != "" {
		p.lines = []string{words.NoReceipt(s.Receiptless)}
		return p
	}
	p.lines = []string{words.DoneLeft, words.DoneOriginal}
	return mended(p, s)
}

// result is what Done has to say about the file.
func (t *teller) result(r flow.Result) []string {
	out := []string{words.Of(r.Messages, "message", words.Messages) + ", " + words.Of(r.Chats, "chat", words.Chats)}
	if r.Media > 0 {
		out[0] += ", " + words.Of(r.Media, "media file", "media files") + " (" + words.DoneMediaNote + ")"
	}
	at := words.DoneWhere + " " + t.text(r.Path, pathWidth)
	if r.Bytes > 0 {
		at += " (" + style.Bytes(r.Bytes) + ")"
	}
	return append(append(out, at), words.Merged(r.Merged)...)
}
