package display

import "unicode"

// isInvisible reports format characters and other code points that show
// nothing: bidi controls (UAX #9), tags, zero-width spaces, variation
// selectors, fillers (Default_Ignorable_Code_Point of Unicode 16).
func isInvisible(r rune) bool {
	switch {
	case unicode.Is(unicode.Cf, r),
		r == 0x34f,               // combining grapheme joiner
		r == 0x115f, r == 0x1160, // Hangul fillers
		r == 0x3164, r == 0xffa0, // Hangul fillers
		r == 0x17b4, r == 0x17b5, // Khmer inherent vowels
		r >= 0x180b && r <= 0x180f,   // Mongolian selectors
		r >= 0x2060 && r <= 0x206f,   // word joiner, isolates, deprecated
		r >= 0xfe00 && r <= 0xfe0f,   // variation selectors
		r >= 0xfff0 && r <= 0xfffb,   // interlinear annotation
		r >= 0xe0000 && r <= 0xe0fff: // tags, selectors
		return true
	}
	return false
}

// isPrepend reports characters that form a cluster with what follows them
// (Grapheme_Cluster_Break=Prepend): at the end of a text they would take in
// the program's own next character.
func isPrepend(r rune) bool {
	switch {
	case r < 0x600:
		return false
	case r <= 0x605, r == 0x6dd, r == 0x70f, r == 0x890, r == 0x891, r == 0x8e2, r == 0xd4e,
		r == 0x110bd, r == 0x110cd, r == 0x111c2, r == 0x111c3, r == 0x1193f, r == 0x11941,
		r >= 0x11a84 && r <= 0x11a89, r == 0x11a3a, r == 0x11d46, r == 0x11f02, r == 0x113d1:
		return true
	}
	return false
}

func isNoncharacter(r rune) bool {
	return r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
}

func isSkinTone(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }

func isKeycapBase(r rune) bool { return r >= '0' && r <= '9' || r == '#' || r == '*' }

// isPictographic reports characters that can be part of an emoji sequence. It
// is a little wider than Extended_Pictographic of emoji-data.txt, which only
// lets through a selector that does nothing.
func isPictographic(r rune) bool {
	switch {
	case r < 0xa9:
		return false
	case r == 0xa9, r == 0xae, r == 0x203c, r == 0x2049, r == 0x2122, r == 0x2139,
		r >= 0x2194 && r <= 0x21aa, r >= 0x231a && r <= 0x23ff, r == 0x24c2,
		r >= 0x25aa && r <= 0x25fe && r != circle, r >= 0x2600 && r <= 0x27bf,
		r == 0x2934, r == 0x2935, r >= 0x2b05 && r <= 0x2b55,
		r == 0x3030, r == 0x303d, r == 0x3297, r == 0x3299,
		r >= 0x1f000 && r <= 0x1faff && !isSkinTone(r):
		return true
	}
	return false
}

// needsJoiner reports letters and marks of scripts in which ZWJ and ZWNJ change
// the shape of words: Arabic and its neighbours, the Indic scripts, Khmer,
// Mongolian.
func needsJoiner(r rune) bool {
	switch {
	case r < 0x600:
		return false
	case r <= 0x8ff, r >= 0x900 && r <= 0xdff, r >= 0x1000 && r <= 0x109f,
		r >= 0x1780 && r <= 0x18af, r >= 0xfb50 && r <= 0xfdcf, r >= 0xfe70 && r <= 0xfefc:
		return unicode.IsLetter(r) || unicode.Is(unicode.M, r)
	}
	return false
}
