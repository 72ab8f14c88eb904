package tui

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/flow"
)

// poison puts a text wherever one from outside can stand: in what is known of
// backups, methods, keys and failures, in what is typed, and in the messages.
func (d *driver) poison(p place, x string) {
	s := p.s
	for i := range s.NBackups {
		s.Backups[i].Path, s.Backups[i].App, s.Backups[i].Protected = "/home/"+x, x, x
	}
	b := &s.Backup
	b.Path, b.AppVersion, b.Device, b.NumberEnds, b.Keyring, b.SaveBase = x, x, x, x, x, x
	for i := range s.NMethods {
		s.Methods[i].Label = x
	}
	for i := range s.NWays {
		s.Ways[i].Label = x
	}
	for i := range s.NDevices {
		s.Devices[i] = flow.Device{Path: x, Product: x}
	}
	s.New.Label, s.Device.Product, s.Device.Path = x, x, x
	s.Detail, s.Asked, s.Page.Forward = x, x, x
	if s.Result.Path = "/home/" + x; p.s.Receipt != "" {
		s.Receipt = s.Result.Path
	}
	d.show(place{p.name, s, p.with})
	for _, e := range []*entry{&d.ui.path, &d.ui.save, &d.ui.name} {
		e.text = []rune(x) // more than typing lets in
		e.at = len(e.text) / 2
	}
	if d.ui.address != "" {
		d.ui.address = x
	}
	if s.Screen == flow.Restore {
		a := talk()
		for i := range a.chats {
			a.chats[i].Name = x
		}
		for i := range a.messages[1] {
			m := &a.messages[1][i]
			m.Text, m.Sender.Name, m.Reactions = x, x, []chat.Reaction{{Emoji: x}}
			if m.Quoted != nil {
				m.Quoted.Text = x
			}
			if m.System != nil {
				m.System.Text = x
			}
			if m.Media != nil {
				m.Media.Caption, m.Media.Name = x, x
			}
		}
		d.ui.preview.SetArchive(a)
	}
}

// replay is a terminal with a frame around the screen, which says what it was
// told beside text.
type replay struct {
	*vt.Emulator
	w, h int
	told []string
}

func newReplay(t *testing.T, w, h int) *replay {
	t.Helper()
	r := &replay{Emulator: vt.NewEmulator(w+2, h+2), w: w, h: h}
	tell := func(s string) { r.told = append(r.told, s) }
	r.SetCallbacks(vt.Callbacks{
		Title: func(s string) { tell("title " + s) }, IconName: func(string) { tell("icon") }, Bell: func() { tell("bell") },
		AltScreen: func(bool) { tell("screen") }, WorkingDirectory: func(string) { tell("directory") },
		EnableMode:  func(m ansi.Mode) { tell(fmt.Sprint("mode ", m.Mode())) },
		DisableMode: func(m ansi.Mode) { tell(fmt.Sprint("no mode ", m.Mode())) },
	})
	go func() { _, _ = io.Copy(io.Discard, r.Emulator) }() // what it answers
	t.Cleanup(func() { _ = r.InputPipe().(io.Closer).Close() })
	_, _ = r.WriteString("\x1b[?2027h")
	return r
}

// draw draws the lines of a screen in their frame, each where it belongs, and
// returns what is wrong then.
func (r *replay) draw(lines []string) string {
	r.told = nil
	edge := strings.Repeat("=", r.w+2)
	_, _ = r.WriteString("\x1b[H\x1b[2J" + edge)
	for i, l := range lines {
		_, _ = fmt.Fprintf(r, "\x1b[%d;1H<%s\x1b[%d;%dH>", i+2, l, i+2, r.w+2)
	}
	_, _ = fmt.Fprintf(r, "\x1b[%d;1H%s", r.h+2, edge)
	for y := range r.h + 2 {
		for _, x := range []int{0, r.w / 2, r.w + 1} {
			want := map[int]string{0: "<", r.w + 1: ">"}[x]
			if y == 0 || y == r.h+1 {
				want = "="
			}
			if c := r.CellAt(x, y); want != "" && (c == nil || c.Content != want) {
				return fmt.Sprintf("cell %d,%d of the frame is %v", x, y, c)
			}
		}
	}
	if len(r.told) > 0 {
		return fmt.Sprintf("the terminal was told %q", r.told)
	}
	return ""
}

// row is what stands in a line of the screen.
func (r *replay) row(y int) string {
	var b strings.Builder
	for x := range r.w {
		if c := r.CellAt(x+1, y+1); c != nil {
			b.WriteString(c.Content)
		}
	}
	return b.String()
}

// Whole screens with hostile text in every place that text can come from,
// replayed into a terminal: nothing of it leaves its box. The frame around the
// screen is whole, the lines that hold no such text are as they were, and so is
// the line between chats and messages; the terminal was told nothing.
func TestHostileScreens(t *testing.T) {
	texts := fixtures.Hostile()
	for i, p := range places() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range [][2]int{{80, 24}, {40, 12}} {
				w, h := size[0], size[1]
				r := newReplay(t, w, h)
				lines := func(x string) []string {
					d := newDriver(t)
					d.clusters = true
					d.ui.preview.SetClusters(true)
					d.resize(w, h)
					d.poison(p, x)
					return d.scene().lines()
				}
				if wrong := r.draw(lines("plain")); wrong != "" {
					t.Fatal(wrong)
				}
				kept := map[int]string{0: r.row(0), h - 1: r.row(h - 1)}
				if p.s.Screen != flow.Home {
					kept[1], kept[2] = r.row(1), r.row(2)
				}
				line := -1
				if p.s.Screen == flow.Restore && !strings.Contains(p.name, "help") && w >= 60 {
					before, _, _ := strings.Cut(lines("plain")[h-3], "│")
					line = ansi.StringWidth(before)
				}
				for n, x := range texts {
					if raced && n%7 != i%7 {
						continue // slow, and other screens see the others
					}
					text := x.Text[:min(len(x.Text), fixtures.LongName)]
					wrong := r.draw(lines(text))
					for y, was := range kept {
						if got := r.row(y); got != was && wrong == "" {
							wrong = fmt.Sprintf("line %d is %q, and was %q", y, got, was)
						}
					}
					for y := 3; line > 0 && y < h-2; y++ {
						if c := r.CellAt(line+1, y+1); wrong == "" && (c == nil || c.Content != "│") {
							wrong = fmt.Sprintf("no line between the panes in row %d: %v", y, c)
						}
					}
					if wrong != "" {
						t.Fatalf("%s at %dx%d: %s\n%s", x.Name, w, h, wrong, r.String())
					}
				}
			}
		})
	}
}
