package style

import (
	"reflect"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// The drawings count on one cell a glyph, however a terminal measures.
func TestGlyphs(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		g := reflect.ValueOf(New(ascii).Glyphs)
		for i := range g.NumField() {
			name := g.Type().Field(i).Name
			var all []string
			switch f := g.Field(i); f.Kind() {
			case reflect.String:
				all = []string{f.String()}
			case reflect.Slice:
				for j := range f.Len() {
					all = append(all, f.Index(j).String())
				}
			case reflect.Int32:
				all = []string{string(rune(f.Int()))}
			}
			if len(all) == 0 {
				t.Errorf("%s is empty", name)
			}
			for _, s := range all {
				wide := name == "Delivered" || name == "Read" || name == "Ellipsis" && ascii
				if w := ansi.StringWidth(s); w != ansi.StringWidthWc(s) || w != 1 && !wide {
					t.Errorf("%s %q takes %d cells", name, s, w)
				}
				if ascii && len(s) != ansi.StringWidth(s) {
					t.Errorf("%s %q is not ASCII", name, s)
				}
			}
		}
	}
}

func TestSay(t *testing.T) {
	for _, r := range New(true).Say("a – b — c… “d” ↑↓ 3 · 4 → ’") {
		if r > 0x7e {
			t.Errorf("%q is not ASCII", r)
		}
	}
}
