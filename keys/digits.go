package keys

import (
	"bytes"
	"fmt"
	"iter"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// digitCount is the number of hex digits in a 64-digit key, which the phone
// shows as sixteen groups of four.
const (
	digitCount = 2 * KeySize
	groupSize  = 4
)

// maxDigitsText bounds what is parsed: 64 digits with every one of them on a
// line of its own are still far below it.
const maxDigitsText = 4 << 10

// DigitsReason says what is wrong with a 64-digit key.
type DigitsReason int

const (
	// BadCharacter is a character that is no digit: look at Char.
	BadCharacter DigitsReason = iota + 1
	// Missing is a group that is too short, or not there.
	Missing
	// Extra is a group that is too long, or the first one too many.
	Extra
	// NotDigits is a text that is no attempt at a 64-digit key: a password,
	// as a rule.
	NotDigits
)

// DigitsError names the group of four, 1 to 16, in which a 64-digit key goes
// wrong. Its text is for the person who typed it.
type DigitsError struct {
	Group  int
	Reason DigitsReason
	Char   rune // for BadCharacter; as typed, so hostile
	Digits int  // how many characters were there, separators not counted
}

func (e *DigitsError) Error() string {
	switch e.Reason {
	case NotDigits:
		return "this is not a 64-digit key: that is 16 groups of four, of the digits 0-9 and the letters a-f " +
			"(the backup password is something else)"
	case BadCharacter:
		msg := fmt.Sprintf("group %d has %s, which is none of 0-9 and a-f", e.Group, strconv.QuoteRune(e.Char))
		if hint := lookAlike(e.Char); hint != "" {
			msg += " (is it " + hint + "?)"
		}
		return msg
	case Extra:
		if e.Digits > digitCount && e.Group == digitCount/groupSize {
			return fmt.Sprintf("there is more after group %d: %d digits, not %d", e.Group, e.Digits, digitCount)
		}
		return fmt.Sprintf("group %d has too many digits (%d in all, not %d)", e.Group, e.Digits, digitCount)
	}
	return fmt.Sprintf("group %d is not complete (%d digits of %d)", e.Group, e.Digits, digitCount)
}

// lookAlike suggests what a character may have been. It is never put in its
// place: the key would be wrong without anyone having seen why.
func lookAlike(r rune) string {
	switch r {
	case 'o', 'O', 'q', 'Q':
		return "a zero"
	case 'l', 'I', 'i', '|', '!':
		return "a one"
	case 's', 'S':
		return "a five"
	case 'z', 'Z':
		return "a two"
	case 'g':
		return "a nine"
	case 'G':
		return "a six"
	}
	return ""
}

// ParseDigits reads a 64-digit key as people paste and type it: in any case,
// with spaces, line breaks, dashes, dots and invisible characters anywhere, in
// full-width digits too. Nothing else is repaired. The error is a
// *DigitsError. text is the caller's to wipe: no copy is made of it.
func ParseDigits(text []byte) (*BackupKey, error) {
	if len(text) > maxDigitsText {
		return nil, &DigitsError{Group: digitCount / groupSize, Reason: Extra, Digits: utf8.RuneCount(text)}
	}
	words := bytes.FieldsFunc(text, isSeparator)
	if err := checkDigits(words); err != nil {
		return nil, err
	}
	key := make([]byte, 0, KeySize)
	var high byte
	n := 0
	for _, w := range words {
		for _, r := range runes(w) {
			d, _ := hexDigit(r)
			if n%2 == 0 {
				high = d
			} else {
				key = append(key, high<<4|d)
			}
			n++
		}
	}
	return NewRootKey(key)
}

// checkDigits finds the first group that is wrong. Where most words have four
// characters they are the groups as the person sees them, so that a digit left
// out of group 3 is not blamed on group 16.
func checkDigits(words [][]byte) error {
	total, bad, fours := 0, 0, 0
	for _, w := range words {
		n := utf8.RuneCount(w)
		total += n
		if n == groupSize {
			fours++
		}
		for _, r := range runes(w) {
			if _, ok := hexDigit(r); !ok {
				bad++
			}
		}
	}
	if bad == 0 && total == digitCount {
		return nil
	}
	grouped := fours*2 > len(words)
	// A quarter of it is no digit: nobody mistypes so much. Passwords are pasted
	// here all the time.
	if bad >= 3 && bad*4 > total {
		return &DigitsError{Group: 1, Reason: NotDigits, Digits: total}
	}
	at := func(group int, reason DigitsReason, r rune) error {
		return &DigitsError{Group: min(max(group, 1), digitCount/groupSize), Reason: reason, Char: r, Digits: total}
	}
	seen := 0
	for i, w := range words {
		for j, r := range runes(w) {
			group := (seen+j)/groupSize + 1
			if grouped {
				group = i + 1
			}
			if _, ok := hexDigit(r); !ok && (group <= digitCount/groupSize || total <= digitCount) {
				return at(group, BadCharacter, r)
			}
		}
		n := utf8.RuneCount(w)
		seen += n
		if grouped && total != digitCount && i < digitCount/groupSize {
			if n < groupSize {
				return at(i+1, Missing, 0)
			}
			if n > groupSize {
				return at(i+1, Extra, 0)
			}
		}
	}
	if total > digitCount {
		return at(digitCount/groupSize, Extra, 0)
	}
	return at(total/groupSize+1, Missing, 0)
}

// runes numbers the characters of a word. Ranging over string(w) would do the
// same, with a copy that nobody wipes where the compiler makes one.
func runes(w []byte) iter.Seq2[int, rune] {
	return func(yield func(int, rune) bool) {
		for i := 0; len(w) > 0; i++ {
			r, n := utf8.DecodeRune(w)
			if !yield(i, r) {
				return
			}
			w = w[n:]
		}
	}
}

// hexDigit gives the value of a digit, ASCII or full-width (U+FF10…, which
// Asian input methods type).
func hexDigit(r rune) (byte, bool) {
	if r >= 0xff01 && r <= 0xff5e {
		r -= 0xff01 - '!'
	}
	switch {
	case r >= '0' && r <= '9':
		return byte(r - '0'), true
	case r >= 'a' && r <= 'f':
		return byte(r-'a') + 10, true
	case r >= 'A' && r <= 'F':
		return byte(r-'A') + 10, true
	}
	return 0, false
}

// isSeparator holds for what may stand between digits: white space and
// no-break spaces, every dash, dots in the middle and below, and the invisible
// characters (category Cf) that a copy from a chat or a page brings along.
func isSeparator(r rune) bool {
	switch r {
	case '.', '·', '•', '．', '・', '−':
		return true
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Zs, unicode.Cf)
}
