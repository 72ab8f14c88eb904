package browser

import (
	"io"
	"log"
	"net"
	"sync"
)

// quiet keeps net/http from writing to the terminal: what goes wrong with a
// connection is the peer's doing, and shows as a page that is gone.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// limited accepts so many connections at a time. One too many is closed at
// once rather than left to wait: it might be the page's.
type limited struct {
	net.Listener
	slots chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case l.slots <- struct{}{}:
			return &closing{Conn: conn, closed: sync.OnceFunc(func() { <-l.slots })}, nil
		default:
			_ = conn.Close()
		}
	}
}

// closing tells when a connection is closed.
type closing struct {
	net.Conn
	closed func()
}

func (c *closing) Close() error {
	defer c.closed()
	return c.Conn.Close()
}

// single is a listener that accepts one connection, and then waits for it to
// be over, or to be closed itself: a server that shuts down waits for its
// listeners before it ends the connections that do nothing.
type single struct {
	mu   sync.Mutex
	conn net.Conn
	addr net.Addr
	done chan struct{} // closed when the connection is over
	shut chan struct{} // closed by Close
	once sync.Once
}

func (l *single) Accept() (net.Conn, error) {
	l.mu.Lock()
	conn := l.conn
	l.conn = nil
	l.mu.Unlock()
	if conn != nil {
		return conn, nil
	}
	select {
	case <-l.done:
	case <-l.shut:
	}
	return nil, net.ErrClosed
}

// Close is called when the server shuts down, perhaps before Accept.
func (l *single) Close() error {
	l.once.Do(func() { close(l.shut) })
	l.mu.Lock()
	conn := l.conn
	l.conn = nil
	l.mu.Unlock()
	if conn != nil {
		return conn.Close()
	}
	return nil
}

func (l *single) Addr() net.Addr { return l.addr }
