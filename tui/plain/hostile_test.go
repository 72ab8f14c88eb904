package plain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/restore/chat"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/restore/whatsapp"
)

// hostileWorld has one hostile text wherever text comes from outside.
func hostileWorld(x string) world {
	w := straight()
	for i := range w.found {
		w.found[i].Path, w.found[i].App, w.found[i].Protected = "/"+x, x, x
	}
	w.backup.AppVersion, w.backup.Device, w.backup.NumberEnds, w.backup.Keyring = x, x, x, x
	for i := range w.methods[:2] {
		w.methods[i].Label = x
	}
	w.devices = []flow.Device{{Path: x, Product: x}, {Path: "/dev/2", Product: x}}
	w.chats = []chat.Chat{{Row: 1, Name: x, Messages: 1}}
	w.reply = fails[flow.Unlock](flow.Failed{Why: flow.KeyRefused, Detail: x})
	return w
}

// raw returns what a terminal would obey, or what hides or reorders, in s.
func raw(s string) (rune, bool) {
	if !utf8.ValidString(s) {
		return utf8.RuneError, true
	}
	for _, r := range s {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r >= 0xe0000 && r < 0xe0fff) {
			return r, true
		}
	}
	return 0, false
}

// No text from outside reaches the output raw, in lines or in JSON, and it
// makes no lines of its own.
func TestHostileTexts(t *testing.T) {
	for _, h := range fixtures.Hostile() {
		h.Text = h.Text[:min(len(h.Text), 16<<10)] // it comes a hundred times here
		e := newEngine(hostileWorld(h.Text))
		got, _, _ := session(t, e, "\n\n1\n1\n123456\n1\n1\n123456\n1\n/tmp/x\n\n")
		if r, bad := raw(got); bad {
			t.Errorf("%s: %U is in the output", h.Name, r)
		}
		for l := range strings.Lines(got) {
			if len(l) > 32<<10 {
				t.Errorf("%s: a line of %d bytes", h.Name, len(l))
			}
		}
		e = newEngine(hostileWorld(h.Text))
		got, _, o := session(t, e, `{"choose":1}
{"choose":1}
{"choose":1}
{"choose":1}
{"pin":"123456"}
{"choose":1}
{"choose":1}
{"pin":"123456"}
{"save":{}}
{"choose":1}
`, inJSON)
		if r, bad := raw(got); bad {
			t.Errorf("%s: %U is in the JSON", h.Name, r)
		}
		if o != flow.Finished {
			t.Errorf("%s: %s\n%s", h.Name, o, got)
		}
		// What a program reads is the text as it is.
		named := false
		for l := range strings.Lines(got) {
			var c chatEvent
			if err := json.Unmarshal([]byte(l), &c); err != nil {
				t.Fatalf("%s: %v", h.Name, err)
			}
			named = named || strings.Contains(l, `"chat":`) && c.Chat == each(h.Text)
		}
		if !named {
			t.Errorf("%s: the chat's name does not come out of the JSON", h.Name)
		}
	}
}

func TestHostileWithoutGuide(t *testing.T) {
	for _, h := range fixtures.Hostile() {
		var b bytes.Buffer
		Explain(&b, errors.New(h.Text))
		Explain(&b, &keys.MethodError{Method: keys.Method{Kind: keys.MethodPasskey, Label: h.Text}, Err: keys.ErrNoCredential})
		Explain(&b, fmt.Errorf("%s: %w", h.Text, keys.ErrNoSuchMethod))
		Say(&b, "%s and %v", h.Text, errors.New(h.Text))
		when := time.Date(2026, 5, 12, 9, 44, 0, 0, time.UTC)
		err := Inspect(&b, run.Inspection{
			Info:       whatsapp.Info{Path: h.Text, Format: whatsapp.Format(h.Text), AppVersion: h.Text, DeviceModel: h.Text, JIDSuffix: h.Text, Modified: &when},
			Keyring:    &run.KeyringInfo{Path: h.Text, Methods: []run.KeyringMethod{{ID: h.Text, Kind: h.Text, Label: h.Text}}},
			KeyringErr: errors.New(h.Text),
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := Written(&b, run.Result{Path: h.Text}); err != nil {
			t.Fatal(err)
		}
		if err := JSON(&b, map[string]string{h.Text: h.Text}); err != nil {
			t.Fatal(err)
		}
		if r, bad := raw(b.String()); bad {
			t.Errorf("%s: %U is in the output", h.Name, r)
		}
	}
}

// Escapes change nothing for who reads the JSON.
func TestJSONIsExact(t *testing.T) {
	for _, h := range fixtures.Hostile() {
		in := map[string]string{"text": strings.ToValidUTF8(h.Text, "\ufffd")}
		var b bytes.Buffer
		if err := JSON(&b, in); err != nil {
			t.Fatal(err)
		}
		var out map[string]string
		if err := json.Unmarshal(b.Bytes(), &out); err != nil || !reflect.DeepEqual(in, out) {
			t.Errorf("%s: %v", h.Name, err)
		}
		if n := bytes.Count(b.Bytes(), []byte("\n")); n != 1 {
			t.Errorf("%s: %d lines", h.Name, n)
		}
	}
}

// each replaces every byte that is no UTF-8, as encoding/json does.
func each(s string) string { return string([]rune(s)) }
