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
// large enough the line that is picked is in sight.
func TestSizes(t *testing.T) {
	d := newDriver(t)
	for i, p := range places() {
		d.Model = newDriver(t).Model
		d.show(p)
		// Every width and every height comes with many screens.
		for w := 20 + i%5; w <= 200; w += 5 {
			for _, h := range []int{8 + (w*7+i)%53} {
				d.resize(w, h)
				lines := d.scene().lines()
				if len(lines) > h {
					t.Fatalf("%s at %dx%d: %d lines", p.name, w, h, len(lines))
				}
				for _, l := range lines {
					if ansi.StringWidthWc(l) > w {
						t.Fatalf("%s at %dx%d: a line of %d cells: %q", p.name, w, h, ansi.StringWidthWc(l), ansi.Strip(l))
					}
				}
				if p.s.Screen == flow.Trouble && w >= minWidth && h >= minHeight && !strings.Contains(d.screen(), "→") {
					t.Fatalf("%s at %dx%d: no way on in sight\n%s", p.name, w, h, d.screen())
				}
			}
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
