package pages

import "strings"

// tokenKind tells the tokens of SQL apart as far as a CREATE TABLE needs it.
type tokenKind uint8

const (
	endToken tokenKind = iota
	wordToken
	quotedToken // "name", [name] or `name`
	stringToken
	blobToken
	numberToken
	otherToken
)

type token struct {
	kind tokenKind
	text string // without quotes
}

// is tells whether the token is that keyword or sign; quoted, nothing is.
func (t token) is(word string) bool {
	return (t.kind == wordToken || t.kind == otherToken) && sameName(t.text, word)
}

// name tells whether the token can name something.
func (t token) name() bool {
	return t.kind == wordToken || t.kind == quotedToken || t.kind == stringToken
}

// sameName compares names as SQLite does: only ASCII letters have a case.
func sameName(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// tokenize cuts SQL into tokens, without spaces and comments
// (https://sqlite.org/src/file/src/tokenize.c gives the rules).
func tokenize(sql string) []token {
	var out []token
	for i := 0; i < len(sql); {
		c := sql[i]
		rest := sql[i:]
		switch {
		case strings.IndexByte(" \t\n\f\r", c) >= 0:
			i++
		case strings.HasPrefix(rest, "--"):
			i += lengthTo(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			i += 2 + lengthTo(rest[2:], "*/")
		case c == '"' || c == '`' || c == '\'' || c == '[':
			text, n := unquote(rest)
			kind := quotedToken
			if c == '\'' {
				kind = stringToken
			}
			out = append(out, token{kind, text})
			i += n
		case (c == 'x' || c == 'X') && len(rest) > 1 && rest[1] == '\'':
			text, n := unquote(rest[1:])
			out = append(out, token{blobToken, text})
			i += 1 + n
		case digit(c) || c == '.' && len(rest) > 1 && digit(rest[1]):
			n := numberLength(rest)
			out = append(out, token{numberToken, rest[:n]})
			i += n
		case wordByte(c):
			n := 1
			for n < len(rest) && wordByte(rest[n]) {
				n++
			}
			out = append(out, token{wordToken, rest[:n]})
			i += n
		default:
			out = append(out, token{otherToken, rest[:1]})
			i++
		}
	}
	return out
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func wordByte(c byte) bool {
	return c >= 0x80 || c == '_' || c == '$' || digit(c) || 'a' <= lower(c) && lower(c) <= 'z'
}

// lengthTo is the length of s up to the end of mark, or of all of it.
func lengthTo(s, mark string) int {
	if i := strings.Index(s, mark); i >= 0 {
		return i + len(mark)
	}
	return len(s)
}

// unquote reads the quoted token that s starts with and returns how long it
// is. A doubled quote stands for itself, except in brackets.
func unquote(s string) (string, int) {
	end := s[0]
	if end == '[' {
		if i := strings.IndexByte(s, ']'); i > 0 {
			return s[1:i], i + 1
		}
		return s[1:], len(s)
	}
	var text strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != end {
			text.WriteByte(s[i])
			continue
		}
		if i+1 >= len(s) || s[i+1] != end {
			return text.String(), i + 1
		}
		text.WriteByte(end)
		i++
	}
	return text.String(), len(s)
}

// numberLength is the length of the number that s starts with. The sign of an
// exponent belongs to it.
func numberLength(s string) int {
	hex := len(s) > 1 && s[0] == '0' && lower(s[1]) == 'x'
	n := 1
	for n < len(s) {
		sign := (s[n] == '+' || s[n] == '-') && !hex && lower(s[n-1]) == 'e'
		if !sign && !wordByte(s[n]) && s[n] != '.' {
			break
		}
		n++
	}
	return n
}
