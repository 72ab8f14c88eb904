//go:build !windows

package main

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"touchback/fixtures"
)

// server is the program as it serves.
type server struct {
	t    testing.TB
	cmd  *exec.Cmd
	addr string
	key  string // fingerprint

	mu    sync.Mutex
	lines []map[string]any // of its log
	more  chan struct{}
	done  chan struct{}
}

// startServer starts the program as a server on a free port, with its state in a
// folder of its own.
func startServer(t testing.TB, args ...string) *server {
	t.Helper()
	s := &server{t: t, cmd: exec.Command("touchback", append(args, "--json", "--ssh", "127.0.0.1:0")...), more: make(chan struct{}), done: make(chan struct{})}
	s.cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+t.TempDir(), "STATE_DIRECTORY=", "GORACE=atexit_sleep_ms=0")
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); <-s.done; _ = s.cmd.Wait() })
	go func() {
		defer close(s.done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var line map[string]any
			if json.Unmarshal(lines.Bytes(), &line) != nil {
				line = map[string]any{"msg": "not JSON: " + lines.Text()}
			}
			s.mu.Lock()
			s.lines = append(s.lines, line)
			close(s.more)
			s.more = make(chan struct{})
			s.mu.Unlock()
		}
	}()
	line := s.logs("serving")
	s.addr, _ = line["address"].(string)
	s.key, _ = line["host_key"].(string)
	return s
}

// logs waits for the next line of a kind, and takes all up to it.
func (s *server) logs(msg string) map[string]any {
	s.t.Helper()
	for {
		s.mu.Lock()
		for i, line := range s.lines {
			if line["msg"] == msg {
				s.lines = s.lines[i+1:]
				s.mu.Unlock()
				return line
			}
		}
		more := s.more
		s.mu.Unlock()
		select {
		case <-more:
		case <-s.done:
			s.t.Fatalf("the server ended before it logged %q", msg)
		}
	}
}

// login connects as x/crypto's client, which holds the server to its word.
func (s *server) login(auth ...gossh.AuthMethod) *gossh.Client {
	s.t.Helper()
	c, err := gossh.Dial("tcp", s.addr, &gossh.ClientConfig{
		User: "ana", Auth: auth, Timeout: patience,
		HostKeyCallback: func(_ string, _ net.Addr, key gossh.PublicKey) error {
			if got := gossh.FingerprintSHA256(key); got != s.key {
				return fmt.Errorf("the key is %s, and not %s", got, s.key)
			}
			return nil
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	return c
}

// ssh is OpenSSH's client on its way to the server.
func (s *server) ssh(options ...string) *exec.Cmd {
	s.t.Helper()
	path, err := exec.LookPath("ssh")
	switch {
	case err != nil && os.Getenv("CI") == "true":
		s.t.Fatal("OpenSSH's client is not installed")
	case err != nil:
		s.t.Skip("OpenSSH's client is not installed")
	}
	host, port, _ := net.SplitHostPort(s.addr)
	return exec.Command(path, append([]string{
		"-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
		"-o", "IdentityAgent=none", "-p", port,
	}, append(options, host)...)...)
}

// TestServe serves a folder to one key, from the command line, and is stopped
// as a service manager does.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	state := t.TempDir()
	_, signer := identityFile(t)
	allowed := filepath.Join(state, "allowed")
	if err := os.WriteFile(allowed, gossh.MarshalAuthorizedKey(signer.PublicKey()), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startServer(t, "serve", "--backups", dir, "--authorized-keys", allowed)
	for command, want := range map[string]int{
		"inspect --json msgstore.db.crypt15":            0,
		"export msgstore.db.crypt15 --key-file -":       3, // an empty one
		"export ../secret.crypt15 --key-file - ":        1,
		"inspect wa.db.crypt15.none":                    1,
		"sh -c true":                                    2,
		"export --format html msgstore.db.crypt15":      2,
		"restore --json --quiet msgstore.db.crypt15":    130,
		"export msgstore.db.crypt15 --method no-method": 2,
	} {
		sess, err := s.login(gossh.PublicKeys(signer)).NewSession()
		if err != nil {
			t.Fatal(err)
		}
		sess.Stdin = strings.NewReader("")
		got := 0
		if err := sess.Run(command); err != nil {
			var exit *gossh.ExitError
			if !errors.As(err, &exit) {
				t.Fatalf("%s: %v", command, err)
			}
			got = exit.ExitStatus()
		}
		if got != want {
			t.Errorf("%s: status %d, not %d", command, got, want)
		}
		if line := s.logs("session"); int(line["status"].(float64)) != want {
			t.Errorf("%s: logged %v", command, line)
		}
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.logs("stopping")
	<-s.done
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("stopped: %v", err)
	}
}

// identityFile is a new key: a file for OpenSSH, and the signer that it holds.
func identityFile(t testing.TB) (string, gossh.Signer) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "id_ed25519")
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, signer
}
