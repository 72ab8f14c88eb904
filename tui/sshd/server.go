package sshd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime"
	"sync"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"touchback/keys"
	"touchback/restore/export"
	"touchback/tui"
)

// Demo is one session's demonstration: a backup in a folder of its own, and a
// software key that opens it.
type Demo interface {
	keys.Finder
	tui.SoftKey
	Backup() string // path
	Close()
}

// Config is what a server needs.
type Config struct {
	HostKey gossh.Signer

	// AuthorizedKeys is the path of the file that says who may log in. "" lets
	// everyone in, which only a demonstration may.
	AuthorizedKeys string

	// Backups is the folder that is served. Nil for a demonstration.
	Backups *os.Root
	// Demo starts a demonstration for a session.
	Demo    func(context.Context) (Demo, error)
	DemoPIN string

	// Outbox is the folder that results may go to, each person's in one of
	// their own; "" keeps nothing here.
	Outbox string
	// Sweeper takes away what a save left there where the server is killed.
	Sweeper *export.Sweeper

	Version string // of the program, for receipts

	// Status is the exit code of an error, as the program has it elsewhere.
	Status func(error) int

	Log    *slog.Logger // nil is silence
	Limits Limits
}

// Errors of New.
var (
	// ErrAnyone: backups are served to those who are known alone.
	ErrAnyone = errors.New("everyone may only see a demonstration: name those who may log in with --authorized-keys FILE")
	errConfig = errors.New("a server needs a host key, and either backups or a demonstration")
)

// Server serves SSH.
type Server struct {
	cfg    Config
	people *authorized // nil where everyone may
	gate   *gate
	wish   *ssh.Server
	stop   context.Context // ends when sessions must
	halt   context.CancelCauseFunc
	notice chan struct{} // closed when the server is about to stop

	mu       sync.Mutex
	listener net.Listener // that Serve is at
	stopping bool
}

// The algorithms that are spoken: those of OpenSSH 8.5 (2021) and later that
// are not there for compatibility alone.
var (
	kex     = []string{gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519, "curve25519-sha256@libssh.org"}
	ciphers = []string{gossh.CipherChaCha20Poly1305, gossh.CipherAES256GCM, gossh.CipherAES128GCM}
	macs    = []string{gossh.HMACSHA512ETM, gossh.HMACSHA256ETM}
	logins  = []string{
		gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoSKECDSA256,
		gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521,
		gossh.KeyAlgoRSASHA512, gossh.KeyAlgoRSASHA256,
	}
)

// New prepares a server. It fails where authorized_keys is not in order: what
// it asks for is honoured, or nothing is served.
func New(cfg Config) (*Server, error) {
	if cfg.HostKey == nil || (cfg.Backups == nil) == (cfg.Demo == nil) {
		return nil, errConfig
	}
	if cfg.AuthorizedKeys == "" && cfg.Demo == nil {
		return nil, ErrAnyone
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Status == nil {
		cfg.Status = func(err error) int { return min(1, len(fmt.Sprint(err))) }
	}
	cfg.Limits = cfg.Limits.complete()
	s := &Server{cfg: cfg, notice: make(chan struct{})}
	if cfg.AuthorizedKeys != "" {
		var err error
		if s.people, err = openAuthorized(cfg.AuthorizedKeys); err != nil {
			return nil, fmt.Errorf("the authorized keys: %w", err)
		}
	}
	if cfg.Outbox != "" {
		if err := ownFolder(cfg.Outbox); err != nil {
			return nil, fmt.Errorf("the outbox: %w", err)
		}
	}
	s.gate = newGate(cfg.Limits, func(c *conn, why string) {
		s.cfg.Log.Warn("turned away", "from", c.addr.String(), "why", why)
	})
	s.stop, s.halt = context.WithCancelCause(context.Background())
	options := []ssh.Option{
		func(w *ssh.Server) error { w.HostSigners = []ssh.Signer{cfg.HostKey}; return nil },
		wish.WithVersion("Touchback"),
		wish.WithMiddleware(s.middleware),
		ssh.EmulatePty(),
		ssh.WrapConn(s.accept),
	}
	if s.people != nil {
		options = append(options, wish.WithPublicKeyAuth(s.admit))
	}
	var err error
	if s.wish, err = wish.NewServer(options...); err != nil {
		return nil, err
	}
	s.wish.ServerConfigCallback = s.config
	s.wish.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.channel, "direct-tcpip": tunnel}
	// Without handlers each request is answered with a refusal: forwards the
	// other way among them.
	s.wish.RequestHandlers = map[string]ssh.RequestHandler{}
	s.wish.SubsystemHandlers = map[string]ssh.SubsystemHandler{}
	return s, nil
}

func ownFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		err = fmt.Errorf("%s can be read by others (mode %04o): chmod 700", dir, info.Mode().Perm())
	}
	return err
}

// Serve serves on a listener until Shutdown, and then returns nil.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	s.listener = l
	stopping := s.stopping
	s.mu.Unlock()
	if stopping {
		return l.Close()
	}
	err := s.wish.Serve(l)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return nil // the listener was closed
	}
	return err
}

// Shutdown begins no more sessions, tells those under way, gives them the time
// of Limits.Drain or until ctx ends, and then ends them. It returns when all is
// over.
func (s *Server) Shutdown(ctx context.Context) {
	quiet := s.gate.drain()
	s.mu.Lock()
	if !s.stopping {
		s.stopping = true
		close(s.notice)
		if s.listener != nil {
			_ = s.listener.Close()
		}
	}
	s.mu.Unlock()
	timer := time.NewTimer(s.cfg.Limits.Drain)
	defer timer.Stop()
	select {
	case <-quiet:
	case <-timer.C:
	case <-ctx.Done():
	}
	s.halt(errStopped)
	last := time.NewTimer(2 * lastTime)
	defer last.Stop()
	select {
	case <-quiet:
	case <-last.C:
	}
	s.gate.shut()
	<-quiet
	_ = s.wish.Close()
}

type connKey struct{}

// accept takes a connection in, before anything was said.
func (s *Server) accept(ctx ssh.Context, nc net.Conn) net.Conn {
	c := s.gate.enter(nc)
	if c == nil {
		return nil
	}
	ctx.SetValue(connKey{}, c)
	return c
}

// config is that of one connection.
func (s *Server) config(ctx ssh.Context) *gossh.ServerConfig {
	c := &gossh.ServerConfig{
		PublicKeyAuthAlgorithms: logins,
		AuthLogCallback: func(_ gossh.ConnMetadata, _ string, err error) {
			if in, ok := ctx.Value(connKey{}).(*conn); ok && err == nil {
				in.loggedIn()
			}
		},
	}
	c.KeyExchanges, c.Ciphers, c.MACs = kex, ciphers, macs
	return c
}

// admit tells whether a key may log in, from where it comes and now. Any client
// can ask that for any public key: it becomes a login by its signature.
func (s *Server) admit(ctx ssh.Context, key ssh.PublicKey) bool {
	_, ok := s.person(key, address(ctx.RemoteAddr()))
	return ok
}

func (s *Server) person(key gossh.PublicKey, from netip.Addr) (person, bool) {
	p, ok, err := s.people.find(key, from, time.Now())
	if err != nil {
		s.cfg.Log.Error("nobody can log in: the authorized keys are not in order", "error", err)
	}
	return p, ok
}
