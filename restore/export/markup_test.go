package export

import (
	"bytes"
	"encoding/json"
	"html"
	"html/template"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppendMarkup(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain é 👍", "plain é 👍"},
		{`<a href="x" b='y'>&amp;`, "&lt;a href=&#34;x&#34; b=&#39;y&#39;&gt;&amp;amp;"},
		{"a\r\nb\x00c\xffd", "a&#13;\nb\uFFFDc\uFFFDd"},
		{"\u202e\u0085\x1b", "\u202e\u0085\x1b"},
	}
	for _, tt := range tests {
		if got := string(appendMarkup(nil, tt.in)); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzMarkup(f *testing.F) {
	f.Add("plain")
	f.Add("<script>alert(1)</script>&lt;\"'\x00\r\n\xff\u2028")
	f.Add("</script><!--\u202e]]>")
	f.Fuzz(func(t *testing.T, s string) {
		want := strings.ReplaceAll(string([]rune(s)), "\x00", "\uFFFD")
		text := string(appendMarkup(nil, s))
		if strings.ContainsAny(text, "<>\"'\r\x00") || !utf8.ValidString(text) {
			t.Fatalf("%q has what means something", text)
		}
		if back := html.UnescapeString(text); back != want {
			t.Fatalf("%q came back as %q", want, back)
		}
		attr := string(appendAttr(nil, s))
		if attr != `"`+text+`"` {
			t.Fatalf("the attribute is %q", attr)
		}
		script := appendScript(nil, s)
		if bytes.ContainsAny(script, "<>&\x00\r\n") || !utf8.Valid(script) {
			t.Fatalf("%q has what means something in a script", script)
		}
		var in string
		if err := json.Unmarshal(script, &in); err != nil || in != string([]rune(s)) {
			t.Fatalf("%q came back as %q, %v", s, in, err)
		}
		href := string(appendHref(nil, s))
		if len(href) < 2 || strings.ContainsAny(href[1:len(href)-1], "\"'<>&:?#\\ \x00") {
			t.Fatalf("the link is %s", href)
		}
		if back, err := url.PathUnescape(href[1 : len(href)-1]); err != nil || back != s {
			t.Fatalf("%q came back as %q, %v", s, back, err)
		}
	})
}

func BenchmarkMarkup(b *testing.B) {
	for _, tt := range []struct{ name, s string }{
		{"latin", strings.Repeat("Are we still on for tomorrow? ", 10)},
		{"marked", strings.Repeat(`I'll <b>not</b> & "never" `, 10)},
		{"cyrillic", strings.Repeat("Завтра в силе? ", 10)},
	} {
		b.Run(tt.name, func(b *testing.B) {
			b.SetBytes(int64(len(tt.s)))
			var buf []byte
			for b.Loop() {
				buf = appendMarkup(buf[:0], tt.s)
			}
		})
		b.Run(tt.name+"/html-template", func(b *testing.B) {
			b.SetBytes(int64(len(tt.s)))
			var buf bytes.Buffer
			for b.Loop() {
				buf.Reset()
				template.HTMLEscape(&buf, []byte(tt.s))
			}
		})
	}
}
