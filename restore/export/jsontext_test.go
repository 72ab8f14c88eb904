package export

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// The written-out ranges against Unicode's tables.
func TestHiddenAgainstUnicode(t *testing.T) {
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		want := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp,
			unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector,
			unicode.Noncharacter_Code_Point) || r == 0x2800
		if got := hidden(r); got != want {
			t.Errorf("hidden(%U) = %v", r, got)
		}
	}
}

func TestAppendString(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", `""`},
		{"plain", `"plain"`},
		{`say "hi" \o/`, `"say \"hi\" \\o/"`},
		{"a\nb\tc\rd", `"a\nb\tc\rd"`},
		{"\x00\x1b[2J\x7f", `"\u0000\u001b[2J\u007f"`},
		{"c1 \u0085\u009b", `"c1 \u0085\u009b"`},
		{"\u202ehidden\u2069", `"\u202ehidden\u2069"`},
		{"zero\u200bwidth\ufeff", `"zero\u200bwidth\ufeff"`},
		{"grüezi 👍 محمد 東京", `"grüezi 👍 محمد 東京"`},
		{"👩\u200d🚀❤\ufe0f", "\"👩\\u200d🚀❤\\ufe0f\""},
		{"tag \U000e0041", `"tag \udb40\udc41"`},
		{"bad \xff\xc3 end", "\"bad \uFFFD\uFFFD end\""},
		{"\xed\xa0\x80", "\"\uFFFD\uFFFD\uFFFD\""},
		{"a real \uFFFD stays", "\"a real \uFFFD stays\""},
	}
	for _, tt := range tests {
		if got := string(appendString(nil, tt.in)); got != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func FuzzAppendString(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\x7f\u0085\u202e\xff\"\\")
	f.Add("👩\u200d🚀❤\ufe0f\U000e0041\U0010ffff")
	f.Fuzz(func(t *testing.T, s string) {
		b := appendString(nil, s)
		var back string
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatalf("%q is no JSON: %v", b, err)
		}
		if want := string([]rune(s)); back != want { // []rune turns each bad byte into U+FFFD
			t.Fatalf("%q came back as %q", want, back)
		}
		if !utf8.Valid(b) {
			t.Fatalf("%q is not UTF-8", b)
		}
		for _, r := range string(b) {
			if r < ' ' || r == 0x7f || r >= 0x80 && hidden(r) {
				t.Fatalf("%U is written as it is: %q", r, b)
			}
		}
	})
}

func BenchmarkAppendString(b *testing.B) {
	for _, tt := range []struct{ name, s string }{
		{"latin", strings.Repeat("Are we still on for tomorrow? ", 10)},
		{"cyrillic", strings.Repeat("Завтра в силе? Прогноз обещает дождь. ", 10)},
		{"emoji", strings.Repeat("👍👩\u200d🚀❤\ufe0f ", 10)},
	} {
		b.Run(tt.name, func(b *testing.B) {
			b.SetBytes(int64(len(tt.s)))
			var buf []byte
			for b.Loop() {
				buf = appendString(buf[:0], tt.s)
			}
		})
		b.Run(tt.name+"/encoding-json", func(b *testing.B) {
			b.SetBytes(int64(len(tt.s)))
			for b.Loop() {
				if _, err := json.Marshal(tt.s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
