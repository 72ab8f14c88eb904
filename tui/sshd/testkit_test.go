package sshd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"touchback/fixtures"
	"touchback/fixtures/demo"
	"touchback/keys"
)

// patience is how long something may take to come, on a machine that is busy
// and under the race detector.
const patience = 60 * time.Second

// logged is the log of a server, read line by line.
type logged struct {
	mu    sync.Mutex
	lines []map[string]any
	text  bytes.Buffer
	more  chan struct{}
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	var line map[string]any
	if json.Unmarshal(p, &line) == nil {
		l.lines = append(l.lines, line)
	}
	close(l.more)
	l.more = make(chan struct{})
	return len(p), nil
}

// until waits for a line that ok wants, and takes all up to it.
func (l *logged) until(t *testing.T, what string, ok func(map[string]any) bool) map[string]any {
	t.Helper()
	limit := time.After(patience)
	for {
		l.mu.Lock()
		for i, line := range l.lines {
			if ok(line) {
				l.lines = l.lines[i+1:]
				l.mu.Unlock()
				return line
			}
		}
		more := l.more
		l.mu.Unlock()
		select {
		case <-more:
		case <-limit:
			t.Fatalf("never logged: %s\n%s", what, l.String())
		}
	}
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// session waits for the line of the next session that ends.
func (l *logged) session(t *testing.T) map[string]any {
	t.Helper()
	return l.until(t, "a session", func(m map[string]any) bool { return m["msg"] == "session" })
}

// site is a server in this process.
type site struct {
	t      *testing.T
	server *Server
	addr   string
	log    *logged
	demos  chan *demo.Demo // as they are started
	host   gossh.PublicKey
}

func newKey(t testing.TB) gossh.Signer {
	t.Helper()
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewSignerFromKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// room serves the demonstration to everyone.
func room(t *testing.T, change func(*Config)) *site {
	t.Helper()
	demos := make(chan *demo.Demo, 1024)
	s := start(t, func(c *Config) {
		c.Demo = func(ctx context.Context) (Demo, error) {
			d, err := demo.Start(ctx, nil)
			if err == nil {
				demos <- d
			}
			return d, err
		}
		c.DemoPIN = fixtures.SamplePIN
		if change != nil {
			change(c)
		}
	})
	s.demos = demos
	return s
}

// desk serves a folder with the sample to the owner of a key.
func desk(t *testing.T, key gossh.PublicKey, change func(*Config)) (s *site, dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	file := filepath.Join(t.TempDir(), "authorized_keys")
	write(t, file, bytes.TrimSpace(gossh.MarshalAuthorizedKey(key)), " ana\n")
	return start(t, func(c *Config) {
		c.Backups, c.AuthorizedKeys = root, file
		if change != nil {
			change(c)
		}
	}), dir
}

func write(t testing.TB, path string, parts ...any) {
	t.Helper()
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b = append(b, p...)
		case []byte:
			b = append(b, p...)
		}
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// status is the exit code of an error, far simpler than the program's.
func status(err error) int {
	if errors.Is(err, keys.ErrCancelled) || errors.Is(err, context.Canceled) {
		return 130
	}
	return 9
}

func start(t *testing.T, change func(*Config)) *site {
	t.Helper()
	log := &logged{more: make(chan struct{})}
	host := newKey(t)
	c := Config{HostKey: host, Status: status, Log: slog.New(slog.NewJSONHandler(log, nil))}
	change(&c)
	server, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		server.Shutdown(ctx)
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return &site{t: t, server: server, addr: l.Addr().String(), log: log, host: host.PublicKey()}
}

// dial logs in, with a key or as anyone.
func (s *site) dial(key gossh.Signer) *gossh.Client {
	s.t.Helper()
	c, err := s.tryDial(key)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *site) tryDial(key gossh.Signer) (*gossh.Client, error) {
	c := &gossh.ClientConfig{User: "ana", HostKeyCallback: gossh.FixedHostKey(s.host), Timeout: patience}
	if key != nil {
		c.Auth = []gossh.AuthMethod{gossh.PublicKeys(key)}
	}
	client, err := gossh.Dial("tcp", s.addr, c)
	if err == nil {
		s.t.Cleanup(func() { _ = client.Close() })
	}
	return client, err
}

// over logs in as anyone over a connection that is there.
func (s *site) over(nc net.Conn) *gossh.Client {
	s.t.Helper()
	c, chans, reqs, err := gossh.NewClientConn(nc, s.addr, &gossh.ClientConfig{User: "ana", HostKeyCallback: gossh.FixedHostKey(s.host)})
	if err != nil {
		s.t.Fatal(err)
	}
	client := gossh.NewClient(c, chans, reqs)
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}

// stops is a connection that is read no more once it is told to.
type stops struct {
	net.Conn
	now  atomic.Bool
	over chan struct{} // closed when the test is
}

func (c *stops) Read(p []byte) (int, error) {
	if c.now.Load() {
		<-c.over
		return 0, net.ErrClosed
	}
	return c.Conn.Read(p)
}

// answer is what a command came to.
type answer struct {
	out, err string
	status   int
}

// ask runs a command without a terminal.
func (s *site) ask(c *gossh.Client, command, input string) answer {
	s.t.Helper()
	sess, err := c.NewSession()
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = sess.Close() }()
	var out, errs bytes.Buffer
	sess.Stdin, sess.Stdout, sess.Stderr = strings.NewReader(input), &out, &errs
	return answer{status: code(s.t, sess.Run(command)), out: out.String(), err: errs.String()}
}

func code(t testing.TB, err error) int {
	t.Helper()
	var exit *gossh.ExitError
	var local *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitStatus()
	case errors.As(err, &local):
		return local.ExitCode()
	}
	t.Fatalf("no exit status: %v", err)
	return -1
}
