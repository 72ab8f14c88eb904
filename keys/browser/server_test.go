package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"touchback/keys"
)

// over sends what the page sends, through dial.
func over(t *testing.T, dial func(ctx context.Context) (net.Conn, error), c *Ceremony, path string, body any) (*http.Response, []byte, error) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		DisableKeepAlives: true,
	}}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", "http://localhost:8417"+path, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	p := newSite(t, c)
	for name, v := range map[string]string{
		"Origin": "http://localhost:8417", "Content-Type": "application/json", tokenHeader: p.token, pageHeader: p.name,
	} {
		r.Header.Set(name, v)
	}
	resp, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err = io.ReadAll(resp.Body)
	return resp, b, err
}

func view1(t *testing.T, b []byte) (v view) {
	t.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return v
}

// TestServeConn: a whole ceremony over connections that no listener accepted,
// and without deadlines, as a channel of an SSH connection has none.
func TestServeConn(t *testing.T) {
	c := New(Options{Backup: "through a tunnel", Grace: time.Minute})
	s := NewServer(c)
	dial := func(context.Context) (net.Conn, error) {
		here, there := net.Pipe()
		go s.ServeConn(noDeadlines{there})
		return here, nil
	}
	d := newDevice(t, algES256)
	in := someInputs(1)
	got := later(func() (*keys.Secret, error) {
		return c.Evaluate(t.Context(), keys.Passkey{CredentialID: d.id, RPID: RPID}, in)
	})
	var v view
	for v.Step == nil {
		_, b, err := over(t, dial, c, "/next", map[string]int{"seq": v.Seq})
		if err != nil {
			t.Fatal(err)
		}
		v = view1(t, b)
	}
	if v.Backup != "through a tunnel" {
		t.Errorf("the page shows %q", v.Backup)
	}
	waits := later(func() ([]byte, error) {
		_, b, err := over(t, dial, c, "/next", map[string]int{"seq": v.Seq + 1})
		return b, err
	})
	resp, _, err := over(t, dial, c, "/answer", d.answer(t, v.Seq, v.Step, bend{}))
	if err != nil || resp.StatusCode != http.StatusNoContent {
		t.Fatalf("answer: %v, %v", resp, err)
	}
	out, err := wait(t, got)
	if err != nil || !bytes.Equal(bytesOf(out), d.outputs(in)) {
		t.Errorf("got %v, %v", out, err)
	}
	finished := later(func() (any, error) { c.Finish(t.Context(), nil); return nil, nil })
	b, err := wait(t, waits)
	if err != nil {
		t.Fatal(err)
	}
	for v = view1(t, b); v.Over == nil; v = view1(t, b) {
		// The page saw the answer being worked with, and asks once more.
		if _, b, err = over(t, dial, c, "/next", map[string]int{"seq": v.Seq}); err != nil {
			t.Fatal(err)
		}
	}
	if !v.Over.Good {
		t.Errorf("the page is told %+v", v.Over)
	}
	_, _ = wait(t, finished)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := over(t, dial, c, "/next", map[string]int{"seq": 0}); err == nil {
		t.Error("it still serves")
	}
}

type noDeadlines struct{ net.Conn }

func (noDeadlines) SetDeadline(time.Time) error      { return errors.ErrUnsupported }
func (noDeadlines) SetReadDeadline(time.Time) error  { return errors.ErrUnsupported }
func (noDeadlines) SetWriteDeadline(time.Time) error { return errors.ErrUnsupported }

// TestServedByItsOwn: the page of one ceremony does not answer another's.
func TestServedByItsOwn(t *testing.T) {
	one, two := New(Options{}), New(Options{})
	s := NewServer(one)
	defer func() { _ = s.Close() }()
	dial := func(context.Context) (net.Conn, error) {
		here, there := net.Pipe()
		go s.ServeConn(there)
		return here, nil
	}
	resp, _, err := over(t, dial, two, "/next", map[string]int{"seq": 0})
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %v, %v", resp, err)
	}
}

// TestCloseWaitsForNobody: a connection that a browser keeps for later, with
// deadlines or without, ends with the page and does not hold it up.
func TestCloseWaitsForNobody(t *testing.T) {
	s := NewServer(New(Options{}))
	here, there := net.Pipe()
	go s.ServeConn(noDeadlines{there})
	if _, err := io.WriteString(here, "GET /icon.svg HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	kept := bufio.NewReader(here)
	resp, err := http.ReadResponse(kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	closed := later(func() (any, error) { return nil, s.Close() })
	if _, err := kept.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("the connection goes on: %v", err)
	}
	if _, err := wait(t, closed); err != nil {
		t.Error(err)
	}
}

func TestListen(t *testing.T) {
	_, s := serve(t, Options{})
	dial := func(addr string) error {
		conn, err := net.DialTimeout("tcp", net.JoinHostPort(addr, fmt.Sprint(s.Port())), time.Second)
		if err == nil {
			_ = conn.Close()
		}
		return err
	}
	if err := dial("127.0.0.1"); err != nil {
		t.Error(err)
	}
	if l, err := net.Listen("tcp6", "[::1]:0"); err == nil {
		_ = l.Close()
		if err := dial("::1"); err != nil {
			t.Error(err)
		}
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() && dial(n.IP.String()) == nil {
			t.Errorf("it listens on %s", n.IP)
		}
	}
	if _, host, _ := strings.Cut(s.URL(), "://"); !strings.HasPrefix(host, fmt.Sprintf("localhost:%d/#", s.Port())) {
		t.Error("the address is not that of localhost")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if dial("127.0.0.1") == nil {
		t.Error("it still listens")
	}
}

// TestPortTaken: a port that someone else has on the other loopback address is
// not used, since the browser might go there with the token.
func TestPortTaken(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			t.Logf("no %s here: %v", addr, err)
			continue
		}
		defer func() { _ = l.Close() }()
		s := NewServer(New(Options{}))
		if err := s.Listen(t.Context(), l.Addr().(*net.TCPAddr).Port); err == nil {
			t.Errorf("it shares the port of %s", l.Addr())
		}
		_ = s.Close()
	}
}

// TestTooManyConnections: they are turned away, and those that are there still
// served.
func TestTooManyConnections(t *testing.T) {
	_, s := serve(t, Options{})
	addr := fmt.Sprintf("127.0.0.1:%d", s.Port())
	var silent []net.Conn
	for range maxConns {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		silent = append(silent, conn)
	}
	extra, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := extra.Read(make([]byte, 1)); err == nil {
		t.Error("one too many got an answer")
	}
	_ = extra.Close()
	_, _ = io.WriteString(silent[0], "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	if b, err := io.ReadAll(silent[0]); err != nil || !bytes.HasPrefix(b, []byte("HTTP/1.1 200 ")) {
		t.Errorf("one that is there: %.40q, %v", b, err)
	}
	for _, conn := range silent {
		_ = conn.Close()
	}
}

func TestClosedBeforeAnything(t *testing.T) {
	c, s := serve(t, Options{})
	got := later(func() (*keys.Secret, error) {
		return c.Evaluate(t.Context(), keys.Passkey{CredentialID: []byte{1}, RPID: RPID}, someInputs(1))
	})
	for asked := false; !asked; {
		c.mu.Lock()
		asked = c.step != nil
		c.mu.Unlock()
	}
	if _, err := c.Create(t.Context()); !errors.Is(err, ErrBusy) {
		t.Errorf("a second gesture: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := wait(t, got); !errors.Is(err, ErrCancelled) {
		t.Errorf("got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestNotOurs: a passkey that no page here may ask for is refused at once.
func TestNotOurs(t *testing.T) {
	c := New(Options{})
	if _, err := c.Evaluate(t.Context(), keys.Passkey{CredentialID: []byte{1}, RPID: "example.com"}, someInputs(1)); !errors.Is(err, ErrRPID) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Evaluate(t.Context(), keys.Passkey{RPID: RPID}, someInputs(1)); !errors.Is(err, keys.ErrNoCredential) {
		t.Errorf("got %v", err)
	}
}

// TestSecretsStayHidden: a ceremony that is printed shows no token.
func TestSecretsStayHidden(t *testing.T) {
	c := New(Options{})
	_, token, _ := strings.Cut(c.URL("localhost:1"), "#")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if strings.Contains(fmt.Sprintf(verb, c), token) {
			t.Errorf("%s shows the token", verb)
		}
	}
}
