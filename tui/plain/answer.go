package plain

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"touchback/tui/words"
)

// verb is what a person, or a program, answers.
type verb string

const (
	sayChoose    verb = "choose"
	sayPIN       verb = "pin"
	sayPassword  verb = "password"
	sayKey       verb = "key"
	sayName      verb = "name"
	sayRecipient verb = "recipient"
	sayKept      verb = "kept"
	sayPath      verb = "path"
	saySave      verb = "save"
	sayBack      verb = "back"
	sayAgain     verb = "again"
	sayOther     verb = "other"
	sayBrowser   verb = "browser"
	sayOpen      verb = "open"
	sayQuit      verb = "quit"
	sayTouch     verb = "touch"
	sayPlug      verb = "plug"
	sayUnplug    verb = "unplug"
	sayHelp      verb = "help" // plain only
)

// answer is one line of input, understood. It is wiped after use.
type answer struct {
	verb   verb
	n      int    // choose: the number of the choice, from 1; 0 where id says it
	id     string // choose
	secret []byte // pin, password, key, kept
	path   string // path, name, recipient, save; "" where save takes the one offered
	format string // save; "" where it takes the one that is picked
}

func (a *answer) wipe() {
	clear(a.secret)
	a.secret = nil
}

// answerError says why an answer can't be understood. It holds nothing of it.
type answerError struct {
	code  string // for programs
	words string
}

func (e *answerError) Error() string { return e.words }

// What is wrong with an answer.
var (
	errNotJSON   = &answerError{"not_json", words.AnswerNotJSON}
	errOneMember = &answerError{"one_member", words.AnswerOne}
	errUnknown   = &answerError{"unknown", words.AnswerUnknown}
	errValue     = &answerError{"value", words.AnswerValue}
)

// parseAnswer reads an answer in JSON: an object with one member. It is read
// by hand so that a secret is never a string, which nothing can wipe: the
// bytes of the line and of answer.secret are all there is of it.
func parseAnswer(b []byte) (answer, error) {
	// Valid looks at every byte and keeps none: from here on only the meaning
	// can be wrong.
	if !utf8.Valid(b) || !json.Valid(b) {
		return answer{}, errNotJSON
	}
	name, value, err := onlyMember(b)
	if err != nil {
		return answer{}, err
	}
	a := answer{verb: verb(name)}
	switch a.verb {
	case sayBack, sayAgain, sayOther, sayBrowser, sayOpen, sayQuit, sayTouch, sayPlug, sayUnplug:
		if string(value) != "true" {
			return answer{}, errValue
		}
		return a, nil
	case sayPIN, sayPassword, sayKey, sayKept:
		secret, ok := unquote(value)
		if !ok {
			clear(secret)
			return answer{}, errValue
		}
		a.secret = secret
		return a, nil
	case sayPath, sayName, sayRecipient:
		a.path, err = text(value)
		return a, err
	case sayChoose:
		if value[0] == '"' {
			a.id, err = text(value)
			return a, err
		}
		a.n, err = strconv.Atoi(string(value))
		if err != nil || a.n < 1 {
			return answer{}, errValue
		}
		return a, nil
	case saySave:
		return parseSave(value)
	}
	return answer{}, errUnknown
}

// parseSave reads {"format":…,"path":…}, of which either may be missing.
func parseSave(b []byte) (answer, error) {
	a := answer{verb: saySave}
	if b[0] != '{' {
		return answer{}, errValue
	}
	seen := map[string]bool{}
	err := members(b, func(name string, value []byte) (err error) {
		if seen[name] {
			return errValue
		}
		seen[name] = true
		switch name {
		case "format":
			a.format, err = text(value)
		case "path":
			a.path, err = text(value)
		default:
			err = errUnknown
		}
		return err
	})
	return a, err
}

// onlyMember returns the one member of an object.
func onlyMember(b []byte) (name string, value []byte, err error) {
	b = bytes.TrimSpace(b)
	if b[0] != '{' {
		return "", nil, errNotJSON
	}
	n := 0
	err = members(b, func(k string, v []byte) error {
		n++
		name, value = k, v
		return nil
	})
	if err == nil && n != 1 {
		err = errOneMember
	}
	return name, value, err
}

// members goes through an object, which is known to be valid JSON.
func members(b []byte, f func(name string, value []byte) error) error {
	s := scan{b: b[1:]} // after the brace
	for {
		s.space()
		switch s.b[0] {
		case '}':
			return nil
		case ',':
			s.b = s.b[1:]
			continue
		}
		name, ok := unquote(s.value())
		// A name is no secret: those that mean something are words.
		if !ok || len(name) > 16 {
			return errUnknown
		}
		s.space()
		s.b = s.b[1:] // the colon
		s.space()
		if err := f(string(name), s.value()); err != nil {
			return err
		}
	}
}

// scan walks over valid JSON.
type scan struct{ b []byte }

func (s *scan) space() { s.b = bytes.TrimLeft(s.b, " \t\r\n") }

// value takes the value that comes next.
func (s *scan) value() []byte {
	depth, quoted := 0, false
	for i := 0; i < len(s.b); i++ {
		c := s.b[i]
		switch {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			continue
		case depth == 0 && (c == '}' || c == ']' || c == ',' || c == ':' || c == ' ' || c == '\t' || c == '\r' || c == '\n'):
			v := s.b[:i]
			s.b = s.b[i:]
			return v
		case c == '}' || c == ']':
			depth--
		default:
			continue
		}
		if depth == 0 && !quoted && (c == '"' || c == '}' || c == ']') {
			v := s.b[:i+1]
			s.b = s.b[i+1:]
			return v
		}
	}
	v := s.b
	s.b = nil
	return v
}

// text is a string that is no secret.
func text(v []byte) (string, error) {
	b, ok := unquote(v)
	if !ok || len(b) == 0 || bytes.IndexByte(b, 0) >= 0 {
		return "", errValue
	}
	return string(b), nil
}

// unquote decodes a JSON string that is known to be valid, into one piece of
// memory that never moves, so that it can be wiped. It reports false where v
// is no string, or holds half of a surrogate pair.
func unquote(v []byte) ([]byte, bool) {
	if len(v) < 2 || v[0] != '"' {
		return nil, false
	}
	v = v[1 : len(v)-1]
	out := make([]byte, 0, len(v)) // an escape is longer than what it stands for
	for len(v) > 0 {
		if v[0] != '\\' {
			out = append(out, v[0])
			v = v[1:]
			continue
		}
		c := v[1]
		v = v[2:]
		if c != 'u' {
			out = append(out, plainEscape(c))
			continue
		}
		r := hex4(v)
		v = v[4:]
		if utf16.IsSurrogate(r) {
			if len(v) < 6 || v[0] != '\\' || v[1] != 'u' {
				return out, false
			}
			r = utf16.DecodeRune(r, hex4(v[2:]))
			if r == utf8.RuneError {
				return out, false
			}
			v = v[6:]
		}
		out = utf8.AppendRune(out, r)
	}
	return out, true
}

// plainEscape is what follows a backslash and is not u (RFC 8259, §7).
func plainEscape(c byte) byte {
	if i := strings.IndexByte("bfnrt", c); i >= 0 {
		return "\b\f\n\r\t"[i]
	}
	return c // a quote, a backslash, a slash
}

func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		r <<= 4
		switch {
		case c <= '9':
			r |= rune(c - '0')
		case c <= 'F':
			r |= rune(c-'A') + 10
		default:
			r |= rune(c-'a') + 10
		}
	}
	return r
}
