package tui

import (
	"strings"
	"testing"
	"time"

	"touchback/restore/flow"
	"touchback/tui/words"
)

// A first PIN is typed twice, and sent where both are the same.
func TestFirstPIN(t *testing.T) {
	d := newDriver(t)
	d.show(place{"", in(flow.PINNotSet), nil})
	d.press("enter")
	d.at(flow.NewPIN)
	sent := len(d.engine.secrets)
	twice := func(first, second string) {
		d.typed(first, time.Second)
		d.press("enter")
		d.typed(second, time.Second)
		d.press("enter")
	}
	d.typed("123", time.Second)
	d.press("enter")
	if !strings.Contains(d.screen(), words.PinShort) {
		t.Errorf("a short PIN:\n%s", d.screen())
	}
	d.press("ctrl+u")
	twice("987651", "987652")
	if !strings.Contains(d.screen(), words.NewPINDiffer) || len(d.engine.secrets) != sent {
		t.Errorf("two PINs:\n%s", d.screen())
	}
	d.typed("987651", time.Second)
	d.press("enter", "esc") // once more from the start
	d.at(flow.NewPIN)
	twice("987651", "987651")
	if got := d.engine.secrets[sent:]; len(got) != 1 || got[0] != "987651" || !d.state.Asking {
		t.Errorf("%q, asking %v", got, d.state.Asking)
	}
	if strings.Contains(d.screen(), "987651") || d.ui.pin.runes()+d.ui.again.runes() != 0 {
		t.Errorf("the PIN is still there:\n%s", d.screen())
	}
	if e, ok := last[flow.SetPIN](d.engine); !ok || e.Device != "/dev/hidraw3" {
		t.Errorf("%+v, %v", e, ok)
	}
	d.report(flow.PINSet{Attempt: d.state.Attempt})
	d.at(flow.Connect)

	// The one-time code of a stray touch is no PIN.
	d.show(place{"", base(flow.NewPIN), nil})
	d.typed("ccccccbcgujhingjrdejhgfnuetrgigvejhhgbkugded", time.Millisecond)
	d.press("enter")
	if d.ui.second || d.ui.pin.runes() != 0 || !strings.Contains(d.screen(), "one-time code") {
		t.Errorf("a stray touch:\n%s", d.screen())
	}
}
