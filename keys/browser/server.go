package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	headTime  = 5 * time.Second
	idleTime  = 30 * time.Second
	closeTime = 2 * time.Second        // for the page to be told
	lastTime  = 200 * time.Millisecond // for responses under way
	maxHead   = 16 << 10               // bytes
	maxConns  = 32                     // a browser opens six to one address
	portTries = 8
)

// Server carries one ceremony's page: over listeners on loopback, over
// connections that are handed to it, or both.
type Server struct {
	ceremony *Ceremony
	http     *http.Server
	slots    chan struct{}
	port     int
	close    func() error
}

// NewServer serves no one yet: see Listen and ServeConn.
func NewServer(c *Ceremony) *Server {
	s := &Server{ceremony: c, slots: make(chan struct{}, maxConns)}
	s.http = &http.Server{
		Handler: c.Handler(),
		// No limit for the whole of a request: one of them waits as long as the
		// person takes.
		ReadHeaderTimeout: headTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHead,
		ErrorLog:          quiet(),
	}
	s.close = sync.OnceValue(s.shutdown)
	return s
}

// Listen serves on a port of 127.0.0.1 and ::1; 0 picks a free one. Browsers
// try both for localhost, so where this machine has both, the port must be
// free on both: else whoever has it on the other one would get the token.
func (s *Server) Listen(ctx context.Context, port int) error {
	var err error
	for range portTries {
		var listeners []net.Listener
		listeners, err = listenBoth(ctx, port)
		if err == nil {
			_, text, _ := net.SplitHostPort(listeners[0].Addr().String())
			if s.port, err = strconv.Atoi(text); err != nil {
				return err
			}
			for _, l := range listeners {
				go func() { _ = s.http.Serve(&limited{Listener: l, slots: s.slots}) }()
			}
			return nil
		}
		if port != 0 || !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return fmt.Errorf("serving the page: %w", err)
}

func listenBoth(ctx context.Context, port int) ([]net.Listener, error) {
	var config net.ListenConfig
	four, err := config.Listen(ctx, "tcp4", netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port)).String())
	if err != nil {
		return nil, err
	}
	at, err := netip.ParseAddrPort(four.Addr().String())
	if err != nil {
		return nil, errors.Join(err, four.Close())
	}
	six, err := config.Listen(ctx, "tcp6", netip.AddrPortFrom(netip.IPv6Loopback(), at.Port()).String())
	switch {
	case err == nil:
		return []net.Listener{four, six}, nil
	case errors.Is(err, syscall.EADDRINUSE), errors.Is(err, os.ErrPermission), ctx.Err() != nil:
		return nil, errors.Join(err, four.Close())
	}
	return []net.Listener{four}, nil // no IPv6 here
}

// Port is where Listen serves; 0 before it.
func (s *Server) Port() int { return s.port }

// URL is the page's address on this machine; see Ceremony.URL.
func (s *Server) URL() string {
	return s.ceremony.URL(net.JoinHostPort(RPID, strconv.Itoa(s.port)))
}

// ServeConn serves one connection that reached this program otherwise: a
// channel that an SSH client forwards to the port of the page. It returns when
// the connection is over, which it closes.
func (s *Server) ServeConn(conn net.Conn) {
	select {
	case s.slots <- struct{}{}:
	default:
		_ = conn.Close()
		return
	}
	l := &single{done: make(chan struct{}), shut: make(chan struct{}), addr: conn.LocalAddr()}
	l.conn = &closing{Conn: conn, closed: sync.OnceFunc(func() { <-s.slots; close(l.done) })}
	_ = s.http.Serve(l)
	<-l.done
}

// Close ends the ceremony, if it lasts, and all connections. A response that
// is under way is finished first.
func (s *Server) Close() error { return s.close() }

func (s *Server) shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	s.ceremony.Finish(ctx, ErrCancelled)
	// Browsers open connections in advance, and Shutdown would wait seconds for
	// what may come of them.
	ctx, cancel = context.WithTimeout(context.Background(), lastTime)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		return s.http.Close()
	}
	return nil
}
