//go:build !windows

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/driver"

	"touchback/fixtures"
	"touchback/restore/run"
)

// toTouch walks the demo from its start to the blinking key.
func (t *terminal) toTouch() {
	t.t.Helper()
	t.sees("This is the backup")
	t.press(enter)
	t.sees("How would you like to open it?")
	t.press(enter)
	t.sees("8 tries are left")
	t.press(fixtures.SamplePIN)
	t.sees("••••••")
	t.press(enter)
	t.sees("space touches it")
}

// TestDemo walks the whole way on a screen: PIN, touch, verified, messages,
// a file.
func TestDemo(t *testing.T) {
	term := open(t, 80, 24, "demo")
	term.toTouch()
	term.press(" ")
	term.sees("✓ verified")
	term.sees("Are we still on for tomorrow?")
	term.sees("✓ restore")
	term.press(enter)
	term.sees("msgstore-html")
	term.press(down)
	term.sees("msgstore.jsonl")
	term.press(enter)
	term.sees("Your messages are saved")
	term.sees("nothing else")
	term.press(enter)
	if code := term.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	sameAsSQL(t, filepath.Join(term.cmd.Dir, "msgstore.jsonl"))
	left, err := os.ReadDir(term.cmd.Dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}

// sameAsSQL compares a JSONL of the sample with SQL on its database.
func sameAsSQL(t *testing.T, jsonl string) {
	t.Helper()
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	key := fixtures.SampleKey()
	defer key.Wipe()
	keyFile, db := filepath.Join(dir, "key.txt"), filepath.Join(dir, "msgstore.db")
	if err := os.WriteFile(keyFile, groups(key), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := run.Write(context.Background(), filepath.Join(dir, fixtures.SampleBackup), "",
		run.Access{KeyFile: keyFile}, run.Output{Format: run.Payload, Path: db})
	if err != nil {
		t.Fatal(err)
	}
	sql, err := driver.Open("file:" + db)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sql.Close() }()
	rows, err := sql.Query(`SELECT m._id, m.chat_row_id, m.key_id, m.timestamp, m.from_me, m.message_type,
		coalesce(m.text_data, ''), coalesce(j.raw_string, '')
		FROM message m LEFT JOIN jid j ON j._id = m.sender_jid_row_id AND NOT m.from_me
		WHERE m.chat_row_id > 0 ORDER BY m._id`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	f, err := os.Open(jsonl)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	n := 0
	for rows.Next() {
		n++
		var row, chat, stamp, kind int64
		var fromMe bool
		var id, text, sender string
		if err := rows.Scan(&row, &chat, &id, &stamp, &fromMe, &kind, &text, &sender); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() {
			t.Fatalf("%d lines, and SQL has more: %v", n-1, lines.Err())
		}
		var got struct {
			Row, Chat int64
			ID        string
			Time      time.Time
			FromMe    bool `json:"from_me"`
			Sender    string
			Text      string
			Type      string
		}
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if got.Row != row || got.Chat != chat || got.ID != id || got.Time.UnixMilli() != stamp || got.FromMe != fromMe {
			t.Errorf("line %d is %+v, SQL has %d %d %s %d %v", n, got, row, chat, id, stamp, fromMe)
		}
		if sender != "" && !strings.HasSuffix(sender, "@lid") && got.Sender != sender {
			t.Errorf("line %d is from %q, SQL says %q", n, got.Sender, sender)
		}
		if kind == 0 && got.Text != text {
			t.Errorf("line %d says %q, SQL %q", n, got.Text, text)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if lines.Scan() || n == 0 {
		t.Errorf("more lines than the %d of SQL", n)
	}
}

// TestDemoMistakes takes every wrong turn that the drawn key can take: a wrong
// PIN, the key pulled out while it blinks, no key, no touch wanted after all.
func TestDemoMistakes(t *testing.T) {
	term := open(t, 80, 24, "demo")
	term.sees("This is the backup")
	term.press(enter)
	term.sees("How would you like to open it?")
	term.press(enter)
	term.sees("8 tries are left")
	term.press("654321")
	term.sees("••••••")
	term.press(enter)
	term.sees("7 tries are left")
	term.press(enter)
	term.sees("PIN  →")
	term.press(fixtures.SamplePIN)
	term.sees("••••••")
	term.press(enter)
	term.sees("space touches it")
	term.press("u")
	term.sees("The key was taken out")
	term.press(enter)
	term.sees("Insert Demo key")
	term.press("p")
	term.sees("8 tries are left")
	term.press(escape)
	term.sees("How would you like to open it?")
	term.press(ctrlC, ctrlC)
	if code := term.ends(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	if left, _ := os.ReadDir(term.cmd.Dir); len(left) > 0 {
		t.Errorf("left in the folder: %v", left)
	}
}

// TestResizeStorm resizes the window every 10 ms while the PIN is typed and
// the key blinks: each is a signal that libfido2 alone would give up at.
func TestResizeStorm(t *testing.T) {
	term := open(t, 80, 24, "demo")
	term.sees("This is the backup")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-tick.C:
				term.resize(80+i%2, 24)
			}
		}
	}()
	end := func() { close(stop); <-stopped; term.resize(80, 24) }
	func() {
		defer end()
		term.press(enter)
		term.sees("How would you like to open it?")
		term.press(enter)
		term.sees("8 tries are left")
		for _, digit := range fixtures.SamplePIN {
			term.press(string(digit))
		}
		term.sees("••••••")
		term.press(enter)
		term.sees("0:03 of 0:30") // three seconds of it, on the key's own clock
		term.press(" ")
		term.sees("✓ verified")
	}()
	term.sees("Are we still on for tomorrow?")
}
