package whatsapp_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"touchback/restore/chat"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

const peopleSchema = `
	CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
	CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY NOT NULL, jid_row_id INTEGER NOT NULL);
	CREATE TABLE lid_display_name (lid_row_id INTEGER PRIMARY KEY, display_name TEXT, username TEXT);
	CREATE TABLE newsletter (chat_row_id INTEGER PRIMARY KEY, name TEXT);
	CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, hidden INTEGER, subject TEXT, archived INTEGER, sort_timestamp INTEGER);
	CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT, sender_jid_row_id INTEGER, status INTEGER,
		origination_flags INTEGER, origin INTEGER, timestamp INTEGER, message_type INTEGER, text_data TEXT, starred INTEGER)`

func loadContacts(t *testing.T, sql ...string) *whatsapp.Contacts {
	t.Helper()
	c, err := whatsapp.LoadContacts(context.Background(), payloadOf(t, sqlDatabase(t, sql...), 1), newSpool(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestChatNames(t *testing.T) {
	contacts := loadContacts(t, `CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY, jid TEXT, display_name TEXT, wa_name TEXT, number TEXT)`,
		`INSERT INTO wa_contacts (jid,display_name,wa_name,number) VALUES
			('1@s.whatsapp.net','Saved','Chosen','+1'),('2@s.whatsapp.net',NULL,'Chosen','+2'),('3@s.whatsapp.net','','','+41 79 000 00 03'),
			('4@s.whatsapp.net','Behind a LID',NULL,NULL),('5@lid','Saved LID',NULL,NULL),('6@s.whatsapp.net',NULL,NULL,NULL)`)
	if contacts.Len() != 5 {
		t.Errorf("%d contacts", contacts.Len())
	}
	a := restoreSQL(t, contacts, peopleSchema, `INSERT INTO jid VALUES
			(1,'1','s.whatsapp.net','1@s.whatsapp.net'),(2,'2','s.whatsapp.net','2@s.whatsapp.net'),(3,'3','s.whatsapp.net','3@s.whatsapp.net'),
			(4,'4','s.whatsapp.net','4@s.whatsapp.net'),(5,'5','lid','5@lid'),(6,'41791234567','s.whatsapp.net','41791234567@s.whatsapp.net'),
			(7,'70','lid','70@lid'),(8,'80','lid','80@lid'),(9,'90','lid','90@lid'),(10,'100','lid','100@lid'),(11,'110','lid',NULL),
			(12,'1-1','g.us','1-1@g.us'),(13,'status','broadcast','status@broadcast'),(14,'140','newsletter','140@newsletter'),
			(15,'0','s.whatsapp.net','0@s.whatsapp.net'),(16,NULL,NULL,'strange')`,
		`INSERT INTO jid_map VALUES (7,4),(9,6)`,
		`INSERT INTO lid_display_name VALUES (8,'Shown',NULL),(10,'','user_name')`,
		`INSERT INTO newsletter VALUES (14,'News')`,
		`INSERT INTO chat (_id,jid_row_id,subject) SELECT _id,_id,CASE _id WHEN 12 THEN 'Hiking' END FROM jid`,
		`INSERT INTO chat (_id,jid_row_id) VALUES (17,999),(18,NULL)`,
		`INSERT INTO chat (_id,jid_row_id,hidden) VALUES (19,1,1)`)
	want := map[int64]string{
		1: "Saved", 2: "Chosen", 3: "+41 79 000 00 03", 4: "Behind a LID", 5: "Saved LID", 6: "+41 791 234 567",
		7: "Behind a LID", 8: "Shown", 9: "+41 791 234 567", 10: "user_name", 11: "110@lid", 12: "Hiking", 13: "Status",
		14: "News", 15: "WhatsApp", 16: "strange", 17: "chat 17", 18: "chat 18",
	}
	chats := a.Chats()
	if len(chats) != len(want) {
		t.Errorf("%d chats, want %d: a hidden one without messages is not listed", len(chats), len(want))
	}
	for _, c := range chats {
		if c.Name != want[c.Row] || c.Group != (c.Row == 12) {
			t.Errorf("chat %d is %q, want %q", c.Row, c.Name, want[c.Row])
		}
	}
}

// Who wrote, where the row says so and where only the chat does.
func TestSenders(t *testing.T) {
	a := restoreSQL(t, nil, peopleSchema,
		`INSERT INTO jid VALUES (1,'41791234567','s.whatsapp.net','41791234567@s.whatsapp.net'),(2,'1-1','g.us','1-1@g.us'),(3,'30','lid','30@lid')`,
		`INSERT INTO chat (_id,jid_row_id,subject) VALUES (1,1,NULL),(2,2,'Group')`,
		`INSERT INTO message (_id,chat_row_id,from_me,key_id,sender_jid_row_id,message_type) VALUES
			(2,1,0,'A',0,0),(3,1,0,'B',NULL,0),(4,1,1,'C',0,0),(5,2,0,'D',3,0),(6,2,0,'E',NULL,0),(7,2,1,'F',NULL,0),(8,1,0,'G',3,0),(9,2,0,'H',777,0)`)
	var got []string
	for _, m := range each(t, a, chat.Filter{}) {
		got = append(got, m.Sender.JID)
	}
	if want := "41791234567@s.whatsapp.net 41791234567@s.whatsapp.net  30@lid   30@lid "; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", strings.Join(got, " "), want)
	}
}

func TestContactsRefuse(t *testing.T) {
	if _, err := whatsapp.LoadContacts(context.Background(), payloadOf(t, []byte("{}"), 1), newSpool(t)); !errors.Is(err, pages.ErrNotSQLite) {
		t.Errorf("JSON: %v", err)
	}
	if c := loadContacts(t, "CREATE TABLE other (x)"); c.Len() != 0 || c.Name("x") != "" {
		t.Error("contacts in a database without any")
	}
	var none *whatsapp.Contacts
	if none.Len() != 0 || none.Name("x") != "" {
		t.Error("nil contacts know someone")
	}
}
