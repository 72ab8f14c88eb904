package words

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"touchback/restore/flow"
)

// Known is what the words of a trouble are filled in with: texts that have
// been cleaned, short enough for where they go.
type Known struct {
	Key    string                             // the passkey that was chosen
	Device string                             // the security key that is plugged in
	Text   func(hostile string, w int) string // cleans a text, to at most w cells

	LabelWidth int // of other methods, in cells
}

// Fill puts what is known into the words of a trouble.
func Fill(template string, s flow.State, k Known) string {
	detail := k.Text(s.Detail, 240)
	if detail != "" && !strings.HasSuffix(detail, ".") && s.Why != flow.Exists {
		detail += "."
	}
	if detail != "" && (strings.HasPrefix(template, "{detail}") || strings.Contains(template, ". {detail}")) { // it is a sentence of its own
		first, n := utf8.DecodeRuneInString(detail)
		detail = string(unicode.ToUpper(first)) + detail[n:]
	}
	path := FindUsual
	if s.Detail != "" {
		path = FindIn + k.Text(s.Detail, 120)
	} else if s.Asked != "" {
		path = FindIn + k.Text(s.Asked, 120)
	}
	if s.Why == flow.Exists {
		path = k.Text(s.Result.Path, 240)
	}
	tries := ""
	if s.Tries >= 0 {
		before := PinTries
		if s.Why == flow.WrongFinger {
			before = FingerTries
		}
		tries = fmt.Sprintf(before, TriesLeft(s.Tries))
		tries = strings.ToUpper(tries[:1]) + tries[1:]
	}
	return strings.TrimSpace(strings.NewReplacer(
		"{key}", k.Key, "{device}", k.Device, "{detail}", detail,
		"{tries}", tries, "{group}", group(s), "{path}", path,
	).Replace(template))
}

// group says which group was wrong when the 64 digits were tried.
func group(s flow.State) string {
	if s.Group > 0 {
		return fmt.Sprintf(WrongGroup, s.Group)
	}
	return GroupUnknown
}

// Option words a line of a trouble screen.
func Option(o flow.Option, s flow.State, k Known) string {
	switch o.Act {
	case flow.TryAgain:
		return again(s, k)
	case flow.GoLock:
		return ActLockIt
	case flow.GoKeys:
		return ActSeeKeys
	case flow.UseMethod:
		if o.Method >= 0 && o.Method < s.NMethods {
			return useMethod(s.Methods[o.Method], k)
		}
	case flow.ToNewPIN:
		return ActSetPIN
	case flow.MendKey:
		return ActMend
	case flow.UseBrowser:
		return ActBrowser
	case flow.UseKey:
		return ActSecurity
	case flow.OtherBackup:
		return ActBackup
	case flow.OtherName:
		return ActName
	case flow.GoOn:
		switch {
		case s.Complete, s.Open:
			return ActGoOn
		case s.NMethods == 0:
			return ActBackup
		}
		return ActMethods
	}
	return ActLeave
}

// Mended says which digit of the key was put right, "" where none was.
func Mended(s flow.State) string {
	if s.Digit == 0 {
		return ""
	}
	return fmt.Sprintf(MendedDigit, s.Digit, DigitGroup(s.Digit))
}

// DigitGroup is the group of four that a digit of a 64-digit key stands in,
// both from 1.
func DigitGroup(digit int) int { return (digit-1)/4 + 1 }

// again says what trying again means here.
func again(s flow.State, k Known) string {
	if s.Task == flow.Adding && s.Why != flow.WrongFinger && s.Why != flow.FingerBlocked {
		return ActAgain
	}
	switch s.Why {
	case flow.NoKey, flow.WrongKey, flow.KeyRemoved:
		return fmt.Sprintf(ActPlug, k.Key)
	case flow.WrongPIN:
		return ActPIN
	case flow.WrongFinger:
		return ActFinger
	case flow.FingerBlocked:
		return ActFingerPIN
	case flow.PINAuthBlocked:
		return ActReplug
	case flow.WrongDigits, flow.WrongBackupKey:
		return ActDigits
	case flow.WrongPassword:
		return ActPassword
	case flow.Damaged, flow.Changed, flow.KeyringAltered, flow.RingChanged:
		return ActReadAgain
	}
	return ActAgain
}

func useMethod(m flow.MethodInfo, k Known) string {
	label := k.Text(m.Label, k.LabelWidth)
	switch {
	case m.Kind == flow.ByKey:
		return ActUseKey
	case m.Kind == flow.ByPassword && (label == "" || label == "password"):
		return ActUsePass
	case m.Kind == flow.ByPassword:
		return fmt.Sprintf(ActUsePassL, label)
	case label == "":
		label = YourKey
	}
	return fmt.Sprintf(ActUsePasskey, label)
}

// Method names a method by its label, which has been cleaned.
func Method(m flow.MethodInfo, label string) string {
	switch {
	case m.Kind == flow.ByKey:
		return MethodKey
	case label != "":
		return label
	case m.Kind == flow.ByPassword:
		return Password
	case m.Kind == flow.ByRecipient:
		return "an age recipient"
	}
	return YourKey
}
