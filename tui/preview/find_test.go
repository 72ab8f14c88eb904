package preview

import (
	"runtime"
	"strings"
	"testing"

	"touchback/restore/chat"
)

// through seeks until there is nothing more to look at.
func through(m *Model) {
	for m.Seeking() {
		m.Seek()
		runtime.Gosched()
	}
	m.Seek()
}

// A search from the list goes through the texts of all chats, tells how many
// were found in each, opens a chat at the newest of them, and goes on with what
// comes in later.
func TestFindEverywhere(t *testing.T) {
	a := plain(3000, 2000, 40)
	make := a.text
	a.text = func(c int64, i int) chat.Message {
		msg := make(c, i)
		if c == 2 && (i == 7 || i == 1500 || i == 2001) {
			msg.Text = "bring the Umbrella"
		}
		return msg
	}
	m := model(a)
	text(m, 80, 24)
	press(m, strings.Split("/umbrella", "")...)
	through(m)
	sees(t, m, 80, 24, "2 found")
	for _, other := range []string{"Chat 1", "Chat 3"} {
		misses(t, m, 80, 24, other)
	}
	press(m, "enter", "down")
	sees(t, m, 80, 24, "bring the Umbrella")
	press(m, "n")
	through(m)
	sees(t, m, 80, 24, "│▌bring the Umbrella")
	sees(t, m, 80, 24, "message 8")
	press(m, "N")
	through(m)
	sees(t, m, 80, 24, "message 1501")

	a.n[2] = 2500
	m.Refresh()
	if !m.Seeking() {
		t.Error("what came in is not looked at")
	}
	through(m)
	sees(t, m, 80, 24, "3 found")

	press(m, "esc")
	sees(t, m, 80, 24, "Chat 3")
	misses(t, m, 80, 24, "found")
	press(m, "tab", "/", "z", "q", "z")
	through(m)
	sees(t, m, 80, 24, wordNoMatch)
}

// Case is folded in every language, and accents are the same however written.
func TestFold(t *testing.T) {
	for _, c := range [][2]string{
		{"STRASSE", "Straße"}, {"ΣΊΣΥΦΟΣ", "Σίσυφος"}, {"ПРИВЕТ", "привет"}, {"cafe\u0301", "CAFÉ"}, {"ÅNGSTRÖM", "a\u030angstro\u0308m"},
		{"ﬁn", "FIN"}, {"ԲԱՐԵՒ", "բարեւ"}, {"שלום", "שלום"}, {"日本", "日本"}, {"plain", "PLAIN"},
	} {
		if fold(c[0]) != fold(c[1]) {
			t.Errorf("%q is %q, %q is %q", c[0], fold(c[0]), c[1], fold(c[1]))
		}
	}
}
