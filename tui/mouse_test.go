package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"touchback/restore/flow"
)

// A click opens the chat that is drawn there; on other screens the mouse stays
// the terminal's.
func TestMouseOpensAChat(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}, {130, 40}} {
		d := newDriver(t)
		d.resize(size[0], size[1])
		d.show(place{s: state(flow.Restore)})
		if d.View().MouseMode == tea.MouseModeNone {
			t.Error("no mouse in the preview")
		}
		for y, l := range strings.Split(d.screen(), "\n") {
			if strings.HasPrefix(strings.TrimLeft(l, " ▌"), "Hiking club") {
				d.Update(tea.MouseClickMsg{X: 4, Y: y, Button: tea.MouseLeft})
			}
		}
		if s := d.screen(); !strings.Contains(s, "5,377 messages") {
			t.Errorf("%v: not open:\n%s", size, s)
		}
		d.Update(tea.MouseWheelMsg{X: size[0] - 2, Y: size[1] / 2, Button: tea.MouseWheelUp})
		d.Update(tea.MouseClickMsg{X: 4, Y: size[1] - 1, Button: tea.MouseLeft})
	}
	d := newDriver(t)
	d.show(place{s: state(flow.Browser)})
	if d.View().MouseMode != tea.MouseModeNone {
		t.Error("an address cannot be selected")
	}
}
