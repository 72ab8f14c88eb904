package tui

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"touchback/restore/flow"
	"touchback/tui/words"
)

var update = flag.Bool("update", false, "write the golden files")

// screen is what a person reads.
func (d *driver) screen() string {
	var out []string
	for _, l := range d.scene().lines() {
		out = append(out, strings.TrimRight(ansi.Strip(l), " "))
	}
	return strings.Join(out, "\n") + "\n"
}

// The screens, as drawn: a change of a screen is a change of a golden file.
func TestScreens(t *testing.T) {
	for _, p := range places() {
		for _, size := range []struct {
			name string
			w, h int
		}{{"80x24", 80, 24}, {"40x12", 40, 12}} {
			t.Run(p.name+"/"+size.name, func(t *testing.T) {
				d := newDriver(t)
				d.resize(size.w, size.h)
				d.show(p)
				got := d.screen()
				file := filepath.Join("testdata", size.name, p.name+".txt")
				if *update {
					if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("the screen changed (go test -update takes it):\n--- got\n%s--- want\n%s", got, want)
				}
			})
		}
	}
}

// Every Why of the flow has words, and options that are worded.
func TestEveryTroubleHasWords(t *testing.T) {
	for _, w := range whys {
		tr, ok := words.Troubles[w]
		if !ok || tr.Title == "" || tr.What == "" {
			t.Errorf("no words for %q", w)
		}
	}
	if len(whys) != len(words.Troubles) {
		t.Errorf("%d troubles, %d with words", len(whys), len(words.Troubles))
	}
}

var whys = []flow.Why{
	flow.NoKey, flow.WrongKey, flow.WrongPIN, flow.PINBlocked, flow.PINAuthBlocked, flow.PINNotSet, flow.KeyRemoved,
	flow.PINChange, flow.WrongFinger, flow.FingerBlocked, flow.NoSecret,
	flow.KeyBusy, flow.KeyRefused, flow.NoPermission, flow.NotSupported, flow.TimedOut, flow.WrongDigits, flow.WrongBackupKey,
	flow.WrongPassword, flow.KeyringAltered, flow.Damaged, flow.Changed, flow.NotABackup, flow.WhatsAppPasskey, flow.NotFound,
	flow.Exists, flow.NoSpace, flow.SaveRefused, flow.Cancelled, flow.Unexpected,
	flow.NoPRF, flow.NotVerified, flow.WrongPasskey, flow.NoAnswer, flow.BrowserRefused, flow.NotTrusted, flow.PageClosed,
	flow.PageTimedOut, flow.AlreadyAdded, flow.BadKeyFile,
	flow.HasKeyring, flow.NoKeyring, flow.NotKept, flow.BadRecip, flow.Unstable, flow.RingChanged,
}

// Nothing is ever wider or taller than the window, and in any window that is
// large enough the line that is picked is in sight: for each screen, every width
// with every height. Under the race detector, which is slow and has nothing to
// find here, each width comes with four heights, and each height with fourteen
// widths.
func TestSizes(t *testing.T) {
	for _, p := range places() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			d := newDriver(t)
			d.show(p)
			for w := 20; w <= 200; w++ {
				for h := 8; h <= 60; h++ {
					if (raced || testing.Short()) && h%13 != w%13 {
						continue
					}
					d.resize(w, h)
					d.fits(p, w, h)
				}
			}
		})
	}
}

// fits fails where the screen is not as large as the window.
func (d *driver) fits(p place, w, h int) {
	lines := d.scene().lines()
	if len(lines) > h {
		d.t.Fatalf("%dx%d: %d lines", w, h, len(lines))
	}
	picked := false
	for _, l := range lines {
		if n := ansi.StringWidthWc(l); n > w {
			d.t.Fatalf("%dx%d: a line of %d cells: %q", w, h, n, ansi.Strip(l))
		}
		picked = picked || strings.Contains(l, "→")
	}
	if p.s.Screen == flow.Trouble && w >= minWidth && h >= minHeight && !picked {
		d.t.Fatalf("%dx%d: no way on in sight\n%s", w, h, d.screen())
	}
}

// No failure is without its way forward in words in a small window: what to do is
// there, or what says it in brief.
func TestTroublesSayWhatToDo(t *testing.T) {
	for _, p := range places() {
		if p.s.Screen != flow.Trouble {
			continue
		}
		d := newDriver(t)
		d.resize(40, 12)
		d.show(p)
		do := words.Troubles[p.s.Why].Do
		whole := func(said string) bool {
			letters := func(s string) string { return strings.Join(strings.Fields(s), "") }
			return strings.Contains(letters(d.screen()), letters(d.scene().fill(said)))
		}
		if brief := words.Briefs[p.s.Why]; do != "" && !whole(do) && (brief == "" || !whole(brief)) {
			t.Errorf("%s does not say what to do:\n%s", p.name, d.screen())
		}
	}
}

// In ASCII mode nothing of the program's own is beyond ASCII.
func TestASCII(t *testing.T) {
	for _, p := range places() {
		if p.s.Screen == flow.Restore && !strings.Contains(p.name, "help") {
			continue // text of a backup stays what it is
		}
		d := newDriver(t, func(c *Config) { c.ASCII = true })
		d.show(p)
		for _, size := range [][2]int{{80, 24}, {40, 12}} {
			d.resize(size[0], size[1])
			for _, r := range d.screen() {
				if r > 0x7e {
					t.Errorf("%s: %q\n%s", p.name, r, d.screen())
					break
				}
			}
			if title := d.scene().title(); strings.IndexFunc(title, func(r rune) bool { return r > 0x7e }) >= 0 {
				t.Errorf("%s: window title %q", p.name, title)
			}
		}
	}
}

// All keys of a screen are in its help, however small the window: it scrolls.
func TestHelpScrolls(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}, {36, 8}} {
		for _, p := range places() {
			d := newDriver(t)
			d.resize(size[0], size[1])
			d.show(p)
			d.ui.help = false
			d.press("f1")
			seen := d.screen()
			for d.scene().helpScrolls() {
				at := d.ui.helpAt
				if d.press("down"); d.ui.helpAt == at {
					break
				}
				seen += d.screen()
			}
			for _, h := range append(words.Helps[p.s.Screen], words.Helps[""]...) {
				if first, _, _ := strings.Cut(h.Word, " "); !strings.Contains(seen, first) {
					t.Fatalf("%s at %v: no help for %q:\n%s", p.name, size, h.Key, seen)
				}
			}
			if d.press("esc"); d.ui.help {
				t.Errorf("%s: esc does not close the help", p.name)
			}
		}
	}
}

// Where the screen is of a usual size, nothing that must be read is left out,
// and no sentence of ours is cut.
func TestNothingIsCut(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		for _, p := range places() {
			if p.s.Screen == flow.Restore {
				continue
			}
			d := newDriver(t)
			d.resize(size[0], size[1])
			d.show(p)
			seen := d.screen()
			for _, r := range d.scene().screen().rows {
				if line := strings.TrimRight(ansi.Strip(r.text), " "); r.rank == must && !strings.Contains(seen, line) {
					t.Errorf("%s at %v does not show %q:\n%s", p.name, size, line, seen)
				}
			}
		}
	}
}
