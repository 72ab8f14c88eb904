package export_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/export"
)

// read returns the text of a page, without the style all have.
func read(t testing.TB, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)<style>.*</style>|  +`).ReplaceAllString(string(b), "")
}

var link = regexp.MustCompile(`href="([^"]*)"`)

func when(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestHTMLMessages(t *testing.T) {
	ana, bob := chat.Person{JID: "ana@lid", Name: "Ana"}, chat.Person{JID: "bob@lid", Name: "Bob <b>"}
	zone := time.FixedZone("", 2*3600)
	tests := []struct {
		name string
		m    chat.Message
		want []string // in this order
	}{
		{"text", chat.Message{Sender: bob, Type: chat.Text, Text: "a < b\n& c", Time: when("2026-05-12T22:41:00Z")},
			[]string{`<h2>Wednesday, 13 May 2026</h2>`, `class="m new" id="m0"`, `Bob &lt;b&gt;</div>`, `<div class="t" dir="auto">a &lt; b` + "\n" + `&amp; c</div>`, `>00:41</div>`}},
		{"own", chat.Message{FromMe: true, Type: chat.Text, Text: "x", Status: chat.StatusRead, Starred: true, Edited: when("2026-05-12T22:41:00Z")},
			[]string{`class="m me new"`, `title="Starred"`, `Edited 2026-05-13 00:41`, `title="Read">✓✓`}},
		{"forwarded", chat.Message{Forward: true, Forwards: 7, Type: chat.Text, Text: "x"}, []string{"Forwarded many times"}},
		{"reactions", chat.Message{Type: chat.Text, Text: "x", Reactions: []chat.Reaction{{Sender: ana, Emoji: "👍"}, {FromMe: true, Emoji: "<"}}},
			[]string{`<bdi>👍</bdi> <bdi>Ana</bdi>`, `<bdi>&lt;</bdi> <bdi>You</bdi>`}},
		{"quote of what is not here", chat.Message{Type: chat.Text, Text: "x", Quoted: &chat.Quoted{ID: "?", Sender: ana, Type: chat.Image}},
			[]string{`<div class="q">`, "Ana", "Photo"}},
		{"deleted", chat.Message{Type: chat.Deleted, Revoked: true, RevokeBy: ana}, []string{"This message was deleted by Ana"}},
		{"deleted by me", chat.Message{Type: chat.Deleted, Revoked: true, FromMe: true}, []string{"You deleted this message"}},
		{"system", chat.Message{Type: chat.SystemT, System: &chat.System{Action: "left", Text: "Ana left"}}, []string{`class="n" id="m0"`, "Ana left"}},
		{"call", chat.Message{Type: chat.CallT, Call: &chat.Call{Video: true, Seconds: 65, Result: "answered"}}, []string{`class="n"`, "Video call, 1:05"}},
		{"missed call", chat.Message{Type: chat.CallT, Call: &chat.Call{Result: "missed"}}, []string{"Missed voice call"}},
		{"poll", chat.Message{Type: chat.PollT, Text: "Where?", Poll: &chat.Poll{Question: "Where?", Options: []chat.PollOption{{Name: "Lake", Votes: 2, Voters: []chat.Voter{{Sender: ana}}}, {Name: "Hill"}}}},
			[]string{"Where?", "Lake", `<meter max="2" value="2">`, "2 votes: <bdi>Ana</bdi>", "Hill", "0 votes"}},
		{"event", chat.Message{Type: chat.Event, Event: &chat.EventInfo{Name: "Picnic", Start: when("2026-06-01T10:00:00Z"), Cancelled: true, Responses: []chat.EventResponse{{Sender: ana, Response: "not_going", Guests: 2}}}},
			[]string{"Picnic", "Cancelled", "2026-06-01 12:00", "<bdi>Ana</bdi>: not going, with 2 guests"}},
		{"location", chat.Message{Type: chat.LocationT, Location: &chat.Location{Lat: 46.5, Lon: math.NaN(), Name: "Park"}}, []string{"Location", "Park", "46.50000, NaN"}},
		{"contact", chat.Message{Type: chat.ContactT, Contacts: []chat.Contact{{Name: "Zoë", Phones: []chat.Phone{{Number: "+41 79", Label: "cell"}}}, {}}},
			[]string{"Zoë", "+41 79 (cell)", "A card without a name"}},
		{"album", chat.Message{Type: chat.Album, Album: &chat.AlbumInfo{Images: 3, Videos: 1}}, []string{"3 photos, 1 video"}},
		{"media that is not here", chat.Message{Type: chat.Image, ViewOnce: true, Text: "look", Media: &chat.Media{Path: `Media\..\x/IMG.jpg`, Bytes: 1_234_567}},
			[]string{`<div class="a">`, "IMG.jpg", "View-once photo, 1.2 MB", "look"}},
		{"receipts", chat.Message{FromMe: true, Type: chat.Text, Text: "x", Receipts: []chat.Receipt{{Person: ana, Read: when("2026-05-12T22:41:00Z")}}},
			[]string{"<details", "<bdi>Ana</bdi>, read 2026-05-13 00:41"}},
		{"mentions", chat.Message{Type: chat.Text, Text: "@1", Mentions: []chat.Person{ana, bob}}, []string{"Mentioned: <bdi>Ana</bdi>, <bdi>Bob &lt;b&gt;</bdi>"}},
		{"note", chat.Message{Type: chat.Payment, Note: "5 francs"}, []string{"5 francs"}},
		{"unknown", chat.Message{Type: "type:777"}, []string{"Message of type 777"}},
	}
	var chats []chat.Chat // a chat each, and one folder: it is synced once
	var messages []chat.Message
	for i, tt := range tests {
		tt.m.Chat = int64(i)
		messages = append(messages, tt.m)
		chats = append(chats, chat.Chat{Row: int64(i), Name: "Group", Kind: chat.KindGroup, Group: true})
	}
	dir := site(t, export.Options{Zone: zone}, chats, messages...)
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := read(t, dir, "chats", fmt.Sprintf("%d-1.html", i))
			_, rest, _ := strings.Cut(page, "<main")
			for _, w := range tt.want {
				_, after, ok := strings.Cut(rest, w)
				if !ok {
					t.Fatalf("no %q in\n%s", w, rest)
				}
				rest = after
			}
			if open, closed := strings.Count(page, "<div"), strings.Count(page, "</div>"); open != closed {
				t.Errorf("%d divs begin, %d end", open, closed)
			}
		})
	}
}

// Every link leads to what is there, all messages are there once, and replies
// jump across pages.
func TestHTMLSite(t *testing.T) {
	a, truth := restored(t, fixtures.Options{Messages: 3000, Chats: 8, Hostile: true})
	f, err := export.CreateFolder(filepath.Join(t.TempDir(), "site"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	pour(t, a, export.NewHTML(f, export.Options{}))
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	dir := f.Path()
	pages, _ := filepath.Glob(filepath.Join(dir, "chats", "*.html"))
	text := map[string]string{}
	for _, p := range append(pages, filepath.Join(dir, "index.html")) {
		text[p] = read(t, p)
	}
	messages, jumps := 0, 0
	for from, page := range text {
		ids := map[string]bool{}
		for _, m := range regexp.MustCompile(`<div class="[mn][^>]* id="(m\d+)">`).FindAllStringSubmatch(page, -1) {
			if ids[m[1]] {
				t.Errorf("%s: %s twice", from, m[1])
			}
			ids[m[1]] = true
			messages++
		}
		for _, l := range link.FindAllStringSubmatch(page, -1) {
			file, fragment, _ := strings.Cut(l[1], "#")
			to := from
			if file != "" {
				to = filepath.Join(filepath.Dir(from), file)
			}
			target, ok := text[to]
			if !ok || fragment != "" && !strings.Contains(target, ` id="`+fragment+`"`) {
				t.Fatalf("%s: a link to %s, which is not there", from, l[1])
			}
			if strings.HasPrefix(fragment, "m") {
				jumps++
			}
		}
		if strings.Contains(page, fixtures.DeletedMarker) {
			t.Errorf("%s has a deleted message", from)
		}
	}
	if messages != int(truth.Messages) {
		t.Errorf("%d messages, want %d", messages, truth.Messages)
	}
	if jumps == 0 {
		t.Error("no reply jumps: this tests too little")
	}
	want := strings.ReplaceAll(fmt.Sprintf("%d messages in", truth.Messages), "3000", "3,000")
	if !strings.Contains(text[filepath.Join(dir, "index.html")], want) {
		t.Errorf("the index does not say %q", want)
	}
}

func TestHTMLPages(t *testing.T) {
	var messages []chat.Message
	start := when("2025-11-20T12:00:00Z")
	for i := range 2300 {
		messages = append(messages, chat.Message{Chat: 3, Type: chat.Text, Text: "x", ID: fmt.Sprint(i), Time: start.Add(time.Duration(i) * time.Hour)})
	}
	messages[1100].Quoted = &chat.Quoted{ID: "7"}
	messages[1101].Quoted = &chat.Quoted{ID: "1099"}
	messages[1102].Quoted = &chat.Quoted{ID: "1103"} // comes later: not known
	dir := site(t, export.Options{}, []chat.Chat{{Row: 3, Name: "Ana"}, {Row: 4, Name: "Nobody wrote here"}}, messages...)
	for file, want := range map[string][]string{
		"chats/3-1.html": {"1–1,000 of 2,300 messages", `<a href="3-2.html">Newer</a>`, `<a href="3-3.html#end">Last</a>`, `<a href="3.html">Months</a>`},
		"chats/3-2.html": {"1,001–2,000 of 2,300", `<a href="3-1.html">First</a>`, `<a href="3-1.html#end">Older</a>`, `<a href="3-3.html">Newer</a>`,
			`<a class="q" href="3-1.html#m7">`, `<a class="q" href="#m1099">`, `<div class="q">`},
		"chats/3-3.html": {"2,001–2,300 of 2,300", `<a href="3-2.html#end">Older</a>`},
		"chats/3.html":   {"<h2>2025</h2>", `<a href="3-1.html#m0">November</a>`, `<a href="3-1.html#m252">December</a>`, "<h2>2026</h2>", `<a href="3-1.html#m996">January</a>`, `<a href="3-2.html#m1740">February</a>`},
	} {
		page := read(t, dir, file)
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%s: no %s in\n%.2000s", file, w, page)
			}
		}
	}
	if strings.Contains(read(t, dir, "index.html"), "Nobody") {
		t.Error("a chat without messages is listed")
	}
	huge := chat.Message{Chat: 3, Type: chat.Text, Text: strings.Repeat("<", 1<<20)}
	dir = site(t, export.Options{}, nil, huge, huge, huge)
	for i := range 3 {
		if info, err := os.Stat(filepath.Join(dir, "chats", fmt.Sprintf("3-%d.html", i+1))); err != nil || info.Size() > 5<<20 {
			t.Errorf("page %d: %v", i+1, err)
		}
	}
}

func TestHTMLMedia(t *testing.T) {
	media, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	images := filepath.Join(media, "WhatsApp", "Media", "WhatsApp Images")
	if err := os.MkdirAll(images, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a%20#?é.jpg", "v.mp4", "s.opus", "d.pdf", "page.html", "image.svg", "../../../secret.jpg"} {
		if err := os.WriteFile(filepath.Join(images, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{media, filepath.Join(media, "WhatsApp"), filepath.Join(media, "WhatsApp", "Media")} {
		m, err := export.OpenMediaFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		wants := map[string]string{
			"Media/WhatsApp Images/a%20#?é.jpg":                        `<img loading="lazy" alt="" src="`,
			"/storage/emulated/0/WhatsApp/Media/WhatsApp Images/v.mp4": `<video class="i" controls preload="none" src="`,
			"Media/WhatsApp Images/s.opus":                             `<audio class="i" controls preload="none" src="`,
			"Media/WhatsApp Images/d.pdf":                              `<a class="a" href="`,
			"Media/WhatsApp Images/page.html":                          "",
			"Media/WhatsApp Images/image.svg":                          "",
			"Media/WhatsApp Images/missing.jpg":                        "",
			"Media/WhatsApp Images/../../../secret.jpg":                "",
			"../secret.jpg":                                            "",
			filepath.ToSlash(filepath.Join(media, "secret.jpg")):       "",
			"Media/WhatsApp Images":                                    "",
			"javascript:alert(1)//.jpg":                                "",
			"https://evil.invalid/a.jpg":                               "",
		}
		var messages []chat.Message
		for path := range wants {
			messages = append(messages, chat.Message{Chat: int64(len(messages)), Type: chat.Image, Media: &chat.Media{Path: path}})
		}
		site := site(t, export.Options{Media: m.Find}, nil, messages...)
		for i := range messages {
			path := messages[i].Media.Path
			want := wants[path]
			page := read(t, site, "chats", fmt.Sprintf("%d-1.html", i))
			_, page, _ = strings.Cut(page, "<main")
			page, _, _ = strings.Cut(page, "</main>")
			if want == "" {
				if strings.Contains(page, "href=") || strings.Contains(page, "src=") {
					t.Errorf("%s from %s is linked:\n%s", path, dir, page)
				}
				continue
			}
			_, link, ok := strings.Cut(page, want)
			if !ok {
				t.Errorf("%s from %s: no %s in\n%s", path, dir, want, page)
				continue
			}
			link, _, _ = strings.Cut(link, `"`)
			if !strings.HasPrefix(link, "../../") || strings.ContainsAny(link, " #?") {
				t.Errorf("%s is linked as %s", path, link)
			}
		}
	}
}

func TestHTMLTellsWriteErrors(t *testing.T) {
	f, err := export.CreateFolder(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	s := export.NewHTML(f, export.Options{})
	m := chat.Message{Chat: 1, Type: chat.Text, Text: strings.Repeat("x", 1<<20)}
	if err := s.Message(&m); err != nil {
		t.Fatal(err)
	}
	f.Abort()
	if err := s.Message(&m); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Message: %v", err)
	}
	if err := s.End(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("End: %v", err)
	}
}
