package sshd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"touchback/fixtures"
)

// TestDemoOnAScreen walks the whole demonstration in a terminal.
func TestDemoOnAScreen(t *testing.T) {
	s := room(t, nil)
	x := s.terminal(s.dial(nil), "xterm-256color", 80, 24, "")
	for _, at := range stations {
		x.sees(at.sees)
		x.press(at.press)
	}
	if got := x.ends(); got != 0 {
		t.Errorf("exit status %d", got)
	}
	line := s.log.session(t)
	if line["ended"] != "finished" || line["what"] != "screen" || line["from"] != "127.0.0.1" || line["login"] != "ana" {
		t.Errorf("logged %v", line)
	}
	if dir := filepath.Dir((<-s.demos).Backup()); exists(dir) {
		t.Error("the demonstration's folder is left")
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// TestResize changes the window at every screen.
func TestResize(t *testing.T) {
	s := room(t, nil)
	x := s.terminal(s.dial(nil), "xterm-256color", 80, 24, "")
	x.sees("This is the backup")
	x.resize(40, 12)
	x.sees("enter") // the keys have moved up to the new foot
	x.until("a foot in line 12", func(text string) bool {
		lines := strings.Split(text, "\n")
		return strings.Contains(lines[11], "enter")
	})
	x.resize(100, 30)
	x.until("a foot in line 30", func(text string) bool {
		lines := strings.Split(text, "\n")
		return len(lines) == 30 && strings.Contains(lines[29], "enter")
	})
	x.press(ctrlc, ctrlc)
	if got := x.ends(); got != 130 {
		t.Errorf("exit status %d", got)
	}
}

var colour = regexp.MustCompile(`\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])(?:;\d+)*m`)

// TestColours has two people side by side, of whom one wants no colours.
func TestColours(t *testing.T) {
	s := room(t, nil)
	want := map[string]bool{"": true, "1": false}
	for value := range want {
		x := s.terminalWith(s.dial(nil), map[string]string{"NO_COLOR": value}, "xterm-256color", 80, 24, "")
		x.sees("This is the backup")
		x.press(enter)
		x.sees("How would you like to open it?")
		if got := colour.MatchString(x.written()); got != want[value] {
			t.Errorf("NO_COLOR=%q: coloured %v", value, got)
		}
	}
}

// TestWithoutAScreen is served in lines: no terminal, a dumb one, one that says
// no name, and where it is asked for.
func TestWithoutAScreen(t *testing.T) {
	s := room(t, nil)
	for _, c := range []struct{ term, command string }{
		{"dumb", ""}, {"", ""}, {"xterm", "restore --plain"}, {"x\x1b]2;y", ""},
	} {
		t.Run(fmt.Sprintf("%q %s", c.term, c.command), func(t *testing.T) {
			x := s.terminal(s.dial(nil), c.term, 80, 24, c.command)
			x.sees("only read")
			if raw := x.written(); strings.Contains(raw, "\x1b") {
				t.Errorf("control sequences without a screen: %q", raw)
			}
			x.press("\x03") // Ctrl+C, which nothing here turns into a signal
			if got := x.ends(); got != 130 {
				t.Errorf("exit status %d", got)
			}
			if line := s.log.session(t); line["what"] != "lines" {
				t.Errorf("logged %v", line)
			}
		})
	}
}

// TestDemoAsJSON drives the whole demonstration as a program does.
func TestDemoAsJSON(t *testing.T) {
	s := room(t, nil)
	a := s.ask(s.dial(nil), "restore --json --quiet", `{"choose":1}
{"choose":1}
{"pin":"`+fixtures.SamplePIN+`"}
{"touch":true}
{"save":{"format":"jsonl","path":"kept.jsonl"}}
{"choose":"finish"}
`)
	if a.status != 0 || !strings.HasSuffix(a.out, `{"outcome":"finished"}`+"\n") {
		t.Fatalf("exit status %d: %s\n%s", a.status, a.out, a.err)
	}
	for line := range strings.Lines(a.out) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %q", line)
		}
	}
}

// TestExportOfTheDemo streams the messages to the client.
func TestExportOfTheDemo(t *testing.T) {
	s := room(t, nil)
	a := s.ask(s.dial(nil), "export "+fixtures.SampleBackup+" --format jsonl", "")
	if a.status != 0 {
		t.Fatalf("exit status %d: %s", a.status, a.err)
	}
	if lines := strings.Count(a.out, "\n"); lines < 2000 || !strings.Contains(a.out, "Are we still on for tomorrow?") {
		t.Errorf("%d lines", lines)
	}
	if line := s.log.session(t); line["what"] != "export" || line["ended"] != "finished" {
		t.Errorf("logged %v", line)
	}
}
