package whatsapp

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"touchback/restore/chat"
	"touchback/restore/pages"
	"touchback/restore/whatsapp/wire"
)

const goodHeader = `{"header":{"app_version":"2.26.33.76"},"added_messages":{"format":"protobuf","messages_count_on_backup":373401,"messages_updated":35,"messages_deleted":2,"chunks":[]}}`

// member is a file in a ZIP.
type member struct {
	name string
	data []byte
}

func zipOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		f, err := z.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func incrementOf(t testing.TB, messages []byte) []byte {
	return zipOf(t, member{"header.json", []byte(goodHeader)}, member{"messages.bin", messages}, member{"chat_modified_1.json", nil})
}

// frame is one HistorySync with its length before it.
func frame(t testing.TB, jid string, messages ...*wire.WebMessageInfo) []byte {
	t.Helper()
	conversation := &wire.Conversation{Id: &jid}
	for _, m := range messages {
		conversation.Messages = append(conversation.Messages, &wire.HistorySyncMsg{Message: m})
	}
	b, err := proto.Marshal(&wire.HistorySync{Conversations: []*wire.Conversation{conversation}})
	if err != nil {
		t.Fatal(err)
	}
	// sync_type, which every one begins with
	return protowire.AppendBytes(nil, append([]byte{0x08, 2}, b...))
}

func info(id string, m *wire.Message) *wire.WebMessageInfo {
	return &wire.WebMessageInfo{Key: &wire.MessageKey{Id: &id}, Message: m, MessageTimestamp: proto.Uint64(1735689600)}
}

func textInfo(id, text string) *wire.WebMessageInfo {
	return info(id, &wire.Message{Conversation: &text})
}

// openIncrement opens a ZIP as if it came out of a backup.
func openIncrement(t testing.TB, payload []byte) (*Increment, error) {
	t.Helper()
	c := openBytes(t, writeBackup(t, buildHeader(t, 188), payload, WriterOptions{Level: 9}))
	p, err := c.Verify(context.Background(), Key{RootKey, testRoot}, VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	spool, err := pages.NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = spool.Close() })
	return OpenIncrement(context.Background(), p, spool)
}

func changes(t testing.TB, i *Increment) []Change {
	t.Helper()
	var list []Change
	if err := i.Each(context.Background(), func(c Change) error {
		list = append(list, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestIncrementCounts(t *testing.T) {
	messages := slices.Concat(
		frame(t, "a@s.whatsapp.net", textInfo("1", "one"), textInfo("2", "two")),
		frame(t, "b@g.us", textInfo("3", "three")),
		frame(t, "b@g.us", &wire.WebMessageInfo{Message: &wire.Message{}})) // without an ID
	i, err := openIncrement(t, zipOf(t,
		member{"header.json", []byte(goodHeader)}, member{"messages.bin", messages},
		member{"jid_modified_1.json", nil}, member{"chat_modified_1.json", nil}, member{"chat_modified_2.json", nil},
		member{"../../escape_modified_1.json", nil}, member{"sequences.json", nil}))
	if err != nil {
		t.Fatal(err)
	}
	if want := (IncrementCounts{Changes: 3, Chats: 2, Skipped: 1, OnBackup: 373401, Updated: 35, Deleted: 2}); i.Counts != want {
		t.Errorf("%+v", i.Counts)
	}
	if !slices.Equal(i.Tables, []string{"chat", "jid"}) || i.AppVersion != "2.26.33.76" {
		t.Errorf("%q, %q", i.Tables, i.AppVersion)
	}
	list := changes(t, i)
	if len(list) != 3 || list[2].ChatJID != "b@g.us" || list[1].Message.Text != "two" || list[0].Message.Sender.JID != "a@s.whatsapp.net" {
		t.Errorf("%+v", list)
	}
	if at := list[0].Message.Time; !at.Equal(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("a time in seconds is read as %v", at)
	}
}

func TestIncrementChatNames(t *testing.T) {
	id, name := "1@g.us", "Hiking"
	b, err := proto.Marshal(&wire.HistorySync{Conversations: []*wire.Conversation{{Id: &id, Name: &name, Messages: []*wire.HistorySyncMsg{{Message: textInfo("1", "x")}}}}})
	if err != nil {
		t.Fatal(err)
	}
	i, err := openIncrement(t, incrementOf(t, protowire.AppendBytes(nil, b)))
	if err != nil || i.ChatNames["1@g.us"] != "Hiking" || i.Counts.Changes != 1 {
		t.Errorf("%v, %v", i, err)
	}
}

func TestNoIncrement(t *testing.T) {
	good := incrementOf(t, frame(t, "a@s.whatsapp.net", textInfo("1", "one")))
	for name, test := range map[string]struct {
		payload []byte
		want    error
	}{
		"a database":       {[]byte(sqliteMagic), ErrNotIncrement},
		"stickers":         {zipOf(t, member{"sticker.webp", nil}), ErrNotIncrement},
		"no messages":      {zipOf(t, member{"header.json", []byte(goodHeader)}), ErrNotIncrement},
		"two headers":      {zipOf(t, member{"header.json", []byte(goodHeader)}, member{"header.json", []byte(goodHeader)}, member{"messages.bin", nil}), ErrNotIncrement},
		"a broken header":  {zipOf(t, member{"header.json", []byte("{")}, member{"messages.bin", nil}), ErrNotIncrement},
		"a huge header":    {zipOf(t, member{"header.json", make([]byte, maxIncrementHeader+1)}, member{"messages.bin", nil}), ErrTooLarge},
		"another format":   {zipOf(t, member{"header.json", []byte(`{"added_messages":{"format":"flatbuffers"}}`)}, member{"messages.bin", nil}), ErrIncrementFormat},
		"half a ZIP":       {good[:len(good)/2], ErrNotIncrement},
		"a little of one":  {good[:4], ErrNotIncrement},
		"bytes behind it":  {append(bytes.Clone(good), "comment"...), ErrNotIncrement},
		"bytes before it":  {append([]byte("PK\x03\x04"), good...), ErrNotIncrement},
		"a long directory": {longDirectory(t), ErrTooLarge},
		"damaged data":     {flipped(good, bytes.Index(good, []byte("messages.bin"))+20), ErrNotIncrement},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := openIncrement(t, test.payload); !errors.Is(err, test.want) {
				t.Errorf("told as %v", err)
			}
		})
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0xff
	return b
}

func longDirectory(t testing.TB) []byte {
	members := []member{{"header.json", []byte(goodHeader)}, {"messages.bin", nil}}
	for i := range 300 {
		members = append(members, member{fmt.Sprint(i, strings.Repeat("x", 4000)), nil})
	}
	return zipOf(t, members...)
}

// What can't be read costs itself, and not what comes after.
func TestIncrementsThatAreBroken(t *testing.T) {
	good := frame(t, "a@s.whatsapp.net", textInfo("1", "one"))
	long := frame(t, "a@s.whatsapp.net", textInfo("2", strings.Repeat("x", maxIncrementMessage)))
	deep := &wire.Message{Conversation: proto.String("deep")}
	for range 2000 {
		deep = &wire.Message{ExtendedTextMessage: &wire.ExtendedTextMessage{ContextInfo: &wire.ContextInfo{StanzaId: proto.String("q"), QuotedMessage: deep}}}
	}
	for name, test := range map[string]struct {
		messages         []byte
		changes, skipped int64
	}{
		"nothing":                   {nil, 0, 0},
		"garbage of a known length": {slices.Concat(protowire.AppendBytes(nil, []byte("\xff\xff\xff no message")), good), 1, 1},
		"garbage":                   {slices.Concat(good, bytes.Repeat([]byte{0xff}, 50)), 1, 1},
		"a frame cut short":         {slices.Concat(good, good[:len(good)-3]), 1, 1},
		"a length alone":            {slices.Concat(good, []byte{0x80}), 1, 1},
		"a frame of the moon":       {slices.Concat(good, protowire.AppendVarint(nil, math.MaxUint64)), 1, 1},
		"a group":                   {slices.Concat(protowire.AppendBytes(nil, []byte{0x13, 0x14}), good), 1, 1},
		"field 0":                   {slices.Concat(protowire.AppendBytes(nil, []byte{0x02, 0x00}), good), 1, 1},
		"a number past the end":     {slices.Concat(protowire.AppendBytes(nil, []byte{0x09, 1, 2}), good), 1, 1},
		"a chat past its frame":     {slices.Concat(protowire.AppendBytes(nil, []byte{0x12, 0x7f, 0}), good), 1, 1},
		"a message too large":       {slices.Concat(long, good), 1, 1},
		"a message too deep":        {slices.Concat(frame(t, "a@s.whatsapp.net", info("d", deep)), good), 1, 1},
		"an empty frame":            {slices.Concat([]byte{0}, good), 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			i, err := openIncrement(t, incrementOf(t, test.messages))
			if err != nil {
				t.Fatal(err)
			}
			if i.Counts.Changes != test.changes || i.Counts.Skipped != test.skipped {
				t.Errorf("%+v", i.Counts)
			}
			if got := changes(t, i); int64(len(got)) != test.changes {
				t.Errorf("%d changes", len(got))
			}
		})
	}
}

func TestIncrementReaderStops(t *testing.T) {
	i, err := openIncrement(t, incrementOf(t, frame(t, "a@s.whatsapp.net", textInfo("1", "one"), textInfo("2", "two"))))
	if err != nil {
		t.Fatal(err)
	}
	for _, stop := range []error{errBroken, errWire, context.Canceled} {
		calls := 0
		if err := i.Each(t.Context(), func(Change) error { calls++; return stop }); err != stop || calls != 1 { //nolint:errorlint // the very same
			t.Errorf("%v after %d calls, not %v", err, calls, stop)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := i.Each(ctx, func(Change) error { cancel(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestIncrementsInOrder(t *testing.T) {
	var list []*Increment
	for _, n := range []int{10, 2, 1} {
		i, err := openIncrement(t, incrementOf(t, frame(t, "a@s.whatsapp.net", textInfo("x", fmt.Sprint(n)))))
		if err != nil {
			t.Fatal(err)
		}
		i.Number = n
		list = append(list, i)
	}
	var order []string
	if err := EachChange(t.Context(), list, func(c Change) error { order = append(order, c.Message.Text); return nil }); err != nil || !slices.Equal(order, []string{"1", "2", "10"}) {
		t.Errorf("%q, %v", order, err)
	}
	if err := EachChange(t.Context(), list, func(Change) error { return errBroken }); !errors.Is(err, errBroken) {
		t.Errorf("told as %v", err)
	}
}

func TestIncrementNumber(t *testing.T) {
	for name, want := range map[string]int{
		"msgstore-increment-1.db.crypt15": 1, "msgstore-increment-12.db.crypt14": 12, "msgstore-increment-3-2026-07-01.1.db.crypt15": 3,
		"msgstore-increment-2.crypt15": 2, "msgstore.db.crypt15": -1, "msgstore-increment-.db.crypt15": -1, "msgstore-increment-1.db": -1,
		"xmsgstore-increment-1.db.crypt15": -1, "msgstore-increment-1234567890.db.crypt15": -1,
	} {
		n, ok := IncrementNumber(name)
		if ok != (want >= 0) || ok && n != want {
			t.Errorf("%s: %d, %v", name, n, ok)
		}
	}
}

func TestIncrementContent(t *testing.T) {
	text := proto.String
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	fromMe := func(i *wire.WebMessageInfo) *wire.WebMessageInfo { i.Key.FromMe = proto.Bool(true); return i }
	hash := "AQID" // base64 of 1, 2, 3
	group := func(i *wire.WebMessageInfo) *wire.WebMessageInfo {
		i.Key.RemoteJid, i.Key.Participant, i.PushName = text("g@g.us"), text("p@s.whatsapp.net"), text("Pia")
		return i
	}
	them := chat.Person{JID: "a@s.whatsapp.net"}
	image := &wire.ImageMessage{Mimetype: text("image/jpeg"), Caption: text("look"), FileLength: proto.Uint64(9), Width: proto.Uint32(4), Height: proto.Uint32(3), FileSha256: []byte{1, 2, 3}}
	imageMedia := &chat.Media{MIME: "image/jpeg", Bytes: 9, Width: 4, Height: 3, SHA256: hash}
	context := &wire.ContextInfo{StanzaId: text("q"), Participant: text("p@s.whatsapp.net"), QuotedMessage: &wire.Message{Conversation: text("before")}, IsForwarded: proto.Bool(true), ForwardingScore: proto.Uint32(3)}
	for name, test := range map[string]struct {
		in   *wire.WebMessageInfo
		want Change
	}{
		"text":          {textInfo("1", "hi"), Change{Message: chat.Message{Type: chat.Text, Text: "hi", Sender: them}}},
		"own":           {fromMe(textInfo("1", "hi")), Change{Message: chat.Message{Type: chat.Text, Text: "hi", FromMe: true, Status: chat.StatusPending}}},
		"in a group":    {group(textInfo("1", "hi")), Change{ChatJID: "g@g.us", Message: chat.Message{Type: chat.Text, Text: "hi", Sender: chat.Person{JID: "p@s.whatsapp.net", Name: "Pia"}}}},
		"reply":         {info("1", &wire.Message{ExtendedTextMessage: &wire.ExtendedTextMessage{Text: text("yes"), ContextInfo: context}}), Change{Message: chat.Message{Type: chat.Text, Text: "yes", Sender: them, Forward: true, Forwards: 3, Quoted: &chat.Quoted{ID: "q", Sender: chat.Person{JID: "p@s.whatsapp.net"}, Type: chat.Text, Text: "before"}}}},
		"image":         {info("1", &wire.Message{ImageMessage: image}), Change{Message: chat.Message{Type: chat.Image, Text: "look", Sender: them, Media: imageMedia}}},
		"view once":     {info("1", &wire.Message{ViewOnceMessageV2: &wire.FutureProof{Message: &wire.Message{ImageMessage: image}}}), Change{Message: chat.Message{Type: chat.Image, Text: "look", ViewOnce: true, Sender: them, Media: imageMedia}}},
		"voice":         {info("1", &wire.Message{AudioMessage: &wire.AudioMessage{Ptt: proto.Bool(true), Seconds: proto.Uint32(7)}}), Change{Message: chat.Message{Type: chat.Voice, Sender: them, Media: &chat.Media{Seconds: 7}}}},
		"GIF":           {info("1", &wire.Message{VideoMessage: &wire.VideoMessage{GifPlayback: proto.Bool(true)}}), Change{Message: chat.Message{Type: chat.GIF, Sender: them, Media: &chat.Media{}}}},
		"video note":    {info("1", &wire.Message{PtvMessage: &wire.VideoMessage{}}), Change{Message: chat.Message{Type: chat.VideoNote, Sender: them, Media: &chat.Media{}}}},
		"document":      {info("1", &wire.Message{DocumentMessage: &wire.DocumentMessage{FileName: text("a.pdf"), FileLength: proto.Uint64(math.MaxUint64)}}), Change{Message: chat.Message{Type: chat.Document, Sender: them, Media: &chat.Media{Name: "a.pdf"}}}},
		"sticker":       {info("1", &wire.Message{StickerMessage: &wire.StickerMessage{}}), Change{Message: chat.Message{Type: chat.Sticker, Sender: them, Media: &chat.Media{}}}},
		"place":         {info("1", &wire.Message{LocationMessage: &wire.LocationMessage{DegreesLatitude: proto.Float64(1.5), Name: text("Lake")}}), Change{Message: chat.Message{Type: chat.LocationT, Sender: them, Location: &chat.Location{Lat: 1.5, Name: "Lake"}}}},
		"poll":          {info("1", &wire.Message{PollCreationMessageV3: &wire.PollCreationMessage{Name: text("When?"), Options: []*wire.PollOption{{OptionName: text("now")}}}}), Change{Message: chat.Message{Type: chat.PollT, Sender: them, Poll: &chat.Poll{Question: "When?", Options: []chat.PollOption{{Name: "now"}}}}}},
		"event":         {info("1", &wire.Message{EventMessage: &wire.EventMessage{Name: text("Party"), StartTime: proto.Int64(at.Unix())}}), Change{Message: chat.Message{Type: chat.Event, Sender: them, Event: &chat.EventInfo{Name: "Party", Start: at}}}},
		"album":         {info("1", &wire.Message{AlbumMessage: &wire.AlbumMessage{ExpectedImageCount: proto.Uint32(3)}}), Change{Message: chat.Message{Type: chat.Album, Sender: them, Album: &chat.AlbumInfo{Images: 3}}}},
		"call":          {info("1", &wire.Message{CallLogMessage: &wire.CallLogMessage{CallOutcome: proto.Uint32(1)}}), Change{Message: chat.Message{Type: chat.CallT, Sender: them, Call: &chat.Call{Result: "missed"}}}},
		"not decrypted": {info("1", nil), Change{Message: chat.Message{Type: chat.Waiting, Sender: them}}},
		"deleted":       {group(info("2", &wire.Message{ProtocolMessage: &wire.ProtocolMessage{Type: proto.Uint32(0), Key: &wire.MessageKey{Id: text("1")}}})), Change{Kind: Delete, ChatJID: "g@g.us", Message: chat.Message{Type: chat.Deleted, Revoked: true, RevokeBy: chat.Person{JID: "p@s.whatsapp.net", Name: "Pia"}, RevokedAt: at}}},
		"edited":        {fromMe(info("2", &wire.Message{ProtocolMessage: &wire.ProtocolMessage{Type: proto.Uint32(14), Key: &wire.MessageKey{Id: text("1"), FromMe: proto.Bool(true)}, EditedMessage: &wire.Message{Conversation: text("better")}}})), Change{Kind: Edit, Message: chat.Message{Type: chat.Text, Text: "better", FromMe: true, Status: chat.StatusPending, Edited: at}}},
		"reaction":      {info("2", &wire.Message{ReactionMessage: &wire.ReactionMessage{Key: &wire.MessageKey{Id: text("1"), FromMe: proto.Bool(true)}, Text: text("👍"), SenderTimestampMs: proto.Int64(at.UnixMilli())}}), Change{Kind: React, Message: chat.Message{FromMe: true, Reactions: []chat.Reaction{{Sender: them, Emoji: "👍", Time: at}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := changeOf(test.in, "a@s.whatsapp.net")
			want := test.want
			want.Message.ID = "1"
			if want.ChatJID == "" {
				want.ChatJID = "a@s.whatsapp.net"
			}
			if want.Kind == Put || want.Kind == Edit {
				want.Message.Time = at
			}
			if !ok || fmt.Sprintf("%+v", flat(got)) != fmt.Sprintf("%+v", flat(want)) {
				t.Errorf("\n%+v\nand not\n%+v", flat(got), flat(want))
			}
		})
	}
}

// flat puts what pointers point to in their place.
func flat(c Change) []any {
	m := c.Message
	list := []any{c.Kind, c.ChatJID}
	for _, p := range []any{m.Media, m.Quoted, m.Location, m.Poll, m.Event, m.Album, m.System, m.Call} {
		list = append(list, fmt.Sprintf("%+v", p))
	}
	m.Media, m.Quoted, m.Location, m.Poll, m.Event, m.Album, m.System, m.Call = nil, nil, nil, nil, nil, nil, nil, nil
	return append(list, m)
}

func TestIncrementNotes(t *testing.T) {
	for _, test := range []struct {
		stub       uint32
		parameters []string
		kind       chat.Type
		action     string
	}{
		{21, []string{"Hikers"}, chat.SystemT, "subject"}, {27, []string{"a@s.whatsapp.net", "{"}, chat.SystemT, "added"},
		{999, nil, chat.SystemT, "stub:999"}, {41, nil, chat.CallT, ""}, {1, nil, chat.Deleted, ""},
	} {
		c, ok := changeOf(&wire.WebMessageInfo{Key: &wire.MessageKey{Id: proto.String("1"), RemoteJid: proto.String("g@g.us")}, MessageStubType: &test.stub, MessageStubParameters: test.parameters}, "")
		if !ok || c.Message.Type != test.kind || (c.Message.System != nil) != (test.action != "") || c.Message.System != nil && c.Message.System.Action != test.action {
			t.Errorf("%d: %+v", test.stub, c)
		}
	}
	// A kind that no one knows is named by its number, and never fails.
	unknown := &wire.Message{}
	unknown.ProtoReflect().SetUnknown(protowire.AppendBytes(protowire.AppendTag(nil, 499, protowire.BytesType), []byte("?")))
	if c, ok := changeOf(info("1", unknown), "a@s.whatsapp.net"); !ok || c.Message.Type != "type:history:499" {
		t.Errorf("%+v", c)
	}
	// Times that no calendar has are no times.
	late := info("1", nil)
	late.MessageTimestamp = proto.Uint64(math.MaxUint64)
	if c, ok := changeOf(late, "a@s.whatsapp.net"); !ok || !c.Message.Time.IsZero() {
		t.Errorf("%v", c.Message.Time)
	}
}

func FuzzIncrement(f *testing.F) {
	f.Add(frame(f, "a@s.whatsapp.net", textInfo("1", "one"), textInfo("2", "two")))
	f.Add(slices.Concat(frame(f, "g@g.us", info("1", &wire.Message{ImageMessage: &wire.ImageMessage{ContextInfo: &wire.ContextInfo{StanzaId: proto.String("x")}}})), []byte{0xff, 0xff}))
	f.Add(frame(f, "a@s.whatsapp.net", info("1", &wire.Message{EphemeralMessage: &wire.FutureProof{Message: &wire.Message{ProtocolMessage: &wire.ProtocolMessage{Type: proto.Uint32(14)}}}})))
	f.Fuzz(func(t *testing.T, messages []byte) {
		w := receiver{named: func(string, string) {}}
		n := 0
		w.change = func(c Change) error {
			n++
			m := &c.Message
			if m.ID == "" || c.ChatJID == "" || m.Time.Year() > 9999 || c.Kind == React && len(m.Reactions) != 1 || len(m.Text) > len(messages) {
				t.Fatalf("%+v", c)
			}
			return nil
		}
		if err := readHistory(t.Context(), bytes.NewReader(messages), &w); err != nil {
			t.Fatal(err)
		}
		if n > len(messages) || w.skipped > int64(len(messages)) {
			t.Errorf("%d changes and %d skipped in %d bytes", n, w.skipped, len(messages))
		}
	})
}

func FuzzIncrementZIP(f *testing.F) {
	f.Add(incrementOf(f, frame(f, "a@s.whatsapp.net", textInfo("1", "one"))))
	f.Add(zipOf(f, member{"header.json", []byte(goodHeader)}))
	f.Fuzz(func(t *testing.T, b []byte) {
		z, err := openZIP(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		var i Increment
		if i.readHeader(z) == nil {
			_ = changedTables(z)
			_ = i.count(t.Context())
		}
	})
}
