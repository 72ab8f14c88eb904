package words

import (
	"strings"
	"testing"

	"touchback/restore/flow"
)

// A detail that begins a sentence begins as one, wherever it stands.
func TestDetailBeginsItsSentence(t *testing.T) {
	s := flow.State{Detail: "the tag does not match"}
	k := Known{Text: func(text string, _ int) string { return text }}
	for template, want := range map[string]string{
		"{detail}":                  "The tag does not match.",
		"It was read. {detail}":     "It was read. The tag does not match.",
		"The key said: {detail}":    "The key said: the tag does not match.",
		Troubles[flow.Damaged].What: strings.TrimSuffix(Troubles[flow.Damaged].What, "{detail}") + "The tag does not match.",
	} {
		if got := Fill(template, s, k); got != want {
			t.Errorf("%q: %q, want %q", template, got, want)
		}
	}
}
