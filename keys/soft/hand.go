package soft

import "context"

// Touch touches the key. It returns false where the key did not ask for it:
// like a real one, it then takes no notice.
func (k *Key) Touch() bool { return k.presence.touch(false) }

// TouchWrong is Touch with a finger that the key does not know. It makes a
// difference only where the key asks for a known one.
func (k *Key) TouchWrong() bool { return k.presence.touch(true) }

// SetTouch says who touches the key from now on, a ceremony under way
// included.
func (k *Key) SetTouch(t Touching) { k.presence.setTouching(t) }

// Waiting tells whether the key blinks.
func (k *Key) Waiting() bool {
	e, _ := k.presence.watch()
	return e == Blinking
}

// Watch returns what is seen of the key now, and a channel that is closed as
// soon as that changes. A screen that draws the key calls it again then.
func (k *Key) Watch() (Event, <-chan struct{}) { return k.presence.watch() }

// Await returns once the key looks like e, or the error of ctx.
func (k *Key) Await(ctx context.Context, e Event) error {
	for {
		now, changed := k.Watch()
		if now == e {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Unplug pulls the key out. A command under way ends with ErrUnplugged, and
// every Port closes its device.
func (k *Key) Unplug() {
	k.plugging.Lock()
	defer k.plugging.Unlock()
	if !k.presence.unplug() {
		return
	}
	for _, p := range k.ports {
		p.pull()
	}
}

// Plug puts the key back in. It has forgotten what power alone kept: tokens,
// key agreement, and that too many wrong PINs were sent in a row. Every Port
// opens a new device, mostly at another path; the error is that of the system.
func (k *Key) Plug() error {
	k.plugging.Lock()
	defer k.plugging.Unlock()
	if e, _ := k.presence.watch(); e != Unplugged {
		return nil
	}
	k.mu.Lock()
	k.power, k.next = newSession(), nil
	k.mu.Unlock()
	k.presence.plug()
	for _, p := range k.ports {
		if err := p.push(); err != nil {
			return err
		}
	}
	return nil
}
