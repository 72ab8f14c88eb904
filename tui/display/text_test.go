package display

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "hello", "hello"},
		{"line break", "a\nb\r\nc\rd", "a b c d"},
		{"tab", "a\tb", "a b"},
		{"escape", "\x1b[31mred", "␛[31mred"},
		{"title", "\x1b]0;x\a", "␛]0;x␇"},
		{"C1 CSI", "a\u009b31mb", "a\ufffd31mb"},
		{"raw C1 byte", "a\x9b31mb", "a\ufffd31mb"},
		{"delete", "a\x7f", "a␡"},
		{"NUL", "a\x00b", "a␀b"},
		{"invalid run", "a\xff\xfe\xfdb", "a\ufffdb"},
		{"override", "a\u202egnp.exe", "agnp.exe"},
		{"isolates", "\u2066a\u2069\u200e\u200f\u061c", "a"},
		{"tags", "a\U000e0041\U000e007fb", "ab"},
		{"zero width space", "a\u200b\u2060\ufeffb", "ab"},
		{"soft hyphen", "a\u00adb", "ab"},
		{"family", "👨‍👩‍👧", "👨‍👩‍👧"},
		{"heart on fire", "❤️‍🔥", "❤️‍🔥"},
		{"skin", "👍🏽", "👍🏽"},
		{"joiner at the end", "👨\u200d", "👨"},
		{"joiner between letters", "a\u200db", "ab"},
		{"Persian", "می\u200cخواهم", "می\u200cخواهم"},
		{"Devanagari", "क्\u200dष", "क्\u200dष"},
		{"keycap", "1️⃣", "1️⃣"},
		{"selector on a letter", "a\ufe0f", "a"},
		{"tower", "e" + strings.Repeat("\u0301", 300), "e\u0301\u0301\u0301\u0301"},
		{"no base", "\u0301a", "◌\u0301a"},
		{"no base after space", "a \u0301", "a ◌\u0301"},
		{"Thai vowel first", "\u0e33", "◌\u0e33"},
		{"skin alone", "🏽", "\ufffd"},
		{"private use", "\ue0b0", "\ufffd"},
		{"Arabic number sign", "a\u0600", "a\ufffd"},
		{"filler", "\u3164a", "a"},
		{"no-break space", "a\u00a0b", "a b"},
	} {
		if got := Clean(c.in).String(); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
	if got := CleanLines("a\r\nb\rc\u2028d\te").String(); got != "a\nb\nc\nd    e" {
		t.Errorf("CleanLines: %q", got)
	}
}

func TestLimits(t *testing.T) {
	long := strings.Repeat("é", MaxText)
	if got := CleanLines(long).String(); len(got) > MaxText+len(Ellipsis) || !strings.HasSuffix(got, "é"+Ellipsis) {
		t.Errorf("CleanLines: %d bytes, ends in %q", len(got), got[len(got)-8:])
	}
	if got := CleanAll(long).String(); got != long {
		t.Errorf("CleanAll changed a long text")
	}
	jamo := Clean(strings.Repeat("\u1100", 1000)).String()
	if len(jamo) > maxCluster {
		t.Errorf("an endless cluster keeps %d bytes", len(jamo))
	}
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"hello", 5, "hello"}, {"hello", 4, "hel…"}, {"hello", 1, "…"}, {"hello", 0, ""},
		{"日本語", 5, "日本…"}, {"日本語", 4, "日…"}, {"a\nb", 9, "a…"}, {"a\n", 9, "a"},
	} {
		if got := CleanLines(c.in).Truncate(c.w).String(); got != c.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want []string
	}{
		{"", 5, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 6, []string{"one", "two", "three"}},
		{"one  two", 4, []string{"one", "two"}},
		{"abcdefgh ij", 3, []string{"abc", "def", "gh", "ij"}},
		{"a\n\nb", 3, []string{"a", "", "b"}},
		{"  indented text", 11, []string{"  indented", "text"}},
		{"日本語です", 4, []string{"日本", "語で", "す"}},
		{"ab日本", 3, []string{"ab", "日", "本"}},
		{"see /media/phone/WhatsApp", 14, []string{"see", "/media/phone/", "WhatsApp"}},
		{"日", 1, []string{"?"}},
		{"x日y", 1, []string{"x", "?", "y"}},
	} {
		if got := CleanLines(c.in).Wrap(c.w); !slices.Equal(got, c.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestByRune(t *testing.T) {
	for _, c := range []struct {
		in, want string
		width    int
	}{
		{"👨‍👩‍👧", "👨👩👧", 6}, {"☂️", "☂", 1}, {"👍🏽", "👍", 2}, {"می\u200cخواهم", "می\u200cخواهم", 7}, {"1️⃣", "1", 1},
	} {
		got := Clean(c.in).ByRune()
		if got.String() != c.want || got.Width() != c.width {
			t.Errorf("ByRune(%q) = %q, %d cells; want %q, %d", c.in, got, got.Width(), c.want, c.width)
		}
	}
}

func TestMask(t *testing.T) {
	in := "Ana 12, 日本 👨‍👩‍👧\nمحمد"
	got := CleanLines(in).Mask('x')
	if want := "xxx ##x xxxx xx\nxxxx"; got.String() != want {
		t.Errorf("Mask = %q, want %q", got, want)
	}
}

func TestRTL(t *testing.T) {
	for in, want := range map[string]bool{"שלום": true, "12 مرحبا": true, "Hi שלום": false, "123": false, "": false} {
		if Clean(in).RTL() != want {
			t.Errorf("RTL(%q) = %v", in, !want)
		}
	}
}

// check holds what is true of every Text, whatever it came from.
func check(t *testing.T, x Text, lines bool) {
	t.Helper()
	s := x.String()
	if !utf8.ValidString(s) {
		t.Errorf("invalid UTF-8: %q", s)
	}
	for _, r := range s {
		if r == '\n' && lines {
			continue
		}
		if unicode.IsControl(r) || isInvisible(r) && r != zwj && r != zwnj && r != vs16 {
			t.Errorf("%U is left in %q", r, s)
		}
	}
	for l := range strings.SplitSeq(s, "\n") {
		// Between two characters of the program's own it stays what it is.
		if got, want := ansi.StringWidth("| "+l+" |"), ansi.StringWidth(l)+4; got != want {
			t.Errorf("%q takes %d cells beside others, %d alone", l, got-4, want-4)
		}
	}
	for _, w := range []int{1, 2, 7, 40} {
		for _, y := range []Text{x, x.ByRune()} {
			m := y.method()
			for _, l := range y.Wrap(w) {
				if m.StringWidth(l) > w {
					t.Errorf("a line of %d cells in %d: %q", m.StringWidth(l), w, l)
				}
			}
			if c := y.Truncate(w); c.Width() > w || m.StringWidth(c.String()) != c.Width() {
				t.Errorf("Truncate(%d) = %q", w, c)
			}
		}
	}
	if k := x.Mask('x'); k.Width() != x.Width() {
		t.Errorf("masked, %q has %d cells, not %d", s, k.Width(), x.Width())
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		check(t, Clean(s), false)
		check(t, CleanLines(s), true)
	})
}

// hostile are texts that real messages could hold to take over a screen.
var hostile = []string{
	"\x1b[2J\x1b[H owned", "\x1b]0;title\a", "\x1b]52;c;aGk=\a", "\x1b]8;;http://x\x1b\\link", "\x1bP1$r\x1b\\", "\x1b_apc\x1b\\",
	"\u009b31m", "\x9b2J", "\x1b]0;never ends", "\x1b[31m bleeds", "over\rwrite", "back\b\b\b", "bell\a", "nul\x00",
	"\u202egnp.exe", "\u2067\u2067\u2066", "a\U000e0041\U000e0042\U000e007f", "z\u200bw\u2060j\ufeff",
	"e" + strings.Repeat("\u0301", 500), strings.Repeat("\u200d", 100), strings.Repeat("👨\u200d", 100), strings.Repeat("\u1100", 500),
	"\xff\xfe\xc0\x80", "\xed\xa0\x80", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇨🇭🇨", "\u0600\u06dd", "\u0301", "\u0e33", "नमस्ते", "க்ஷ", "\u115f\u1160\u11a8",
	strings.Repeat("\u0915\u094d", 200), "\u3000\u00a0\u2003", "\ufdfd", "\u2028\u2029\u0085", "1\ufe0f\u20e3", "a\ufe0f\u20e3", "\u20e3",
}

func TestHostile(t *testing.T) {
	for _, s := range hostile {
		check(t, Clean(s), false)
		check(t, CleanLines(s), true)
	}
}

func BenchmarkCleanLines(b *testing.B) {
	for name, s := range map[string]string{
		"ascii": strings.Repeat("The quick brown fox. ", 5000), "mixed": strings.Repeat("Größe 日本 👍🏽 ", 5000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				CleanLines(s)
			}
		})
		b.Run(name+"/wrap", func(b *testing.B) {
			x := CleanLines(s)
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				x.Wrap(50)
			}
		})
	}
}
