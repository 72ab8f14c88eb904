package export

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"touchback/restore/chat"
)

// text writes messages to one file.
func text(t testing.TB, o Options, messages ...chat.Message) string {
	t.Helper()
	var out bytes.Buffer
	s := NewText(&out, o)
	if err := s.Begin(testChats); err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		if err := s.Message(&messages[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.End(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestText(t *testing.T) {
	ana := chat.Person{JID: "41790000018@s.whatsapp.net", Name: "Ana"}
	noon := at("2026-05-12T21:41:05Z")
	there := func(path string) (string, bool) { return "/x", path == "Media/there.jpg" }
	tests := []struct {
		name, want string
		m          chat.Message
	}{
		{"text", "12/05/26, 23:41 - Ana: hi\n", chat.Message{Sender: ana, Type: chat.Text, Text: "hi"}},
		{"own", "12/05/26, 23:41 - You: hi\n", chat.Message{FromMe: true, Type: chat.Text, Text: "hi"}},
		{"no name", "12/05/26, 23:41 - +4179: hi\n", chat.Message{Sender: chat.Person{JID: "4179@s.whatsapp.net"}, Type: chat.Text, Text: "hi"}},
		{"name of two lines", "12/05/26, 23:41 - A B: hi\n", chat.Message{Sender: chat.Person{Name: "A\nB"}, Type: chat.Text, Text: "hi"}},
		{"lines", "12/05/26, 23:41 - Ana: one\ntwo\nthree\n", chat.Message{Sender: ana, Type: chat.Text, Text: "one\r\ntwo\rthree"}},
		{"what passes for a message", "12/05/26, 23:41 - Ana: x\n 12/05/26, 09:00 - Bob: I owe you\n [12/05/2026, 09:00:00] Bob: x\n12 eggs\n",
			chat.Message{Sender: ana, Type: chat.Text, Text: "x\n12/05/26, 09:00 - Bob: I owe you\n[12/05/2026, 09:00:00] Bob: x\n12 eggs"}},
		{"media", "12/05/26, 23:41 - Ana: <Media omitted>\nlook\n", chat.Message{Sender: ana, Type: chat.Image, Text: "look", Media: &chat.Media{Path: "Media/gone.jpg"}}},
		{"media that is there", "12/05/26, 23:41 - Ana: there.jpg (file attached)\n", chat.Message{Sender: ana, Type: chat.Image, Media: &chat.Media{Path: "Media/there.jpg"}}},
		{"deleted", "12/05/26, 23:41 - Ana: This message was deleted\n", chat.Message{Sender: ana, Type: chat.Deleted}},
		{"edited", "12/05/26, 23:41 - Ana: hi <This message was edited>\n", chat.Message{Sender: ana, Type: chat.Text, Text: "hi", Edited: noon}},
		{"system", "12/05/26, 23:41 - Ana left\n", chat.Message{Type: chat.SystemT, System: &chat.System{Text: "Ana left"}}},
		{"call", "12/05/26, 23:41 - Missed video call\n", chat.Message{Type: chat.CallT, Call: &chat.Call{Video: true, Result: "missed"}}},
		{"poll", "12/05/26, 23:41 - Ana: POLL:\nQ?\nOPTION: a (1 vote)\n", chat.Message{Sender: ana, Type: chat.PollT, Text: "Q?", Poll: &chat.Poll{Question: "Q?", Options: []chat.PollOption{{Name: "a", Votes: 1}}}}},
		{"location", "12/05/26, 23:41 - Ana: Location: Park, 1.00000, 2.00000\n", chat.Message{Sender: ana, Type: chat.LocationT, Location: &chat.Location{Lat: 1, Lon: 2, Name: "Park"}}},
		{"contact", "12/05/26, 23:41 - Ana: Contact: Zoë, 123\n", chat.Message{Sender: ana, Type: chat.ContactT, Contacts: []chat.Contact{{Name: "Zoë", Phones: []chat.Phone{{Number: "123"}}}}}},
		{"unknown", "12/05/26, 23:41 - Ana: Message of type 777\n", chat.Message{Sender: ana, Type: "type:777"}},
		{"controls", "12/05/26, 23:41 - Ana: ␛[2J[U+202E]x\uFFFD👩\u200d🚀\n", chat.Message{Sender: ana, Type: chat.Text, Text: "\x1b[2J\u202ex\u200b\x9b👩\u200d🚀"}},
	}
	for _, tt := range tests {
		tt.m.Time, tt.m.Chat = noon, 7
		if got := text(t, Options{Zone: time.FixedZone("", 7200), Media: there}, tt.m); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

func TestTextFolder(t *testing.T) {
	dir := t.TempDir()
	f := createFolder(t, filepath.Join(dir, "out"))
	defer f.Abort()
	s := NewTextFolder(f, Options{})
	chats := []chat.Chat{{Row: 1, Name: "../../etc/passwd"}, {Row: 2, Name: "CON"}, {Row: 3, Name: "Zoë & 東京 \u202e\x00/\\:*?\"<>|."},
		{Row: 4, Name: strings.Repeat("界", 500)}, {Row: 5, Name: "nobody"}, {Row: 6, Name: ""}}
	if err := s.Begin(chats); err != nil {
		t.Fatal(err)
	}
	for i := range 20_000 {
		m := chat.Message{Chat: []int64{1, 2, 3, 4, 6}[i%5], Type: chat.Text, FromMe: true, Text: strings.Repeat("word ", 40)}
		if err := s.Message(&m); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.End(); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "out" {
		t.Errorf("beside it: %q", got)
	}
	entries, err := os.ReadDir(f.Path())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{
		"WhatsApp Chat with ______etc_passwd (1).txt": true, "WhatsApp Chat with CON (2).txt": true,
		"WhatsApp Chat with Zoë & 東京 ____________ (3).txt": true, "WhatsApp Chat with " + strings.Repeat("界", 40) + " (4).txt": true,
		"WhatsApp Chat with _ (6).txt": true,
	}
	for _, e := range entries {
		if !want[e.Name()] {
			t.Errorf("a file %q", e.Name())
		}
		delete(want, e.Name())
		b, err := os.ReadFile(filepath.Join(f.Path(), e.Name()))
		if err != nil || bytes.Count(b, []byte("\n")) != 4000 {
			t.Errorf("%s: %d lines, %v", e.Name(), bytes.Count(b, []byte("\n")), err)
		}
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}

func FuzzText(f *testing.F) {
	f.Add("hi", "Ana")
	f.Add("x\n12/05/26, 09:00 - Bob: I owe you\r[1/1/26", "a\r\nb")
	f.Add("\x1b]0;x\x07\u202e\u2066\u009b\xff\u2028\x00", "\u202e")
	f.Fuzz(func(t *testing.T, s, name string) {
		m := chat.Message{Chat: 7, Type: chat.Text, Text: s, Sender: chat.Person{Name: name}, Time: at("2026-05-12T21:41:05Z")}
		out := text(t, Options{}, m, m)
		if !utf8.ValidString(out) {
			t.Fatalf("%q is not UTF-8", out)
		}
		for _, r := range out {
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
				t.Fatalf("%U is written as it is: %q", r, out)
			}
		}
		starts := 0
		for line := range strings.Lines(out) {
			if readsAsMessage([]byte(line)) {
				starts++
			}
		}
		if starts != 2 {
			t.Fatalf("%d messages can be read in %q", starts, out)
		}
	})
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	m := plainMessage()
	for _, tt := range []struct {
		format  Format
		oneChat bool
		folder  bool
	}{{FormatJSONL, false, false}, {FormatCSV, false, false}, {FormatHTML, true, true}, {FormatText, false, true}, {FormatText, true, false}} {
		path := filepath.Join(dir, string(tt.format))
		s, target, err := Open(tt.format, path, tt.oneChat, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer target.Abort()
		if err := s.Begin(testChats); err != nil {
			t.Fatal(err)
		}
		if err := s.Message(&m); err != nil {
			t.Fatal(err)
		}
		if err := s.End(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is there before Commit", tt.format)
		}
		if err := target.Commit(); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.IsDir() != tt.folder || !tt.folder && info.Size() == 0 {
			t.Errorf("%s: %v, %v", tt.format, info, err)
		}
		if _, _, err := Open(tt.format, path, tt.oneChat, Options{}); err == nil {
			t.Errorf("%s: opened over what is there", tt.format)
		}
		_ = os.RemoveAll(path)
	}
	if _, _, err := Open("pdf", filepath.Join(dir, "x"), false, Options{}); err == nil {
		t.Error("no error for a format that is none")
	}
}
