package tui

import (
	"strings"

	"touchback/restore/flow"
	"touchback/tui/display"
	"touchback/tui/style"
	"touchback/tui/words"
)

func cleanWords(sc *scene, s string) display.Text {
	return sc.fitText(display.CleanLines(sc.th.Say(s)))
}

// progress adds a bar with how far, how fast and how long.
func (b *body) progress(c flow.Counts, unit func(int64) string) {
	sc := b.sc
	facts := unit(c.Done)
	add := func(s string) {
		if sc.width(facts)+sc.width(s) <= sc.room() {
			facts += s
		}
	}
	if c.Total > 0 {
		add(" of " + unit(c.Total))
	}
	if c.Left >= 0 && c.Total > 0 {
		add("   " + style.Clock(c.Left) + " " + words.TimeLeft)
	}
	if c.PerSecond > 0 {
		add("   " + unit(c.PerSecond) + words.PerSecond)
	}
	at := say("%2d %%", percent(c))
	if c.Total <= 0 {
		b.raw(must, sc.spin()+facts)
		return
	}
	w := min(sc.room()-7, 48)
	b.raw(must, sc.bar(w, c)+"  "+at)
	b.raw(must, sc.th.Dim.Render(facts))
}

func (sc *scene) verify() *body {
	b := sc.body()
	if sc.s.Mend {
		b.title(words.MendTitle)
		b.say(nice, words.MendBody)
	} else {
		b.title(words.VerifyTitle)
		b.say(must, words.Mended(sc.s))
		b.say(nice, words.VerifyBody)
	}
	b.gap()
	b.gap()
	if sc.s.Mend && sc.s.Progress.Total == 0 {
		b.work(words.MendTrying)
	} else {
		b.progress(sc.s.Progress, style.Bytes)
	}
	b.gap()
	b.gap()
	b.dim(nice, words.ReadOnly)
	return b
}

func (sc *scene) saveScreen() *body {
	b := sc.body()
	s := sc.s
	if s.Saving {
		b.title(words.SavingTitle)
		b.para(must, sc.th.Strong, sc.fitText(display.Clean(s.Result.Path)))
		b.gap()
		b.progress(s.Progress, func(n int64) string { return style.Count(n) })
		b.gap()
		b.dim(nice, words.SavingBody)
		return b
	}
	b.title(words.SaveTitle)
	var lines []string
	for i, f := range flow.Formats {
		line := sc.pad(words.Formats[f][0], 12)
		hint := words.Formats[f][1]
		if sc.width(line)+sc.width(hint)+6 <= sc.room() {
			if i != s.Choice {
				hint = sc.th.Dim.Render(hint)
			}
			line += "  " + hint
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	b.pick(lines, s.Choice)
	b.gap()
	b.say(nice, words.SaveField)
	b.raw(must, sc.field(&sc.ui.save))
	b.note()
	b.gap()
	b.dim(nice, words.SaveNever)
	return b
}

func (sc *scene) done() *body {
	b := sc.body()
	r := sc.s.Result
	b.para(must, sc.th.DoneText, cleanWords(sc, words.DoneTitle))
	b.gap()
	row := func(rank int, name, value, note string) {
		line := sc.th.Dim.Render(sc.pad(name, 10)) + "  " + value
		if note != "" && sc.width(line)+sc.width(note)+2 <= sc.room() {
			line += "  " + sc.th.Dim.Render(note)
		}
		b.raw(rank, line)
	}
	row(must, words.DoneMessages, style.Count(r.Messages), "")
	row(nice, words.DoneChats, style.Count(r.Chats), "")
	if r.Media > 0 {
		row(nice, words.DoneMedia, style.Count(r.Media), words.DoneMediaNote)
	}
	row(nice, words.DoneTime, seconds(r.Millis), "")
	if r.Bytes > 0 {
		row(nice, words.DoneSize, style.Bytes(r.Bytes), "")
	}
	for i, l := range sc.fitText(display.Clean(r.Path)).Wrap(max(sc.room()-12, 8)) {
		name := ""
		if i == 0 {
			name = words.DoneWhere
		}
		row(must, name, l, "")
	}
	said := b.paras
	b.gap()
	b.say(must, words.Mended(sc.s))
	for i, l := range words.Merged(r.Merged) {
		rank := must // what is missing
		if i == 0 && r.Merged.Increments > 0 {
			rank = nice
		}
		b.say(rank, l)
	}
	switch s := sc.s; {
	case s.Asking:
		b.work(words.DoneWriting)
	case s.Receipt != "":
		for i, l := range sc.fitText(display.Clean(s.Receipt)).Wrap(max(sc.room()-12, 8)) {
			name := ""
			if i == 0 {
				name = words.DoneReceipt
			}
			row(must, name, l, "")
		}
	case s.Receiptless != "":
		b.say(must, words.NoReceipt(s.Receiptless))
	}
	if b.paras > said+1 { // more than an empty line
		b.gap()
	}
	b.say(must, words.DoneLeft)
	b.dim(nice, words.DoneOriginal)
	return b
}

// seconds writes a duration: tenths while it is short.
func seconds(millis int64) string {
	if millis < 100 {
		return words.DoneAtOnce
	}
	if millis < 60_000 {
		return say("%d.%d s", millis/1000, millis%1000/100)
	}
	return style.Clock(millis / 1000)
}
