package export

import "unicode/utf8"

// appendLegible appends s as a person may open it in any program, UTF-8
// always. Line breaks of all kinds become line feeds; the other controls become
// their pictures (U+2400 …), C1 controls and bytes that are no UTF-8 become
// U+FFFD; what reorders text, which it could do to its neighbours, is written
// out as [U+202E]; other invisible characters go, but for those that emoji and
// scripts need.
func appendLegible(b []byte, s string) []byte {
	from := 0 // start of what is copied as it is
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] == 1 || c == '"' || c == '\\' || c == '\n' || c == '\t' {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && !hidden(r) && (r != utf8.RuneError || n > 1) || joins(r) {
			i += n
			continue
		}
		b = append(b, s[from:i]...)
		i += n
		from = i
		switch {
		case r == '\r':
			if i == len(s) || s[i] != '\n' {
				b = append(b, '\n')
			}
		case r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
			b = append(b, '\n')
		case r < ' ':
			b = utf8.AppendRune(b, 0x2400+r)
		case r == 0x7f:
			b = append(b, "␡"...)
		case r < 0xa0, r == utf8.RuneError:
			b = append(b, "\uFFFD"...)
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			b = append(b, "[U+"...)
			b = append(b, "20"...)
			b = append(b, "0123456789ABCDEF"[r>>4&15], "0123456789ABCDEF"[r&15], ']')
		}
	}
	return append(b, s[from:]...)
}

// joins tells whether r is one of the invisible characters that change what is
// seen of their neighbours and no order: joiners, and how emoji are shown.
func joins(r rune) bool {
	return r == 0x200c || r == 0x200d || r >= 0xfe00 && r <= 0xfe0f
}
