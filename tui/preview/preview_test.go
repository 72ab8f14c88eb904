package preview

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/tui/style"
)

// A million messages scroll like a hundred: no key reads more than a few
// windows.
func TestOnlyWhatIsInSight(t *testing.T) {
	a := plain(1_000_000)
	m := model(a)
	text(m, 80, 24)
	press(m, "tab")
	for _, k := range []string{"up", "pgup", "pgup", "g", "down", "pgdown", "G", "k"} {
		a.reads = 0
		press(m, k)
		text(m, 80, 24)
		if a.reads > 4*window {
			t.Errorf("%q read %d messages", k, a.reads)
		}
	}
}

func TestFollow(t *testing.T) {
	a := plain(100)
	m := model(a)
	sees(t, m, 80, 24, "message 99")
	a.n[1] = 500
	m.Refresh()
	sees(t, m, 80, 24, "message 499")

	press(m, "tab", "pgup")
	before := text(m, 80, 24)
	misses(t, m, 80, 24, "message 499")
	a.n[1] = 900
	m.Refresh()
	// All that may change is the number of messages, above and below.
	got, want := strings.Split(text(m, 80, 24), "\n"), strings.Split(before, "\n")
	for i := 2; i < len(want)-1; i++ {
		if got[i] != want[i] {
			t.Fatalf("line %d moved: %q, was %q", i, got[i], want[i])
		}
	}
	sees(t, m, 80, 24, "below")

	for range 200 {
		press(m, "pgdown")
	}
	sees(t, m, 80, 24, "message 899")
	sees(t, m, 80, 24, "following")
	a.n[1] = 1000
	m.Refresh()
	sees(t, m, 80, 24, "message 999")
}

// Going up a row at a time shows every row once, and going down again too.
func TestScrollShowsEverything(t *testing.T) {
	a := plain(60)
	make := a.text
	a.text = func(c int64, i int) chat.Message {
		msg := make(c, i)
		msg.Text = fmt.Sprintf("[%d] %s", i, strings.Repeat("long ", i%30))
		return msg
	}
	m := model(a)
	text(m, 80, 12)
	press(m, "tab")
	seen := map[int]bool{}
	look := func() {
		s := text(m, 80, 12)
		for i := range 60 {
			seen[i] = seen[i] || strings.Contains(s, fmt.Sprintf("[%d]", i))
		}
	}
	for _, k := range []string{"k", "j"} {
		clear(seen)
		for range 600 {
			press(m, k)
			look()
		}
		for i := range 60 {
			if !seen[i] {
				t.Errorf("%q never showed message %d", k, i)
			}
		}
	}
	press(m, "g")
	sees(t, m, 80, 12, "[0]")
}

// Rows that come in before the place one reads do not move it.
func TestInsertedBefore(t *testing.T) {
	a := plain(400)
	m := model(a)
	text(m, 80, 24)
	press(m, "tab", "g")
	for range 5 {
		press(m, "pgdown")
	}
	before := text(m, 80, 24)
	a.first[1], a.n[1], a.gen = 300, 700, 1
	m.Refresh()
	got, want := strings.Split(text(m, 80, 24), "\n"), strings.Split(before, "\n")
	for i := 2; i < len(want)-1; i++ {
		if got[i] != want[i] {
			t.Fatalf("line %d: %q, was %q", i, got[i], want[i])
		}
	}
}

func TestChoose(t *testing.T) {
	a := plain(0, 3, 4)
	m := model(a)
	sees(t, m, 80, 24, "3 messages") // the first that has any
	press(m, "down")
	sees(t, m, 80, 24, "4 messages")
	a.n[1] = 9
	m.Refresh()
	sees(t, m, 80, 24, "4 messages") // what was chosen stays
	press(m, "home")
	sees(t, m, 80, 24, "9 messages")
	m.SetArchive(nil)
	misses(t, m, 80, 24, "Chat 1")
}

// Where there is room, each chat has the start of its last message below it.
func TestLastMessage(t *testing.T) {
	a := plain(3, 4, 5)
	a.chats[0].LastText, a.chats[1].LastType, a.chats[1].Messages = "see you there, and bring the umbrella", chat.Image, 4
	m := model(a)
	misses(t, m, 80, 29, "see you there")
	sees(t, m, 80, 30, "▌Chat 1                3 │")
	sees(t, m, 80, 30, "  see you there, and b…  │")
	sees(t, m, 80, 30, "  photo")
	m.Click(3, 6) // the second row of the third
	sees(t, m, 80, 30, "5 messages")
	press(m, "m")
	misses(t, m, 80, 30, "see you")
	for range 100 {
		a.add(int64(len(a.chats)+1), "more", 1)
	}
	m.Refresh()
	sees(t, m, 80, 30, "… 90 more")
	press(m, "end")
	misses(t, m, 80, 30, "… 1 more")
}

func TestNarrow(t *testing.T) {
	m := model(plain(3, 4))
	sees(t, m, 40, 8, "Chat 2")
	misses(t, m, 40, 8, "message 2")
	press(m, "down")
	if !m.Key("enter", "") {
		t.Error("enter does not open a chat")
	}
	sees(t, m, 40, 8, "message 3")
	if m.Key("enter", "") {
		t.Error("enter is taken inside a chat")
	}
	if !m.Key("esc", "") || m.Key("esc", "") {
		t.Error("esc leads back to the list, once")
	}
	sees(t, m, 40, 8, "Chat 1")
}

func TestMask(t *testing.T) {
	a := plain()
	a.add(1, "Secret name", 1)
	a.text = func(int64, int) chat.Message {
		return chat.Message{
			Time: day, Type: chat.Image, Text: "Secret text", Sender: chat.Person{Name: "Secret sender"},
			Media:  &chat.Media{Caption: "Secret caption", Name: "Secret file", Bytes: 5},
			Quoted: &chat.Quoted{Text: "Secret quote"}, Reactions: []chat.Reaction{{Emoji: "Secret"}},
			Poll: &chat.Poll{Question: "Secret question", Options: []chat.PollOption{{Name: "Secret option"}}},
		}
	}
	for _, change := range []func(*chat.Message){
		func(*chat.Message) {},
		func(m *chat.Message) { m.Poll = nil },
		func(m *chat.Message) { m.Poll, m.Location = nil, &chat.Location{Name: "Secret place", Lat: 47.371} },
		func(m *chat.Message) { m.Poll, m.Contacts = nil, []chat.Contact{{Name: "Secret person"}} },
		func(m *chat.Message) { m.System = &chat.System{Text: "Secret system"} },
	} {
		make := a.text
		b := &fake{chats: a.chats, n: a.n, first: a.first}
		b.text = func(c int64, i int) chat.Message { m := make(c, i); change(&m); return m }
		m := New(Options{Theme: style.New(false), Masked: true})
		m.SetArchive(b)
		for _, w := range []int{40, 80} {
			misses(t, m, w, 24, "Secret")
			misses(t, m, w, 24, "47.3")
		}
		clear := text(m, 80, 24)
		press(m, "m")
		open := text(m, 80, 24)
		if !strings.Contains(open, "Secret") {
			t.Errorf("nothing shown without the mask:\n%s", open)
		}
		for i, l := range strings.Split(clear, "\n") {
			if o := strings.Split(open, "\n")[i]; ansi.StringWidth(l) != ansi.StringWidth(o) {
				t.Errorf("the shape changed: %q, %q", l, o)
			}
		}
	}
}

func TestFind(t *testing.T) {
	a := plain(20_000)
	a.add(2, "Mamá", 3)
	m := model(a)
	text(m, 80, 24)
	press(m, "/", "m", "A", "m")
	sees(t, m, 80, 24, "Mamá")
	misses(t, m, 80, 24, "Chat 1")
	press(m, "enter", "esc")
	sees(t, m, 80, 24, "Chat 1")

	press(m, "up", "tab", "/", "a", "g", "e", " ", "7", "7", "enter")
	for m.Seeking() {
		m.Seek()
	}
	sees(t, m, 80, 24, "message 7799")
	press(m, "n")
	m.Seek()
	sees(t, m, 80, 24, "message 7798")
	press(m, "N")
	m.Seek()
	sees(t, m, 80, 24, "message 7799")
}

// Every kind of message is drawn as a person would name it.
func TestMessages(t *testing.T) {
	at := day.Add(9 * time.Hour)
	for want, msg := range map[string]chat.Message{
		`▣ photo · 1.2 MB · "this one?"`:       {Type: chat.Image, Media: &chat.Media{Bytes: 1_240_000, Caption: "this one?"}},
		`▣ voice message · 0:14 · 32 kB`:       {Type: chat.Voice, Media: &chat.Media{Bytes: 32_000, Seconds: 14}},
		`▣ document · 5 B · plan.pdf`:          {Type: chat.Document, Media: &chat.Media{Bytes: 5, Name: "plan.pdf"}},
		`▣ missed video call`:                  {Type: chat.CallT, Call: &chat.Call{Video: true, Result: "missed"}},
		`▣ voice call · 1:02`:                  {Type: chat.CallT, Call: &chat.Call{Seconds: 62, Result: "answered"}},
		`▣ location · Hut · 46.50000, 8.25000`: {Type: chat.LocationT, Location: &chat.Location{Lat: 46.5, Lon: 8.25, Name: "Hut"}},
		`▣ contact · Bo`:                       {Type: chat.ContactT, Contacts: []chat.Contact{{Name: "Bo"}}},
		`▣ poll · Where?`:                      {Type: chat.PollT, Poll: &chat.Poll{Question: "Where?"}},
		`message deleted`:                      {Type: chat.Deleted, Text: "gone", Revoked: true},
		`waiting for this message`:             {Type: chat.Waiting},
		`▣ type:99`:                            {Type: "type:99"},
		`▣ sticker`:                            {Type: chat.Sticker},
		`↳ photo`:                              {Type: chat.Text, Text: "x", Quoted: &chat.Quoted{Type: chat.Image}},
		`edited 09:00 ✓✓`:                      {Type: chat.Text, Text: "x", FromMe: true, Status: chat.StatusRead, Edited: at},
		`★ forwarded view once 09:00`:          {Type: chat.Text, Text: "x", Starred: true, Forward: true, ViewOnce: true},
		`👍 2  🎉`:                               {Type: chat.Text, Text: "x", Reactions: []chat.Reaction{{Emoji: "👍"}, {Emoji: "🎉"}, {Emoji: "👍"}}},
		`Tue 12 May 2026`:                      {Type: chat.Text, Text: "x"},
		`+4179`:                                {Type: chat.Text, Text: "x", Sender: chat.Person{JID: "4179@s.whatsapp.net"}},
		`Ana added Bo`:                         {Type: chat.SystemT, System: &chat.System{Text: "Ana added Bo"}},
	} {
		a := plain(1)
		msg.Time = at
		a.text = func(int64, int) chat.Message { return msg }
		sees(t, model(a), 90, 12, want)
	}
	a := plain(1)
	a.text = func(int64, int) chat.Message { return chat.Message{Type: chat.Text, Text: "שלום", Time: at} }
	if rows := strings.Split(text(model(a), 80, 12), "\n"); !strings.HasSuffix(strings.TrimSuffix(rows[3], leftToRight), strings.Repeat(" ", 30)+"שלום") {
		t.Errorf("not at the right: %q", rows[3])
	}
}

// hostile is an archive in which everything is meant to do harm.
func hostile() *fake {
	texts := fixtures.Hostile()
	f := plain()
	for i, h := range texts {
		f.add(int64(i+1), h.Text, 5)
	}
	f.text = func(c int64, i int) chat.Message {
		s := texts[int(c-1)].Text
		if len(s) > 3000 {
			s = s[:3000]
		}
		msg := chat.Message{
			Row: int64(i), Time: day, FromMe: i%2 == 0, Type: chat.Text, Text: s, Sender: chat.Person{Name: s},
			Quoted: &chat.Quoted{Text: s}, Reactions: []chat.Reaction{{Emoji: s}, {Emoji: "👍"}},
		}
		switch i {
		case 1:
			msg.System = &chat.System{Text: s}
		case 2:
			msg.Media = &chat.Media{Caption: s, Name: s}
			msg.Type = chat.Document
		case 3:
			msg.Poll = &chat.Poll{Question: s, Options: []chat.PollOption{{Name: s}}}
			msg.Type = chat.Type(s)
		case 4:
			msg.Call = &chat.Call{Result: s}
		}
		return msg
	}
	return f
}

// No message makes a row wider than it may be, or adds one.
func TestSizes(t *testing.T) {
	for _, clusters := range []bool{false, true} {
		method := ansi.WcWidth
		if clusters {
			method = ansi.GraphemeWidth
		}
		a := hostile()
		m := model(a)
		m.SetClusters(clusters)
		for c := range a.chats {
			if c > 0 {
				m.messages = false
				press(m, "down")
			}
			m.messages = true
			for i, w := range [][]int{{8, 40, 60, 131}, {20, 39, 59, 80, 200}}[c%2] {
				h := 2 + (i*17+c*5)%40
				rows := m.View(w, h)
				if len(rows) != h {
					t.Fatalf("%dx%d: %d rows", w, h, len(rows))
				}
				for _, r := range rows {
					if method.StringWidth(r) > w {
						t.Fatalf("%dx%d: %d cells: %q", w, h, method.StringWidth(r), r)
					}
				}
			}
		}
	}
}

// Replayed into a terminal, hostile text stays in its box: the frame around it
// is whole, and the terminal was told nothing.
func TestHostileStaysInItsBox(t *testing.T) {
	const w, h = 80, 24
	a := hostile()
	m := model(a)
	m.SetClusters(true)
	for c := range a.chats {
		if c > 0 {
			press(m, "down")
		}
		e := vt.NewEmulator(w+2, h+2)
		told := ""
		e.SetCallbacks(vt.Callbacks{
			Title: func(s string) { told += "title " }, IconName: func(string) { told += "icon " }, Bell: func() { told += "bell " },
			AltScreen: func(bool) { told += "screen " }, WorkingDirectory: func(string) { told += "directory " },
			EnableMode:  func(m ansi.Mode) { told += fmt.Sprint("mode ", m.Mode(), " ") },
			DisableMode: func(m ansi.Mode) { told += fmt.Sprint("no mode ", m.Mode(), " ") },
		})
		_, _ = e.WriteString("\x1b[?2027h")
		told = ""
		frame := strings.Repeat("=", w+2)
		_, _ = e.WriteString(frame + "\x1b[2;1H")
		for i, r := range m.View(w, h) {
			_, _ = fmt.Fprintf(e, "\x1b[%d;1H<%s\x1b[%d;%dH>", i+2, r, i+2, w+2)
		}
		_, _ = e.WriteString(fmt.Sprintf("\x1b[%d;1H", h+2) + frame)
		if told != "" {
			t.Errorf("%q told the terminal: %s", a.chats[c].Name[:min(20, len(a.chats[c].Name))], told)
		}
		for y := range h + 2 {
			for x := range w + 2 {
				want := ""
				switch {
				case y == 0 || y == h+1:
					want = "="
				case x == 0:
					want = "<"
				case x == w+1:
					want = ">"
				case x == 26:
					want = "│"
				default:
					continue
				}
				if cell := e.CellAt(x, y); cell == nil || cell.Content != want {
					t.Fatalf("chat %d: cell %d,%d is %v, not %q\n%s", c, x, y, cell, want, e.String())
				}
			}
		}
		_ = e.Close()
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{100, 5_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a := plain(n)
			m := model(a)
			m.View(80, 19)
			m.messages = true
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				// A fresh message and a look at the end, as while restoring.
				a.n[1] = n + i
				m.Refresh()
				m.View(80, 19)
			}
		})
	}
}
