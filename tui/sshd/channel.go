package sshd

import (
	"strings"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"touchback/tui"
)

// window is what a client's terminal tells beside its keys.
type window struct {
	sizes chan tui.Size // the newest alone
}

type windowKey struct{}

// channel begins a session channel: one for each connection, and of its requests
// only those that mean something here.
func (s *Server) channel(srv *ssh.Server, sc *gossh.ServerConn, ch gossh.NewChannel, ctx ssh.Context) {
	c, _ := ctx.Value(connKey{}).(*conn)
	if c == nil || !c.claim() {
		_ = ch.Reject(gossh.Prohibited, "one session for each connection: open another connection")
		return
	}
	w := &window{sizes: make(chan tui.Size, 1)}
	ctx.SetValue(windowKey{}, w)
	ctx.SetValue(forwardKey{}, &forward{})
	// A channel that no session came of leaves a connection without use.
	defer time.AfterFunc(lastTime, func() { _ = c.Close() })
	ssh.DefaultSessionHandler(srv, sc, sifted{ch, w}, ctx)
}

// sifted is a channel whose requests were looked through. Wish would grant the
// forward of an agent, take an environment of any length, and wait for whoever
// reads the sizes of a window.
type sifted struct {
	gossh.NewChannel
	w *window
}

// Accept implements gossh.NewChannel.
func (s sifted) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	ch, in, err := s.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	out := make(chan *gossh.Request)
	go func() {
		defer close(out)
		env := 0
		for r := range in {
			switch r.Type {
			case "shell", "exec", "pty-req":
				out <- r
				continue
			case "env":
				if env < maxEnv && welcome(r.Payload) {
					env++
					out <- r
					continue
				}
			case "window-change":
				s.w.resized(r.Payload)
				continue // RFC 4254, 6.7: no reply is wanted
			}
			_ = r.Reply(false, nil)
		}
	}()
	return ch, out, nil
}

// welcome tells whether a variable says something of a terminal, in characters
// that can do no harm.
func welcome(payload []byte) bool {
	var v struct{ Name, Value string }
	if gossh.Unmarshal(payload, &v) != nil {
		return false
	}
	switch v.Name {
	case "LANG", "LC_ALL", "LC_CTYPE", "COLORTERM", "NO_COLOR":
		return isWord(v.Value)
	}
	return false
}

// isWord holds for names of terminals and languages.
func isWord(s string) bool {
	return len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-@:") == ""
}

// resized takes a new size. One that nobody has looked at yet is dropped.
func (w *window) resized(payload []byte) {
	var size struct{ Columns, Rows, Width, Height uint32 }
	if gossh.Unmarshal(payload, &size) != nil {
		return
	}
	w.set(int(min(size.Columns, maxWidth)), int(min(size.Rows, maxHeight)))
}

func (w *window) set(width, height int) {
	if width <= 0 || height <= 0 {
		return // RFC 4254, 6.2: zero is no size
	}
	for {
		select {
		case w.sizes <- tui.Size{Width: width, Height: height}:
			return
		default:
		}
		select {
		case <-w.sizes:
		default:
		}
	}
}
