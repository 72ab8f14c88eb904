package tui

import (
	"fmt"
	"strings"
	"testing"

	"touchback/restore/flow"
)

// From where a security key is waited for, the same passkey is asked for in a
// browser: the address is on the screen, and opened on a key.
func TestInTheBrowser(t *testing.T) {
	d := newDriver(t)
	d.engine.address = "http://localhost:8417/#s3cret"
	b := base(flow.Backup)
	b.Methods[0].Web = true
	d.report(flow.FoundBackups{Attempt: d.attempt(), Backups: b.Backups, N: 2})
	d.press("enter")
	d.report(flow.Opened{Attempt: d.attempt(), Backup: b.Backup, Methods: b.Methods, NMethods: b.NMethods})
	d.press("enter", "enter")
	d.at(flow.Connect)
	d.press("w")
	d.at(flow.Browser)
	if strings.Contains(d.screen(), "s3cret") {
		t.Error("an address is shown before there is a page")
	}
	d.report(flow.PageReady{Attempt: d.attempt(), Display: true})
	if !strings.Contains(d.screen(), "http://localhost:8417/#s3cret") {
		t.Fatalf("no address:\n%s", d.screen())
	}
	d.press("enter")
	if show, ok := last[flow.ShowPage](d.engine); !ok || show.Attempt != d.attempt() {
		t.Errorf("the page is not opened: %v", d.engine.done)
	}
	d.report(flow.PageShown{Attempt: d.attempt()})
	if !strings.Contains(d.screen(), "copy the address") {
		t.Errorf("a browser that does not open is not told:\n%s", d.screen())
	}
	if strings.Contains(fmt.Sprintf("%+v", d.state), "s3cret") {
		t.Error("the address is in the state")
	}
	d.press("esc")
	d.at(flow.Method)
	if d.ui.address != "" {
		t.Error("the address stays after the page")
	}
}

// Where nothing was found, another path is asked for, and not the same again.
func TestAnotherPathAfterNothing(t *testing.T) {
	d := newDriver(t)
	d.report(flow.FoundBackups{Attempt: d.attempt()})
	d.at(flow.Trouble)
	d.press("enter")
	d.at(flow.Find)
	if !d.ui.typing {
		t.Fatalf("no field:\n%s", d.screen())
	}
	for _, r := range "/tmp" {
		d.press(string(r))
	}
	d.press("enter")
	if f, _ := last[flow.FindBackups](d.engine); f.Path != "/tmp" {
		t.Errorf("looks in %q", f.Path)
	}
}

// A key file is named where the digits would be typed.
func TestKeyFile(t *testing.T) {
	d := newDriver(t)
	d.toMethods()
	d.press("down", "down", "down", "enter")
	d.at(flow.Key)
	d.press("tab", "/", "k", "enter")
	if u, _ := last[flow.Unlock](d.engine); u.File != "/k" || u.Kind != flow.ByKey {
		t.Errorf("unlocks with %+v", u)
	}
}
