package whatsapp_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"touchback/restore/chat"
)

// oldSchema is the layout of about 2018, which had no rows of jid and no chat.
const oldSchema = `
	CREATE TABLE messages (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER, key_id TEXT NOT NULL, status INTEGER,
		needs_push INTEGER, data TEXT, timestamp INTEGER, media_url TEXT, media_mime_type TEXT, media_wa_type TEXT, media_size INTEGER, media_name TEXT,
		media_caption TEXT, media_hash TEXT, media_duration INTEGER, origin INTEGER, latitude REAL, longitude REAL, thumb_image TEXT, remote_resource TEXT,
		received_timestamp INTEGER, send_timestamp INTEGER, receipt_server_timestamp INTEGER, receipt_device_timestamp INTEGER, read_device_timestamp INTEGER,
		played_device_timestamp INTEGER, raw_data BLOB, recipient_count INTEGER, participant_hash TEXT, starred INTEGER, quoted_row_id INTEGER,
		mentioned_jids TEXT, multicast_id TEXT, edit_version INTEGER, forwarded INTEGER);
	CREATE TABLE messages_quotes (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER, key_id TEXT NOT NULL, data TEXT,
		media_wa_type TEXT, media_caption TEXT, remote_resource TEXT);
	CREATE TABLE messages_vcards (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, sender_jid TEXT, chat_jid TEXT, vcard TEXT);
	CREATE TABLE receipts (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_id TEXT NOT NULL, remote_resource TEXT,
		receipt_device_timestamp INTEGER, read_device_timestamp INTEGER, played_device_timestamp INTEGER);
	CREATE TABLE chat_list (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT UNIQUE, message_table_id INTEGER, subject TEXT, creation INTEGER,
		archived INTEGER, sort_timestamp INTEGER)`

func blob(s string) string { return "x'" + hex.EncodeToString([]byte(s)) + "'" }

var oldRows = `
	INSERT INTO messages (_id,key_remote_jid,key_from_me,key_id,status,media_wa_type) VALUES (1,'-1',0,'-1',-1,'-1');
	INSERT INTO messages (_id,key_remote_jid,key_from_me,key_id,status,data,timestamp,media_wa_type,remote_resource,received_timestamp,starred,quoted_row_id,forwarded,mentioned_jids) VALUES
		(2,'41791234567@s.whatsapp.net',0,'A',0,'hello',1000,'0',NULL,1500,1,0,3,NULL),
		(4,'1-1@g.us',0,'C',0,'@41797654321 look',3000,'0','41797654321@s.whatsapp.net',NULL,0,1,0,'41797654321@s.whatsapp.net,1@s.whatsapp.net'),
		(5,'1-1@g.us',0,'D',0,NULL,4000,'15','41797654321@s.whatsapp.net',NULL,0,0,0,NULL),
		(6,'1-1@g.us',0,'E',6,'New',5000,'0','41797654321@s.whatsapp.net',NULL,0,0,0,NULL),
		(8,'status@broadcast',0,'G',0,NULL,7000,'77','41797654321@s.whatsapp.net',NULL,0,0,0,NULL),
		(13,'2@s.whatsapp.net',0,'L',0,'BEGIN:VCARD' || char(10) || 'FN:Ana','8000','4',NULL,NULL,0,0,0,NULL),
		(14,'2@s.whatsapp.net',0,'M',0,NULL,9000,'14',NULL,NULL,0,0,0,NULL),
		(15,'2@s.whatsapp.net',0,'N',0,NULL,9100,'10',NULL,NULL,0,0,0,NULL),
		(16,'2@s.whatsapp.net',0,'O',0,NULL,9200,'8',NULL,NULL,0,0,0,NULL);
	UPDATE messages SET media_size=1 WHERE _id=6;
	INSERT INTO messages (_id,key_remote_jid,key_from_me,key_id,status,data,timestamp,media_wa_type,receipt_device_timestamp,read_device_timestamp,played_device_timestamp) VALUES
		(3,'41791234567@s.whatsapp.net',1,'B',13,'mine',2000,'0',2100,2200,-1), (7,'1-1@g.us',1,'F',5,'to all',6000,'0',-1,-1,-1);
	INSERT INTO messages (_id,key_remote_jid,key_from_me,key_id,status,timestamp,media_wa_type,media_size,remote_resource,thumb_image) VALUES
		(9,'1-1@g.us',0,'H',6,7100,'0',14,'41797654321@s.whatsapp.net',` + blob("\xac\xed\x00\x05sr\x00x t\x00\x1a41791234567@s.whatsapp.nett\x00\x1141790000000@s.whatsapp.net@s.whatsapp.net") + `);
	INSERT INTO messages (_id,key_remote_jid,key_from_me,key_id,status,timestamp,media_wa_type,media_size,media_mime_type,media_caption,media_name,media_duration,media_hash,origin,thumb_image) VALUES
		(10,'2@s.whatsapp.net',0,'I',0,7200,'1',999,'image/jpeg','a caption','x.jpg',0,'aGFzaA==',0,` + blob("\xac\xed\x00\x05t\xff\xfft\x00\x03abct\x00\x13Media/IMG-2016.jpeg") + `),
		(11,'2@s.whatsapp.net',0,'J',0,7300,'2',5,'audio/ogg',NULL,NULL,7,NULL,1,NULL);
	INSERT INTO messages (_id,key_remote_jid,key_from_me,key_id,status,timestamp,media_wa_type,latitude,longitude,media_name) VALUES
		(12,'2@s.whatsapp.net',0,'K',0,7400,'5',47.5,8.5,'Café' || char(10) || 'Street 1');
	INSERT INTO messages_quotes VALUES (1,'1-1@g.us',0,'Q','what was said','0',NULL,'41791234567@s.whatsapp.net');
	INSERT INTO messages_vcards (message_row_id,vcard) VALUES (14,'FN:One'),(14,'FN:Two');
	INSERT INTO receipts (key_remote_jid,key_id,remote_resource,receipt_device_timestamp,read_device_timestamp) VALUES
		('1-1@g.us','F','41791234567@s.whatsapp.net',6100,6200),('1-1@g.us','F','41797654321@s.whatsapp.net',6300,NULL),('1-2@g.us','F','9@s.whatsapp.net',1,1);
	INSERT INTO chat_list (key_remote_jid,subject,archived,sort_timestamp) VALUES ('1-1@g.us','Old group',1,50),('41791234567@s.whatsapp.net',NULL,0,60)`

func TestOldLayout(t *testing.T) {
	a := restoreSQL(t, nil, oldSchema, oldRows)
	if err := a.Problems(); err != nil {
		t.Error(err)
	}
	all := each(t, a, chat.Filter{})
	by := map[int64]*chat.Message{}
	for i := range all {
		by[all[i].Row] = &all[i]
	}
	if n, chats := a.Total(); n != 15 || len(all) != 15 || chats != 4 {
		t.Fatalf("%d of %d messages in %d chats", len(all), n, chats)
	}
	check := func(row int64, what string, got, want any) {
		t.Helper()
		if g, w := jsonOf(t, got), jsonOf(t, want); g != w {
			t.Errorf("row %d, %s: %s, want %s", row, what, g, w)
		}
	}
	const one, two = "41791234567@s.whatsapp.net", "41797654321@s.whatsapp.net"
	check(2, "text", joined(by[2].Text, by[2].ID, by[2].Sender.JID, ms(by[2].Time), ms(by[2].Received), by[2].Starred, by[2].Forwards), "hello|A|"+one+"|1000|1500|true|3")
	check(3, "receipts", joined(by[3].Sender.JID, by[3].Receipts[0].Person.JID, ms(by[3].Receipts[0].Delivered), ms(by[3].Receipts[0].Read), ms(by[3].Receipts[0].Played)), "|"+one+"|2100|2200|0")
	check(4, "quoted", joined(by[4].Quoted.ID, by[4].Quoted.Text, by[4].Quoted.Sender.JID, by[4].Sender.JID), "Q|what was said|"+one+"|"+two)
	check(4, "mentions", []string{by[4].Mentions[0].JID, by[4].Mentions[1].JID}, []string{two, "1@s.whatsapp.net"})
	check(5, "deleted", joined(by[5].Type, by[5].Revoked, by[5].RevokeBy.JID), "deleted|true|"+two)
	check(6, "note", by[6].System.Text, "+41 797 654 321 changed the group's name to “New”")
	check(7, "receipts", joined(len(by[7].Receipts), by[7].Receipts[1].Person.JID, ms(by[7].Receipts[1].Delivered)), "2|"+two+"|6300")
	check(8, "type", by[8].Type, "type:77")
	check(9, "note", by[9].System.Text, "+41 797 654 321 removed +41 791 234 567, +41 790 000 000")
	check(10, "media", joined(by[10].Text, by[10].Media.Path, by[10].Media.MIME, by[10].Media.Bytes, by[10].Media.Name, by[10].Media.Caption, by[10].Media.SHA256), "a caption|Media/IMG-2016.jpeg|image/jpeg|999|x.jpg|a caption|aGFzaA==")
	check(11, "voice", joined(by[11].Type, by[11].Media.Seconds), "voice|7")
	check(12, "place", *by[12].Location, chat.Location{Lat: 47.5, Lon: 8.5, Name: "Café", Address: "Street 1"})
	check(13, "card", joined(by[13].Text, by[13].Contacts[0].Name), "|Ana")
	check(14, "cards", joined(by[14].Contacts[0].Name, by[14].Contacts[1].Name), "One|Two")
	check(15, "missed", by[15].Call.Result, "missed")
	check(16, "call", by[16].Type, chat.CallT)

	chats := a.Chats()
	var names []string
	for _, c := range chats {
		names = append(names, joined(c.Name, c.Kind, c.Messages, c.Archived, c.Group))
		got, err := a.Messages(c.Row, 0, 100)
		if err != nil || int64(len(got)) != c.Messages {
			t.Errorf("%d messages of %q: %v", len(got), c.Name, err)
		}
		for _, m := range got {
			check(m.Row, "preview", m, *by[m.Row])
		}
		if n, _ := a.Count(c.Row); int64(n) != c.Messages {
			t.Errorf("Count: %d", n)
		}
	}
	want := "2@s.whatsapp.net|direct|7|false|false\nStatus|status|1|false|false\n+41 791 234 567|direct|2|false|false\nOld group|group|5|true|true"
	if got := strings.Join(names, "\n"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := each(t, a, chat.Filter{Chats: []int64{chats[3].Row}}); len(got) != 5 {
		t.Errorf("%d messages of the group", len(got))
	}
	// The number of a chat is the same in another backup of the phone.
	other := restoreSQL(t, nil, oldSchema, `INSERT INTO messages (key_remote_jid,key_id,media_wa_type) VALUES ('x@g.us','1','0'),('1-1@g.us','2','0')`)
	if n, _ := other.Count(chats[3].Row); n != 1 {
		t.Error("the group has another number")
	}
}

// The last versions of the old layout had chats in tables of the new one.
func TestOldMessagesNewChats(t *testing.T) {
	contacts := loadContacts(t, `CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY, jid TEXT, wa_name TEXT)`, `INSERT INTO wa_contacts VALUES (1,'2@s.whatsapp.net','Two')`)
	a := restoreSQL(t, contacts, peopleSchema, oldSchema, strings.Split(oldRows, "INSERT INTO chat_list")[0],
		`INSERT INTO jid VALUES (5,'1-1','g.us','1-1@g.us'),(6,'41791234567','s.whatsapp.net','41791234567@s.whatsapp.net')`,
		`INSERT INTO chat (_id,jid_row_id,subject,archived,sort_timestamp) VALUES (1,5,'From chat',1,10)`,
		`INSERT INTO message (_id,chat_row_id,key_id) VALUES (1,-1,'-1')`,
		`CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, file_path TEXT, file_size INTEGER)`,
		`INSERT INTO message_media VALUES (10,'Media/other.jpg',5)`,
		`CREATE TABLE receipt_user (_id INTEGER PRIMARY KEY, message_row_id INTEGER, receipt_user_jid_row_id INTEGER, receipt_timestamp INTEGER)`,
		`INSERT INTO receipt_user VALUES (1,3,6,77)`)
	names := map[string]bool{}
	for _, c := range a.Chats() {
		names[joined(c.Name, c.Archived)] = true
	}
	if !names["From chat|true"] || !names["Two|false"] || len(names) != 4 {
		t.Errorf("%v", names)
	}
	for _, m := range each(t, a, chat.Filter{}) {
		if m.Row == 10 && joined(m.Media.Path, m.Media.Bytes, m.Media.MIME, m.Sender.Name) != "Media/other.jpg|5|image/jpeg|Two" {
			t.Errorf("%s", jsonOf(t, m))
		}
		if m.Row == 3 && (len(m.Receipts) != 1 || ms(m.Receipts[0].Delivered) != "77") {
			t.Errorf("%s", jsonOf(t, m))
		}
	}
}

// Where both layouts have messages, the one with more of them counts.
func TestBothLayouts(t *testing.T) {
	for _, tt := range []struct {
		extra string
		want  string
	}{
		{"", "n1 n2"},
		{`INSERT INTO messages (key_remote_jid,key_id,data,media_wa_type) VALUES ('a','o3','o3','0')`, "o1 o2 o3"},
	} {
		a := restoreSQL(t, nil, peopleSchema, oldSchema, `INSERT INTO message (_id,chat_row_id,message_type,text_data) VALUES (2,1,0,'n1'),(3,1,0,'n2')`,
			`INSERT INTO messages (key_remote_jid,key_id,data,media_wa_type) VALUES ('a','o1','o1','0'),('a','o2','o2','0')`, tt.extra)
		var texts []string
		for _, m := range each(t, a, chat.Filter{}) {
			texts = append(texts, m.Text)
		}
		if got := strings.Join(texts, " "); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
