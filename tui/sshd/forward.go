package sshd

import (
	"io"
	"net"
	"strconv"
	"sync"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"touchback/keys/browser"
)

// pagePort is the port of the page, at both ends of the forward.
const pagePort = 8417

// pageHost is the one name that a browser asks for a passkey at.
const pageHost = browser.RPID

// forward is the page of one session. What the client forwards to it is served
// here, in memory.
type forward struct {
	mu     sync.Mutex
	server *browser.Server // nil while nothing is asked
	active func()          // called when bytes pass; may be nil
}

// page is a ceremony that is served on what the client forwards.
type page struct {
	*browser.Ceremony
	forward *forward
	server  *browser.Server
}

// open makes a page.
func (f *forward) open(o browser.Options) page {
	c := browser.New(o)
	p := page{Ceremony: c, forward: f, server: browser.NewServer(c)}
	f.mu.Lock()
	f.server = p.server
	f.mu.Unlock()
	return p
}

func (p page) URL() string {
	return p.Ceremony.URL(net.JoinHostPort(pageHost, strconv.Itoa(pagePort)))
}

func (p page) Port() int { return pagePort }

func (p page) Close() error {
	p.forward.mu.Lock()
	if p.forward.server == p.server {
		p.forward.server = nil
	}
	p.forward.mu.Unlock()
	return p.server.Close()
}

// current is the server of the page that is open, or nil, and what to call when
// the page is used.
func (f *forward) current() (*browser.Server, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.active == nil {
		return f.server, func() {}
	}
	return f.server, f.active
}

// directTCP is the payload of a direct-tcpip channel (RFC 4254, 7.2).
type directTCP struct {
	Host       string
	Port       uint32
	OriginHost string
	OriginPort uint32
}

// tunnel serves what a client forwards: to the page of its own session, or not
// at all.
func tunnel(_ *ssh.Server, _ *gossh.ServerConn, ch gossh.NewChannel, ctx ssh.Context) {
	var to directTCP
	if err := gossh.Unmarshal(ch.ExtraData(), &to); err != nil || to.Host != pageHost || to.Port != pagePort {
		_ = ch.Reject(gossh.Prohibited, "nothing but "+pageHost+":"+strconv.Itoa(pagePort)+" can be reached, the page of your own session")
		return
	}
	f, _ := ctx.Value(forwardKey{}).(*forward)
	if f == nil {
		_ = ch.Reject(gossh.Prohibited, "no session")
		return
	}
	server, active := f.current()
	if server == nil {
		_ = ch.Reject(gossh.ConnectionFailed, "your session asks for no passkey now")
		return
	}
	remote, reqs, err := ch.Accept()
	if err != nil {
		return
	}
	go gossh.DiscardRequests(reqs)
	// A pipe has the deadlines that net/http needs of a connection, and that a
	// channel lacks.
	here, there := net.Pipe()
	go func() {
		defer func() { _ = here.Close() }()
		pump(here, remote, active)
	}()
	go func() {
		defer func() { _ = remote.Close() }()
		pump(remote, here, func() {})
	}()
	server.ServeConn(there)
}

// forwardKey finds a connection's forward in its context.
type forwardKey struct{}

// pump copies until either end is over. What an authenticator answered passes
// through, so the buffer is wiped.
func pump(to io.Writer, from io.Reader, active func()) {
	var b [16 << 10]byte
	defer clear(b[:])
	for {
		n, err := from.Read(b[:])
		if n > 0 {
			active()
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
