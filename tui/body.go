package tui

import (
	"strings"

	"touchback/tui/display"
	"touchback/tui/style"
)

// Ranks say what of a body goes first where there is no room for all of it.
const (
	must  = iota // never, while anything else can go
	nice         // explanations
	space        // empty lines
)

// body is what stands between the step line and the hints. It may hold one
// list, which scrolls around the line that is picked.
type body struct {
	sc     *scene
	rows   []bodyRow
	list   []string
	sel    int
	scroll bool // nothing of it is picked: sel is the first line in sight
	listAt int  // the row before which the list stands; -1 for none
	paras  int
}

type bodyRow struct {
	text string
	rank int
	para int // what goes, goes by paragraphs: half a sentence helps nobody
}

func (sc *scene) body() *body { return &body{sc: sc, listAt: -1} }

// raw adds a line as it is: styled, and no wider than sc.room().
func (b *body) raw(rank int, lines ...string) {
	for _, l := range lines {
		b.paras++
		b.rows = append(b.rows, bodyRow{l, rank, b.paras})
	}
}

func (b *body) gap() { b.raw(space, "") }

// para adds text, wrapped.
func (b *body) para(rank int, st style.Pen, t display.Text) {
	if t.IsEmpty() {
		return
	}
	b.paras++
	for _, l := range b.sc.fitText(t).Wrap(b.sc.room()) {
		b.rows = append(b.rows, bodyRow{st.Render(l), rank, b.paras})
	}
}

// say adds the program's own words, in which text that was cleaned may stand.
func (b *body) say(rank int, said string) {
	b.para(rank, style.Pen{}, display.CleanLines(b.sc.th.Say(said)))
}

// dim adds words that can be skipped.
func (b *body) dim(rank int, said string) {
	b.para(rank, b.sc.th.Dim, display.CleanLines(b.sc.th.Say(said)))
}

// work adds what is being done, behind something that moves.
func (b *body) work(said string) {
	spin := b.sc.spin()
	b.paras++
	for i, l := range cleanWords(b.sc, said).Wrap(b.sc.room() - b.sc.width(spin)) {
		if i > 0 {
			spin = strings.Repeat(" ", b.sc.width(spin))
		}
		b.rows = append(b.rows, bodyRow{spin + l, must, b.paras})
	}
}

// title adds the one question of the screen.
func (b *body) title(said string) {
	b.para(must, b.sc.th.Strong, display.Clean(b.sc.th.Say(said)))
	b.gap()
}

func (b *body) trouble(said string) {
	b.para(must, b.sc.th.TroubleText, display.Clean(b.sc.th.Say(said)))
	b.gap()
}

// pick adds the list. The line that is picked is marked, not only coloured.
func (b *body) pick(lines []string, sel int) {
	b.listAt, b.sel = len(b.rows), sel
	for i, l := range lines {
		if i == sel {
			b.list = append(b.list, b.sc.th.Accent.Render(b.sc.th.Pointer)+" "+b.sc.th.AccentText.Render(l))
		} else {
			b.list = append(b.list, "  "+l)
		}
	}
}

// leastList is how many lines of a list are in sight before words are left out.
const leastList = 3

// fit returns at most h lines: space goes first, then explanations, then lines
// of the list that are far from the one that is picked.
func (b *body) fit(h int) []string {
	rows, at := b.rows, b.listAt
	least := min(len(b.list), leastList)
	drop := func(rank int) {
		over := len(rows) + len(b.list) - h
		if rank == must {
			over = len(rows) + least - h
		}
		for i := len(rows) - 1; i >= 0 && over > 0; i-- {
			if rows[i].rank != rank {
				continue
			}
			from := i
			for rank != must && from > 0 && rows[from-1].para == rows[i].para {
				from--
			}
			n := i + 1 - from
			rows = append(rows[:from:from], rows[i+1:]...)
			if i < at {
				at -= n
			}
			over -= n
			i = from
		}
	}
	drop(space)
	drop(nice)
	drop(must)
	out := make([]string, 0, h)
	for i := range rows {
		if i == at {
			out = append(out, b.window(h-len(rows))...)
		}
		out = append(out, rows[i].text)
	}
	if at == len(rows) {
		out = append(out, b.window(h-len(rows))...)
	}
	return out[:min(len(out), max(h, 0))]
}

// window returns the lines of the list around the one that is picked.
func (b *body) window(h int) []string {
	n := len(b.list)
	if n <= h {
		return b.list
	}
	h = max(h, 1)
	from := min(max(b.sel-h/2, 0), n-h)
	if b.scroll {
		from = min(b.sel, n-h)
	}
	out := append([]string(nil), b.list[from:from+h]...)
	more := b.sc.th.Dim.Render("  " + b.sc.th.Ellipsis)
	if b.scroll {
		more = b.sc.th.Dim.Render(b.sc.th.Ellipsis)
	}
	if from > 0 && (b.scroll || b.sel > from) && h > 2 {
		out[0] = more
	}
	if from+h < n && (b.scroll || b.sel < from+h-1) && h > 2 {
		out[h-1] = more
	}
	return out
}

// pad adds spaces up to a width, measured as the terminal does.
func (sc *scene) pad(s string, w int) string {
	if n := w - sc.width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}
