package guide

import (
	"fmt"
	"strings"

	"touchback/restore/flow"
)

// Extension is what the name of a format ends in. Those of folders do without
// a dot, since no program opens a folder by it.
func Extension(f flow.Format) string {
	if f == flow.HTML || f == flow.Text {
		return "-" + string(f)
	}
	return "." + string(f)
}

// Another returns the next name: a.jsonl, a_2.jsonl, a_3.jsonl. Not with a
// dash, since names end in dates.
func Another(path string) string {
	dir, file := "", path
	if i := strings.LastIndexAny(path, `/\`); i >= 0 {
		dir, file = path[:i+1], path[i+1:]
	}
	stem, ext := file, ""
	if i := strings.LastIndexByte(file, '.'); i > 0 {
		stem, ext = file[:i], file[i:]
	}
	n := 2
	if i := strings.LastIndexByte(stem, '_'); i > 0 && len(stem)-i <= 4 {
		if v, ok := number(stem[i+1:]); ok {
			stem, n = stem[:i], v+1
		}
	}
	return dir + stem + fmt.Sprintf("_%d", n) + ext
}

func number(s string) (int, bool) {
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, s != ""
}
