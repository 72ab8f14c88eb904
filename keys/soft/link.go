package soft

import (
	"context"
	"encoding/binary"
	"sync"
	"time"
)

// wire is what lies between the key and a host.
type wire interface {
	// send puts one report on the wire.
	send(report) error
	// held tells whether a host has the device open, as far as can be seen.
	held() bool
	// drain takes back the reports that no host has read.
	drain()
}

// keepaliveEvery is how often a waiting key says so (CTAP 2.1 §11.2.9.1.7).
const keepaliveEvery = 100 * time.Millisecond

// Keepalive status codes.
const (
	keepaliveProcessing = 1
	keepaliveUpNeeded   = 2
)

// link is the CTAPHID side of the key (§11.2): channels, and one transaction
// at a time.
type link struct {
	key  *Key
	wire wire
	ctx  context.Context // the device's life

	mu       sync.Mutex // guards what follows, and the order on the wire
	asm      assembler
	channels uint32 // allocated so far: 1 to channels are valid
	work     *transaction
	done     sync.WaitGroup
}

// transaction is a CBOR command under way.
type transaction struct {
	channel uint32
	cancel  context.CancelFunc
}

// receive takes one report from the host. It never blocks on the person.
func (l *link) receive(r *report) {
	l.mu.Lock()
	defer l.mu.Unlock()
	m, complete, f := l.asm.add(r)
	if f == 0 && complete {
		f = l.handle(m)
	}
	if f != 0 {
		l.send(message{r.channel(), hidError, []byte{byte(f)}})
	}
}

// handle is called with mu held.
func (l *link) handle(m message) fault {
	if m.command == hidInit {
		return l.init(m)
	}
	if m.channel == 0 || m.channel > l.channels {
		return faultChannel
	}
	if m.command == hidCancel { // never answered itself (§11.2.9.1.5)
		if l.work != nil && l.work.channel == m.channel {
			l.work.cancel()
		}
		return 0
	}
	if l.work != nil {
		return faultBusy
	}
	switch m.command {
	case hidPing:
		l.send(m)
	case hidWink:
		l.send(message{m.channel, hidWink, nil})
	case hidCBOR:
		if len(m.data) == 0 {
			return faultLength
		}
		l.start(m)
	default:
		return faultCommand
	}
	return 0
}

// init gives out a channel, or clears one that exists (§11.2.9.1.3).
//
// An INIT on the broadcast channel also ends what an earlier host left behind.
// A wire such as a pseudo terminal has but one reader, libfido2 locks it, and
// so a new host means that the one before is gone, perhaps killed; its reports
// would only confuse the new one.
func (l *link) init(m message) fault {
	if len(m.data) != 8 {
		return faultLength
	}
	channel := m.channel
	switch {
	case channel == broadcast:
		l.abandon()
		l.wire.drain()
		l.channels++
		channel = l.channels
	case channel == 0 || channel > l.channels:
		return faultChannel
	case l.work != nil && l.work.channel == channel:
		l.abandon()
	}
	const version, capabilities = 2, 0x01 | 0x04 | 0x08 // wink, CBOR, no U2F
	data := binary.BigEndian.AppendUint32(m.data, channel)
	l.send(message{m.channel, hidInit, append(data, version, 0, 1, 0, capabilities)})
	return 0
}

// abandon cancels the transaction under way and forgets it, so that nothing
// of it is sent any more. mu is held.
func (l *link) abandon() {
	if l.work != nil {
		l.work.cancel()
		l.work = nil
	}
}

// send is called with mu held. An error means that the device is gone, which
// its owner sees for itself.
func (l *link) send(m message) {
	for _, r := range split(m) {
		if l.wire.send(r) != nil {
			return
		}
	}
}

// sendFor sends for t if it is still the transaction under way.
func (l *link) sendFor(t *transaction, c hidCommand, data []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.work == t {
		l.send(message{t.channel, c, data})
	}
}

// start runs a command. mu is held.
func (l *link) start(m message) {
	ctx, cancel := context.WithCancel(l.ctx)
	t := &transaction{m.channel, cancel}
	l.work = t
	locked := l.wire.held()
	l.done.Go(func() {
		defer cancel()
		l.run(ctx, t, m.data, locked)
	})
}

// run sends keepalives until the response is there. Where the host locks the
// device while it has it open (libfido2 does), a lock that is gone means that
// the host is: the key then stops blinking.
func (l *link) run(ctx context.Context, t *transaction, req []byte, locked bool) {
	response := make(chan []byte, 1)
	waiting := make(chan bool, 2)
	l.done.Go(func() {
		defer close(response)
		b, err := l.key.Command(ctx, req, func(w bool) { waiting <- w })
		if err == nil {
			response <- b
		}
	})
	status := byte(keepaliveProcessing)
	tick := time.NewTicker(keepaliveEvery)
	defer tick.Stop()
	for {
		select {
		case b, ok := <-response:
			l.finish(t, b, ok && (!locked || l.wire.held()))
			return
		case w := <-waiting:
			status = keepaliveProcessing
			if w {
				status = keepaliveUpNeeded
				l.sendFor(t, hidKeepalive, []byte{status})
			}
		case <-tick.C:
			if locked && !l.wire.held() {
				t.cancel()
				continue
			}
			l.sendFor(t, hidKeepalive, []byte{status})
		}
	}
}

// finish ends t, with a response where a host is there to take it.
func (l *link) finish(t *transaction, response []byte, wanted bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.work != t {
		return
	}
	l.work = nil
	if wanted {
		l.send(message{t.channel, hidCBOR, response})
	} else {
		l.wire.drain()
	}
}
