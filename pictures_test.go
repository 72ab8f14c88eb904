//go:build !windows

package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"touchback/fixtures"
	"touchback/keys/soft"
)

// The pictures of the README and of docs/screens.md, from real runs. They go to
// the folder that TOUCHBACK_PICTURES names (make docs).

// TestPictures takes those of a restore, from the demo.
func TestPictures(t *testing.T) {
	term := open(t, 80, 24, "demo")
	term.sees("This is the backup")
	term.press(enter)
	term.takes("method.svg", "How would you like to open it?", "Demo key")
	term.press(enter)
	term.takes("pin.svg", "8 tries are left")
	term.press("654321", enter)
	term.takes("wrong-pin.svg", "7 tries are left", "Type the PIN again")
	term.press(enter)
	term.sees("PIN  →")
	term.press(fixtures.SamplePIN)
	term.sees("••••••")
	term.press(enter)
	term.takes("touch.svg", "Touch your key", "space touches it")
	term.press(" ")
	term.sees("✓ restore")
	term.takes("restore.svg", "this one?", "Bring the big umbrella")
	term.press("/umbrella")
	term.takes("search.svg", "umbrella", "14 found", "Book club")
	term.press(escape)
	term.sees("Hiking club")
	term.press("m")
	term.takes("masked.svg", "unmask")
	term.press("m", enter)
	term.takes("save.svg", "What would you like to keep?", "msgstore-html")
}

// TestPicturesOfLocking takes those of locking a backup, with a software
// security key, and of its keys afterwards.
func TestPicturesOfLocking(t *testing.T) {
	key := fixtures.SampleSoftKey(soft.Options{})
	device := attached(t, key)
	backup, typed := bareSample(t)
	dir, name := filepath.Split(backup)
	term := openIn(t, dir, 80, 24, "lock", name, "--device", device)
	term.sees("This is the backup")
	term.press(enter)
	term.takes("lock-key.svg", "The 64-digit key", "0 of 64")
	term.press(typed)
	term.sees("All 64 digits are there")
	term.press(enter)
	term.takes("lock-ways.svg", "What should open this backup?")
	term.press(enter)
	term.sees("A name for it")
	term.press("\x15", "Ana's blue key")
	term.takes("lock-name.svg", "A name for it", "Ana's blue key")
	term.press(enter)
	term.sees("The PIN of Ana's blue key")
	term.press(fixtures.SamplePIN)
	term.sees("••••••")
	term.press(enter)
	for i, n := range []string{"(1 of 3)", "(2 of 3)", "(3 of 3)"} {
		term.takes(fmt.Sprintf("lock-touch-%d.svg", i+1), n, "Touch your key")
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		if err := key.Await(ctx, soft.Blinking); err != nil {
			t.Fatal(err)
		}
		cancel()
		key.Touch()
	}
	term.sees("accident away")
	term.press(down, down, enter)
	term.sees("A name for it")
	term.press("\x15", "the long password", enter)
	term.sees("A new password")
	term.press("six wet umbrellas dance at noon")
	term.takes("lock-password.svg", "Very good")
	term.press(enter)
	term.sees("once more")
	term.press("six wet umbrellas dance at noon", enter)
	term.sees("That is enough")
	term.press(enter)
	term.takes("lock-summary.svg", "only the 64-digit key still opens")
	term.press(enter)
	term.takes("lock-done.svg", "The backup is locked", "touchback restore")
	term.press(enter)
	term.ends()

	key.SetTouch(soft.TouchAlways())
	term = openIn(t, dir, 80, 24, "keys", name, "--device", device)
	term.sees("This is the backup")
	term.press(enter)
	term.sees("How would you like to open it?")
	term.press(enter)
	term.sees("tries are left")
	term.press(fixtures.SamplePIN)
	term.sees("••••••")
	term.press(enter)
	term.takes("keys.svg", "What opens this backup", "the long password")
}

// takes waits until the screen shows some texts, and draws it to a file.
func (t *terminal) takes(name string, texts ...string) {
	t.t.Helper()
	for _, text := range texts {
		t.sees(text)
	}
	dir := os.Getenv("TOUCHBACK_PICTURES")
	if dir == "" {
		dir = t.t.TempDir()
	}
	b := t.picture()
	for _, text := range texts {
		if !strings.Contains(b, html.EscapeString(text)) {
			t.t.Errorf("%s does not show %q", name, text)
		}
	}
	d := xml.NewDecoder(strings.NewReader(b))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.t.Fatalf("%s: %v", name, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(b), 0o644); err != nil {
		t.t.Fatal(err)
	}
}

// Size of a cell in the picture, in pixels.
const (
	cellWidth, cellHeight = 9, 19
	margin                = 16
)

// picture draws the screen as SVG, light or dark as the reader's page is.
func (t *terminal) picture() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	w, h := t.emu.Width(), t.emu.Height()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-monospace,'SF Mono',Menlo,'DejaVu Sans Mono',monospace" font-size="15">`,
		w*cellWidth+2*margin, h*cellHeight+2*margin)
	b.WriteString("\n<style>" + palette(light) + "@media (prefers-color-scheme: dark){" + palette(dark) + "}text{white-space:pre;fill:var(--fg)}</style>\n")
	b.WriteString(`<rect width="100%" height="100%" rx="10" fill="var(--bg)" stroke="var(--c8)" stroke-opacity=".4"/>` + "\n")
	for y := range h {
		for x := 0; x < w; {
			x = t.run(&b, x, y)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// run draws cells of one style from x on and returns where the next begin.
func (t *terminal) run(b *strings.Builder, x, y int) int {
	first := t.emu.CellAt(x, y)
	if first == nil || first.Width == 0 {
		return x + 1
	}
	var text strings.Builder
	end := x
	for end < t.emu.Width() {
		c := t.emu.CellAt(end, y)
		// A cell that is not plain ASCII stands alone, so that a font that
		// has it in another width moves nothing else; but letters that run
		// from right to left are joined and turned round by who draws them.
		alone := func(c *uv.Cell) bool {
			return (c.Width != 1 || len(c.Content) != 1) && (!rightToLeft(c) || !rightToLeft(first))
		}
		if c == nil || c.Width == 0 || !c.Style.Equal(&first.Style) || end > x && (alone(c) || alone(first)) {
			break
		}
		text.WriteString(c.Content)
		end += c.Width
	}
	fg, bg := first.Style.Fg, first.Style.Bg
	fill, behind := paint(fg, "var(--fg)"), paint(bg, "")
	if first.Style.Attrs&uv.AttrReverse != 0 {
		fill, behind = paint(bg, "var(--bg)"), paint(fg, "var(--fg)")
	}
	px, py := margin+x*cellWidth, margin+y*cellHeight
	if behind != "" {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`, px, py, (end-x)*cellWidth, cellHeight, behind)
	}
	if s := text.String(); strings.TrimSpace(s) != "" {
		style := ""
		if first.Style.Attrs&uv.AttrBold != 0 {
			style += ` font-weight="bold"`
		}
		if first.Style.Attrs&uv.AttrFaint != 0 {
			style += ` opacity=".6"`
		}
		if fill != "var(--fg)" {
			style += ` style="fill:` + fill + `"`
		}
		fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%d" lengthAdjust="spacingAndGlyphs"%s>%s</text>`+"\n",
			px, py+cellHeight-5, (end-x)*cellWidth, style, html.EscapeString(s))
	}
	return max(end, x+1)
}

func rightToLeft(c *uv.Cell) bool {
	r, _ := utf8.DecodeRuneInString(c.Content)
	return unicode.In(r, unicode.Hebrew, unicode.Arabic)
}

// paint returns the colour of a cell as CSS.
func paint(c color.Color, none string) string {
	switch c := c.(type) {
	case nil:
		return none
	case ansi.BasicColor:
		return fmt.Sprintf("var(--c%d)", c)
	case ansi.IndexedColor:
		if c < 16 {
			return fmt.Sprintf("var(--c%d)", c)
		}
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// Two palettes of terminals: background, foreground, and the sixteen colours.
var (
	light = []string{"#fbfbfa", "#33373d", "#33373d", "#c4363f", "#3d7f35", "#96690a", "#2f66c4", "#8b48b3", "#1d7f86", "#d6d8db", "#7a7f87", "#c4363f", "#3d7f35", "#96690a", "#2f66c4", "#8b48b3", "#1d7f86", "#111417"}
	dark  = []string{"#1b1e24", "#d3d7de", "#2b2f37", "#ef7b83", "#93cf83", "#e0b866", "#83aef2", "#cf9ae8", "#77cdd1", "#aeb4be", "#7b828e", "#ef7b83", "#93cf83", "#e0b866", "#83aef2", "#cf9ae8", "#77cdd1", "#ffffff"}
)

func palette(colours []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "svg{--bg:%s;--fg:%s", colours[0], colours[1])
	for i, c := range colours[2:] {
		fmt.Fprintf(&b, ";--c%d:%s", i, c)
	}
	b.WriteString("}")
	return b.String()
}
