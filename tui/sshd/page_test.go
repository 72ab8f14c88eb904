package sshd

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	gossh "golang.org/x/crypto/ssh"

	"touchback/fixtures"
	"touchback/keys"
	"touchback/keys/browser"
	"touchback/keys/browser/browsertest"
	"touchback/restore/run"
)

// client is a browser at a person's desk, and the port that their ssh forwards.
type client struct {
	t    *testing.T
	ctx  context.Context
	port net.Listener

	mu  sync.Mutex
	ssh *gossh.Client // that forwards the port
	has []net.Conn    // by which the browser reached it so far
}

// newClient starts Chromium with a virtual authenticator that verifies its
// person. Its localhost:8417 is a port that is free here.
func newClient(t *testing.T) *client {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx := browsertest.New(t, chromedp.Flag("host-resolver-rules", "MAP localhost:8417 "+l.Addr().String()))
	c := &client{t: t, ctx: ctx, port: l}
	go c.serve()
	t.Cleanup(func() { _ = l.Close() })
	return c
}

// through forwards the port by a connection from now on, as ssh -L does.
func (c *client) through(s *gossh.Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ssh = s
	for _, conn := range c.has {
		_ = conn.Close() // browsers use them again
	}
	c.has = nil
}

func (c *client) serve() {
	for {
		conn, err := c.port.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			c.mu.Lock()
			s := c.ssh
			c.has = append(c.has, conn)
			c.mu.Unlock()
			if s == nil {
				return
			}
			remote, err := s.Dial("tcp", "localhost:8417")
			if err != nil {
				return
			}
			defer func() { _ = remote.Close() }()
			go func() {
				_, _ = io.Copy(remote, conn)
				_ = remote.(interface{ CloseWrite() error }).CloseWrite()
			}()
			_, _ = io.Copy(conn, remote)
		}()
	}
}

// locked puts a keyring beside the sample that this browser's passkey opens.
func (c *client) locked(backup string) {
	c.t.Helper()
	page, err := run.ServePage(c.ctx, browser.Options{Purpose: browser.Enrol, Passkey: "this laptop"})
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = page.Close() }()
	key := fixtures.SampleKey()
	defer key.Wipe()
	ring := keys.Create(key, time.Now())
	made := make(chan error, 1)
	go func() {
		passkey, err := page.Create(c.ctx)
		if err == nil {
			_, err = ring.AddPasskey(c.ctx, "this laptop", passkey, page)
		}
		page.Finish(c.ctx, err)
		made <- err
	}()
	c.open(page.URL())
	if err := c.click(made); err != nil {
		c.t.Fatal(err)
	}
	_ = os.Remove(backup + ".keyring")
	if err := ring.Save(backup + ".keyring"); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) open(url string) {
	c.t.Helper()
	if err := chromedp.Do(c.ctx, chromedp.Navigate(url)); err != nil {
		c.t.Fatal(err)
	}
}

// click begins every gesture that the page asks for, until done.
func (c *client) click(done <-chan error) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	limit := time.After(patience)
	for {
		browsertest.Press(c.ctx)
		select {
		case err := <-done:
			return err
		case <-again.C:
		case <-limit:
			said, _ := chromedp.Run(c.ctx, chromedp.Text("main"))
			return errors.New("nothing came of the page, which says: " + said)
		}
	}
}

var pageAddress = regexp.MustCompile(`http://localhost:8417/#\S+`)

// toPage goes to the page in a session, and returns its address.
func (x *screen) toPage() string {
	x.t.Helper()
	x.sees("→ 12 May")
	x.press(enter)
	x.sees("This is the backup")
	x.press(enter)
	x.sees("in your browser")
	x.press(enter)
	x.sees("ssh -L 8417:localhost:8417 -p ")
	x.until("an address", pageAddress.MatchString)
	return pageAddress.FindString(x.text())
}

// TestPageInTheConnection unlocks a session through the port that its own
// connection forwards, and through no other.
func TestPageInTheConnection(t *testing.T) {
	browser := newClient(t)
	key := newKey(t)
	s, dir := desk(t, key.PublicKey(), nil)
	browser.locked(filepath.Join(dir, fixtures.SampleBackup))

	mine, theirs := s.dial(key), s.dial(key)
	x := s.terminal(mine, "xterm-256color", 110, 30, "")
	address := x.toPage()
	y := s.terminal(theirs, "xterm-256color", 110, 30, "")
	other := y.toPage()
	if address == other {
		t.Fatal("two sessions have one address")
	}
	token := func(at string) string { _, t, _ := strings.Cut(at, "#"); return t }

	// Another's connection reaches its own page alone, which knows no other
	// token.
	for _, at := range []struct {
		through *gossh.Client
		token   string
		status  int
	}{
		{mine, token(address), http.StatusBadRequest}, {theirs, token(other), http.StatusBadRequest},
		{mine, token(other), http.StatusUnauthorized}, {theirs, token(address), http.StatusUnauthorized},
	} {
		if got := nonsense(t, at.through, at.token); got != at.status {
			t.Errorf("status %d, not %d", got, at.status)
		}
	}

	browser.through(theirs)
	browser.open(address) // with another's token, through another's connection
	said, err := chromedp.Run(browser.ctx, chromedp.Text("main"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(x.text(), "✓ verified") {
		t.Errorf("unlocked by another's connection; the page said:\n%s", said)
	}

	browser.through(mine)
	browser.open("about:blank")
	browser.open(address)
	verified := make(chan error, 1)
	go func() { x.sees("Are we still on for tomorrow?"); verified <- nil }()
	if err := browser.click(verified); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(y.text(), "restored") {
		t.Error("the other session is unlocked too")
	}
	y.sees("waiting for the passkey")
	if conn, err := mine.Dial("tcp", "localhost:8417"); err == nil {
		_ = conn.Close()
		t.Error("the page is there after its work")
	}
	x.press(ctrlc, ctrlc)
	if got := x.ends(); got != 130 {
		t.Errorf("exit status %d", got)
	}
}

// nonsense asks the page of a connection for nothing that it knows, and returns
// the status: that of a bad request only with the right token.
func nonsense(t *testing.T, through *gossh.Client, token string) int {
	t.Helper()
	web := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return through.Dial("tcp", "localhost:8417") },
	}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost:8417/next", strings.NewReader("nonsense"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "http://localhost:8417")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Touchback-Token", token)
	r.Header.Set("Touchback-Page", "a test")
	answer, err := web.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}
