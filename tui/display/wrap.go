package display

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap returns the text in lines of at most w cells. It breaks at spaces,
// between wide characters, and within a word only where the word alone is
// wider than w: there after a slash or a dash, if it has one. There is always at least one line.
func (t Text) Wrap(w int) []string {
	w = max(w, 1)
	out := make([]string, 0, 1+len(t.s)/w)
	for l := range strings.SplitSeq(t.s, "\n") {
		out = t.wrapLine(out, l, w)
	}
	return out
}

// wrapLine appends the lines of one paragraph. start is where the present line
// begins, brk where it may end (after brk comes what starts the next line),
// both as offsets into s.
func (t Text) wrapLine(out []string, s string, w int) []string {
	if isASCII(s) && len(s) <= w {
		return append(out, strings.TrimRight(s, " "))
	}
	m := t.method()
	start, used := 0, 0      // of the present line
	brk, after := -1, 0      // the last chance to break, and the cells up to it
	wide := false            // the cluster before was wide
	soft, softAfter := -1, 0 // where a word that must be broken had better be
	for i := 0; i < len(s); {
		c, cw := cluster(s[i:], m)
		if c == " " {
			if used+1 > w {
				// A space that does not fit ends the line, and goes.
				out = append(out, strings.TrimRight(s[start:i], " "))
				i = skipSpaces(s, i)
				start, used, brk, soft, wide = i, 0, -1, -1, false
				continue
			}
			used++
			i++
			brk, after, wide = i, used, false
			continue
		}
		if (cw > 1 || wide) && i > start {
			brk, after = i, used
		}
		wide = cw > 1
		for used+cw > w && i > start {
			if brk < 0 && soft > start {
				brk, after = soft, softAfter
			} else if brk < 0 {
				brk, after = i, used
			}
			out = append(out, strings.TrimRight(s[start:brk], " "))
			start, used, brk, soft = brk, used-after, -1, -1
		}
		if cw > w {
			// One cell, and a character of two: something must stand there.
			out = append(out, "?")
			i += len(c)
			start, used, brk, soft = i, 0, -1, -1
			continue
		}
		used += cw
		i += len(c)
		if c == "/" || c == "-" {
			soft, softAfter = i, used
		}
	}
	if start > 0 && start == len(s) {
		return out
	}
	return append(out, strings.TrimRight(s[start:], " "))
}

func cluster(s string, m ansi.Method) (string, int) {
	if len(s) == 1 || s[0] < 0x80 && s[1] < 0x80 {
		return s[:1], 1
	}
	return ansi.FirstGraphemeCluster(s, m)
}

func skipSpaces(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}
