package pages

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

func (e encoding) order() binary.AppendByteOrder {
	if e == utf16be {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// appendUTF16 appends b, made UTF-8. Half a pair becomes U+FFFD; an odd byte
// at the end is left out, as SQLite does.
func appendUTF16(dst, b []byte, enc encoding) []byte {
	unit := binary.LittleEndian.Uint16
	if enc == utf16be {
		unit = binary.BigEndian.Uint16
	}
	for ; len(b) >= 2; b = b[2:] {
		r := rune(unit(b))
		if utf16.IsSurrogate(r) {
			var low rune
			if len(b) >= 4 {
				low = rune(unit(b[2:]))
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				b = b[2:]
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// encodeText is text as a database of that encoding stores it.
func encodeText(s string, enc encoding) []byte {
	if enc == utf8Text {
		return []byte(s)
	}
	b := make([]byte, 0, 2*len(s))
	for _, u := range utf16.Encode([]rune(s)) {
		b = enc.order().AppendUint16(b, u)
	}
	return b
}
