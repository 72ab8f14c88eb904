package whatsapp_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/whatsapp"
)

// sqlDatabase makes a database from SQL and returns its file.
func sqlDatabase(t testing.TB, sql ...string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.db")
	conn, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	// Nothing of it has to outlive a crash.
	if err := conn.Exec("PRAGMA journal_mode=off; PRAGMA synchronous=off"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Exec(strings.Join(sql, ";\n")); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func restoreSQL(t testing.TB, contacts *whatsapp.Contacts, sql ...string) *whatsapp.Archive {
	t.Helper()
	a := whatsapp.NewArchive(newSpool(t), contacts)
	if err := a.Fill(context.Background(), payloadOf(t, sqlDatabase(t, sql...), 1), nil); err != nil {
		t.Fatal(err)
	}
	return a
}

// shared reads a schema of the third-party data beside the module's root.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "whatsapp", name)
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Skipf("SKIPPED: the third-party test data is not there: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// statements drops what can't be replayed from a dump of a schema.
func statements(schema string) string {
	var kept []string
	for _, s := range strings.Split(schema, ";\n") {
		s = strings.TrimSpace(s)
		if strings.HasPrefix(s, "CREATE TABLE") && !strings.Contains(s, "sqlite_sequence") {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, ";\n")
}

const someRows = `
	INSERT INTO jid (_id,user,server,raw_string) VALUES (1,'41791234567','s.whatsapp.net','41791234567@s.whatsapp.net'),(2,'1-2','g.us','1-2@g.us');
	INSERT INTO chat (_id,jid_row_id,subject,sort_timestamp) VALUES (1,1,NULL,5),(2,2,'Group',6);
	INSERT INTO message (_id,chat_row_id,from_me,key_id,sort_id) VALUES (1,-1,0,'-1',0);
	INSERT INTO message (_id,chat_row_id,from_me,key_id,timestamp,message_type,text_data,sort_id) VALUES (2,1,0,'A',1700000000000,0,'hello',2);
	INSERT INTO message (_id,chat_row_id,from_me,key_id,sort_id) VALUES (3,2,0,'B',3);
	INSERT INTO message_media (message_row_id,mime_type) VALUES (4,'image/jpeg');
	INSERT INTO message (_id,chat_row_id,from_me,key_id,timestamp,message_type,sort_id) VALUES (4,2,1,'C',1700000000001,1,4)`

// The schemas of 2022 and 2026, whole, with rows of mostly NULL.
func TestRealSchemas(t *testing.T) {
	for _, name := range []string{"msgstore_2022.sql", "msgstore_2026.sql"} {
		t.Run(name, func(t *testing.T) {
			a := restoreSQL(t, nil, statements(shared(t, name)), someRows)
			if err := a.Problems(); err != nil {
				t.Error(err)
			}
			all := each(t, a, chat.Filter{})
			if len(all) != 3 || all[0].Text != "hello" || all[0].Sender.Name != "+41 791 234 567" || all[2].Media == nil || all[2].Media.MIME != "image/jpeg" {
				t.Errorf("%s", jsonOf(t, all))
			}
			if chats := a.Chats(); len(chats) != 2 || chats[0].Name != "Group" || chats[1].Name != "+41 791 234 567" {
				t.Errorf("%s", jsonOf(t, chats))
			}
		})
	}
}

// A database with as good as nothing in it.
func TestBareSchema(t *testing.T) {
	a := restoreSQL(t, nil, `CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id, message_type)`,
		`INSERT INTO message VALUES (1,-1,0),(2,7,0),(3,7,1),(4,'seven',0),(5,NULL,0),(6,0,0),(7,8,90),(8,8,7),(9,8,66),(10,8,5),(11,8,4),(12,8,10),(13,8,15)`)
	all := each(t, a, chat.Filter{})
	if n, chats := a.Total(); n != 9 || chats != 2 || len(all) != 9 {
		t.Errorf("%d messages, %d chats: %s", n, chats, jsonOf(t, all))
	}
	for _, c := range a.Chats() {
		if c.Name == "" {
			t.Errorf("no name: %+v", c)
		}
		if _, err := a.Messages(c.Row, 0, 100); err != nil {
			t.Error(err)
		}
	}
}

// Any column of any table may hold NULL, or what does not belong there.
func TestOddValuesAnywhere(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "msgstore.db")
	truth, err := fixtures.Generate(ctx, path, fixtures.Options{Messages: 800})
	if err != nil {
		t.Fatal(err)
	}
	tables := query(t, path, `SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type='table' AND p.pk=0 AND p.name NOT IN ('chat_row_id')`)
	schema := query(t, path, `SELECT name, sql FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%'`)
	for _, odd := range []string{"NULL", "x'00ff'", "'text'", "-1", "9223372036854775807", "1e300"} {
		t.Run(odd, func(t *testing.T) {
			var sql []string
			sql = append(sql, "ATTACH '"+path+"' AS was")
			for _, s := range schema {
				bare := strings.NewReplacer(" NOT NULL", "", " UNIQUE", "").Replace(s[1])
				sql = append(sql, bare, "INSERT INTO "+s[0]+" SELECT * FROM was."+s[0])
			}
			// A third of all rows, column by column, so that much stays whole.
			for i, c := range tables {
				if !strings.HasPrefix(c[0], "sqlite_") {
					sql = append(sql, "UPDATE "+c[0]+" SET "+c[1]+"="+odd+" WHERE (rowid+"+string(rune('0'+i%3))+")%3=0")
				}
			}
			sql = append(sql, "DETACH was")
			a := restoreSQL(t, nil, sql...)
			if err := a.Problems(); err != nil {
				t.Error(err)
			}
			if got := each(t, a, chat.Filter{}); int64(len(got)) != truth.Messages {
				t.Errorf("%d messages, want %d", len(got), truth.Messages)
			}
			for _, c := range a.Chats() {
				if _, err := a.Messages(c.Row, 0, 1000); err != nil || c.Name == "" {
					t.Errorf("chat %d %q: %v", c.Row, c.Name, err)
				}
			}
		})
	}
}

// Bytes that are wrong, in a database that verified: rows may be missing, and
// nothing else happens.
func TestDamagedDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "msgstore.db")
	if _, err := fixtures.Generate(context.Background(), path, fixtures.Options{Messages: 600}); err != nil {
		t.Fatal(err)
	}
	plain, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		bad := append([]byte(nil), plain...)
		for range 1 + rnd.IntN(200) {
			bad[100+rnd.IntN(len(bad)-100)] = byte(rnd.Uint32())
		}
		a := whatsapp.NewArchive(newSpool(t), nil)
		if err := a.Fill(context.Background(), payloadOf(t, bad, 0), nil); err != nil {
			continue // the table message is gone
		}
		count := int64(0)
		if err := a.Each(context.Background(), chat.Filter{}, func(*chat.Message) error { count++; return nil }); err != nil {
			t.Errorf("Each: %v", err)
		}
		if n, _ := a.Total(); n != count {
			t.Errorf("%d messages in all, %d one by one", n, count)
		}
		for _, c := range a.Chats() {
			if _, err := a.Messages(c.Row, 0, 50); err != nil {
				t.Errorf("Messages: %v", err)
			}
		}
	}
}

func TestTheRealBackup(t *testing.T) {
	plain := []byte(shared(t, "msgstore.db"))
	a := whatsapp.NewArchive(newSpool(t), nil)
	if err := a.Fill(context.Background(), payloadOf(t, plain, 1), nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "msgstore.db")
	if err := os.WriteFile(path, plain, 0o600); err != nil {
		t.Fatal(err)
	}
	// Its messages were never moved to the newer layout.
	want := query(t, path, `SELECT count(*) FROM messages WHERE key_remote_jid<>'-1'`)[0][0]
	n, _ := a.Total()
	if got := jsonOf(t, n); got != want || len(each(t, a, chat.Filter{})) != int(n) {
		t.Errorf("%s messages, SQL counts %s", got, want)
	}
	paths := 0
	for _, m := range each(t, a, chat.Filter{}) {
		if m.Media == nil || m.Media.MIME == "" || m.Sender.Name != "WhatsApp" {
			t.Errorf("%s", jsonOf(t, m))
		} else if m.Media.Path != "" {
			paths++
		}
	}
	if want := query(t, path, `SELECT count(*) FROM messages WHERE instr(thumb_image, CAST('Media/' AS BLOB))`)[0][0]; jsonOf(t, paths) != want {
		t.Errorf("%d files have a path, SQL counts %s", paths, want)
	}
	if chats := a.Chats(); len(chats) != 1 || chats[0].Kind != chat.KindStatus || chats[0].Messages != 9 {
		t.Errorf("%s", jsonOf(t, chats))
	}
	if err := a.Problems(); err != nil {
		t.Error(err)
	}
}
