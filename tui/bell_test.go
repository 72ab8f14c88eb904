package tui

import (
	"reflect"
	"testing"

	tea "charm.land/bubbletea/v2"

	"touchback/restore/flow"
)

// sent runs what an update asks for at once, but for what waits.
func sent(cmd tea.Cmd) (out []tea.Msg) {
	if cmd == nil {
		return nil
	}
	done := make(chan tea.Msg, 1)
	msg := cmd
	go func() { done <- msg() }()
	m := <-done
	if v := reflect.ValueOf(m); v.IsValid() && v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
		for i := range v.Len() {
			out = append(out, sent(v.Index(i).Interface().(tea.Cmd))...)
		}
		return out
	}
	return append(out, m)
}

// A bell is rung when a touch is needed, once, and not where quiet is wanted.
func TestBell(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		d := newDriver(t, func(c *Config) { c.Quiet = quiet })
		d.toPIN(8)
		d.press("1", "2", "3", "4", "5", "6", "enter")
		d.at(flow.Touch)
		if d.bell {
			t.Error("rung before it blinks")
		}
		d.engine.events <- flow.Tick{Attempt: d.attempt(), Elapsed: 1} // for what waits for one
		_, cmd := d.Update(eventsMsg{flow.Blinking{Attempt: d.attempt(), Gesture: 1}})
		bells := 0
		for _, m := range sent(cmd) {
			if raw, ok := m.(tea.RawMsg); ok && raw.Msg == "\a" {
				bells++
			}
		}
		if want := map[bool]int{false: 1, true: 0}[quiet]; bells != want {
			t.Errorf("quiet %v: %d bells", quiet, bells)
		}
	}
}
