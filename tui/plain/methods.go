package plain

import (
	"fmt"
	"io"
	"strings"

	"touchback/restore/run"
	"touchback/tui/words"
)

// Methods writes what opens a keyring, for people.
func Methods(w io.Writer, l run.MethodList) error {
	var b strings.Builder
	const day = "2 January 2006"
	fmt.Fprintf(&b, "%s\n", clean(l.Path, pathWidth))
	for _, m := range l.Methods {
		tested := words.MethodUntested
		if m.Tested != nil {
			tested = words.BackupTested + m.Tested.Local().Format(day)
		}
		fmt.Fprintf(&b, "%-8s%s (%s, %s%s, %s)\n", clean(m.ID, labelWidth), clean(m.Label, labelWidth), clean(m.Kind, labelWidth),
			words.BackupAdded, m.Created.Local().Format(day), tested)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
