package plain

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"touchback/restore/flow"
	"touchback/tui/guide"
	"touchback/tui/words"
)

// name gives a name to what is added or renamed; none typed is the one offered.
func (g *guided) name(label string) *answerError {
	switch label = strings.TrimSpace(label); {
	case g.page.ask != askName:
		return errNoSense
	case label == "":
		label = nameOffered(g.state)
	case utf8.RuneCountInString(label) > guide.MaxLabel, strings.ContainsFunc(label, unicode.IsControl), !utf8.ValidString(label):
		return errName
	}
	g.step(flow.Named{Label: label})
	return nil
}

// newPassword takes a new password; where a person types it unseen, twice.
func (g *guided) newPassword(b []byte) *answerError {
	b = typed(b)
	switch {
	case len(b) == 0:
		return errPassEmpty
	case len(b) > guide.MaxPassword:
		return errPassLong
	}
	if g.secret == nil && !g.cfg.JSON {
		g.voice.note(fmt.Sprintf(words.TellStrength, words.Lasts(guide.Years(guide.Strength(b)))))
	}
	return g.twice(b, errPassDiffer)
}

// newPIN takes a first PIN for a security key.
func (g *guided) newPIN(b []byte) *answerError {
	b = typed(b)
	if bad := checkPIN(b); bad != nil {
		return bad
	}
	return g.twice(b, errPINDiffer)
}

// twice hands a new secret over; where a person types it unseen, the second
// time, if it is the same.
func (g *guided) twice(b []byte, differ *answerError) *answerError {
	first := g.secret
	defer clear(first)
	g.secret = nil
	switch {
	case g.cfg.JSON:
	case first == nil:
		g.secret = bytes.Clone(b)
		g.voice.again(g.page, g.state)
		return nil
	case !bytes.Equal(first, b):
		return differ
	}
	g.deposit(b)
	return nil
}

// kept takes the last group of the 64-digit key.
func (g *guided) kept(b []byte) *answerError {
	if g.page.ask != askKept {
		return errNoSense
	}
	b = bytes.TrimSpace(typed(b))
	if len(b) != 4 {
		return errKeptShort
	}
	g.deposit(b)
	return nil
}

// recipient takes an age recipient, or the name of a file that holds one.
func (g *guided) recipient(text string) *answerError {
	if g.page.ask != askRecipient {
		return errNoSense
	}
	if text = strings.TrimSpace(text); text == "" {
		return errNoSense
	}
	g.step(flow.RecipientTyped{Text: text})
	return nil
}
