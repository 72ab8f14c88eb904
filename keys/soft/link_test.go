package soft

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"time"
)

// cable is a wire with the host's end in the test's hand.
type cable struct {
	t    testing.TB
	link *link
	out  chan message

	mu      sync.Mutex
	asm     assembler
	closed  bool // the host has let go
	drained int
}

func plugIn(t testing.TB, k *Key) *cable {
	ctx, cancel := context.WithCancel(context.Background())
	c := &cable{t: t, out: make(chan message, 4096)}
	c.link = &link{key: k, wire: c, ctx: ctx}
	t.Cleanup(func() { cancel(); c.link.done.Wait() })
	return c
}

func (c *cable) send(r report) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m, complete, _ := c.asm.add(&r); complete {
		c.out <- m
	}
	return nil
}

func (c *cable) held() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.closed
}

func (c *cable) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drained++
}

func (c *cable) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}

func (c *cable) write(m message) {
	for _, r := range split(m) {
		c.link.receive(&r)
	}
}

// read returns the next message that is no keepalive.
func (c *cable) read() message {
	c.t.Helper()
	for {
		select {
		case m := <-c.out:
			if m.command != hidKeepalive {
				return m
			}
		case <-time.After(30 * time.Second):
			c.t.Fatal("the key says nothing")
		}
	}
}

// open asks for a channel.
func (c *cable) open() uint32 {
	c.t.Helper()
	nonce := []byte("8 bytes.")
	c.write(message{broadcast, hidInit, nonce})
	m := c.read()
	if m.channel != broadcast || m.command != hidInit || len(m.data) != 17 || !bytes.Equal(m.data[:8], nonce) {
		c.t.Fatalf("INIT answered with %+v", m)
	}
	return uint32(m.data[8])<<24 | uint32(m.data[9])<<16 | uint32(m.data[10])<<8 | uint32(m.data[11])
}

func (c *cable) want(channel uint32, command hidCommand, data ...byte) {
	c.t.Helper()
	if m := c.read(); m.channel != channel || m.command != command || !bytes.Equal(m.data, data) {
		c.t.Errorf("got %+v, want %+v", m, message{channel, command, data})
	}
}

func TestTransactions(t *testing.T) {
	k := New([32]byte{}, Options{})
	c := plugIn(t, k)
	a, b := c.open(), c.open()
	if a == b || a == 0 {
		t.Fatalf("channels %d and %d", a, b)
	}
	ping := bytes.Repeat([]byte("ping"), 1000)
	c.write(message{a, hidPing, ping})
	c.want(a, hidPing, ping...)
	c.write(message{b, hidWink, nil})
	c.want(b, hidWink)
	c.write(message{a, 0x03, nil}) // U2F is not spoken
	c.want(a, hidError, byte(faultCommand))
	c.write(message{99, hidPing, nil})
	c.want(99, hidError, byte(faultChannel))
	c.write(message{99, hidInit, make([]byte, 8)})
	c.want(99, hidError, byte(faultChannel))
	c.write(message{broadcast, hidPing, nil})
	c.want(broadcast, hidError, byte(faultChannel))
	c.write(message{broadcast, hidInit, make([]byte, 7)})
	c.want(broadcast, hidError, byte(faultLength))
	c.write(message{a, hidCBOR, nil})
	c.want(a, hidError, byte(faultLength))
	c.write(message{a, hidCancel, nil}) // nothing to cancel: no answer
	c.write(message{a, hidCBOR, []byte{cmdGetInfo}})
	m := c.read()
	if m.command != hidCBOR || Status(m.data[0]) != StatusOK || !slices.Equal(m.data[1:], k.getInfo()) {
		t.Errorf("getInfo answered with %+v", m)
	}
}

func TestKeepaliveAndCancel(t *testing.T) {
	k := New([32]byte{}, Options{})
	c := plugIn(t, k)
	a := c.open()
	b := a + 1
	if got := c.open(); got != b {
		t.Fatalf("channel %d", got)
	}
	c.write(message{a, hidCBOR, []byte{cmdSelection}})
	for range 3 {
		if m := <-c.out; m.channel != a || m.command != hidKeepalive || !bytes.Equal(m.data, []byte{keepaliveUpNeeded}) {
			t.Fatalf("while it blinks: %+v", m)
		}
	}
	c.write(message{b, hidCBOR, []byte{cmdGetInfo}})
	c.want(b, hidError, byte(faultBusy))
	c.write(message{b, hidCancel, nil}) // not its transaction
	if !k.Waiting() {
		t.Error("cancelled from another channel")
	}
	c.write(message{a, hidCancel, nil})
	c.want(a, hidCBOR, byte(StatusKeepaliveCancel))
	see(t, k, Idle)

	c.write(message{a, hidCBOR, []byte{cmdSelection}})
	see(t, k, Blinking)
	k.Touch()
	c.want(a, hidCBOR, byte(StatusOK))
}

func TestResyncEndsTheTransaction(t *testing.T) {
	k := New([32]byte{}, Options{})
	c := plugIn(t, k)
	a := c.open()
	c.write(message{a, hidCBOR, []byte{cmdSelection}})
	see(t, k, Blinking)
	c.write(message{a, hidInit, []byte("8 bytes.")})
	if m := c.read(); m.channel != a || m.command != hidInit {
		t.Fatalf("INIT on a channel answered with %+v", m)
	}
	see(t, k, Idle)
	c.write(message{a, hidPing, []byte("x")})
	c.want(a, hidPing, 'x') // and no late answer before it
}

func TestANewHostFindsTheKeyFree(t *testing.T) {
	k := New([32]byte{}, Options{})
	c := plugIn(t, k)
	a := c.open()
	c.write(message{a, hidCBOR, []byte{cmdSelection}})
	see(t, k, Blinking)
	drained := c.drained
	b := c.open()
	if c.drained == drained {
		t.Error("reports for the host before are still on the wire")
	}
	see(t, k, Idle)
	c.write(message{b, hidCBOR, []byte{cmdSelection}})
	see(t, k, Blinking)
	k.Touch()
	for m := range c.out {
		if m.channel != b {
			t.Fatalf("for the host before: %+v", m)
		}
		if m.command == hidCBOR {
			break
		}
	}
}

func TestAHostThatIsGoneIsNotWaitedFor(t *testing.T) {
	k := New([32]byte{}, Options{})
	c := plugIn(t, k)
	a := c.open()
	c.write(message{a, hidCBOR, []byte{cmdSelection}})
	see(t, k, Blinking)
	c.hangUp()
	see(t, k, Idle)
	c.link.done.Wait()
	for len(c.out) > 0 {
		if m := <-c.out; m.command != hidKeepalive {
			t.Errorf("to nobody: %+v", m)
		}
	}
}

func TestUnplugLeavesTheWireSilent(t *testing.T) {
	k := New([32]byte{}, Options{})
	c := plugIn(t, k)
	a := c.open()
	c.write(message{a, hidCBOR, []byte{cmdSelection}})
	see(t, k, Blinking)
	k.Unplug()
	c.link.done.Wait()
	for len(c.out) > 0 {
		if m := <-c.out; m.command != hidKeepalive {
			t.Errorf("from a key that is not there: %+v", m)
		}
	}
}

// FuzzLink sends reports as they come, CBOR commands among them, to a key that
// is touched at once.
func FuzzLink(f *testing.F) {
	add := func(messages ...message) {
		var all []byte
		for _, m := range append([]message{{broadcast, hidInit, make([]byte, 8)}}, messages...) {
			for _, r := range split(m) {
				all = append(all, r[:]...)
			}
		}
		f.Add(all)
	}
	add(message{1, hidCBOR, []byte{cmdGetInfo}}, message{1, hidCancel, nil})
	add(message{1, hidPing, make([]byte, 300)}, message{2, hidWink, nil})
	add(message{1, hidCBOR, []byte{cmdSelection}}, message{1, hidInit, make([]byte, 8)})
	f.Fuzz(func(t *testing.T, stream []byte) {
		c := plugIn(t, newKey("seed", Options{}))
		for len(stream) >= 64 && len(c.out) < cap(c.out)/2 {
			c.link.receive((*report)(stream))
			stream = stream[64:]
		}
		c.link.done.Wait()
	})
}
