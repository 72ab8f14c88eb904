package whatsapp_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

// altered is a database that is changed anew for each case.
type altered struct {
	dir, path string
	whole     []byte
}

func newAltered(t *testing.T, make func(path string)) *altered {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "whole.db")
	make(path)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return &altered{dir, path, whole}
}

// with returns the database after the SQL.
func (x *altered) with(t *testing.T, sql string) []byte {
	t.Helper()
	path := filepath.Join(x.dir, "case.db")
	if err := os.WriteFile(path, x.whole, 0o600); err != nil {
		t.Fatal(err)
	}
	conn, err := sqlite3.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Exec("PRAGMA journal_mode=off; PRAGMA synchronous=off; " + sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
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

// columns lists "table.column" of all tables that are read and are there.
func (x *altered) columns(t *testing.T) (tables []string, columns [][2]string) {
	t.Helper()
	read := whatsapp.TablesRead()
	for _, row := range query(t, x.path, `SELECT m.name, p.name, p.pk FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type='table' ORDER BY 1, 2`) {
		wanted, ok := read[row[0]]
		if !ok {
			continue
		}
		if !slices.Contains(tables, row[0]) {
			tables = append(tables, row[0])
		}
		if slices.Contains(wanted, row[1]) && row[2] == "0" {
			columns = append(columns, [2]string{row[0], row[1]})
		}
	}
	return tables, columns
}

// readAll restores a database through every method and counts its messages.
func readAll(t *testing.T, db []byte) (int, error) {
	t.Helper()
	spool, err := pages.NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = spool.Close() }()
	a := whatsapp.NewArchive(spool, nil)
	if err := a.Fill(context.Background(), payloadOf(t, db, 0), nil); err != nil {
		return 0, err
	}
	if err := a.Problems(); err != nil {
		return 0, err
	}
	count, listed := 0, int64(0)
	err = a.Each(context.Background(), chat.Filter{}, func(m *chat.Message) error {
		count++
		if m.Type == "" || m.System != nil && m.System.Text == "" {
			t.Errorf("row %d has no words: %+v", m.Row, m)
		}
		return nil
	})
	for _, c := range a.Chats() {
		if c.Name == "" || c.Kind == "" {
			t.Errorf("%+v", c)
		}
		listed += c.Messages
		if _, err := a.Messages(c.Row, 0, 30); err != nil {
			t.Error(err)
		}
	}
	if n, _ := a.Total(); int(n) != count || listed != n {
		t.Errorf("%d messages in all, %d in chats, %d one by one", n, listed, count)
	}
	return count, err
}

func layouts(t *testing.T) map[string]*altered {
	return map[string]*altered{
		"2026": newAltered(t, func(path string) {
			// A chat's messages are counted by chat_row_id, so that the longest
			// text is not needed here.
			if _, err := fixtures.Generate(context.Background(), path, fixtures.Options{Messages: 200, Chats: 8}); err != nil {
				t.Fatal(err)
			}
			conn, err := sqlite3.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := conn.Exec("UPDATE message SET text_data='long' WHERE length(text_data)>2000; " + dropIndexes(t, path) + "VACUUM"); err != nil {
				t.Fatal(err)
			}
			if err := conn.Close(); err != nil {
				t.Fatal(err)
			}
		}),
		"old": newAltered(t, func(path string) {
			if err := os.WriteFile(path, sqlDatabase(t, peopleSchema, oldSchema, oldRows), 0o600); err != nil {
				t.Fatal(err)
			}
		}),
	}
}

// dropIndexes is SQL: columns that are indexed can't be dropped.
func dropIndexes(t *testing.T, path string) string {
	t.Helper()
	var sql strings.Builder
	for _, row := range query(t, path, `SELECT name FROM sqlite_schema WHERE type='index' AND sql IS NOT NULL`) {
		sql.WriteString("DROP INDEX " + row[0] + "; ")
	}
	return sql.String()
}

// carries tells what the counts hang on: without it there are no messages to
// count.
func carries(layout string, c [2]string) bool {
	if layout == "old" {
		return c == [2]string{"messages", "key_remote_jid"}
	}
	return c == [2]string{"message", "chat_row_id"}
}

// some leaves out most cases under the race detector, which is slow and looks
// for something else.
func some[T any](cases []T) []T {
	if !underRace {
		return cases
	}
	var few []T
	for i := 0; i < len(cases); i += 10 {
		few = append(few, cases[i])
	}
	return few
}

// Tables and columns missing, one by one: nothing fails, and the messages are
// all there.
func TestAnyTableOrColumnMissing(t *testing.T) {
	for name, x := range layouts(t) {
		t.Run(name, func(t *testing.T) {
			want, err := readAll(t, x.whole)
			if err != nil || want == 0 {
				t.Fatalf("%d messages, %v", want, err)
			}
			tables, columns := x.columns(t)
			for _, table := range some(tables) {
				if table == "message" || table == "messages" {
					continue
				}
				if n, err := readAll(t, x.with(t, "DROP TABLE "+table)); n != want || err != nil {
					t.Errorf("without %s: %d messages, %v", table, n, err)
				}
			}
			for _, c := range some(columns) {
				sql := "ALTER TABLE " + c[0] + " DROP COLUMN " + c[1]
				if c == [2]string{"chat", "jid_row_id"} || c == [2]string{"chat_list", "key_remote_jid"} {
					// SQLite drops no UNIQUE column.
					sql = "ALTER TABLE " + c[0] + " RENAME COLUMN " + c[1] + " TO renamed"
				}
				n, err := readAll(t, x.with(t, sql))
				if carries(name, c) {
					if n != 0 || err != nil {
						t.Errorf("without %v: %d messages, %v", c, n, err)
					}
				} else if n != want || err != nil {
					t.Errorf("without %v: %d messages, %v", c, n, err)
				}
			}
		})
	}
}

// NULL in every row of every column, one by one.
func TestAnyColumnNull(t *testing.T) {
	for name, x := range layouts(t) {
		t.Run(name, func(t *testing.T) {
			want, err := readAll(t, x.whole)
			if err != nil {
				t.Fatal(err)
			}
			_, columns := x.columns(t)
			for _, c := range some(columns) {
				if carries(name, c) {
					continue
				}
				// The constraints of the schema are what an app meant, not what
				// a file holds.
				n, err := readAll(t, x.with(t, `PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql=replace(sql,'NOT NULL','') WHERE name='`+c[0]+`';
					PRAGMA writable_schema=RESET; UPDATE `+c[0]+" SET "+c[1]+"=NULL"))
				if n != want || err != nil {
					t.Errorf("NULL in %v: %d messages, %v", c, n, err)
				}
			}
		})
	}
}
