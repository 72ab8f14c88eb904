package plain

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/tui/display"
	"touchback/tui/style"
	"touchback/tui/words"
)

// prefix begins every line of an error.
const prefix = "touchback: "

// hints go with errors that are no trouble of the flow: what to do next.
var hints = []struct {
	err  error
	hint string
}{
	{run.ErrNoWay, words.HintNoWay},
	{run.ErrOneMethod, words.HintOneMethod},
	{run.ErrLocked, words.HintLocked},
	{run.ErrNoKeyring, words.HintNoRing},
	{keys.ErrConcurrentEdit, words.HintConcurrent},
	{keys.ErrNoMethods, words.HintLastWay},
	{keys.ErrNoSuchMethod, words.HintMethod},
	{keys.ErrAmbiguous, words.HintMethod},
}

// Explain writes what an error means, and on a second line what to do about
// it. The words are those of the screen that the same error leads to.
func Explain(w io.Writer, err error) {
	if err == nil {
		return
	}
	freshLine(w)
	for _, h := range hints {
		if errors.Is(err, h.err) {
			say(w, err.Error())
			say(w, h.hint)
			return
		}
	}
	f := run.Explain(err)
	s := flow.State{Screen: flow.Trouble, Why: f.Why, Detail: f.Detail, Tries: f.Tries, Group: f.Group}
	t := words.Troubles[f.Why]
	if f.Why == flow.Unexpected {
		say(w, err.Error())
		return
	}
	say(w, happened(err, f, t))
	known := words.Known{Key: words.YourKey, Device: words.KeyNoName, LabelWidth: labelWidth, Text: clean}
	if do := words.Fill(t.Do, s, known); do != "" {
		say(w, lower(strings.TrimSuffix(do, ".")))
	}
}

// happened is the title of the screen, and what is known of this very failure.
func happened(err error, f flow.Failed, t words.Trouble) string {
	more := f.Detail
	switch f.Why {
	case flow.Exists, flow.NoSpace, flow.SaveRefused:
		return err.Error() // it says the same, and names the path
	case flow.WrongPIN, flow.WrongFinger:
		if f.Tries >= 0 {
			more = words.TriesLeft(f.Tries)
		}
	case flow.WrongKey, flow.WrongPassword:
		var m *keys.MethodError
		if errors.As(err, &m) {
			more = m.Method.Label
		}
	}
	if more == "" {
		return lower(t.Title)
	}
	return lower(t.Title) + ": " + more
}

// say writes the lines of a text that may be hostile, each with the prefix.
func say(w io.Writer, text string) {
	for l := range strings.SplitSeq(display.CleanLines(text).String(), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			_, _ = fmt.Fprintf(w, "%s%s\n", prefix, l)
		}
	}
}

// lower writes the first letter of a sentence small, but for names: PIN, JSON,
// WhatsApp.
func lower(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[n:])
	if unicode.IsUpper(next) || strings.HasPrefix(s, "WhatsApp") || strings.HasPrefix(s, "Touchback") || strings.HasPrefix(s, "Linux") {
		return s
	}
	return string(unicode.ToLower(first)) + s[n:]
}

// clean is hostile text on one line of at most w cells.
func clean(s string, w int) string { return display.Clean(s).Truncate(w).String() }

// Say writes a line. Strings and errors among args are cleaned.
func Say(w io.Writer, format string, args ...any) {
	freshLine(w)
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = display.Clean(a).String()
		case error:
			args[i] = display.Clean(a.Error()).String()
		case fmt.Stringer:
			args[i] = display.Clean(a.String()).String()
		}
	}
	_, _ = fmt.Fprintf(w, format+"\n", args...)
}

// Written says what was written, and where.
func Written(w io.Writer, r run.Result) error {
	freshLine(w)
	what := words.Of(r.Messages, "message", words.Messages) + " of " + words.Of(r.Chats, "chat", words.Chats)
	switch r.Format {
	case flow.Database:
		what = words.WrittenDatabase
	case run.Payload:
		what = words.WrittenPayload
	}
	where := words.WrittenOut
	if r.Path != "" {
		where = clean(r.Path, pathWidth)
	}
	if _, err := fmt.Fprintf(w, words.Written+"\n", what, where, style.Bytes(r.Bytes), took(r.Millis)); err != nil {
		return err
	}
	return alsoWritten(w, r)
}

// took writes a duration: tenths while it is short.
func took(millis int64) string {
	if millis < 60_000 {
		return fmt.Sprintf("%d.%d s", millis/1000, millis%1000/100)
	}
	return style.Clock(millis / 1000)
}

// freshLine takes a line of progress away that may stand on a terminal.
func freshLine(w io.Writer) {
	if f, ok := w.(*os.File); ok && rewrites(f) {
		_, _ = io.WriteString(f, eraseLine)
	}
}
