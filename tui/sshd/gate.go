package sshd

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// gate counts connections and sessions, by address and in all.
type gate struct {
	limits Limits
	log    func(c *conn, why string)

	mu       sync.Mutex
	waiting  []*conn // have not logged in; the oldest first
	sessions int
	from     map[netip.Addr]int // sessions
	open     map[*conn]struct{}
	draining bool
	quiet    chan struct{} // closed when draining and no session is left
}

func newGate(l Limits, log func(*conn, string)) *gate {
	return &gate{limits: l, log: log, from: map[netip.Addr]int{}, open: map[*conn]struct{}{}, quiet: make(chan struct{})}
}

// conn is one client's connection, from the first byte on.
type conn struct {
	net.Conn
	gate  *gate
	addr  netip.Addr
	since time.Time
	timer *time.Timer // closes a connection without a session

	mu     sync.Mutex
	heard  bool // anything at all
	inside bool // logged in
	busy   bool // it has its session
	closed bool
}

// enter takes a new connection in. Where there are too many that have not
// logged in, the one that has waited longest goes: silence takes no room from
// those who speak.
func (g *gate) enter(nc net.Conn) *conn {
	c := &conn{Conn: nc, gate: g, addr: address(nc.RemoteAddr()), since: time.Now()}
	g.mu.Lock()
	var out *conn
	same := 0
	for _, w := range g.waiting {
		if w.addr == c.addr {
			same++
		}
	}
	switch {
	case same >= max(g.limits.Logins/2, 1):
		out = g.waiting[slices.IndexFunc(g.waiting, func(w *conn) bool { return w.addr == c.addr })]
	case len(g.waiting) >= g.limits.Logins:
		out = g.waiting[0]
	}
	if out != nil {
		g.waiting = slices.DeleteFunc(g.waiting, func(w *conn) bool { return w == out })
	}
	g.waiting = append(g.waiting, c)
	g.open[c] = struct{}{}
	draining := g.draining
	c.mu.Lock()
	c.timer = time.AfterFunc(g.limits.Login, c.late)
	c.mu.Unlock()
	g.mu.Unlock()
	if out != nil {
		out.refuse("too many connections wait to log in")
	}
	if draining {
		c.refuse("the server is stopping")
		return nil
	}
	return c
}

// late ends a connection on which nothing that counts has begun in time.
func (c *conn) late() {
	c.mu.Lock()
	inside, busy := c.inside, c.busy
	c.mu.Unlock()
	switch {
	case busy:
	case inside:
		c.gate.log(c, "no session was asked for")
		_ = c.Close()
	default:
		c.refuse(fmt.Sprintf("nobody logged in within %v", c.gate.limits.Login))
	}
}

// refuse closes a connection before its login. Clients that have said nothing
// yet are told why in clear, which RFC 4253, 4.2 has a place for.
func (c *conn) refuse(why string) {
	c.mu.Lock()
	heard := c.heard
	c.mu.Unlock()
	c.gate.log(c, why)
	if !heard {
		_ = c.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = io.WriteString(c.Conn, "touchback: "+why+"\r\n")
	}
	_ = c.Close()
}

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.mu.Lock()
		c.heard = true
		c.mu.Unlock()
	}
	return n, err
}

// Write implements net.Conn. It fails where the client reads nothing.
func (c *conn) Write(p []byte) (int, error) {
	_ = c.SetWriteDeadline(time.Now().Add(writeTime))
	return c.Conn.Write(p)
}

// Close implements net.Conn.
func (c *conn) Close() error {
	g := c.gate
	g.mu.Lock()
	g.waiting = slices.DeleteFunc(g.waiting, func(w *conn) bool { return w == c })
	delete(g.open, c)
	g.mu.Unlock()
	c.mu.Lock()
	c.closed = true
	c.timer.Stop()
	c.mu.Unlock()
	return c.Conn.Close()
}

// loggedIn takes a connection off the list of those that wait.
func (c *conn) loggedIn() {
	g := c.gate
	g.mu.Lock()
	g.waiting = slices.DeleteFunc(g.waiting, func(w *conn) bool { return w == c })
	g.mu.Unlock()
	c.mu.Lock()
	c.inside = true
	c.mu.Unlock()
}

// claim makes a session the connection's only one: it returns false where there
// was one.
func (c *conn) claim() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy || c.closed {
		return false
	}
	c.busy = true
	c.timer.Stop()
	return true
}

// begin counts a session, or says why there can be none.
func (g *gate) begin(a netip.Addr) (refused string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.draining:
		return "the server is stopping: please come back later"
	case g.sessions >= g.limits.Sessions:
		return fmt.Sprintf("all %d places are taken: please come back later", g.limits.Sessions)
	case g.from[a] >= g.limits.PerAddress:
		return fmt.Sprintf("there are %d sessions from your address already: please end one first", g.limits.PerAddress)
	}
	g.sessions++
	g.from[a]++
	return ""
}

func (g *gate) end(a netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sessions--
	if g.from[a]--; g.from[a] == 0 {
		delete(g.from, a)
	}
	if g.draining && g.sessions == 0 {
		close(g.quiet)
	}
}

// drain begins no more sessions, and returns what closes when the last is over.
func (g *gate) drain() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.draining {
		g.draining = true
		if g.sessions == 0 {
			close(g.quiet)
		}
	}
	return g.quiet
}

// shut closes every connection.
func (g *gate) shut() {
	g.mu.Lock()
	var all []*conn
	for c := range g.open {
		all = append(all, c)
	}
	g.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
	}
}

// address is that of a peer, without a port. One that is none (in tests) is the
// zero address, which counts as one.
func address(a net.Addr) netip.Addr {
	if a == nil {
		return netip.Addr{}
	}
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
