package keys

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCanonical(t *testing.T) {
	// The strings and the sorting of RFC 8785, §3.2.2 and §3.2.3.
	in := `{
		"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
		"1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis",
		"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/<>&\u2028\b\f\t\u007f",
		"literals": [null, true, false, 0, -5, 9007199254740991, [], {}]
	}`
	want := `{"\r":"Carriage Return","1":"One","literals":[null,true,false,0,-5,9007199254740991,[],{}],` +
		`"string":"€$\u000f\nA'B\"\\\\\"/<>&` + "\u2028" + `\b\f\t` + "\x7f" + `",` +
		"\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\"," +
		"\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"
	o, err := parseJSON([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(o.canonical()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	again, err := parseJSON(o.indented())
	if err != nil || string(again.canonical()) != want {
		t.Errorf("indented and read again: %s, %v", again.canonical(), err)
	}
}

func TestParseJSONRefuses(t *testing.T) {
	for _, in := range []string{
		``, `null`, `[]`, `"x"`, `1`, `{} {}`, `{}x`, `{"a":1,}`, `{'a':1}`, `{"a":01}`,
		`{"a":1.0}`, `{"a":1.5}`, `{"a":1e3}`, `{"a":-0}`, `{"a":9007199254740992}`, `{"a":123456789012345678901234567890}`,
		`{"a":1,"a":1}`, `{"x":{"a":1,"b":2,"\u0061":3}}`,
		`{"a":"\ud800"}`, `{"a":"\udc00\ud800"}`, `{"\ud800":1}`, `{"a":"�"}`, "{\"a\":\"\xff\"}", "\xef\xbb\xbf{}",
		strings.Repeat(`{"a":`, 33) + `1` + strings.Repeat(`}`, 33),
		strings.Repeat(`[`, 20000) + strings.Repeat(`]`, 20000),
	} {
		var fe *FormatError
		if o, err := parseJSON([]byte(in)); !errors.As(err, &fe) {
			t.Errorf("%.60q: %v, %v", in, o, err)
		}
	}
	deep := strings.Repeat(`{"a":`, maxJSONDepth) + `1` + strings.Repeat(`}`, maxJSONDepth)
	if _, err := parseJSON([]byte(deep)); err != nil {
		t.Errorf("at the limit: %v", err)
	}
}

// The writer agrees with encoding/json on what a document means.
func TestWrittenJSONMeansTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := object{}
		for _, name := range rapid.SliceOfNDistinct(text(), 0, 6, rapid.ID).Draw(t, "names") {
			o = append(o, member{name, text().Draw(t, "value")})
		}
		want := map[string]string{}
		for _, m := range o {
			want[m.name] = m.value.(string)
		}
		for _, b := range [][]byte{o.canonical(), o.indented()} {
			var got map[string]string
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatalf("%q: %v", b, err)
			}
			if len(got) != len(want) {
				t.Fatalf("%q: %d members, want %d", b, len(got), len(want))
			}
			for name, v := range want {
				if got[name] != v {
					t.Fatalf("%q: %q is %q, want %q", b, name, got[name], v)
				}
			}
			again, err := parseJSON(b)
			if err != nil || !bytes.Equal(again.canonical(), o.canonical()) {
				t.Fatalf("%q: %v", b, err)
			}
		}
	})
}

func text() *rapid.Generator[string] {
	return rapid.String().Filter(func(s string) bool { return checkString(s) == nil })
}

func TestReadRefuses(t *testing.T) {
	k, _ := newKeyring(t)
	good := jsonOf(t, k)
	for name, change := range map[string]func(doc map[string]any, m []any){
		"version":           func(doc map[string]any, _ []any) { delete(doc, "version") },
		"created":           func(doc map[string]any, _ []any) { doc["created"] = "2026-05-12T09:41:00+02:00" },
		"mac":               func(doc map[string]any, _ []any) { doc["mac"] = strings.ToUpper(doc["mac"].(string)) },
		"secret":            func(doc map[string]any, _ []any) { doc["secret"] = "x" },
		"secret.kind":       func(doc map[string]any, _ []any) { doc["secret"].(map[string]any)["kind"] = "x" },
		"secret.sealed":     func(doc map[string]any, _ []any) { doc["secret"].(map[string]any)["sealed"] = 1 },
		"methods":           func(doc map[string]any, _ []any) { doc["methods"] = []any{} },
		"methods[1]":        func(_ map[string]any, m []any) { m[1] = "x" },
		"methods[1].id":     func(_ map[string]any, m []any) { method(m, 1)["id"] = method(m, 0)["id"] },
		"methods[0].id":     func(_ map[string]any, m []any) { method(m, 0)["id"] = "../x" },
		"methods[0].kind":   func(_ map[string]any, m []any) { method(m, 0)["kind"] = "magic" },
		"methods[0].label":  func(_ map[string]any, m []any) { method(m, 0)["label"] = strings.Repeat("x", 201) },
		"methods[0].tested": func(_ map[string]any, m []any) { method(m, 0)["tested"] = "yesterday" },
		"methods[1].recipient": func(_ map[string]any, m []any) {
			method(m, 1)["recipient"] = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
		},
		"methods[1].identity":           func(_ map[string]any, m []any) { delete(method(m, 1), "identity") },
		"methods[1].passkey":            func(_ map[string]any, m []any) { method(m, 1)["passkey"] = method(m, 0)["passkey"] },
		"methods[0].passkey":            func(_ map[string]any, m []any) { delete(method(m, 0), "passkey") },
		"methods[0].passkey.uv":         func(_ map[string]any, m []any) { method(m, 0)["passkey"].(map[string]any)["uv"] = false },
		"methods[0].passkey.rp_id":      func(_ map[string]any, m []any) { method(m, 0)["passkey"].(map[string]any)["rp_id"] = "evil.example" },
		"methods[0].passkey.transports": func(_ map[string]any, m []any) { method(m, 0)["passkey"].(map[string]any)["transports"] = []any{1} },
		"methods[0].passkey.identity":   func(_ map[string]any, m []any) { method(m, 0)["passkey"].(map[string]any)["identity"] = "x" },
	} {
		var fe *FormatError
		_, err := Read(bytes.NewReader(edit(t, good, change)))
		if !errors.As(err, &fe) || fe.Where != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	var ve *VersionError
	newer := edit(t, good, func(doc map[string]any, _ []any) { doc["version"] = 2; doc["methods"] = "all is new" })
	if _, err := Read(bytes.NewReader(newer)); !errors.As(err, &ve) || ve.Version != 2 {
		t.Errorf("a newer version: %v", err)
	}
}

// FuzzRead stands names for the long texts of a keyring, or the fuzzer would
// spend its time in their base64.
func FuzzRead(f *testing.F) {
	k, _ := newKeyring(f)
	whole := string(jsonOf(f, k))
	var names []string
	for name, long := range map[string]string{
		"$SEALED": k.sealed, "$R0": k.methods[0].Recipient, "$R1": k.methods[1].Recipient,
		"$I0": k.methods[0].identity, "$I1": k.methods[1].identity, "$P": k.methods[0].passkeyText,
	} {
		long = strings.ReplaceAll(long, "\n", `\n`)
		whole = strings.ReplaceAll(whole, long, name)
		names = append(names, name, long)
	}
	if len(whole) > 1200 {
		f.Fatalf("a text was not replaced: %s", whole)
	}
	full := strings.NewReplacer(names...)
	f.Add(whole)
	f.Add(`{"version": 2}`)
	f.Add(`{"version": 1, "methods": [{"recipient": "$R0"}], "a": [1, "\u20ac", null, {"b": true}]}`)
	f.Fuzz(func(t *testing.T, short string) {
		b := []byte(full.Replace(short))
		k, err := Read(bytes.NewReader(b))
		if err != nil {
			var fe *FormatError
			var ve *VersionError
			if k != nil || (!errors.As(err, &fe) && !errors.As(err, &ve)) {
				t.Fatalf("%v, %v", k, err)
			}
			return
		}
		// Reading what was written from it changes nothing that the MAC covers.
		again := reread(t, jsonOf(t, k))
		if !bytes.Equal(again.document(true).canonical(), k.document(true).canonical()) {
			t.Fatal("reading and writing changes it")
		}
		// Nor did reading it in the first place.
		o, err := parseJSON(b)
		if err != nil || !bytes.Equal(o.canonical(), k.document(true).canonical()) {
			t.Fatalf("the MAC is over something else than what is in the file: %v", err)
		}
	})
}

// FuzzJSON holds the reader and the writer to encoding/json: what is accepted
// means the same to both.
func FuzzJSON(f *testing.F) {
	f.Add(`{"a":[1,-2,null,true,"\u20ac\ud83d\ude00<&>\u2028"],"b":{"":{}}}`)
	f.Add(`{"a":1.0}`)
	f.Fuzz(func(t *testing.T, in string) {
		o, err := parseJSON([]byte(in))
		if err != nil {
			return
		}
		var want any
		if err := json.Unmarshal([]byte(in), &want); err != nil {
			t.Fatalf("encoding/json refuses it: %v", err)
		}
		for _, out := range [][]byte{o.canonical(), o.indented()} {
			var got any
			if err := json.Unmarshal(out, &got); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%q is written as %q (%v)", in, out, err)
			}
			again, err := parseJSON(out)
			if err != nil || !bytes.Equal(again.canonical(), o.canonical()) {
				t.Fatalf("%q does not come back: %v", out, err)
			}
		}
	})
}
