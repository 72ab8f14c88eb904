package sshd

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// TestForwardsAreRefused asks for every way out of a session but its page.
func TestForwardsAreRefused(t *testing.T) {
	s := room(t, nil)
	c := s.dial(nil)
	for _, at := range []string{"127.0.0.1:22", "localhost:22", "example.org:80", "127.0.0.1:8417", "[::1]:8417", "localhost:8418", "LOCALHOST:8417", s.addr} {
		if conn, err := c.Dial("tcp", at); err == nil {
			_ = conn.Close()
			t.Errorf("a forward to %s", at)
		}
	}
	if conn, err := c.Dial("tcp", "localhost:8417"); err == nil {
		_ = conn.Close()
		t.Error("a page without a session")
	}
	if l, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		_ = l.Close()
		t.Error("a forward from the server")
	}
	if l, err := c.ListenUnix(filepath.Join(t.TempDir(), "socket")); err == nil {
		_ = l.Close()
		t.Error("a unix socket's forward from the server")
	}
	if conn, err := c.Dial("unix", "/run/dbus/system_bus_socket"); err == nil {
		_ = conn.Close()
		t.Error("a forward to a unix socket")
	}
	for _, kind := range []string{"x11", "auth-agent@openssh.com", "forwarded-tcpip", "tun@openssh.com", "no-such"} {
		if ch, _, err := c.OpenChannel(kind, nil); err == nil {
			_ = ch.Close()
			t.Errorf("a channel %q", kind)
		}
	}
	for _, kind := range []string{"tcpip-forward", "streamlocal-forward@openssh.com", "hostkeys-00@openssh.com", "no-such"} {
		if ok, _, err := c.SendRequest(kind, true, nil); err != nil || ok {
			t.Errorf("request %q: %v, %v", kind, ok, err)
		}
	}
}

// TestRequestsAreRefused asks a session for what it does not do.
func TestRequestsAreRefused(t *testing.T) {
	s := room(t, nil)
	c := s.dial(nil)
	ch, reqs, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(reqs)
	for _, r := range []struct {
		kind    string
		payload any
	}{
		{"auth-agent-req@openssh.com", nil},
		{"x11-req", struct {
			Single          bool
			Protocol, Cooky string
			Screen          uint32
		}{false, "MIT-MAGIC-COOKIE-1", "00", 0}},
		{"subsystem", struct{ Name string }{"sftp"}},
		{"signal", struct{ Name string }{"KILL"}},
		{"env", struct{ Name, Value string }{"LD_PRELOAD", "x"}},
		{"env", struct{ Name, Value string }{"LANG", "\x1b]"}},
		{"env", struct{ Name, Value string }{"SSH_CONNECTION", "1"}},
		{"break", struct{ Length uint32 }{1}},
		{"no-such", nil},
	} {
		var payload []byte
		if r.payload != nil {
			payload = gossh.Marshal(r.payload)
		}
		if ok, err := ch.SendRequest(r.kind, true, payload); err != nil || ok {
			t.Errorf("%s %v: %v, %v", r.kind, r.payload, ok, err)
		}
	}
	if ok, err := ch.SendRequest("env", true, gossh.Marshal(struct{ Name, Value string }{"LANG", "de_DE.UTF-8"})); err != nil || !ok {
		t.Errorf("a language: %v, %v", ok, err)
	}
	if second, _, err := c.OpenChannel("session", nil); err == nil {
		_ = second.Close()
		t.Error("a second session in one connection")
	}
}

// TestEnvironmentIsBounded sends more than anyone has.
func TestEnvironmentIsBounded(t *testing.T) {
	s := room(t, nil)
	ch, reqs, err := s.dial(nil).OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(reqs)
	taken := 0
	for range 2 * maxEnv {
		ok, err := ch.SendRequest("env", true, gossh.Marshal(struct{ Name, Value string }{"LANG", "C"}))
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			taken++
		}
	}
	if taken != maxEnv {
		t.Errorf("%d variables were taken", taken)
	}
}

// TestLogins tries every way of logging in at a desk.
func TestLogins(t *testing.T) {
	key := newKey(t)
	s, _ := desk(t, key.PublicKey(), nil)
	asked := false
	for what, auth := range map[string][]gossh.AuthMethod{
		"nothing":       nil,
		"another key":   {gossh.PublicKeys(newKey(t))},
		"a password":    {gossh.Password("admin")},
		"an empty one":  {gossh.Password("")},
		"keyboard":      {gossh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { asked = true; return nil, nil })},
		"a stolen name": {gossh.PublicKeys(unsigned{key})},
	} {
		c, err := gossh.Dial("tcp", s.addr, &gossh.ClientConfig{User: "root", Auth: auth, HostKeyCallback: gossh.FixedHostKey(s.host)})
		if err == nil {
			_ = c.Close()
			t.Errorf("logged in with %s", what)
		}
	}
	if asked {
		t.Error("something was asked at the keyboard")
	}
	if a := s.ask(s.dial(key), "list", ""); a.status != 0 {
		t.Errorf("the right key: status %d, %s", a.status, a.err)
	}
	line := s.log.session(t)
	who, _ := line["who"].(map[string]any)
	if who["name"] != "ana" || who["key"] != gossh.FingerprintSHA256(key.PublicKey()) {
		t.Errorf("logged %v", line)
	}
}

// TestTakenOut lets nobody in whose line has gone, and nobody at all while the
// file is not in order.
func TestTakenOut(t *testing.T) {
	key := newKey(t)
	var file string
	s, _ := desk(t, key.PublicKey(), func(c *Config) { file = c.AuthorizedKeys })
	inside := s.dial(key)
	write(t, file, gossh.MarshalAuthorizedKey(newKey(t).PublicKey()))
	if _, err := s.tryDial(key); err == nil {
		t.Error("logged in without a line")
	}
	if a := s.ask(inside, "list", ""); a.status != 1 || !strings.Contains(a.err, "may not log in any more") {
		t.Errorf("a session after the line has gone: status %d, %s", a.status, a.err)
	}
	write(t, file, `command="true" `, gossh.MarshalAuthorizedKey(key.PublicKey()))
	if _, err := s.tryDial(key); err == nil {
		t.Error("an option was ignored")
	}
	s.log.until(t, "that the file is not in order", func(m map[string]any) bool {
		e, _ := m["error"].(string)
		return strings.Contains(e, `option "command"`)
	})
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := s.tryDial(key); err == nil {
		t.Error("logged in without a file")
	}
	write(t, file, gossh.MarshalAuthorizedKey(key.PublicKey()))
	s.dial(key)
}

// unsigned has another's public key, and signs with its own.
type unsigned struct{ gossh.Signer }

func (u unsigned) Sign(r io.Reader, data []byte) (*gossh.Signature, error) {
	return u.Signer.Sign(r, append([]byte{1}, data...))
}

// TestOldAlgorithms wants none of those that OpenSSH keeps for others' sake.
func TestOldAlgorithms(t *testing.T) {
	s := room(t, nil)
	for _, change := range []func(*gossh.Config){
		func(c *gossh.Config) {
			c.KeyExchanges = []string{"diffie-hellman-group14-sha1", "diffie-hellman-group14-sha256"}
		},
		func(c *gossh.Config) {
			c.KeyExchanges = []string{"ecdh-sha2-nistp256", "diffie-hellman-group-exchange-sha256"}
		},
		func(c *gossh.Config) { c.Ciphers = []string{"aes128-cbc", "3des-cbc", "arcfour256"} },
		func(c *gossh.Config) { c.Ciphers = []string{"aes128-ctr", "aes256-ctr"} },
	} {
		c := &gossh.ClientConfig{User: "ana", HostKeyCallback: gossh.FixedHostKey(s.host)}
		change(&c.Config)
		if client, err := gossh.Dial("tcp", s.addr, c); err == nil {
			_ = client.Close()
			t.Errorf("agreed on %v %v", c.KeyExchanges, c.Ciphers)
		}
	}
}

// TestOnlyEd25519 has no other host key to offer.
func TestOnlyEd25519(t *testing.T) {
	s := room(t, nil)
	c := &gossh.ClientConfig{User: "ana", HostKeyCallback: gossh.InsecureIgnoreHostKey(), HostKeyAlgorithms: []string{gossh.KeyAlgoRSA, gossh.KeyAlgoECDSA256}}
	if client, err := gossh.Dial("tcp", s.addr, c); err == nil {
		_ = client.Close()
		t.Error("another host key")
	}
}
