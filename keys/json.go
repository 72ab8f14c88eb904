package keys

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The keyring's JSON is read into a tree of these, because encoding/json on
// structs would fold the case of names, let the last of two equal names win and
// drop what it does not know; a MAC over "everything else" wants none of that.
type (
	// object keeps the order of its members, so that a keyring that is read
	// and written stays readable to a diff.
	object []member
	member struct {
		name  string
		value any // object, []any, string, int64, bool or nil
	}
)

const (
	maxJSONDepth = 32
	maxSafeInt   = 1<<53 - 1 // beyond it, JSON readers disagree (RFC 8785, §3.2.2.3)
)

// take removes a member and returns its value; nil where there is none.
func (o *object) take(name string) any {
	for i, m := range *o {
		if m.name == name {
			*o = slices.Delete(slices.Clone(*o), i, i+1)
			return m.value
		}
	}
	return nil
}

// parseJSON reads one JSON object strictly: no name twice in an object, no
// number but whole ones that every reader agrees on, no string with a
// replacement character, which is how a decoder shows a broken escape.
func parseJSON(b []byte) (object, error) {
	if !utf8.Valid(b) || !json.Valid(b) {
		return nil, formatError("", "it is not valid JSON")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	v, err := parseValue(d, 0)
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, formatError("", "it is not a JSON object")
	}
	return o, nil
}

func parseValue(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, formatError("", "it is not valid JSON")
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == maxJSONDepth {
			return nil, formatError("", "it is nested too deep")
		}
		if t == '{' {
			return parseObject(d, depth+1)
		}
		list := []any{}
		for d.More() {
			v, err := parseValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token() // the closing bracket, which json.Valid has seen
		return list, err
	case string:
		return t, checkString(t)
	case json.Number:
		n, err := strconv.ParseInt(t.String(), 10, 64)
		if err != nil || n > maxSafeInt || n < -maxSafeInt || strconv.FormatInt(n, 10) != t.String() {
			return nil, formatError("", "a number in it is not a plain whole number")
		}
		return n, nil
	default: // bool, nil
		return t, nil
	}
}

func parseObject(d *json.Decoder, depth int) (any, error) {
	o := object{}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := t.(string) // json.Valid has seen that names are strings
		if err := checkString(name); err != nil {
			return nil, err
		}
		if seen[name] {
			return nil, formatError("", "it has %q twice", name)
		}
		seen[name] = true
		v, err := parseValue(d, depth)
		if err != nil {
			return nil, err
		}
		o = append(o, member{name, v})
	}
	_, err := d.Token()
	return o, err
}

func checkString(s string) error {
	if strings.ContainsRune(s, utf8.RuneError) {
		return formatError("", "a text in it has a broken character")
	}
	return nil
}

// canonical writes o as the MAC takes it: RFC 8785 (JCS) for the numbers that
// parseJSON admits. Names sort by their UTF-16 code units, there is no white
// space, and only what must be escaped is.
func (o object) canonical() []byte {
	var b bytes.Buffer
	writeValue(&b, o, true, 0)
	return b.Bytes()
}

// indented writes o for the file: in its own order, two spaces a level.
func (o object) indented() []byte {
	var b bytes.Buffer
	writeValue(&b, o, false, 0)
	b.WriteByte('\n')
	return b.Bytes()
}

func writeValue(b *bytes.Buffer, v any, canonical bool, depth int) {
	switch v := v.(type) {
	case object:
		if canonical {
			v = slices.Clone(v)
			slices.SortFunc(v, func(x, y member) int {
				return slices.Compare(utf16.Encode([]rune(x.name)), utf16.Encode([]rune(y.name)))
			})
		}
		writeList(b, '{', '}', len(v), canonical, depth, func(i int) {
			writeString(b, v[i].name)
			b.WriteByte(':')
			if !canonical {
				b.WriteByte(' ')
			}
			writeValue(b, v[i].value, canonical, depth+1)
		})
	case []any:
		writeList(b, '[', ']', len(v), canonical, depth, func(i int) {
			writeValue(b, v[i], canonical, depth+1)
		})
	case string:
		writeString(b, v)
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case nil:
		b.WriteString("null")
	default: // only this package builds trees
		panic(fmt.Sprintf("keys: a %T in a JSON tree", v))
	}
}

func writeList(b *bytes.Buffer, first, last byte, n int, canonical bool, depth int, item func(int)) {
	newline := func(depth int) {
		if !canonical && n > 0 {
			_, _ = io.WriteString(b, "\n"+strings.Repeat("  ", depth))
		}
	}
	b.WriteByte(first)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		newline(depth + 1)
		item(i)
	}
	newline(depth)
	b.WriteByte(last)
}

func writeString(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\b':
			b.WriteString(`\b`)
		case '\f':
			b.WriteString(`\f`)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		default:
			if r < ' ' {
				fmt.Fprintf(b, `\u%04x`, r)
			} else {
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('"')
}
