package whatsapp_test

import (
	"strings"
	"testing"

	"touchback/restore/chat"
)

// What the app noted, in words, and calls, told by SQL one can read.
func TestSystemAndCalls(t *testing.T) {
	a := restoreSQL(t, nil, peopleSchema, `
		CREATE TABLE message_system (message_row_id INTEGER PRIMARY KEY, action_type INTEGER NOT NULL);
		CREATE TABLE message_system_value_change (message_row_id INTEGER PRIMARY KEY, old_data TEXT);
		CREATE TABLE message_system_number_change (message_row_id INTEGER PRIMARY KEY, old_jid_row_id INTEGER, new_jid_row_id INTEGER);
		CREATE TABLE message_system_chat_participant (message_row_id INTEGER, user_jid_row_id INTEGER);
		CREATE TABLE message_system_block_contact (message_row_id INTEGER PRIMARY KEY, is_blocked INTEGER);
		CREATE TABLE message_ephemeral_setting (message_row_id INTEGER PRIMARY KEY, setting_duration INTEGER);
		CREATE TABLE missed_call_logs (_id INTEGER PRIMARY KEY, message_row_id INTEGER, video_call INTEGER);
		CREATE TABLE call_log (_id INTEGER PRIMARY KEY, call_id TEXT, video_call INTEGER, duration INTEGER, call_result INTEGER);
		CREATE TABLE message_call_log (message_row_id INTEGER PRIMARY KEY, call_log_row_id INTEGER);
		INSERT INTO jid VALUES (1,'41791234567','s.whatsapp.net','41791234567@s.whatsapp.net'),(2,'41797654321','s.whatsapp.net','41797654321@s.whatsapp.net'),(3,'1-1','g.us','1-1@g.us');
		INSERT INTO chat (_id,jid_row_id,subject) VALUES (1,1,NULL),(2,3,'Group');
		INSERT INTO message (_id,chat_row_id,from_me,key_id,sender_jid_row_id,message_type,text_data,status) VALUES
			(2,2,0,'a',1,7,'New',6),(3,2,0,'b',1,7,NULL,6),(4,2,1,'c',0,7,NULL,6),(5,2,0,'d',NULL,7,NULL,6),(6,2,0,'e',1,7,NULL,6),
			(7,1,0,'f',0,7,NULL,6),(8,1,0,'g',0,36,NULL,6),(9,1,0,'h',0,7,NULL,6),(10,1,0,'i',0,112,NULL,6),(11,1,0,'j',0,7,NULL,6),
			(12,1,0,'k',0,0,'old note',6),
			(20,1,0,'K1',0,90,NULL,0),(21,1,1,'call:K2',0,90,NULL,5),(22,1,0,'K3',0,90,NULL,0),(23,1,0,'K4',0,90,NULL,0),(24,1,0,'K5',0,10,NULL,0),(25,1,0,'K6',0,90,NULL,0);
		INSERT INTO message_system VALUES (2,1),(3,12),(4,5),(5,7),(6,10),(7,58),(9,68),(11,777);
		INSERT INTO message_system_value_change VALUES (2,'Old');
		INSERT INTO message_system_chat_participant VALUES (3,1),(3,2);
		INSERT INTO message_system_number_change VALUES (6,1,2);
		INSERT INTO message_system_block_contact VALUES (7,0);
		INSERT INTO message_ephemeral_setting VALUES (8,604800),(9,0);
		INSERT INTO call_log VALUES (1,'call:K1',1,61,5),(2,'call:K2',0,0,2),(3,'K3',0,0,4),(9,'elsewhere',0,5,77);
		INSERT INTO message_call_log VALUES (23,9);
		INSERT INTO missed_call_logs VALUES (1,24,1)`)
	want := map[int64]string{
		2: "subject|+41 791 234 567 changed the group's name from “Old” to “New”", 3: "added|+41 791 234 567, +41 797 654 321 joined the group",
		4: "left|You left", 5: "removed|Someone was removed",
		6: "number_changed|+41 791 234 567 changed their phone number to +41 797 654 321", 7: "unblocked|This contact was unblocked",
		8: "timer|Disappearing messages were set to 7 days", 9: "timer|Disappearing messages were turned off",
		10: "advanced_privacy|Advanced chat privacy was changed", 11: "action:777|Note 777 of the app", 12: "unknown|A note of the app",
		20: "answered video 61", 21: "missed", 22: "rejected", 23: "result:77", 24: "missed video", 25: "no log",
	}
	for _, m := range each(t, a, chat.Filter{}) {
		got := ""
		switch {
		case m.System != nil && m.Type == chat.SystemT:
			got = m.System.Action + "|" + m.System.Text
		case m.Call != nil && m.Type == chat.CallT:
			got = m.Call.Result
			if m.Call.Video {
				got += " video"
			}
			if m.Call.Seconds == 61 {
				got += " 61"
			}
		case m.Type == chat.CallT:
			got = "no log"
		}
		if got != want[m.Row] {
			t.Errorf("row %d: %q, want %q", m.Row, got, want[m.Row])
		}
	}
}

// Many of everything on one message, long after it.
func TestReactionsFarAway(t *testing.T) {
	var sql strings.Builder
	sql.WriteString(peopleSchema + `;
		CREATE TABLE message_add_on (_id INTEGER PRIMARY KEY, from_me INTEGER, sender_jid_row_id INTEGER, parent_message_row_id INTEGER, timestamp INTEGER, message_add_on_type INTEGER);
		CREATE TABLE message_add_on_reaction (message_add_on_row_id INTEGER PRIMARY KEY, reaction TEXT, sender_timestamp INTEGER);
		WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM n WHERE i<20001)
			INSERT INTO message (_id,chat_row_id,key_id,message_type) SELECT i,1,'k'||i,0 FROM n;
		WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM n WHERE i<20001)
			INSERT INTO message_add_on (_id,from_me,parent_message_row_id,timestamp,message_add_on_type) SELECT i,1,20003-i,1000+i,56 FROM n;
		INSERT INTO message_add_on (_id,from_me,parent_message_row_id,timestamp,message_add_on_type) VALUES (30000,1,2,5,56),(30001,1,2,5,67),(30002,1,3,5,56);
		INSERT INTO message_add_on_reaction SELECT _id, 'r'||_id, CASE WHEN _id%2 THEN timestamp END FROM message_add_on WHERE _id<>30002;
		INSERT INTO message_add_on (_id,from_me,parent_message_row_id,message_add_on_type) VALUES (30003,1,4,56);
		INSERT INTO message_add_on_reaction VALUES (30003,'',7)`)
	a := restoreSQL(t, nil, sql.String())
	for _, m := range each(t, a, chat.Filter{}) {
		want := []string{"r" + jsonOf(t, 20003-m.Row)}
		if m.Row == 2 {
			want = append(want, "r30000")
		}
		var got []string
		for _, r := range m.Reactions {
			got = append(got, r.Emoji)
			if r.Time.IsZero() {
				t.Errorf("row %d: a reaction without a time", m.Row)
			}
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("row %d: %q, want %q", m.Row, got, want)
		}
	}
}
