//go:build !windows

package sshd

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
	gossh "golang.org/x/crypto/ssh"

	"touchback/fixtures"
)

// openssh is the command line of OpenSSH's client, which knows this server and
// nothing of the machine's own settings.
func (s *site) openssh(identity string, args ...string) *exec.Cmd {
	s.t.Helper()
	path, err := exec.LookPath("ssh")
	switch {
	case err != nil && os.Getenv("CI") == "true":
		s.t.Fatal("OpenSSH's client is not installed")
	case err != nil:
		s.t.Skip("OpenSSH's client is not installed")
	}
	known := filepath.Join(s.t.TempDir(), "known_hosts")
	host, port, _ := net.SplitHostPort(s.addr)
	write(s.t, known, fmt.Sprintf("[%s]:%s ", host, port), gossh.MarshalAuthorizedKey(s.host))
	options := []string{
		"-F", "none", "-o", "UserKnownHostsFile=" + known, "-o", "StrictHostKeyChecking=yes",
		"-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "LogLevel=ERROR", "-l", "ana", "-p", port,
	}
	if identity != "" {
		options = append(options, "-i", identity)
	}
	cmd := exec.CommandContext(s.t.Context(), path, append(options, args...)...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	return cmd
}

// inTerminal runs a command in a pty.
func inTerminal(t *testing.T, cmd *exec.Cmd, w, h int) *screen {
	t.Helper()
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)})
	if err != nil {
		t.Fatal(err)
	}
	x := newScreen(t, f, f, w, h)
	x.wait = cmd.Wait
	x.size = func(w, h int) error { return pty.Setsize(f, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}) }
	t.Cleanup(func() { _ = cmd.Process.Kill(); x.close(); _ = f.Close() })
	return x
}

// identityFile is a key in the form that OpenSSH reads.
func identityFile(t *testing.T) (path string, public gossh.PublicKey) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "id_ed25519")
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, pem.EncodeToMemory(block))
	public, err = gossh.NewPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	return path, public
}

// TestOpenSSH walks the demonstration from OpenSSH's client, in a terminal that
// is resized on the way.
func TestOpenSSH(t *testing.T) {
	s := room(t, nil)
	x := inTerminal(t, s.openssh("", "127.0.0.1"), 80, 24)
	for i, at := range stations {
		x.sees(at.sees)
		if i == 1 {
			x.resize(100, 30)
			x.until("a foot in line 30", func(text string) bool {
				lines := strings.Split(text, "\n")
				return len(lines) == 30 && strings.Contains(lines[29], "enter")
			})
		}
		x.press(at.press)
	}
	if got := x.ends(); got != 0 {
		t.Errorf("exit status %d", got)
	}
}

// TestOpenSSHWithoutATerminal does what scripts do.
func TestOpenSSHWithoutATerminal(t *testing.T) {
	identity, public := identityFile(t)
	s, _ := desk(t, public, nil)
	for _, c := range []struct {
		args   string
		input  string
		status int
		out    string
	}{
		{"inspect --json " + fixtures.SampleBackup, "", 0, `"format":"crypt15"`},
		{"export --key-file - --format jsonl " + fixtures.SampleBackup, digits(t), 0, "Are we still on for tomorrow?"},
		{"export --key-file - " + fixtures.SampleBackup, strings.Repeat("0", 64), 9, ""},
		{"uname -a", "", 2, ""},
	} {
		var out, errs bytes.Buffer
		cmd := s.openssh(identity, append([]string{"127.0.0.1"}, strings.Fields(c.args)...)...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.input), &out, &errs
		if got := code(t, cmd.Run()); got != c.status || !strings.Contains(out.String(), c.out) || c.out == "" && out.Len() > 0 {
			t.Errorf("%s: status %d\n%.300s\n%s", c.args, got, &out, &errs)
		}
	}
	// A client that asks for a file transfer, and one that asks for everything.
	if got := code(t, s.openssh(identity, "-s", "127.0.0.1", "sftp").Run()); got == 0 {
		t.Error("sftp was granted")
	}
	cmd := s.openssh(identity, "-A", "-X", "-R", "0:localhost:22", "-o", "ExitOnForwardFailure=yes", "127.0.0.1", "list")
	if got := code(t, cmd.Run()); got == 0 {
		t.Error("a forward from the server was granted")
	}
}

// TestOpenSSHForward reaches the page through ssh -L, and nothing else.
func TestOpenSSHForward(t *testing.T) {
	browser := newClient(t)
	identity, public := identityFile(t)
	s, dir := desk(t, public, nil)
	browser.locked(filepath.Join(dir, fixtures.SampleBackup))
	_ = browser.port.Close() // its port is ssh's from here on
	_, port, _ := net.SplitHostPort(browser.port.Addr().String())
	x := inTerminal(t, s.openssh(identity, "-L", port+":localhost:8417", "127.0.0.1"), 110, 30)
	address := x.toPage()
	browser.open(address)
	verified := make(chan error, 1)
	go func() { x.sees("Are we still on for tomorrow?"); verified <- nil }()
	if err := browser.click(verified); err != nil {
		t.Fatal(err)
	}
	x.press(ctrlc, ctrlc)
	if got := x.ends(); got != 130 {
		t.Errorf("exit status %d", got)
	}
}

// securityKey signs as a security key does for OpenSSH (PROTOCOL.u2f): what is
// signed is the hash of the application, the flags, a counter, and the hash of
// the data.
type securityKey struct {
	public  gossh.PublicKey
	private ed25519.PrivateKey
	flags   byte
}

// touched is the flag of a signature that someone was there for.
const touched = 1

func newSecurityKey(t *testing.T) securityKey {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := gossh.ParsePublicKey(gossh.Marshal(struct {
		Type, Key, Application string
	}{gossh.KeyAlgoSKED25519, string(public), "ssh:"}))
	if err != nil {
		t.Fatal(err)
	}
	return securityKey{key, private, touched}
}

func (k securityKey) PublicKey() gossh.PublicKey { return k.public }

func (k securityKey) Sign(_ io.Reader, data []byte) (*gossh.Signature, error) {
	rest := []byte{k.flags, 0, 0, 0, 7}
	app, sum := sha256.Sum256([]byte("ssh:")), sha256.Sum256(data)
	blob := ed25519.Sign(k.private, bytes.Join([][]byte{app[:], rest, sum[:]}, nil))
	return &gossh.Signature{Format: k.public.Type(), Blob: blob, Rest: rest}, nil
}

// TestSecurityKeyLogsIn takes sk- keys that were touched.
func TestSecurityKeyLogsIn(t *testing.T) {
	key := newSecurityKey(t)
	s, _ := desk(t, key.PublicKey(), nil)
	if a := s.ask(s.dial(key), "list", ""); a.status != 0 {
		t.Errorf("status %d, %s", a.status, a.err)
	}
	if _, err := s.tryDial(newSecurityKey(t)); err == nil {
		t.Error("another security key")
	}
	key.flags = 0
	if _, err := s.tryDial(key); err == nil {
		t.Error("a key that nobody touched")
	}
}
