package whatsapp_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/whatsapp"
)

var later = time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)

// increment makes an increment of changes, as if it came out of a backup.
func increment(t testing.TB, number int, changes ...whatsapp.Change) *whatsapp.Increment {
	t.Helper()
	b, err := fixtures.IncrementZIP(100, changes)
	if err != nil {
		t.Fatal(err)
	}
	i, err := whatsapp.OpenIncrement(context.Background(), payloadOf(t, b, 6), newSpool(t))
	if err != nil {
		t.Fatal(err)
	}
	i.Number = number
	return i
}

func merge(t testing.TB, a *whatsapp.Archive, increments ...*whatsapp.Increment) whatsapp.Merged {
	t.Helper()
	m := a.Merge(newSpool(t))
	for _, i := range increments {
		if err := m.Add(context.Background(), i); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := m.End(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

func put(jid, id, text string) whatsapp.Change {
	return whatsapp.Change{ChatJID: jid, Message: chat.Message{ID: id, Time: later, Type: chat.Text, Text: text}}
}

const mergeSchema = `
	CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
	CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY, jid_row_id INTEGER);
	CREATE TABLE lid_display_name (lid_row_id INTEGER PRIMARY KEY, display_name TEXT, username TEXT);
	CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, hidden INTEGER, subject TEXT, sort_timestamp INTEGER);
	CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT, sender_jid_row_id INTEGER,
		status INTEGER, timestamp INTEGER, message_type INTEGER, text_data TEXT);
	CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, file_path TEXT, mime_type TEXT, file_size INTEGER);
	CREATE TABLE message_add_on (_id INTEGER PRIMARY KEY, parent_message_row_id INTEGER, sender_jid_row_id INTEGER, from_me INTEGER, message_add_on_type INTEGER);
	CREATE TABLE message_add_on_reaction (message_add_on_row_id INTEGER PRIMARY KEY, reaction TEXT, sender_timestamp INTEGER)`

// mergeRows is a base of three chats: one under a number, one under a hidden
// address whose number jid_map knows, and a group.
const mergeRows = `
	INSERT INTO jid (_id,user,server,raw_string) VALUES (1,'41790000001','s.whatsapp.net','41790000001@s.whatsapp.net'),
		(2,'100002','lid','100002@lid'), (3,'41790000002','s.whatsapp.net','41790000002@s.whatsapp.net'), (4,'1203','g.us','1203@g.us');
	INSERT INTO jid_map (lid_row_id,jid_row_id) VALUES (2,3);
	INSERT INTO lid_display_name (lid_row_id,display_name) VALUES (2,'Bo');
	INSERT INTO chat (_id,jid_row_id,hidden,subject,sort_timestamp) VALUES (1,1,0,NULL,1000),(2,2,0,NULL,2000),(7,4,0,'Hikers',3000);
	INSERT INTO message (_id,chat_row_id,from_me,key_id,sender_jid_row_id,status,timestamp,message_type,text_data) VALUES
		(1,-1,0,'-1',0,0,0,0,NULL),
		(2,1,0,'A',0,0,1001,0,'one'), (3,1,1,'A',0,5,1002,0,'mine, of the same ID'), (4,2,0,'A',0,0,1003,0,'of the same ID elsewhere'),
		(6,7,0,'G',2,0,1500,1,'a picture'), (9,7,0,'H',3,0,1600,0,'two');
	INSERT INTO message_media (message_row_id,file_path,mime_type,file_size) VALUES (6,'Media/IMG.jpg','image/jpeg',10);
	INSERT INTO message_add_on (_id,parent_message_row_id,sender_jid_row_id,from_me,message_add_on_type) VALUES (1,9,2,0,56);
	INSERT INTO message_add_on_reaction (message_add_on_row_id,reaction,sender_timestamp) VALUES (1,'👍',1700)`

const (
	one, two, lid, hikers = "41790000001@s.whatsapp.net", "41790000002@s.whatsapp.net", "100002@lid", "1203@g.us"
)

func mergeBase(t testing.TB) *whatsapp.Archive {
	return restoreSQL(t, nil, mergeSchema, mergeRows)
}

// row is a line of what an archive holds: what a change can touch.
func rowOf(m *chat.Message) string {
	s := fmt.Sprintf("%d/%d %s %s %q", m.Row, m.Chat, m.ID, m.Type, m.Text)
	if m.FromMe {
		s += " mine"
	}
	if m.Sender.Name != "" {
		s += " by " + m.Sender.Name
	}
	if !m.Edited.IsZero() {
		s += " edited"
	}
	for _, r := range m.Reactions {
		s += " " + r.Emoji
	}
	if m.Media != nil {
		s += " " + m.Media.Path
	}
	if m.Increment != nil {
		s += fmt.Sprintf(" #%d", *m.Increment)
	}
	return s
}

func TestMerge(t *testing.T) {
	edit := func(jid, id, text string) whatsapp.Change {
		c := put(jid, id, text)
		c.Kind, c.Message.Edited = whatsapp.Edit, later
		return c
	}
	react := func(jid, id, by, emoji string) whatsapp.Change {
		return whatsapp.Change{Kind: whatsapp.React, ChatJID: jid, Message: chat.Message{ID: id,
			Reactions: []chat.Reaction{{Sender: chat.Person{JID: by}, Emoji: emoji, Time: later}}}}
	}
	remove := func(jid, id string) whatsapp.Change {
		return whatsapp.Change{Kind: whatsapp.Delete, ChatJID: jid, Message: chat.Message{ID: id, Type: chat.Deleted, Revoked: true, RevokedAt: later}}
	}
	base := []string{
		`2/1 A text "one" by +41 790 000 001`, `3/1 A text "mine, of the same ID" mine`,
		`4/2 A text "of the same ID elsewhere" by Bo`, `6/7 G image "a picture" by Bo Media/IMG.jpg`, `9/7 H text "two" by Bo 👍`,
	}
	// with returns base with lines changed, and more after it.
	with := func(changed map[int]string, more ...string) []string {
		list := append([]string(nil), base...)
		for i, line := range changed {
			list[i] = line
		}
		return append(list, more...)
	}
	named := put(hikers, "N", "of a stranger")
	named.Message.Sender = chat.Person{JID: "4915500000@s.whatsapp.net", Name: "Cy"}
	picture := put(hikers, "G", "another caption")
	picture.Message.Media = &chat.Media{MIME: "image/jpeg", Bytes: 10}
	tests := []struct {
		name string
		in   [][]whatsapp.Change // of increments 3, 4 …
		want []string
		is   whatsapp.Merged
	}{
		{"nothing", nil, base, whatsapp.Merged{}},
		{"an increment without changes", [][]whatsapp.Change{{}}, base, whatsapp.Merged{Increments: 1}},
		{"new", [][]whatsapp.Change{{put(one, "B", "new")}, {named}},
			with(nil, `10/1 B text "new" by +41 790 000 001 #3`, `11/7 N text "of a stranger" by Cy #4`), whatsapp.Merged{Increments: 2, Added: 2}},
		{"chats known by a number", [][]whatsapp.Change{{put(two, "B", "new"), put(lid, "C", "newer"), put("41790000001:12@s.whatsapp.net", "D", "x"), put("41790000001@c.us", "E", "y")}},
			with(nil, `10/2 B text "new" by Bo #3`, `11/2 C text "newer" by Bo #3`, `12/1 D text "x" by +41 790 000 001 #3`, `13/1 E text "y" by +41 790 000 001 #3`), whatsapp.Merged{Increments: 1, Added: 4}},
		{"a new chat", [][]whatsapp.Change{{put("4144@s.whatsapp.net", "A", "hello")}, {put("4144@s.whatsapp.net", "B", "again")}},
			with(nil, `10/8 A text "hello" #3`, `11/8 B text "again" #4`), whatsapp.Merged{Increments: 2, Added: 2}},
		{"the same ID is another message elsewhere", [][]whatsapp.Change{{put(one, "A", "changed")}},
			with(map[int]string{0: `2/1 A text "changed" by +41 790 000 001 #3`}), whatsapp.Merged{Increments: 1, Changed: 1}},
		{"the picture stays where it is", [][]whatsapp.Change{{picture}},
			with(map[int]string{3: `6/7 G image "another caption" by Bo Media/IMG.jpg #3`}), whatsapp.Merged{Increments: 1, Changed: 1}},
		{"edits, the later wins", [][]whatsapp.Change{{edit(two, "A", "first")}, {edit(two, "A", "second")}},
			with(map[int]string{2: `4/2 A text "second" by Bo edited #4`}), whatsapp.Merged{Increments: 2, Changed: 1}},
		{"an edit before its message", [][]whatsapp.Change{{edit(one, "B", "edited")}, {put(one, "B", "new")}},
			with(nil, `10/1 B text "edited" by +41 790 000 001 edited #3`), whatsapp.Merged{Increments: 2, Added: 1}},
		{"a reaction in place of the one before, whatever the address", [][]whatsapp.Change{{react(hikers, "H", two, "❤"), react(hikers, "H", one, "🎉")}},
			with(map[int]string{4: `9/7 H text "two" by Bo ❤ 🎉 #3`}), whatsapp.Merged{Increments: 1, Changed: 1}},
		{"a reaction taken back", [][]whatsapp.Change{{react(hikers, "H", lid, "")}},
			with(map[int]string{4: `9/7 H text "two" by Bo #3`}), whatsapp.Merged{Increments: 1, Changed: 1}},
		{"deleted, and not undone", [][]whatsapp.Change{{remove(hikers, "G")}, {put(hikers, "G", "an older copy"), edit(hikers, "G", "edited")}},
			with(map[int]string{3: `6/7 G deleted "" by Bo #4`}), whatsapp.Merged{Increments: 2, Changed: 1}},
		{"of messages nobody has", [][]whatsapp.Change{{remove(one, "X"), edit("4144@s.whatsapp.net", "A", "x"), react(hikers, "A", one, "x")}},
			base, whatsapp.Merged{Increments: 1, Unmatched: 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := mergeBase(t)
			var list []*whatsapp.Increment
			for i, changes := range tt.in {
				list = append(list, increment(t, 3+i, changes...))
			}
			if is := merge(t, a, list...); is != tt.is {
				t.Errorf("%+v, want %+v", is, tt.is)
			}
			var got []string
			all := each(t, a, chat.Filter{})
			for i := range all {
				got = append(got, rowOf(&all[i]))
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("holds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			agrees(t, a)
		})
	}
}

// agrees holds an archive to itself: the list of chats, their counts and
// messages say what Each says, and filters take what they should.
func agrees(t testing.TB, a *whatsapp.Archive) {
	t.Helper()
	all := each(t, a, chat.Filter{})
	byChat := map[int64][]chat.Message{}
	last := int64(0)
	for _, m := range all {
		if m.Row <= last {
			t.Errorf("row %d after %d", m.Row, last)
		}
		last = m.Row
		byChat[m.Chat] = append(byChat[m.Chat], m)
	}
	chats := a.Chats()
	if n, c := a.Total(); n != int64(len(all)) || c != int64(len(chats)) {
		t.Errorf("%d messages and %d chats in all, there are %d and %d", n, c, len(all), len(chats))
	}
	for _, c := range chats {
		want := byChat[c.Row]
		n, _ := a.Count(c.Row)
		if n != len(want) || c.Messages != int64(n) || c.Name == "" {
			t.Errorf("chat %d %q: %d and %d messages, there are %d", c.Row, c.Name, n, c.Messages, len(want))
		}
		got, err := a.Messages(c.Row, 0, n+5)
		if err != nil || jsonOf(t, got) != jsonOf(t, append([]chat.Message{}, want...)) {
			t.Errorf("chat %d: %v\n%s\n%s", c.Row, err, jsonOf(t, got), jsonOf(t, want))
		}
		if only := each(t, a, chat.Filter{Chats: []int64{c.Row}}); len(only) != len(want) {
			t.Errorf("chat %d alone has %d messages", c.Row, len(only))
		}
		for _, m := range want {
			if m.Time.After(c.Last) {
				t.Errorf("chat %d: the newest message is of %v and not %v", c.Row, m.Time, c.Last)
			}
		}
		delete(byChat, c.Row)
	}
	if len(byChat) > 0 {
		t.Errorf("messages in chats that are not listed: %v", byChat)
	}
	timed := 0 // no time is asked for in vain of those that have none
	for _, m := range all {
		if !m.Time.IsZero() {
			timed++
		}
	}
	since, until := len(each(t, a, chat.Filter{Since: later})), len(each(t, a, chat.Filter{Until: later}))
	if since+until != timed {
		t.Errorf("%d since and %d until a time, of %d", since, until, timed)
	}
}

// The list of chats shows what is newest, and a screen that showed a message
// is told that it changed.
func TestMergedChats(t *testing.T) {
	a := mergeBase(t)
	_, before := a.Count(2)
	edit := put(two, "A", "edited")
	edit.Kind, edit.Message.Edited = whatsapp.Edit, later
	merge(t, a, increment(t, 1, edit, put(one, "B", "newest"), put("99-1@g.us", "C", "x")))
	if _, after := a.Count(2); after == before {
		t.Error("the generation of a chat with an edit is the same")
	}
	var list []string
	for _, c := range a.Chats() {
		list = append(list, fmt.Sprintf("%d %s %s %s %q", c.Row, c.Kind, c.JID, c.Name, c.LastText))
	}
	want := []string{
		"1 direct " + one + ` +41 790 000 001 "newest"`,
		`8 group 99-1@g.us 99-1@g.us "x"`,
		"7 group " + hikers + ` Hikers "two"`,
		"2 direct " + lid + ` Bo "edited"`,
	}
	if !reflect.DeepEqual(list, want) {
		t.Errorf("%s", strings.Join(list, "\n"))
	}
}

// A generated base is as it was but for what changed.
func TestMergeIntoManyMessages(t *testing.T) {
	b := generate(t, fixtures.Options{Seed: 5, Messages: 3000})
	plain := each(t, b.restore(t), chat.Filter{})
	a := b.restore(t)
	jids := map[int64]string{}
	for _, c := range a.Chats() {
		jids[c.Row] = c.JID
	}
	var changes []whatsapp.Change
	edited := map[int64]bool{}
	for i := 0; i < len(plain); i += 7 {
		if m := plain[i]; m.Type == chat.Text && !m.Revoked && jids[m.Chat] != "" {
			c := whatsapp.Change{Kind: whatsapp.Edit, ChatJID: jids[m.Chat], Message: chat.Message{ID: m.ID, FromMe: m.FromMe, Text: "edited " + m.ID, Edited: later.AddDate(1, 0, 0)}}
			changes, edited[m.Row] = append(changes, c), true
		}
	}
	for i := range 500 {
		changes = append(changes, put(jids[plain[i].Chat], fmt.Sprint("new-", i), fmt.Sprint("new ", i)))
	}
	is := merge(t, a, increment(t, 1, changes[:len(changes)/2]...), increment(t, 2, changes[len(changes)/2:]...))
	if is.Added != 500 || is.Changed != int64(len(edited)) || is.Unmatched != 0 || len(edited) < 100 {
		t.Fatalf("%+v for %d edits", is, len(edited))
	}
	agrees(t, a)
	all := each(t, a, chat.Filter{})
	for i, m := range plain {
		got := all[i]
		if edited[m.Row] {
			if got.Text != "edited "+m.ID || got.Increment == nil {
				t.Fatalf("row %d is %s", m.Row, rowOf(&got))
			}
			got.Text, got.Edited, got.Increment = m.Text, m.Edited, nil
		}
		if jsonOf(t, got) != jsonOf(t, m) {
			t.Fatalf("row %d is\n%s\nand was\n%s", m.Row, jsonOf(t, got), jsonOf(t, m))
		}
	}
	for i, m := range all[len(plain):] {
		if m.Text != fmt.Sprint("new ", i) || m.Chat != plain[i].Chat {
			t.Fatalf("%d is %s", i, rowOf(&m))
		}
	}
}

// The layout of before 2021 has its chats by their addresses.
func TestMergeIntoOldLayout(t *testing.T) {
	a := restoreSQL(t, nil, oldSchema, oldRows)
	edit := put("41791234567@s.whatsapp.net", "A", "edited")
	edit.Kind, edit.Message.Edited = whatsapp.Edit, later
	is := merge(t, a, increment(t, 1, edit, put("1-1@g.us", "Z", "new"), put("41799999999@s.whatsapp.net", "A", "a new chat")))
	if (is != whatsapp.Merged{Increments: 1, Added: 2, Changed: 1}) {
		t.Errorf("%+v", is)
	}
	agrees(t, a)
	all := each(t, a, chat.Filter{})
	if all[0].Text != "edited" || all[len(all)-2].Text != "new" || all[len(all)-1].Text != "a new chat" || all[len(all)-1].Row != 18 {
		t.Errorf("%s", jsonOf(t, all))
	}
}

// What was left out is a problem of the archive, which holds the base.
func TestLeftOut(t *testing.T) {
	a := mergeBase(t)
	m := a.Merge(newSpool(t))
	m.LeaveOut(7, whatsapp.ErrDamaged)
	if is, err := m.End(t.Context()); err != nil || is != (whatsapp.Merged{}) {
		t.Errorf("%+v, %v", is, err)
	}
	var left *whatsapp.IncrementError
	if err := a.Problems(); !errors.As(err, &left) || left.Number != 7 || !errors.Is(err, whatsapp.ErrDamaged) {
		t.Errorf("%v", err)
	}
	agrees(t, a)
}

func TestMergeIsOnceAndInOrder(t *testing.T) {
	a := mergeBase(t)
	m := a.Merge(newSpool(t))
	if err := m.Add(t.Context(), increment(t, 2, put(one, "B", "x"))); err != nil {
		t.Fatal(err)
	}
	if m.Add(t.Context(), increment(t, 1)) == nil {
		t.Error("an increment went in after a later one")
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := m.Add(stopped, increment(t, 2, put(one, "C", "not in"))); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if is, err := m.End(t.Context()); err != nil || is.Added != 1 {
		t.Errorf("%+v, %v", is, err)
	}
	if _, err := m.End(t.Context()); err == nil {
		t.Error("merged twice")
	}
	if _, err := a.Merge(newSpool(t)).End(t.Context()); err == nil {
		t.Error("another merge over the first")
	}
	empty := whatsapp.NewArchive(newSpool(t), nil)
	if _, err := empty.Merge(newSpool(t)).End(t.Context()); err == nil {
		t.Error("merged into nothing")
	}
}

// A merge that is stopped leaves the base as it was.
func TestMergeStopped(t *testing.T) {
	a := mergeBase(t)
	want := jsonOf(t, []any{each(t, a, chat.Filter{}), a.Chats()})
	m := a.Merge(newSpool(t))
	if err := m.Add(t.Context(), increment(t, 1, put(one, "B", "x"), put("4144@s.whatsapp.net", "A", "y"))); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := m.End(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if got := jsonOf(t, []any{each(t, a, chat.Filter{}), a.Chats()}); got != want {
		t.Errorf("now\n%s\nwas\n%s", got, want)
	}
}

// mergeFile is mergeBase as a file: where coverage is counted, SQLite takes
// seconds to make one.
func mergeFile(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/merge.db")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMergeFile(t *testing.T) {
	a := whatsapp.NewArchive(newSpool(t), nil)
	if err := a.Fill(t.Context(), payloadOf(t, mergeFile(t), 1), nil); err != nil {
		t.Fatal(err)
	}
	if got, want := jsonOf(t, each(t, a, chat.Filter{})), jsonOf(t, each(t, mergeBase(t), chat.Filter{})); got != want {
		t.Errorf("testdata/merge.db holds\n%s\nand not\n%s", got, want)
	}
}

// FuzzMerge puts anything over a base: it stays readable, and rows unique.
func FuzzMerge(f *testing.F) {
	seed, err := fixtures.IncrementZIP(3, []whatsapp.Change{put(one, "A", "x"), put(hikers, "G", "y"), put("4144@s.whatsapp.net", "A", "z")})
	if err != nil {
		f.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(seed), int64(len(seed)))
	if err != nil {
		f.Fatal(err)
	}
	history, err := fs.ReadFile(z, "messages.bin")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(history)
	base := payloadOf(f, mergeFile(f), 1)
	f.Fuzz(func(t *testing.T, history []byte) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, data := range map[string][]byte{"header.json": []byte("{}"), "messages.bin": history} {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(data); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		i, err := whatsapp.OpenIncrement(t.Context(), payloadOf(t, b.Bytes(), 1), newSpool(t))
		if err != nil {
			return
		}
		a := whatsapp.NewArchive(newSpool(t), nil)
		if err := a.Fill(t.Context(), base, nil); err != nil {
			t.Fatal(err)
		}
		is := merge(t, a, i)
		if is.Added+is.Changed+is.Unmatched > i.Counts.Changes {
			t.Errorf("%+v of %+v", is, i.Counts)
		}
		agrees(t, a)
	})
}
