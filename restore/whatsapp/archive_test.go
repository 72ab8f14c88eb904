package whatsapp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

var root = bytes.Repeat([]byte{5}, 32)

// encrypt writes a file into a crypt15.
func encrypt(t testing.TB, path string) []byte {
	t.Helper()
	plain, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	header, err := whatsapp.HeaderSpec{AppVersion: "2.26.21.5", JIDSuffix: "67", Msgstore: true, Size: 129}.Build()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := whatsapp.NewWriter(&out, root, header, whatsapp.WriterOptions{Level: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func verify(t testing.TB, b []byte) *whatsapp.Payload {
	t.Helper()
	c, err := whatsapp.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Verify(context.Background(), whatsapp.Key{Kind: whatsapp.RootKey, Bytes: root}, whatsapp.VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newSpool(t testing.TB) *pages.Spool {
	t.Helper()
	s, err := pages.NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// backup is a generated backup and what is true of it.
type backup struct {
	db       string // path of the plain database
	truth    *fixtures.Truth
	payload  *whatsapp.Payload
	contacts *whatsapp.Contacts
}

func generate(t testing.TB, o fixtures.Options) backup {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	b := backup{db: filepath.Join(dir, "msgstore.db")}
	var err error
	if b.truth, err = fixtures.Generate(ctx, b.db, o); err != nil {
		t.Fatal(err)
	}
	wa := filepath.Join(dir, "wa.db")
	if err := fixtures.GenerateContacts(ctx, wa, o); err != nil {
		t.Fatal(err)
	}
	b.payload = verify(t, encrypt(t, b.db))
	if b.contacts, err = whatsapp.LoadContacts(ctx, verify(t, encrypt(t, wa)), newSpool(t)); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b backup) restore(t testing.TB) *whatsapp.Archive {
	t.Helper()
	a := whatsapp.NewArchive(newSpool(t), b.contacts)
	if err := a.Fill(context.Background(), b.payload, nil); err != nil {
		t.Fatal(err)
	}
	if err := a.Problems(); err != nil {
		t.Fatal(err)
	}
	return a
}

// query asks the plain database, as anyone could with the sqlite3 shell.
func query(t testing.TB, db, sql string) [][]string {
	t.Helper()
	conn, err := sqlite3.OpenFlags(db, sqlite3.OPEN_READONLY)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	s, _, err := conn.Prepare(sql)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var all [][]string
	for s.Step() {
		var row []string
		for i := range s.ColumnCount() {
			row = append(row, s.ColumnText(i))
		}
		all = append(all, row)
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func each(t testing.TB, a *whatsapp.Archive, f chat.Filter) []chat.Message {
	t.Helper()
	var all []chat.Message
	if err := a.Each(context.Background(), f, func(m *chat.Message) error {
		all = append(all, *m)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestArchiveAgreesWithTruth(t *testing.T) {
	for name, layout := range map[string]fixtures.Layout{
		"usual":     {},
		"no vacuum": {PageSize: 1024, AutoVacuum: fixtures.NoVacuum},
		"UTF-16":    {Encoding: "UTF-16le"},
	} {
		t.Run(name, func(t *testing.T) {
			// SQLite itself mends what is no UTF-8 where it stores UTF-16.
			hostile := layout.Encoding == ""
			b := generate(t, fixtures.Options{Messages: 3000, Hostile: hostile, Deleted: true, Layout: layout})
			a := b.restore(t)
			messages, chats := a.Total()
			if messages != b.truth.Messages || !a.Complete() {
				t.Errorf("%d messages, want %d", messages, b.truth.Messages)
			}
			list := a.Chats()
			if int(chats) != len(list) {
				t.Errorf("%d chats in total, %d in the list", chats, len(list))
			}
			known := map[int64]chat.Chat{}
			for i, c := range list {
				known[c.Row] = c
				if i > 0 && c.SortTime.After(list[i-1].SortTime) {
					t.Errorf("chat %d is newer than the one before it", c.Row)
				}
			}
			for _, want := range b.truth.Chats {
				got, ok := known[want.Row]
				if !ok {
					if !want.Hidden || want.Messages > 0 {
						t.Errorf("chat %d %q is missing", want.Row, want.Name)
					}
					continue
				}
				if want.Name != "" && got.Name != want.Name || got.Name == "" || got.JID != want.JID || got.Group != want.Group || got.Archived != want.Archived {
					t.Errorf("got  %.900s\nwant %.900s", jsonOf(t, got), jsonOf(t, want))
				}
				if got.Messages != want.Messages || !got.Last.Equal(want.Last) || !strings.HasPrefix(want.LastText, got.LastText) {
					t.Errorf("got  %.900s\nwant %.900s", jsonOf(t, got), jsonOf(t, want))
				}
				if n, _ := a.Count(want.Row); int64(n) != want.Messages {
					t.Errorf("chat %d: Count %d, want %d", want.Row, n, want.Messages)
				}
			}
		})
	}
}

// Each against SQL on the plain database, column by column.
func TestEachAgreesWithSQL(t *testing.T) {
	b := generate(t, fixtures.Options{Messages: 4000, Hostile: true, Deleted: true})
	all := each(t, b.restore(t), chat.Filter{})
	rows := query(t, b.db, `SELECT m._id, m.chat_row_id, m.key_id, m.timestamp, m.from_me, coalesce(m.text_data,''), coalesce(m.starred,0),
		m.origination_flags&1, coalesce(j.raw_string,''), coalesce(e.edited_timestamp,0), coalesce(md.file_path,'')||coalesce(md.mime_type,''), coalesce(md.file_size,0),
		coalesce(q.key_id,''), coalesce(q.text_data,''),
		(SELECT count(*) FROM message_add_on a JOIN message_add_on_reaction r ON r.message_add_on_row_id=a._id WHERE a.parent_message_row_id=m._id AND message_add_on_type=56 AND r.reaction<>''),
		(SELECT group_concat(r.reaction,' ') FROM message_add_on a JOIN message_add_on_reaction r ON r.message_add_on_row_id=a._id WHERE a.parent_message_row_id=m._id AND message_add_on_type=56 AND r.reaction<>''),
		(SELECT count(*) FROM message_vcard v WHERE v.message_row_id=m._id),
		(SELECT count(*) FROM message_poll_option v WHERE v.message_row_id=m._id),
		coalesce(l.latitude,0), coalesce(s.action_type,0), m.message_type
		FROM message m LEFT JOIN jid j ON j._id=m.sender_jid_row_id AND j._id>0 AND m.from_me=0 LEFT JOIN message_edit_info e ON e.message_row_id=m._id
		LEFT JOIN message_media md ON md.message_row_id=m._id LEFT JOIN message_quoted q ON q.message_row_id=m._id
		LEFT JOIN message_location l ON l.message_row_id=m._id LEFT JOIN message_system s ON s.message_row_id=m._id
		WHERE m.chat_row_id>0 ORDER BY m._id`)
	if len(all) != len(rows) {
		t.Fatalf("%d messages, SQL has %d", len(all), len(rows))
	}
	seen := map[string]int{}
	for i, w := range rows {
		m := &all[i]
		got := []string{
			fmt.Sprint(m.Row), fmt.Sprint(m.Chat), m.ID, fmt.Sprint(m.Time.UnixMilli()), flag(m.FromMe), m.Text, flag(m.Starred),
			flag(m.Forward), m.Sender.JID, "0", "", "0", "", "", fmt.Sprint(len(m.Reactions)), "", fmt.Sprint(len(m.Contacts)), "0", "0", w[19], w[20],
		}
		if w[8] == "" && m.Sender.JID != "" {
			w[8] = m.Sender.JID // told by the chat, see TestSenders
		}
		if !m.Edited.IsZero() {
			got[9] = fmt.Sprint(m.Edited.UnixMilli())
			seen["edited"]++
		}
		if m.Media != nil {
			got[10], got[11] = m.Media.Path+m.Media.MIME, fmt.Sprint(m.Media.Bytes)
			seen["media"]++
		}
		if m.Quoted != nil {
			got[12], got[13] = m.Quoted.ID, m.Quoted.Text
			seen["quoted"]++
		}
		var emoji []string
		for _, r := range m.Reactions {
			emoji = append(emoji, r.Emoji)
			seen["reactions"]++
		}
		got[15] = strings.Join(emoji, " ")
		if m.Poll != nil {
			got[17] = fmt.Sprint(len(m.Poll.Options))
			seen["polls"]++
		}
		if m.Location != nil {
			got[18] = w[18]
			seen["locations"]++
		}
		if (m.System != nil) != (w[19] != "0" || w[20] == "36" || w[20] == "112") {
			t.Errorf("row %s, type %s: system %+v", w[0], w[20], m.System)
		}
		if m.System != nil && (m.System.Text == "" || strings.Contains(m.System.Text, "%")) {
			t.Errorf("row %s: %+v", w[0], m.System)
		}
		if m.Call != nil {
			seen["calls "+m.Call.Result]++
		}
		seen[string(m.Type)]++
		if strings.Join(got, "\x00") != strings.Join(w, "\x00") {
			t.Errorf("row %s:\n got %.900q\nwant %.900q", w[0], got, w)
		}
	}
	for _, kind := range []string{"edited", "media", "quoted", "reactions", "polls", "locations", "calls missed", "calls answered",
		"text", "image", "voice", "audio", "video", "video_note", "gif", "sticker", "document", "contact", "location", "live_location",
		"system", "call", "poll", "event", "album", "deleted", "waiting", "status_mention", "type:250"} {
		if seen[kind] == 0 {
			t.Errorf("no %s among %d messages: %v", kind, len(all), seen)
		}
	}
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// A preview shows what an export writes.
func TestMessagesAgreeWithEach(t *testing.T) {
	b := generate(t, fixtures.Options{Messages: 2000, Hostile: true})
	a := b.restore(t)
	byChat := map[int64][]chat.Message{}
	for _, m := range each(t, a, chat.Filter{}) {
		byChat[m.Chat] = append(byChat[m.Chat], m)
	}
	for _, c := range a.Chats() {
		want := byChat[c.Row]
		got, err := a.Messages(c.Row, 0, len(want)+10)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("chat %d: %d messages, want %d", c.Row, len(got), len(want))
		}
		for i := range want {
			if g, w := jsonOf(t, got[i]), jsonOf(t, want[i]); g != w {
				t.Errorf("chat %d, message %d:\n got %.900s\nwant %.900s", c.Row, i, g, w)
			}
		}
		part, err := a.Messages(c.Row, 3, 5)
		if err != nil || len(part) != max(0, min(5, len(want)-3)) || len(part) > 0 && part[0].Row != want[3].Row {
			t.Errorf("chat %d: part of %d, %v", c.Row, len(part), err)
		}
	}
	for _, no := range [][3]int{{-5, 0, 10}, {1, -1, 10}, {1, 0, -1}, {1, 1 << 30, 10}, {987654, 0, 10}} {
		if got, err := a.Messages(int64(no[0]), no[1], no[2]); err != nil || len(got) != 0 {
			t.Errorf("Messages%v: %d, %v", no, len(got), err)
		}
	}
}

func TestEachFilters(t *testing.T) {
	b := generate(t, fixtures.Options{Messages: 1000})
	a := b.restore(t)
	all := each(t, a, chat.Filter{})
	f := chat.Filter{Chats: []int64{2, 3}, Since: all[200].Time, Until: all[800].Time}
	want := 0
	for _, m := range all {
		if f.Takes(m.Chat, m.Time) {
			want++
		}
	}
	if got := each(t, a, f); len(got) != want || want == 0 || want == len(all) {
		t.Errorf("%d messages, want %d of %d", len(got), want, len(all))
	}
	stop := errors.New("enough")
	n := 0
	if err := a.Each(context.Background(), chat.Filter{}, func(*chat.Message) error { n++; return stop }); !errors.Is(err, stop) || n != 1 {
		t.Errorf("%d messages, %v", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err := a.Each(ctx, chat.Filter{}, func(*chat.Message) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: %v", err)
	}
}
