package export

import "unicode/utf8"

// The only ways text from a backup gets into HTML: appendMarkup between tags,
// appendAttr as the value of an attribute, appendScript inside a script
// element that holds JSON, and appendHref as a link to a local file. A browser
// that reads the first two back has the text exactly, but for what no HTML can
// hold: NUL, and bytes that are no UTF-8, each of which becomes U+FFFD.

// special marks the bytes that stand for themselves nowhere: those HTML gives
// a meaning, and those it would change. Bytes beyond ASCII ask for a look.
var special = func() (t [256]bool) {
	for _, c := range "&<>\"'\r\x00" {
		t[c] = true
	}
	return t
}()

// appendMarkup appends s as text between tags.
func appendMarkup(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = string([]rune(s)) // each bad byte becomes U+FFFD
	}
	from := 0
	for i := 0; i < len(s); i++ {
		if !special[s[i]] {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch s[i] {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\'':
			b = append(b, "&#39;"...)
		case '\r': // as it is, it would be read as a line feed
			b = append(b, "&#13;"...)
		case 0:
			b = append(b, "\uFFFD"...)
		}
	}
	return append(b, s[from:]...)
}

// appendAttr appends s as the value of an attribute, with its quotes.
func appendAttr(b []byte, s string) []byte {
	b = append(b, '"')
	b = appendMarkup(b, s)
	return append(b, '"')
}

// appendScript appends s as a JSON string for inside a script element, where
// no entity is decoded and "</script" or "<!--" would end or change it.
func appendScript(b []byte, s string) []byte {
	for _, c := range appendString(nil, s) {
		if c == '<' || c == '>' || c == '&' {
			b = appendUnit(b, uint16(c))
		} else {
			b = append(b, c)
		}
	}
	return b
}

// appendHref appends a path with slashes, relative or absolute, as the value
// of an attribute that takes a URL. All but unreserved characters (RFC 3986,
// §2.3) and slashes are percent-encoded, so there is no scheme, no query and no
// fragment in it, and a browser finds the file of exactly that name.
func appendHref(b []byte, path string) []byte {
	b = append(b, '"')
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '-', c == '.', c == '_', c == '~', c == '/':
			b = append(b, c)
		default:
			b = append(b, '%', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		}
	}
	return append(b, '"')
}
