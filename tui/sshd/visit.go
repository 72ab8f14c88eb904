package sshd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"touchback/keys"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/tui/display"
	"touchback/tui/plain"
)

// Why a session is ended before it ends by itself. The words are for the person.
var (
	errIdle    = errors.New("nothing came from you for so long that the session was ended")
	errStopped = errors.New("the server has stopped")
	errPanic   = errors.New("something in the program broke: this session has ended, and its secrets are wiped")
)

// visit is one session, from its first word to its exit status.
type visit struct {
	*Server
	sess   ssh.Session
	conn   *conn
	window *window
	pages  *forward
	who    person
	ctx    context.Context
	end    context.CancelCauseFunc
	idle   *time.Timer

	mu    sync.Mutex
	what  string // "screen", "lines", or a command
	ended string // how
}

// middleware is all that this server runs in a session.
func (s *Server) middleware(ssh.Handler) ssh.Handler { return s.serve }

// serve is one session. Whatever becomes of it, its work has ended and its
// secrets are wiped when the client gets the exit status.
func (s *Server) serve(sess ssh.Session) {
	v := &visit{Server: s, sess: sess, ended: "refused"}
	v.conn, _ = sess.Context().Value(connKey{}).(*conn)
	v.window, _ = sess.Context().Value(windowKey{}).(*window)
	v.pages, _ = sess.Context().Value(forwardKey{}).(*forward)
	v.ctx, v.end = context.WithCancelCause(sess.Context())
	// A client that does not take the last words is left without them. This also
	// ends a connection that would outlive its session.
	context.AfterFunc(v.ctx, func() { time.AfterFunc(lastTime, func() { _ = v.conn.Close() }) })
	defer context.AfterFunc(s.stop, func() { v.end(context.Cause(s.stop)) })()
	began := time.Now()
	refused := s.gate.begin(v.conn.addr)
	if refused == "" {
		// The place is taken until the client has its exit status: a server that
		// stops cuts what is left when all are free.
		defer s.gate.end(v.conn.addr)
	}
	status := v.guarded(refused)
	v.end(nil)
	_ = sess.Exit(status)
	v.log(status, time.Since(began))
}

// guarded is run, if nothing is to be refused, where a panic ends nothing but
// this.
func (v *visit) guarded(refused string) (status int) {
	defer func() {
		if p := recover(); p != nil {
			v.crashed(p, debug.Stack())
			v.tell(errPanic)
			status = 1
		}
	}()
	if v.people != nil && refused == "" {
		ok := false
		if v.who, ok = v.person(v.sess.PublicKey(), v.conn.addr); !ok {
			refused = "your key may not log in any more"
		}
	}
	if refused != "" {
		v.tell(errors.New(refused))
		return 1
	}
	v.idle = time.AfterFunc(v.cfg.Limits.Idle, func() { v.end(errIdle) })
	defer v.idle.Stop()
	v.pages.mu.Lock()
	v.pages.active = v.active
	v.pages.mu.Unlock()
	status = v.run()
	if cause := context.Cause(v.ctx); v.ctx.Err() != nil && v.sess.Context().Err() == nil {
		v.tell(cause)
		if errors.Is(cause, errPanic) {
			status = 1
		}
	}
	return status
}

// active says that the client is there.
func (v *visit) active() { v.idle.Reset(v.cfg.Limits.Idle) }

// Read is what the client types.
func (v *visit) Read(p []byte) (int, error) {
	n, err := v.sess.Read(p)
	if n > 0 {
		v.active()
	}
	return n, err
}

// tell says the last words.
func (v *visit) tell(err error) { plain.Say(v.stderr(), "touchback: %s", err.Error()) }

// stderr is where what is no result goes. A terminal has one stream, and a
// client shows both there.
func (v *visit) stderr() io.Writer {
	if _, _, terminal := v.sess.Pty(); terminal {
		return v.sess
	}
	return v.sess.Stderr()
}

// crashed logs a panic: where it was, and its value only where that is the
// runtime's own word, since anything else may tell of a backup.
func (v *visit) crashed(value any, stack []byte) {
	text := fmt.Sprintf("%T", value)
	if e, ok := value.(runtime.Error); ok {
		text = e.Error()
	}
	v.cfg.Log.Error("a session broke", "panic", text, "stack", string(stack))
	v.did("", "panic")
	v.end(errPanic)
}

// did notes for the log what the session is about, and how it ended; "" leaves
// that as it is.
func (v *visit) did(what, ended string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if what != "" {
		v.what = what
	}
	if ended != "" && v.ended != "panic" {
		v.ended = ended
	}
}

// status is how a flow ended, as an exit code.
func (v *visit) status(outcome flow.Outcome, err, last error) int {
	switch {
	case err != nil:
	case outcome == flow.Finished:
		v.did("", string(outcome))
		return 0
	case outcome == flow.Failure && last != nil:
		err = last
	default:
		err = keys.ErrCancelled
	}
	return v.failed(err)
}

// failed is the exit code of an error.
func (v *visit) failed(err error) int {
	v.did("", string(run.Explain(err).Why))
	return v.cfg.Status(err)
}

// log writes the one line of a session.
func (v *visit) log(status int, took time.Duration) {
	v.mu.Lock()
	what, ended := v.what, v.ended
	v.mu.Unlock()
	if cause := context.Cause(v.ctx); errors.Is(cause, errIdle) {
		ended = "idle"
	} else if errors.Is(cause, errStopped) {
		ended = "server stopped"
	} else if v.sess.Context().Err() != nil {
		ended = "connection lost"
	}
	attrs := []any{
		"from", v.conn.addr.String(), "login", display.Clean(v.sess.User()).Truncate(64).String(),
		"what", what, "seconds", took.Round(time.Millisecond).Seconds(), "ended", ended, "status", status,
	}
	if v.who.key != nil {
		attrs = append(attrs, slog.Group("who",
			"name", display.Clean(v.who.name).Truncate(64).String(), "key", gossh.FingerprintSHA256(v.who.key)))
	}
	v.cfg.Log.Info("session", attrs...)
}
