package export

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"touchback/restore/chat"
)

func table(t testing.TB, messages ...chat.Message) string {
	t.Helper()
	var out bytes.Buffer
	s := NewCSV(&out)
	if err := s.Begin(testChats); err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		if err := s.Message(&messages[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.End(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestCSV(t *testing.T) {
	full := fullMessage()
	full.System, full.Call, full.Poll, full.Event, full.Revoked = nil, nil, nil, nil, false
	got := table(t, plainMessage(), full)
	want := csvHeader +
		`2,7,"Ana ""A"" Silva",3EB0,2026-05-12 09:41:05,false,41790000018@s.whatsapp.net,Ana,text,"Are we still on?",,,,,,,,false,false,false,` + "\r\n" +
		`2,7,"Ana ""A"" Silva",3EB0,2026-05-12 09:41:05,false,41790000018@s.whatsapp.net,Ana,text,"Are we still on?",Media/IMG.jpg,image/jpeg,12,Q,q,"👍 You, 😂 x@lid",2026-05-13 00:00:00,false,true,true,read` + "\r\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if n := strings.Count(csvHeader, ","); n != strings.Count(strings.Split(table(t, chat.Message{Type: chat.Text}), "\r\n")[1], ",") {
		t.Error("a row has another number of cells than the header")
	}
}

func TestCSVCells(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"plain", "plain"},
		{"two words", `"two words"`},
		{`say "hi"`, `"say ""hi"""`},
		{"a,b", `"a,b"`},
		{"one\r\ntwo\rthree", "\"one\ntwo\nthree\""},
		{"=1+1", "'=1+1"},
		{"+41 79", `"'+41 79"`},
		{"-2", "'-2"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "\"'\t'=1\""},
		{"\r=1", "\"\n'=1\""},
		{"＝1", "'＝1"},
		{"＋1", "'＋1"},
		{"－1", "'－1"},
		{"＠x", "'＠x"},
		{" =1", `" '=1"`},
		{"\u200b=1", "'=1"},
		{`"=1"`, `"""'=1"""`},
		{"x;=cmd|' /C calc'!A0", `"x;'=cmd|' /C calc'!A0"`},
		{"list\n- one\n- two", "\"list\n'- one\n'- two\""},
		{"1-2=3", "1-2=3"},
		{"\x00\x1b[2J\u202e", "␀␛[2J[U+202E]"},
		{"bad \xff", "\"bad \uFFFD\""},
	} {
		c := NewCSV(io.Discard)
		if got := string(c.appendCell(nil, tt.in)); got != ","+tt.want {
			t.Errorf("%q: %s, want ,%s", tt.in, got, tt.want)
		}
	}
}

// However a program parts the columns, no cell of it is a formula.
func FuzzCSV(f *testing.F) {
	f.Add("hi", "Ana")
	f.Add("x;=cmd\n=1\r\n\t+2", `";"-1`)
	f.Add("＝1\u202e\x00\xff", "@\u200b")
	f.Fuzz(func(t *testing.T, s, name string) {
		m := fullMessage()
		m.System, m.Call, m.Poll = nil, nil, nil
		m.Text, m.Type, m.ID, m.Sender.Name, m.Media.Path, m.Quoted.Text, m.Revoked = s, chat.Type(name), s, name, s, name, false
		out := table(t, m, m)
		if !utf8.ValidString(out) {
			t.Fatalf("%q is not UTF-8", out)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\uFEFF"))).ReadAll()
		if err != nil || len(rows) != 3 {
			t.Fatalf("%d rows, %v: %q", len(rows), err, out)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell = strings.TrimLeft(cell, " "); cell != "" && isFormula([]byte(cell)) {
					t.Fatalf("a cell %q", cell)
				}
			}
		}
		// A program that sees no quotes and parts at semicolons.
		for _, cell := range strings.FieldsFunc(out, func(r rune) bool { return r == ';' || r == '\n' || r == '\t' }) {
			if cell = strings.TrimLeft(cell, " \""); cell != "" && isFormula([]byte(cell)) {
				t.Fatalf("a cell %q for a program that parts at semicolons: %q", cell, out)
			}
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	m := plainMessage()
	m.Text = "Yes! Bring the big umbrella, the forecast says rain after four."
	size := int64(len(table(b, m)) - len(csvHeader))
	b.Run("hand", func(b *testing.B) {
		c := NewCSV(io.Discard)
		b.SetBytes(size)
		for b.Loop() {
			if err := c.Message(&m); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-csv", func(b *testing.B) {
		w := csv.NewWriter(io.Discard)
		b.SetBytes(size)
		for b.Loop() {
			if err := w.Write([]string{"2", "7", testChats[0].Name, m.ID, m.Time.Format("2006-01-02 15:04:05"), "false", m.Sender.JID, m.Sender.Name,
				string(m.Type), m.Text, "", "", "", "", "", "", "", "false", "false", "false", ""}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkText(b *testing.B) {
	s := NewText(io.Discard, Options{})
	m := plainMessage()
	b.SetBytes(int64(len(m.Text)))
	for b.Loop() {
		if err := s.Message(&m); err != nil {
			b.Fatal(err)
		}
	}
}
