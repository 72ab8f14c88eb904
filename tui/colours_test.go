package tui

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// sgr is what sets colours and strengths (ECMA-48 8.3.117).
var sgr = regexp.MustCompile(`\x1b\[([0-9;:]*)m`)

// Every screen says the same at every depth of colour, and takes no colour that
// the terminal does not have: the sixteen of its own palette are enough.
func TestColourDepths(t *testing.T) {
	depths := map[colorprofile.Profile]*regexp.Regexp{ // what may be set
		colorprofile.ASCII:     regexp.MustCompile(`^(0|1|2|3|4|7|22|23|24|27)?$`),
		colorprofile.ANSI:      regexp.MustCompile(`^(0|1|2|3|4|7|22|23|24|27|3[0-79]|4[0-79]|9[0-7]|10[0-7])?$`),
		colorprofile.ANSI256:   regexp.MustCompile(`^(0|1|2|3|4|7|22|23|24|27|3[0-79]|4[0-79]|9[0-7]|10[0-7])?$`),
		colorprofile.TrueColor: regexp.MustCompile(`^(0|1|2|3|4|7|22|23|24|27|3[0-79]|4[0-79]|9[0-7]|10[0-7])?$`),
	}
	coloured := map[colorprofile.Profile]bool{}
	for _, p := range places() {
		d := newDriver(t)
		d.resize(80, 24)
		d.show(p)
		drawn := strings.Join(d.scene().lines(), "\n")
		for depth, may := range depths {
			var out strings.Builder
			if _, err := io.WriteString(&colorprofile.Writer{Forward: &out, Profile: depth}, drawn); err != nil {
				t.Fatal(err)
			}
			if ansi.Strip(out.String()) != ansi.Strip(drawn) {
				t.Errorf("%s at %v says something else", p.name, depth)
			}
			for _, set := range sgr.FindAllStringSubmatch(out.String(), -1) {
				for _, one := range strings.Split(set[1], ";") {
					if !may.MatchString(one) {
						t.Errorf("%s at %v sets %q", p.name, depth, set[1])
					}
					coloured[depth] = coloured[depth] || len(one) == 2 && one[0] == '3'
				}
			}
		}
	}
	for depth := range depths {
		if coloured[depth] != (depth != colorprofile.ASCII) {
			t.Errorf("colours at %v: %v", depth, coloured[depth])
		}
	}
}
