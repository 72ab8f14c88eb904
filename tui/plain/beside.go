package plain

import (
	"fmt"
	"io"

	"touchback/restore/run"
	"touchback/tui/style"
	"touchback/tui/words"
)

// besideRows tells of the files beside a backup, by their names.
func besideRows(row func(name, value string), b run.Beside) {
	if n := len(b.Increments); n > 0 {
		size := int64(0)
		for _, i := range b.Increments {
			size += i.Size
		}
		row("increments", fmt.Sprintf(words.BesideIncrements, increments(n), style.Bytes(size)))
	}
	if n := len(b.Older); n > 0 {
		row("older", fmt.Sprintf(words.BesideOlder, words.Of(int64(n), "copy", "copies"), clean(b.Older[0].Path, pathWidth)))
	}
	if b.Contacts != nil {
		row("contacts", clean(*b.Contacts, pathWidth))
	}
	if b.Media != nil {
		row("media", clean(*b.Media, pathWidth))
	}
	for _, k := range b.KeyFiles {
		row("key file", clean(k.Path, pathWidth))
		row("", "  "+keyFileWords[k.Kind])
	}
}

var keyFileWords = map[string]string{
	run.KeyFileRoot: words.BesideRootKey, run.KeyFileProvided: words.BesideFileKey, run.KeyFilePassword: words.BesidePassword,
}

func increments(n int) string { return words.Of(int64(n), "increment", "increments") }

// alsoWritten says what is to know of a result beside what it is.
func alsoWritten(w io.Writer, r run.Result) error {
	var lines []string
	if r.Repaired != nil {
		lines = append(lines, fmt.Sprintf(words.RepairedKey, r.Repaired))
	}
	if r.Increments > 0 {
		lines = append(lines, fmt.Sprintf(words.WithIncrements, increments(r.Increments)))
	}
	for _, f := range r.IncrementsFailed {
		lines = append(lines, fmt.Sprintf(words.WithoutOne, f.Number, clean(f.Why, pathWidth), clean(f.Path, pathWidth)))
	}
	if r.IncrementsBeyond > 0 {
		lines = append(lines, fmt.Sprintf(words.BeyondIt, increments(r.IncrementsBeyond)))
	}
	if r.Unmatched > 0 {
		lines = append(lines, fmt.Sprintf(words.UnmatchedInThem, words.Of(r.Unmatched, "change", "changes")))
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(w, l); err != nil {
			return err
		}
	}
	return nil
}
