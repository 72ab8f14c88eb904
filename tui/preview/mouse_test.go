package preview

import "testing"

// The wheel scrolls what it is over, and a click opens a chat or marks a
// message.
func TestMouse(t *testing.T) {
	m := model(plain(100, 50, 20))
	text(m, 80, 20)
	m.Click(3, 2)
	sees(t, m, 80, 20, "50 messages")
	m.Click(3, 9) // below the list
	sees(t, m, 80, 20, "50 messages")
	m.Wheel(3, false)
	sees(t, m, 80, 20, "20 messages")
	m.Wheel(3, true)
	sees(t, m, 80, 20, "50 messages")
	m.Wheel(60, true)
	misses(t, m, 80, 20, "message 49")
	m.Wheel(60, false)
	sees(t, m, 80, 20, "message 49")
	m.Click(60, 8)
	sees(t, m, 80, 20, "│▌message 46")
	press(m, "y")
	if got, _ := m.Copied(); got != "message 46" {
		t.Errorf("copied %q", got)
	}
	m.Wheel(60, true)
	m.Wheel(60, true)
	m.Wheel(60, true)
	sees(t, m, 80, 20, "│▌message 46")

	// On a narrow screen the list or the messages are everywhere.
	m = model(plain(100, 50))
	text(m, 40, 10)
	m.Click(30, 2)
	sees(t, m, 40, 10, "message 49")
	m.Wheel(3, true)
	misses(t, m, 40, 10, "message 49")
}
