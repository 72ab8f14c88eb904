package sshd

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestTooMany turns away who comes when every place is taken, with a word.
func TestTooMany(t *testing.T) {
	for _, c := range []struct {
		limits Limits
		words  string
	}{
		{Limits{Sessions: 1}, "all 1 places are taken"},
		{Limits{PerAddress: 1}, "there are 1 sessions from your address already"},
	} {
		s := room(t, func(cfg *Config) { cfg.Limits = c.limits })
		x := s.terminal(s.dial(nil), "xterm", 80, 24, "")
		x.sees("This is the backup")
		if a := s.ask(s.dial(nil), "list", ""); a.status != 1 || !strings.Contains(a.err, c.words) {
			t.Errorf("status %d, %q", a.status, a.err)
		}
		s.log.session(t)
		x.press(ctrlc, ctrlc)
		x.ends()
		limit := time.Now().Add(patience)
		for a := s.ask(s.dial(nil), "list", ""); a.status != 0; a = s.ask(s.dial(nil), "list", "") {
			if !strings.Contains(a.err, c.words) || time.Now().After(limit) {
				t.Fatalf("afterwards: status %d, %q", a.status, a.err)
			}
		}
	}
}

// TestIdle ends a session that nothing comes from, and says so.
func TestIdle(t *testing.T) {
	s := room(t, func(c *Config) { c.Limits.Idle = 200 * time.Millisecond })
	x := s.terminal(s.dial(nil), "xterm", 80, 24, "")
	if got := x.ends(); got != 130 {
		t.Errorf("exit status %d", got)
	}
	if !strings.Contains(x.written(), "nothing came from you") {
		t.Errorf("no word of it: %q", x.written())
	}
	if line := s.log.session(t); line["ended"] != "idle" {
		t.Errorf("logged %v", line)
	}
}

// TestNobodyLogsIn closes a connection that says nothing, with a word.
func TestNobodyLogsIn(t *testing.T) {
	s := room(t, func(c *Config) { c.Limits.Login = 200 * time.Millisecond })
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	said, err := io.ReadAll(c)
	if err != nil || !strings.Contains(string(said), "nobody logged in within 200ms") {
		t.Errorf("%q, %v", said, err)
	}
	s.log.until(t, "that it was turned away", func(m map[string]any) bool { return m["msg"] == "turned away" })
	// One that logs in and asks for no session goes as well.
	client := s.dial(nil)
	_ = client.Wait()
}

// TestStop tells who is there, lets them finish, and begins nothing new.
func TestStop(t *testing.T) {
	s := room(t, func(c *Config) { c.Limits.Drain = time.Hour })
	x := s.terminal(s.dial(nil), "xterm", 80, 24, "")
	x.sees("This is the backup")
	lines := s.terminal(s.dial(nil), "dumb", 80, 24, "")
	lines.sees("only read")
	waiting := s.dial(nil)
	over := make(chan struct{})
	go func() { defer close(over); s.server.Shutdown(context.Background()) }()
	x.sees(stopping)
	lines.sees(stopping)
	if a := s.ask(waiting, "list", ""); a.status != 1 || !strings.Contains(a.err, "the server is stopping") {
		t.Errorf("a new session: status %d, %q", a.status, a.err)
	}
	if c, err := s.tryDial(nil); err == nil {
		_ = c.Close()
		t.Error("a new connection")
	}
	x.press(enter)
	x.sees("How would you like to open it?") // it goes on
	select {
	case <-over:
		t.Error("the server did not wait")
	default:
	}
	x.press(ctrlc, ctrlc)
	x.ends()
	lines.press(ctrlc)
	lines.ends()
	<-over
}

// TestStopNow ends who has not finished in time.
func TestStopNow(t *testing.T) {
	s := room(t, func(c *Config) { c.Limits.Drain = 100 * time.Millisecond })
	x := s.terminal(s.dial(nil), "xterm", 80, 24, "")
	x.sees("This is the backup")
	s.server.Shutdown(context.Background())
	if got := x.ends(); got != 130 {
		t.Errorf("exit status %d", got)
	}
	if !strings.Contains(x.written(), "the server has stopped") || !strings.Contains(x.written(), "\x1b[?1049l") {
		t.Errorf("the end of it: %q", x.written()[max(0, len(x.written())-300):])
	}
	if line := s.log.session(t); line["ended"] != "server stopped" {
		t.Errorf("logged %v", line)
	}
}

// broken is a demonstration in which something breaks at a touch.
type broken struct{ Demo }

func (broken) Touch() { panic("the bees: +41 79 000 00 18") }

// TestPanic ends a session that breaks, and no other.
func TestPanic(t *testing.T) {
	first := true
	s := room(t, func(c *Config) {
		whole := c.Demo
		c.Demo = func(ctx context.Context) (Demo, error) {
			d, err := whole(ctx)
			if first {
				first = false
				return broken{d}, err
			}
			return d, err
		}
	})
	x := s.terminal(s.dial(nil), "xterm-256color", 80, 24, "")
	for _, at := range stations[:5] {
		x.sees(at.sees)
		x.press(at.press)
	}
	if got := x.ends(); got != 1 {
		t.Errorf("exit status %d", got)
	}
	if raw := x.written(); !strings.Contains(raw, "something in the program broke") || !strings.Contains(raw, "\x1b[?1049l") {
		t.Errorf("the end of it: %q", raw[max(0, len(raw)-300):])
	}
	if line := s.log.session(t); line["ended"] != "panic" || line["status"] != 1.0 {
		t.Errorf("logged %v", line)
	}
	if strings.Contains(s.log.String(), "bees") || !strings.Contains(s.log.String(), `"stack":"`) {
		t.Errorf("the log: %s", s.log.String())
	}
	y := s.terminal(s.dial(nil), "xterm-256color", 80, 24, "")
	y.sees("This is the backup")
}

// TestHostileClients are a hundred of each kind that waste the server's time;
// someone who means well is served beside them.
func TestHostileClients(t *testing.T) {
	s := room(t, func(c *Config) { c.Limits.PerAddress = 256 })
	const crowd = 100
	var all []net.Conn
	defer func() {
		for _, c := range all {
			_ = c.Close()
		}
	}()
	come := func() net.Conn {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
		return c
	}
	for range crowd {
		come() // and say nothing
		c := come()
		_, _ = io.WriteString(c, strings.Repeat("garbage\x00\xff", 500)+"\r\n")
		c = come()
		_, _ = io.WriteString(c, "SSH-2.0-half\r\n\x00\x00\x7f\xff") // a length, and no packet
	}
	// These log in, ask for a screen, and read none of it.
	for range crowd {
		deaf := s.deaf()
		all = append(all, deaf)
	}
	if a := s.ask(s.dial(nil), "list", ""); a.status != 0 {
		t.Errorf("status %d, %q", a.status, a.err)
	}
	x := s.terminal(s.dial(nil), "xterm", 80, 24, "")
	x.sees("This is the backup")
	x.press(enter)
	x.sees("How would you like to open it?")
}

// deaf logs in over a connection that it stops reading.
func (s *site) deaf() net.Conn {
	s.t.Helper()
	nc, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	stop := &stops{Conn: nc, over: make(chan struct{})}
	s.t.Cleanup(func() { close(stop.over) })
	client := s.over(stop)
	sess, err := client.NewSession()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := sess.RequestPty("xterm", 24, 80, nil); err != nil {
		s.t.Fatal(err)
	}
	stop.now.Store(true)
	_, _ = sess.SendRequest("shell", false, nil)
	return nc
}
