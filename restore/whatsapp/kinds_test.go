package whatsapp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"touchback/fixtures"
	"touchback/restore/chat"
)

func ms(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return fmt.Sprint(t.UnixMilli())
}

func joined(parts ...any) string {
	s := make([]string, len(parts))
	for i, p := range parts {
		s[i] = fmt.Sprint(p)
	}
	return strings.Join(s, "|")
}

// fields are what belongs to messages, as SQL tells it and as the model has
// it: a line each, in the same order.
var fields = []struct {
	name, sql string
	of        func(*chat.Message) []string
}{
	{"receipts", `SELECT m._id, j.raw_string, coalesce(receipt_timestamp,0), coalesce(read_timestamp,0), coalesce(played_timestamp,0)
		FROM receipt_user r JOIN message m ON m._id=r.message_row_id JOIN jid j ON j._id=receipt_user_jid_row_id
		WHERE m.from_me AND m.chat_row_id>0 AND m.message_type NOT IN (7,36,112) ORDER BY m._id, r._id`, func(m *chat.Message) (l []string) {
		for _, r := range m.Receipts {
			l = append(l, joined(r.Person.JID, ms(r.Delivered), ms(r.Read), ms(r.Played)))
		}
		return l
	}},
	{"received", `SELECT _id, received_timestamp FROM message WHERE chat_row_id>0 AND NOT from_me AND received_timestamp>0 ORDER BY _id`, func(m *chat.Message) []string {
		if m.Received.IsZero() {
			return nil
		}
		return []string{ms(m.Received)}
	}},
	{"mentions", `SELECT m._id, j.raw_string FROM message_mentions x JOIN message m ON m._id=x.message_row_id JOIN jid j ON j._id=x.jid_row_id
		WHERE m.chat_row_id>0 ORDER BY m._id, x._id`, func(m *chat.Message) (l []string) {
		for _, p := range m.Mentions {
			l = append(l, p.JID)
		}
		return l
	}},
	{"forwards", `SELECT m._id, forward_score FROM message_forwarded JOIN message m ON m._id=message_row_id WHERE chat_row_id>0 ORDER BY m._id`, func(m *chat.Message) []string {
		if !m.Forward {
			return nil
		}
		return []string{fmt.Sprint(m.Forwards)}
	}},
	{"votes", `SELECT m._id, o.option_name, a.from_me, coalesce(j.raw_string,''), v.sender_timestamp FROM message_add_on a
		JOIN message m ON m._id=a.parent_message_row_id JOIN message_add_on_poll_vote v ON v.message_add_on_row_id=a._id
		JOIN message_add_on_poll_vote_selected_option s ON s.message_add_on_row_id=a._id JOIN message_poll_option o ON o._id=s.message_poll_option_id
		LEFT JOIN jid j ON j._id=a.sender_jid_row_id AND a.sender_jid_row_id>0 WHERE m.chat_row_id>0 ORDER BY m._id, o._id, a._id`, func(m *chat.Message) (l []string) {
		if m.Poll == nil {
			return nil
		}
		for _, o := range m.Poll.Options {
			for _, v := range o.Voters {
				l = append(l, joined(o.Name, flag(v.FromMe), v.Sender.JID, ms(v.Time)))
			}
		}
		return l
	}},
	{"polls", `SELECT p.message_row_id, m.text_data, selectable_options_count, coalesce(end_time,0) FROM message_poll p JOIN message m ON m._id=p.message_row_id ORDER BY 1`, func(m *chat.Message) []string {
		if m.Poll == nil {
			return nil
		}
		return []string{joined(m.Poll.Question, m.Poll.Choices, ms(m.Poll.Ends))}
	}},
	{"vote totals", `SELECT o.message_row_id, o.option_name, o.vote_total FROM message_poll_option o ORDER BY o.message_row_id, o._id`, func(m *chat.Message) (l []string) {
		if m.Poll == nil {
			return nil
		}
		for _, o := range m.Poll.Options {
			if int(o.Votes) != len(o.Voters) {
				l = append(l, "votes and voters disagree")
			}
			l = append(l, joined(o.Name, o.Votes))
		}
		return l
	}},
	{"events", `SELECT message_row_id, name, coalesce(description,''), coalesce(join_link,''), start_time, coalesce(end_time,0), is_canceled, coalesce(location_name,'') FROM message_event
		UNION ALL SELECT message_row_id, title, '', '', scheduled_timestamp_ms, 0, 0, '' FROM message_scheduled_call ORDER BY 1`, func(m *chat.Message) []string {
		e := m.Event
		if e == nil {
			return nil
		}
		place := ""
		if e.Location != nil {
			place = e.Location.Name
		}
		return []string{joined(e.Name, e.Description, e.Link, ms(e.Start), ms(e.End), flag(e.Cancelled), place)}
	}},
	{"responses", `SELECT m._id, a.from_me, coalesce(j.raw_string,''), CASE response WHEN 1 THEN 'going' WHEN 2 THEN 'not_going' WHEN 3 THEN 'maybe' ELSE 'response:'||response END, coalesce(extra_guest_count,0), r.sender_timestamp
		FROM message_add_on a JOIN message_add_on_event_response r ON r.message_add_on_row_id=a._id JOIN message m ON m._id=a.parent_message_row_id
		LEFT JOIN jid j ON j._id=a.sender_jid_row_id AND a.sender_jid_row_id>0 ORDER BY m._id, a._id`, func(m *chat.Message) (l []string) {
		if m.Event == nil {
			return nil
		}
		for _, r := range m.Event.Responses {
			l = append(l, joined(flag(r.FromMe), r.Sender.JID, r.Response, r.Guests, ms(r.Time)))
		}
		return l
	}},
	{"albums", `SELECT a.message_row_id, expected_image_count, expected_video_count, (SELECT group_concat(child_message_row_id,' ') FROM message_association x WHERE parent_message_row_id=a.message_row_id AND association_type=1)
		FROM message_album a ORDER BY 1`, func(m *chat.Message) []string {
		if m.Album == nil {
			return nil
		}
		return []string{joined(m.Album.Images, m.Album.Videos, strings.Trim(fmt.Sprint(m.Album.Parts), "[]"))}
	}},
	{"in albums", `SELECT child_message_row_id, parent_message_row_id FROM message_association WHERE association_type=1 ORDER BY 1`, func(m *chat.Message) []string {
		if m.InAlbum == 0 {
			return nil
		}
		return []string{fmt.Sprint(m.InAlbum)}
	}},
	{"revoked", `SELECT m._id, m.message_type=15 AND m.from_me, CASE WHEN a._id THEN a.raw_string WHEN m.from_me OR m.message_type=64 THEN '' ELSE coalesce(s.raw_string, c.raw_string) END
		FROM message m LEFT JOIN message_revoked r ON r.message_row_id=m._id LEFT JOIN jid a ON a._id=r.admin_jid_row_id LEFT JOIN jid s ON s._id=m.sender_jid_row_id AND s._id>1
		JOIN chat ON chat._id=m.chat_row_id JOIN jid c ON c._id=chat.jid_row_id WHERE m.message_type IN (15,64) ORDER BY 1`, func(m *chat.Message) []string {
		if !m.Revoked {
			return nil
		}
		return []string{joined(flag(m.RevokedByMe), m.RevokeBy.JID)}
	}},
	{"view once", `SELECT message_row_id, 1 FROM message_view_once_media ORDER BY 1`, func(m *chat.Message) []string {
		if !m.ViewOnce {
			return nil
		}
		return []string{"1"}
	}},
	{"people of notes", `SELECT m._id, j.raw_string FROM message_system_chat_participant p JOIN message m ON m._id=p.message_row_id JOIN jid j ON j._id=p.user_jid_row_id ORDER BY m._id, p.rowid`, func(m *chat.Message) (l []string) {
		if m.System == nil || m.System.Action == "number_changed" {
			return nil
		}
		for _, p := range m.System.People {
			l = append(l, p.JID)
		}
		return l
	}},
	{"calls", `SELECT m._id, c.video_call, c.duration, CASE call_result WHEN 2 THEN 'missed' WHEN 3 THEN 'unavailable' WHEN 4 THEN 'rejected' ELSE 'answered' END, c.group_jid_row_id>0
		FROM message m JOIN call_log c ON c.call_id='call:'||m.key_id WHERE message_type=90
		UNION ALL SELECT message_row_id, video_call, 0, 'missed', 0 FROM missed_call_logs ORDER BY 1`, func(m *chat.Message) []string {
		if m.Call == nil {
			return nil
		}
		return []string{joined(flag(m.Call.Video), m.Call.Seconds, m.Call.Result, flag(m.Call.Group))}
	}},
	{"people of calls", `SELECT m._id, j.raw_string, CASE p.call_result WHEN 2 THEN 'missed' WHEN 3 THEN 'unavailable' WHEN 4 THEN 'rejected' ELSE 'answered' END
		FROM message m JOIN call_log c ON c.call_id='call:'||m.key_id JOIN call_log_participant_v2 p ON p.call_log_row_id=c._id JOIN jid j ON j._id=p.jid_row_id ORDER BY m._id, p._id`, func(m *chat.Message) (l []string) {
		if m.Call == nil {
			return nil
		}
		for _, p := range m.Call.People {
			l = append(l, joined(p.Person.JID, p.Result))
		}
		return l
	}},
	{"trade", `SELECT message_row_id, 'product', title FROM message_product UNION ALL SELECT message_row_id, 'order', order_title FROM message_order
		UNION ALL SELECT message_row_id, 'payment', amount_with_symbol FROM message_payment UNION ALL SELECT message_row_id, 'template', content_text_data FROM message_template
		UNION ALL SELECT message_row_id, 'group_invite', coalesce(group_name,'') FROM message_group_invite UNION ALL SELECT message_row_id, 'sticker', pack_name FROM message_sticker_pack ORDER BY 1`, func(m *chat.Message) []string {
		if m.Note == "" {
			return nil
		}
		return []string{string(m.Type) + "|…" + m.Note}
	}},
	{"cards", `SELECT message_row_id, vcard FROM message_vcard ORDER BY message_row_id, _id`, func(m *chat.Message) (l []string) {
		for _, c := range m.Contacts {
			l = append(l, c.VCard)
		}
		return l
	}},
	{"status", `SELECT _id, CASE status WHEN 0 THEN 1 WHEN 4 THEN 2 WHEN 5 THEN 3 WHEN 13 THEN 4 WHEN 8 THEN 5 ELSE 0 END FROM message WHERE from_me AND chat_row_id>0 AND status IN (0,4,5,8,13) AND message_type NOT IN (7,36,112) ORDER BY 1`, func(m *chat.Message) []string {
		if m.Status == chat.StatusNone {
			return nil
		}
		return []string{fmt.Sprint(m.Status)}
	}},
}

// Every kind of message, field by field, against SQL on the plain database.
func TestFieldsAgreeWithSQL(t *testing.T) {
	b := generate(t, fixtures.Options{Seed: 3, Messages: 4000, Hostile: true, Deleted: true})
	all := each(t, b.restore(t), chat.Filter{})
	for _, f := range fields {
		t.Run(f.name, func(t *testing.T) {
			var want, got []string
			for _, row := range query(t, b.db, f.sql) {
				want = append(want, strings.Join(row, "|"))
			}
			for i := range all {
				for _, line := range f.of(&all[i]) {
					got = append(got, joined(all[i].Row, line))
				}
			}
			if len(want) == 0 {
				t.Error("the generator wrote none of it")
			}
			same := func(g, w string) bool {
				row, _, noted := strings.Cut(g, "|…")
				if !noted {
					return g == w
				}
				// A note has what SQL tells within its words.
				return strings.HasPrefix(w, row+"|") && strings.Contains(g, strings.TrimPrefix(w, row+"|"))
			}
			if !slices.EqualFunc(got, want, same) {
				for i := range max(len(got), len(want)) {
					if i >= len(got) || i >= len(want) || !same(got[i], want[i]) {
						t.Fatalf("%d lines, want %d; line %d:\n got %.300q\nwant %.300q", len(got), len(want), i, got[min(i, len(got)):min(i+1, len(got))], want[min(i, len(want)):min(i+1, len(want))])
					}
				}
			}
		})
	}
}

func TestChatKinds(t *testing.T) {
	a := restoreSQL(t, nil, peopleSchema, `ALTER TABLE chat ADD COLUMN group_type INTEGER`, `CREATE TABLE community_chat (chat_row_id INTEGER PRIMARY KEY)`,
		`INSERT INTO jid VALUES (1,'1','s.whatsapp.net','1@s.whatsapp.net'),(2,'2','lid','2@lid'),(3,'1-1','g.us','1-1@g.us'),(4,'1-2','g.us','1-2@g.us'),(5,'1-3','g.us','1-3@g.us'),
			(6,'status','broadcast','status@broadcast'),(7,'77','broadcast','77@broadcast'),(8,'8','newsletter','8@newsletter'),(9,'1-4','g.us','1-4@g.us'),(10,'1-5','g.us','1-5@g.us')`,
		`INSERT INTO chat (_id,jid_row_id,group_type) VALUES (1,1,0),(2,2,0),(3,3,0),(4,4,1),(5,5,3),(6,6,0),(7,7,0),(8,8,0),(9,9,NULL),(10,10,2),(11,NULL,NULL)`,
		`INSERT INTO community_chat VALUES (9),(10)`, `INSERT INTO message (_id,chat_row_id) VALUES (2,12)`)
	want := map[int64]chat.Kind{1: chat.KindDirect, 2: chat.KindDirect, 3: chat.KindGroup, 4: chat.KindCommunity, 5: chat.KindGroup, 6: chat.KindStatus,
		7: chat.KindBroadcast, 8: chat.KindChannel, 9: chat.KindCommunity, 10: chat.KindGroup, 11: chat.KindDirect, 12: chat.KindDirect}
	for _, c := range a.Chats() {
		if c.Kind != want[c.Row] {
			t.Errorf("chat %d is a %q, want %q", c.Row, c.Kind, want[c.Row])
		}
		delete(want, c.Row)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}
