package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"touchback/restore/chat"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

var testChats = []chat.Chat{{Row: 7, JID: "41790000018@s.whatsapp.net", Name: "Ana \"A\" Silva"}}

func plainMessage() chat.Message {
	return chat.Message{
		Row: 2, Chat: 7, ID: "3EB0", Time: at("2026-05-12T09:41:05.120Z"),
		Sender: chat.Person{JID: "41790000018@s.whatsapp.net", Name: "Ana"},
		Type:   chat.Text, Text: "Are we still on?",
	}
}

func fullMessage() chat.Message {
	m := plainMessage()
	m.Media = &chat.Media{Path: "Media/IMG.jpg", MIME: "image/jpeg", Name: "n", Caption: "c", Bytes: 12, Seconds: 3, Width: 4, Height: 5, SHA256: "h="}
	m.Quoted = &chat.Quoted{ID: "Q", FromMe: true, Text: "q"}
	m.Reactions = []chat.Reaction{
		{FromMe: true, Emoji: "👍", Time: at("2026-05-12T10:00:00Z")},
		{Sender: chat.Person{JID: "x@lid"}, Emoji: "😂"},
	}
	m.Edited = at("2026-05-13T00:00:00.001Z")
	m.Revoked, m.RevokeBy = true, chat.Person{JID: "admin@lid"}
	m.Forward, m.Starred, m.ViewOnce = true, true, true
	m.Location = &chat.Location{Lat: 46.5, Lon: math.NaN(), Name: "L", Live: true}
	m.Contacts = []chat.Contact{{Name: "N", VCard: "BEGIN:VCARD\n"}, {}}
	m.Poll = &chat.Poll{Question: "?", Options: []chat.PollOption{{Name: "a", Votes: 2}, {Name: "b"}}}
	m.System = &chat.System{Action: "left", Text: "Ana left"}
	m.Call = &chat.Call{Video: true, Seconds: 61, Result: "answered"}
	m.Status = chat.StatusRead
	who := chat.Person{JID: "w@lid", Name: "W", Phone: "41@s.whatsapp.net"}
	noon := at("2026-05-12T12:00:00Z")
	m.Note, m.Sender.Phone, m.Forwards, m.Received = "note", "42@s.whatsapp.net", 6, noon
	m.RevokedByMe, m.RevokedAt, m.InAlbum = true, noon, 9
	m.Quoted.Type = chat.Image
	m.Mentions = []chat.Person{who, {JID: "x@lid"}}
	m.Receipts = []chat.Receipt{{Person: who, Delivered: noon, Read: noon, Played: noon}}
	m.Contacts[0].Org, m.Contacts[0].Emails = "O", []string{"a@b", "c"}
	m.Contacts[0].Phones = []chat.Phone{{Number: "1", Label: "cell", JID: "1@s.whatsapp.net"}, {Number: "2"}}
	m.Poll.Choices, m.Poll.Ends = 1, noon
	m.Poll.Options[0].Voters = []chat.Voter{{Sender: who, Time: noon}, {FromMe: true}}
	m.Event = &chat.EventInfo{Name: "E", Description: "D", Start: noon, End: noon, Link: "l", Cancelled: true,
		Location:  &chat.Location{Lat: 1, Lon: 2},
		Responses: []chat.EventResponse{{Sender: who, Response: "going", Guests: 2, Time: noon}, {FromMe: true, Response: "maybe"}}}
	m.Album = &chat.AlbumInfo{Images: 2, Videos: 1, Parts: []int64{3, 4}}
	m.System.By, m.System.People = who, []chat.Person{who}
	m.Call.Group, m.Call.People = true, []chat.CallPerson{{Person: who, Result: "missed"}}
	return m
}

func lines(t testing.TB, messages ...chat.Message) string {
	t.Helper()
	var out bytes.Buffer
	var s Sink = NewJSONL(&out)
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

func TestJSONL(t *testing.T) {
	own := plainMessage()
	own.FromMe, own.Sender, own.Chat, own.Time = true, chat.Person{}, 8, time.Time{}
	got := lines(t, plainMessage(), own, fullMessage())
	want := `{"row":2,"chat":7,"chat_name":"Ana \"A\" Silva","id":"3EB0","time":"2026-05-12T09:41:05.120Z","from_me":false,"sender":"41790000018@s.whatsapp.net","sender_name":"Ana","type":"text","text":"Are we still on?"}
{"row":2,"chat":8,"chat_name":null,"id":"3EB0","time":null,"from_me":true,"sender":null,"sender_name":null,"type":"text","text":"Are we still on?"}
{"row":2,"chat":7,"chat_name":"Ana \"A\" Silva","id":"3EB0","time":"2026-05-12T09:41:05.120Z","from_me":false,"sender":"41790000018@s.whatsapp.net","sender_name":"Ana","type":"text","text":"Are we still on?"` +
		`,"media":{"path":"Media/IMG.jpg","mime":"image/jpeg","bytes":12,"name":"n","caption":"c","seconds":3,"width":4,"height":5,"sha256":"h="}` +
		`,"quoted":{"id":"Q","sender":null,"text":"q","type":"image"}` +
		`,"reactions":[{"sender":null,"emoji":"👍","time":"2026-05-12T10:00:00.000Z"},{"sender":"x@lid","emoji":"😂","time":null}]` +
		`,"edited_at":"2026-05-13T00:00:00.001Z","revoked":true,"revoked_by":"admin@lid","forwarded":true,"starred":true,"view_once":true` +
		`,"location":{"lat":46.5,"lon":null,"name":"L","live":true}` +
		`,"contacts":[{"name":"N","vcard":"BEGIN:VCARD\n","org":"O","phones":[{"number":"1","label":"cell","jid":"1@s.whatsapp.net"},{"number":"2"}],"emails":["a@b","c"]},{}]` +
		`,"poll":{"question":"?","options":[{"name":"a","votes":2,"voters":[{"sender":"w@lid","name":"W","time":"2026-05-12T12:00:00.000Z"},{"sender":null}]},{"name":"b","votes":0}],"choices":1,"ends":"2026-05-12T12:00:00.000Z"}` +
		`,"system":{"action":"left","text":"Ana left","by":"w@lid","people":[{"sender":"w@lid","name":"W"}]}` +
		`,"call":{"video":true,"seconds":61,"result":"answered","group":true,"people":[{"sender":"w@lid","name":"W","result":"missed"}]},"status":"read"` +
		`,"note":"note","sender_phone":"42@s.whatsapp.net","forwards":6,"received_at":"2026-05-12T12:00:00.000Z","revoked_by_me":true,"revoked_at":"2026-05-12T12:00:00.000Z"` +
		`,"mentions":[{"sender":"w@lid","name":"W"},{"sender":"x@lid"}]` +
		`,"receipts":[{"sender":"w@lid","name":"W","delivered":"2026-05-12T12:00:00.000Z","read":"2026-05-12T12:00:00.000Z","played":"2026-05-12T12:00:00.000Z"}]` +
		`,"event":{"name":"E","description":"D","start":"2026-05-12T12:00:00.000Z","end":"2026-05-12T12:00:00.000Z","location":{"lat":1,"lon":2},"link":"l","cancelled":true,"responses":[{"sender":"w@lid","name":"W","response":"going","guests":2,"time":"2026-05-12T12:00:00.000Z"},{"sender":null,"response":"maybe"}]}` +
		`,"album":{"images":2,"videos":1,"parts":[3,4]},"in_album":9}` + "\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSONLTimes(t *testing.T) {
	for _, ms := range []int64{0, 1, -1, 951782399999, 951782400000, 1e12, -62135596800001, 253402300799999, -dayMillis, -dayMillis - 1} {
		tm := time.UnixMilli(ms).UTC()
		want := `"` + tm.Format("2006-01-02T15:04:05.000Z") + `"`
		if got := string(NewJSONL(io.Discard).appendTime(nil, tm)); got != want {
			t.Errorf("%d: %s, want %s", ms, got, want)
		}
	}
	for _, ms := range []int64{253402300800000, math.MaxInt64, math.MinInt64} {
		if got := string(NewJSONL(io.Discard).appendTime(nil, time.UnixMilli(ms))); got != "null" {
			t.Errorf("%d: %s, want null", ms, got)
		}
	}
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, errors.New("full")
	}
	return len(p), nil
}

func TestJSONLTellsWriteErrors(t *testing.T) {
	j := NewJSONL(&failing{after: 1})
	m := plainMessage()
	m.Text = strings.Repeat("x", flushAt)
	if err := j.Message(&m); err != nil {
		t.Fatal(err)
	}
	if err := j.Message(&m); err == nil {
		t.Error("no error from Message")
	}
	if err := NewJSONL(&failing{}).End(); err == nil {
		t.Error("no error from End")
	}
}

func FuzzJSONL(f *testing.F) {
	f.Add(int64(1), int64(1e12), "id", "text", "name", true, 1.5)
	f.Add(int64(-1), int64(math.MaxInt64), "\xff", "\u202e\x00", "\\\"", false, math.Inf(1))
	f.Fuzz(func(t *testing.T, row, ms int64, id, text, name string, flag bool, x float64) {
		m := fullMessage()
		m.Row, m.Chat, m.ID, m.Text, m.FromMe = row, row, id, text, flag
		m.Time, m.Edited = time.UnixMilli(ms), time.UnixMilli(-ms)
		m.Media.Name, m.Poll.Question, m.System.Text, m.Location.Lat = name, name, text, x
		m.Contacts[0].VCard, m.Reactions[0].Emoji, m.Type = text, name, chat.Type(name)
		line := lines(t, m)
		if strings.Count(line, "\n") != 1 {
			t.Fatalf("not one line: %q", line)
		}
		var back struct {
			Row   int64
			Text  string
			ID    string
			Type  string
			Media struct{ Name string }
		}
		if err := json.Unmarshal([]byte(line), &back); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		clean := func(s string) string { return string([]rune(s)) }
		if back.Row != row || back.Text != clean(text) || back.ID != clean(id) || back.Type != clean(name) || back.Media.Name != clean(name) {
			t.Fatalf("%+v from %q", back, line)
		}
	})
}

func BenchmarkJSONL(b *testing.B) {
	m := plainMessage()
	m.Text = "Yes! Bring the big umbrella ☂️, the forecast says rain after four."
	b.Run("hand", func(b *testing.B) {
		j := NewJSONL(io.Discard)
		_ = j.Begin(testChats)
		for b.Loop() {
			if err := j.Message(&m); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mmsg/s")
	})
	b.Run("encoding-json", func(b *testing.B) {
		type line struct {
			Row        int64     `json:"row"`
			Chat       int64     `json:"chat"`
			ChatName   string    `json:"chat_name"`
			ID         string    `json:"id"`
			Time       time.Time `json:"time"`
			FromMe     bool      `json:"from_me"`
			Sender     string    `json:"sender"`
			SenderName string    `json:"sender_name"`
			Type       string    `json:"type"`
			Text       string    `json:"text"`
		}
		enc := json.NewEncoder(io.Discard)
		for b.Loop() {
			if err := enc.Encode(line{m.Row, m.Chat, testChats[0].Name, m.ID, m.Time, m.FromMe, m.Sender.JID, m.Sender.Name, string(m.Type), m.Text}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mmsg/s")
	})
}
