package preview

import (
	"strings"
	"testing"
	"time"
)

func TestJumpToADay(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"2026-05-14", "message 2880"}, // two days of a message a minute
		{"2026-05-12", "message 0"},
		{"2020-01-01", "message 0"},
		{"2030-01-01", wordNoLater},
		{"2026-13-01", wordNoDay},
		{"tomorrow", wordNoDay},
	} {
		a := plain(5_000_000 / 1000)
		m := model(a)
		m.View(80, 20)
		press(m, "d")
		if !m.Typing() {
			t.Fatal("no day is asked for")
		}
		sees(t, m, 80, 20, wordDay)
		press(m, strings.Split(c.typed, "")...)
		press(m, "enter")
		if m.Typing() {
			t.Error("still asked for")
		}
		sees(t, m, 80, 20, c.want)
	}
}

// However many messages there are, a jump reads few of them.
func TestJumpReadsLittle(t *testing.T) {
	a := plain(5_000_000)
	m := model(a)
	m.View(80, 20)
	a.reads = 0
	m.jumpTo(day.Add(3_000_000 * time.Minute))
	sees(t, m, 80, 20, "message 3000000")
	if a.reads > 3*window {
		t.Errorf("%d messages are read", a.reads)
	}
}

// What is marked is copied: the last message in sight, or what was found. From
// the chats, y only shows which that is.
func TestCopy(t *testing.T) {
	m := model(plain(100))
	m.View(80, 20)
	copies := func(want string) {
		t.Helper()
		press(m, "y")
		if got, _ := m.Copied(); got != want {
			t.Errorf("copied %q, not %q:\n%s", got, want, text(m, 80, 20))
		}
		if got, ok := m.Copied(); ok {
			t.Errorf("copied twice: %q", got)
		}
	}
	copies("")
	sees(t, m, 80, 20, wordMarked)
	sees(t, m, 80, 20, "│▌message 99")
	misses(t, m, 80, 20, "│▌message 98")
	copies("message 99")
	sees(t, m, 80, 20, wordCopied)
	press(m, "/", "s", "s", "a", "g", "e", " ", "4", "2", "enter")
	m.Seek()
	sees(t, m, 80, 20, "│▌message 42")
	copies("message 42")
	press(m, "k")
	copies("message 42")
	press(m, "esc", "pgup")
	copies("message 41")
	press(m, "m", "y")
	if got, ok := m.Copied(); ok {
		t.Errorf("masked, and yet copied: %q", got)
	}
	sees(t, m, 80, 20, wordNoCopy)
}

// The mark reaches every message, the first ones too, and comes back.
func TestMark(t *testing.T) {
	m := model(plain(30))
	m.View(80, 20)
	press(m, "tab", "g")
	reached := map[string]bool{}
	for _, k := range []string{"k", "j"} {
		clear(reached)
		for range 120 {
			press(m, "y")
			got, _ := m.Copied()
			press(m, k)
			reached[got] = true
		}
		if k == "k" {
			sees(t, m, 80, 20, "│▌message 0")
			continue
		}
		if sees(t, m, 80, 20, "│▌message 29"); len(reached) != 30 {
			t.Errorf("%d of 30 messages were reached", len(reached))
		}
	}
}

// BenchmarkGo goes through five million messages as a person does. A frame may
// take 16 ms.
func BenchmarkGo(b *testing.B) {
	const n = 5_000_000
	for name, move := range map[string]func(m *Model, i int){
		"open":   func(m *Model, _ int) { a := m.archive; m.SetArchive(nil); m.SetArchive(a) },
		"end":    func(m *Model, i int) { press(m, []string{"g", "G"}[i%2]) },
		"date":   func(m *Model, i int) { m.jumpTo(day.Add(time.Duration(i*7919%n) * time.Minute)) },
		"scroll": func(m *Model, _ int) { press(m, "pgup") },
	} {
		b.Run(name, func(b *testing.B) {
			m := model(plain(n))
			m.View(80, 22)
			m.messages = true
			var longest time.Duration
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				move(m, i)
				m.View(80, 22)
				longest = max(longest, time.Since(start))
			}
			b.ReportMetric(float64(longest.Microseconds())/1000, "ms/longest-frame")
		})
	}
}
