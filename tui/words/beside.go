package words

import (
	"fmt"

	"touchback/restore/flow"
	"touchback/tui/style"
)

// What inspect says of the files beside a backup.
const (
	BesideIncrements = "%s, %s: what came after this backup; merged when it is restored"
	BesideOlder      = "%s, the newest %s"
	BesideRootKey    = "the 64-digit key, by its name; it opens this backup if it is of the same time"
	BesideFileKey    = "it opens crypt14 and crypt12, by its name"
	BesidePassword   = "it only checks the backup password, and opens nothing"
)

// What was written says of increments and of the key.
const (
	WithIncrements  = "with what %s had to add"
	WithoutOne      = "increment %d was left out: %s (%s)"
	BeyondIt        = "%s beside the backup: not in this, which is the backup alone"
	UnmatchedInThem = "%s in the increments could not be matched to a message, and were left out"
	RepairedKey     = "%s, of the key was mistyped: with that one put right it opens the backup; note it on your paper"
)

// What the guide says of increments.
const (
	guideIncrements = "and %s: what came after it"
	guideMerged     = "With %s: %s added, %s changed."
	guideLeftOut    = "%s left out: damaged, altered or of another key."
	guideBeyond     = "%s beside the backup: not in this file, which is the backup alone."
)

// Increments says how many lie beside a backup, "" where there are none.
func Increments(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(guideIncrements, increments(n))
}

func increments(n int) string { return Of(int64(n), "increment", "increments") }

// Merged says what came of the increments, in a sentence each.
func Merged(m flow.Merged) []string {
	var out []string
	if m.Increments > 0 {
		out = append(out, fmt.Sprintf(guideMerged, increments(m.Increments), Of(m.Added, "message", Messages), style.Count(m.Changed)))
	}
	switch {
	case m.LeftOut == 1:
		out = append(out, fmt.Sprintf(guideLeftOut, "1 increment was"))
	case m.LeftOut > 1:
		out = append(out, fmt.Sprintf(guideLeftOut, increments(m.LeftOut)+" were"))
	}
	if m.Beyond > 0 {
		out = append(out, fmt.Sprintf(guideBeyond, increments(m.Beyond)))
	}
	return out
}

// NoReceipt says why no receipt was written. What was saved is saved.
func NoReceipt(w flow.Why) string {
	switch w {
	case flow.NoTrouble:
		return ""
	case flow.Exists:
		return "No receipt was written: there is one already."
	case flow.NoSpace:
		return "No receipt was written: there is no space left."
	case flow.Changed:
		return "No receipt was written: the backup file has changed."
	}
	return "The receipt could not be written."
}
