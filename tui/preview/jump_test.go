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
	if a.reads > 30*window {
		t.Errorf("%d messages are read", a.reads)
	}
}

func TestCopy(t *testing.T) {
	m := model(plain(100))
	m.View(80, 20)
	press(m, "y")
	if got, ok := m.Copied(); !ok || got != "message 99" {
		t.Errorf("copied %q", got)
	}
	sees(t, m, 80, 20, wordCopied)
	if got, ok := m.Copied(); ok {
		t.Errorf("copied twice: %q", got)
	}
	press(m, "m", "y")
	if got, ok := m.Copied(); ok {
		t.Errorf("masked, and yet copied: %q", got)
	}
	sees(t, m, 80, 20, wordNoCopy)
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
