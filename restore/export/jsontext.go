package export

import "unicode/utf8"

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. The text is exact: decoding gives
// it back, but for bytes that are no UTF-8, each of which becomes U+FFFD.
// What could move a cursor, reorder a line or hide in it is written as an
// escape, so that the file can be looked at in a terminal.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0 // start of what is copied as it is
	for i := 0; i < len(s); {
		c := s[i]
		switch plain[c] {
		case 1:
			for i++; i+8 <= len(s) && plainWord(s[i:i+8]); {
				i += 8
			}
			continue
		case 2:
			if i+1 < len(s) && s[i+1]&0xc0 == 0x80 {
				i += 2
				continue
			}
		case 3:
			if i+2 < len(s) && s[i+1]&0xc0 == 0x80 && s[i+2]&0xc0 == 0x80 {
				i += 3
				continue
			}
		}
		if c < utf8.RuneSelf {
			b = append(b, s[from:i]...)
			b = appendASCII(b, c)
			i++
			from = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(b, s[from:i]...)
			b = append(b, "\uFFFD"...)
			from = i + 1
		case hidden(r):
			b = append(b, s[from:i]...)
			b = appendEscape(b, r)
			from = i + n
		}
		i += n
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

// plain tells by the first byte of a rune how many bytes it has, where it and
// all runes that begin so stand for themselves in a JSON string: no control,
// no quote, no backslash, nothing hidden. 0 asks for a closer look.
var plain = func() (t [256]uint8) {
	for c := byte(' '); c < 0x7f; c++ {
		t[c] = 1
	}
	t['"'], t['\\'] = 0, 0
	for c := 0xc3; c <= 0xdf; c++ {
		t[c] = 2
	}
	t[0xcd], t[0xd8], t[0xdb], t[0xdc] = 0, 0, 0, 0 // U+034F; Arabic, Syriac signs
	for c := 0xe4; c <= 0xec; c++ {                 // CJK, Yi, Hangul
		t[c] = 3
	}
	return t
}()

// plainWord tells whether all of the 8 bytes of s stand for themselves in a
// JSON string. All are looked at in one go: a byte's top bit is set in the sum
// where it is not ASCII, below a space, or one of three others.
func plainWord(s string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	quote, slash, del := w^ones*'"', w^ones*'\\', w^ones*0x7f
	bad := w | (w - ones*' ') | (quote - ones) | (slash - ones) | (del - ones)
	return bad&tops == 0
}

func appendASCII(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return appendUnit(b, uint16(c))
}

// appendEscape writes r as \u escapes, two of them (UTF-16) beyond the BMP.
func appendEscape(b []byte, r rune) []byte {
	if r < 0x10000 {
		return appendUnit(b, uint16(r))
	}
	r -= 0x10000
	b = appendUnit(b, 0xd800+uint16(r>>10))
	return appendUnit(b, 0xdc00+uint16(r&0x3ff))
}

func appendUnit(b []byte, u uint16) []byte {
	return append(b, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}

// hidden tells whether r, not ASCII, shows nothing or changes how its
// neighbours show: Unicode's Cc, Cf, Zl and Zp, Default_Ignorable_Code_Point,
// noncharacters, and the Braille blank. The test compares it with Unicode's
// tables; it is written out because those cost as much as all the rest.
func hidden(r rune) bool {
	switch {
	case r < 0x0300: // Latin and IPA
		return r < 0xa0 || r == 0xad
	case r < 0x0600: // Greek, Cyrillic, Armenian, Hebrew
		return r == 0x034f
	case r < 0x0900: // Arabic, Syriac
		return r <= 0x0605 || r == 0x061c || r == 0x06dd || r == 0x070f ||
			r == 0x0890 || r == 0x0891 || r == 0x08e2
	case r < 0x2000: // Indic, Thai, Hangul Jamo, Khmer, Mongolian
		return r == 0x115f || r == 0x1160 || r == 0x17b4 || r == 0x17b5 || r >= 0x180b && r <= 0x180f
	case r < 0x2800: // punctuation, symbols
		return r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f
	case r < 0xfdd0: // CJK, Hangul, surrogates, private use, Arabic forms
		return r == 0x2800 || r == 0x3164
	case r < 0x10000:
		return r <= 0xfdef || r >= 0xfe00 && r <= 0xfe0f || r == 0xfeff || r == 0xffa0 || r >= 0xfff0 && r <= 0xfffb || r >= 0xfffe
	case r >= 0x1f000 && r < 0x1fffe: // emoji
		return false
	}
	return r&0xfffe == 0xfffe || r >= 0xe0000 && r <= 0xe0fff ||
		r == 0x110bd || r == 0x110cd || r >= 0x13430 && r <= 0x1343f ||
		r >= 0x1bca0 && r <= 0x1bca3 || r >= 0x1d173 && r <= 0x1d17a
}
