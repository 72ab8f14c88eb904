package soft

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Event is what can be seen of the key from outside.
type Event int

// The three sights of a key.
const (
	Idle      Event = iota // plugged in, dark
	Blinking               // waits for a touch
	Unplugged              // not in the port
)

func (e Event) String() string {
	switch e {
	case Blinking:
		return "blinking"
	case Unplugged:
		return "unplugged"
	default:
		return "idle"
	}
}

// ErrUnplugged ends every command under way when the key leaves its port.
var ErrUnplugged = errors.New("soft: the key is unplugged")

// Touching is how the key is touched without a hand: see SetTouch.
type Touching struct {
	auto  bool
	wrong bool
	delay time.Duration
}

// TouchByHand leaves all touches to Touch. It is what a new key starts with.
func TouchByHand() Touching { return Touching{} }

// TouchAlways touches as soon as the key blinks.
func TouchAlways() Touching { return Touching{auto: true} }

// TouchWrongly is TouchAlways with a finger that the key does not know.
func TouchWrongly() Touching { return Touching{auto: true, wrong: true} }

// TouchAfter touches once the key has blinked for d.
func TouchAfter(d time.Duration) Touching { return Touching{auto: true, delay: d} }

// presence is the metal disc and the light: everything that a person does to
// the key and sees of it.
type presence struct {
	mu       sync.Mutex
	event    Event
	changed  chan struct{} // closed, and replaced, at every change of event
	touching Touching
	touched  chan struct{} // closed by a touch; non-nil while blinking
	wrong    bool          // the last touch was of a finger that is not known
	pulled   chan struct{} // closed by Unplug
}

func newPresence() *presence {
	return &presence{changed: make(chan struct{}), pulled: make(chan struct{})}
}

// set must be called with mu held.
func (p *presence) set(e Event) {
	if p.event == e {
		return
	}
	p.event = e
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *presence) touch(wrong bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.finger(p.touched, wrong)
}

// finger ends ch with a touch; mu is held.
func (p *presence) finger(ch chan struct{}, wrong bool) bool {
	ended := p.end(ch)
	if ended {
		p.wrong = wrong
	}
	return ended
}

// end closes ch if it is what the key waits on; mu is held.
func (p *presence) end(ch chan struct{}) bool {
	if ch == nil || p.touched != ch {
		return false
	}
	close(ch)
	p.touched = nil
	p.set(Idle)
	return true
}

func (p *presence) setTouching(t Touching) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.touching = t
	p.arm()
}

// arm lets the finger of SetTouch come, if there is one and the key blinks; mu
// is held. It touches no ceremony but the one it was armed for.
func (p *presence) arm() {
	ch, wrong := p.touched, p.touching.wrong
	if ch == nil || !p.touching.auto {
		return
	}
	if p.touching.delay == 0 {
		p.finger(ch, wrong)
		return
	}
	time.AfterFunc(p.touching.delay, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.finger(ch, wrong)
	})
}

// power returns a channel that is closed when the key is pulled, or nil where
// it is not plugged in.
func (p *presence) power() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.event == Unplugged {
		return nil
	}
	return p.pulled
}

// await blinks until a touch (nil, and whether the finger was a wrong one), the
// limit (StatusUserActionTimeout), the
// end of ctx (StatusKeepaliveCancel) or Unplug (ErrUnplugged). pulled is what
// power returned as the command began: a key that was pulled and put back since
// has forgotten the command.
func (p *presence) await(ctx context.Context, pulled <-chan struct{}, limit time.Duration) (wrong bool, err error) {
	p.mu.Lock()
	if p.event == Unplugged || pulled != p.pulled {
		p.mu.Unlock()
		return false, ErrUnplugged
	}
	if ctx.Err() != nil { // no touch can be quicker
		p.mu.Unlock()
		return false, StatusKeepaliveCancel
	}
	touched := make(chan struct{})
	p.touched = touched
	p.set(Blinking)
	p.arm()
	p.mu.Unlock()

	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case <-touched:
	case <-late.C:
		err = StatusUserActionTimeout
	case <-ctx.Done():
		err = StatusKeepaliveCancel
	case <-pulled:
		return false, ErrUnplugged
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.end(touched) && p.event != Unplugged {
		return p.wrong, nil // the touch came first after all
	}
	return false, err
}

func (p *presence) unplug() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.event == Unplugged {
		return false
	}
	p.touched = nil
	close(p.pulled)
	p.set(Unplugged)
	return true
}

func (p *presence) plug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pulled = make(chan struct{})
	p.set(Idle)
}

// watch returns what is seen now, and a channel closed once that changes.
func (p *presence) watch() (Event, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.event, p.changed
}
