package plain

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestParseAnswer(t *testing.T) {
	for _, c := range []struct {
		in   string
		want answer
		err  error
	}{
		{`{"choose":2}`, answer{verb: sayChoose, n: 2}, nil},
		{` { "choose" : "jsonl" } `, answer{verb: sayChoose, id: "jsonl"}, nil},
		{`{"pin":"12\"34"}`, answer{verb: sayPIN, secret: []byte(`12"34`)}, nil},
		{`{"password":"\u00fc\ud83d\ude00\\ \n"}`, answer{verb: sayPassword, secret: []byte("ü😀\\ \n")}, nil},
		{`{"password":""}`, answer{verb: sayPassword, secret: []byte{}}, nil},
		{`{"key":"8f14 e45f"}`, answer{verb: sayKey, secret: []byte("8f14 e45f")}, nil},
		{`{"path":"/a/ü"}`, answer{verb: sayPath, path: "/a/ü"}, nil},
		{`{"save":{"format":"db","path":"x,}"}}`, answer{verb: saySave, format: "db", path: "x,}"}, nil},
		{`{"save":{}}`, answer{verb: saySave}, nil},
		{`{"back":true}`, answer{verb: sayBack}, nil},
		{`{"\u0062ack":true}`, answer{verb: sayBack}, nil},
		{`{"touch": true }`, answer{verb: sayTouch}, nil},
		{``, answer{}, errNotJSON},
		{`{"pin":"1234"`, answer{}, errNotJSON},
		{"{\"pin\":\"12\xff\"}", answer{}, errNotJSON},
		{`"pin"`, answer{}, errNotJSON},
		{`[{"back":true}]`, answer{}, errNotJSON},
		{`{}`, answer{}, errOneMember},
		{`{"pin":"1234","pin":"5678"}`, answer{}, errOneMember},
		{`{"fly":true}`, answer{}, errUnknown},
		{`{"help":true}`, answer{}, errUnknown},
		{`{"` + strings.Repeat("x", 300) + `":true}`, answer{}, errUnknown},
		{`{"back":false}`, answer{}, errValue},
		{`{"back":1}`, answer{}, errValue},
		{`{"pin":1234}`, answer{}, errValue},
		{`{"pin":["1234"]}`, answer{}, errValue},
		{`{"pin":"\ud83d"}`, answer{}, errValue},
		{`{"pin":"\ud83d\u0041"}`, answer{}, errValue},
		{`{"choose":0}`, answer{}, errValue},
		{`{"choose":1.5}`, answer{}, errValue},
		{`{"choose":-1}`, answer{}, errValue},
		{`{"choose":99999999999999999999}`, answer{}, errValue},
		{`{"choose":null}`, answer{}, errValue},
		{`{"path":""}`, answer{}, errValue},
		{`{"path":"a\u0000b"}`, answer{}, errValue},
		{`{"save":"x"}`, answer{}, errValue},
		{`{"save":{"path":"a","path":"b"}}`, answer{}, errValue},
		{`{"save":{"where":"a"}}`, answer{}, errUnknown},
	} {
		got, err := parseAnswer([]byte(c.in))
		if !errors.Is(err, c.err) {
			t.Errorf("%s: error %v, want %v", c.in, err, c.err)
			continue
		}
		if err == nil && (got.verb != c.want.verb || got.n != c.want.n || got.id != c.want.id || got.path != c.want.path ||
			got.format != c.want.format || !bytes.Equal(got.secret, c.want.secret)) {
			t.Errorf("%s: %+v, want %+v", c.in, got, c.want)
		}
	}
}

// What the parser takes is what encoding/json reads in it.
func FuzzParseAnswer(f *testing.F) {
	for _, s := range []string{
		`{"choose":2}`, `{"pin":"1234"}`, `{"password":"\ud83d\ude00\t\/"}`, `{"key":"8f14 e45f"}`, `{"path":"/a"}`,
		`{"save":{"format":"db","path":"x"}}`, `{"back":true}`, ` { "quit" : true } `, `{"a":[{"b":"}"},1,null]}`, `{"pin":"\\"}`, "{\"pin\":\"\x80\"}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in := bytes.Clone(b)
		a, err := parseAnswer(b)
		if !bytes.Equal(in, b) {
			t.Fatal("the line was changed")
		}
		if err != nil {
			if a.secret != nil {
				t.Fatalf("an answer that was refused holds a secret: %v", err)
			}
			return
		}
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil || len(m) != 1 {
			t.Fatalf("taken, and encoding/json says %v: %s", err, b)
		}
		v, ok := m[string(a.verb)]
		if !ok {
			t.Fatalf("%q is not in %s", a.verb, b)
		}
		switch a.verb {
		case sayPIN, sayPassword, sayKey:
			if v != string(a.secret) {
				t.Fatalf("%q is not %q", a.secret, v)
			}
		case sayPath:
			if v != a.path {
				t.Fatalf("%q is not %q", a.path, v)
			}
		case sayChoose:
			if v != a.id && v != float64(a.n) {
				t.Fatalf("%+v is not %v", a, v)
			}
		case saySave:
			s, ok := v.(map[string]any)
			if !ok || a.path != "" && s["path"] != a.path || a.format != "" && s["format"] != a.format {
				t.Fatalf("%+v is not %v", a, v)
			}
		default:
			if v != true {
				t.Fatalf("%v is not true", v)
			}
		}
	})
}

// However the input comes in pieces, the same lines come out, and nothing is
// kept of them.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\nbc\r\n\n\rd"), 1)
	f.Add(bytes.Repeat([]byte("x"), maxLine+2), 4096)
	f.Fuzz(func(t *testing.T, b []byte, step int) {
		if step < 1 || step > 1<<16 {
			return
		}
		var s splitter
		var got []string
		for rest := b; len(rest) > 0; {
			n := min(step, len(rest))
			s.split(rest[:n], func(l line) bool {
				got = append(got, string(l.text))
				if l.long != (len(l.text) == 0 && l.long) {
					t.Fatal("a line that was too long has text")
				}
				return true
			})
			rest = rest[n:]
		}
		i := 0
		for l := range bytes.Lines(b) {
			if !bytes.HasSuffix(l, []byte("\n")) {
				break
			}
			l = l[:len(l)-1]
			want := string(bytes.TrimSuffix(l, []byte("\r")))
			if len(l) > maxLine {
				want = ""
			}
			if i >= len(got) || got[i] != want {
				t.Fatalf("line %d of %q", i, b)
			}
			i++
		}
		if i != len(got) {
			t.Fatalf("%d lines, not %d", len(got), i)
		}
		s.take()
		if s.b != [maxLine]byte{} {
			t.Fatal("something is kept")
		}
	})
}
