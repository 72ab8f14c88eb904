package tui

import (
	"math/bits"
	"time"
	"touchback/tui/guide"
)

// A one-time code (see guide.OneTimeCode) comes with Enter as a rule, all within
// a fraction of a second. In a PIN field that would cost a try; on other
// screens its letters would be taken for commands.
const (
	burstGap  = 80 * time.Millisecond // a keyboard of a machine; people are slower
	burstTail = time.Second           // the rest of a code that is known to be one
)

// burst watches keys that arrive too fast for a person. Its zero value is
// ready.
type burst struct {
	run     int
	seen    uint32 // which letters, one bit each
	last    time.Time
	swallow bool
	sure    bool // a code was recognised: its rest may take its time
}

// caught says that a one-time code was recognised in a PIN field.
func (b *burst) caught() { b.swallow, b.sure = true, true }

// early is how many letters, of how many kinds, tell a code from a key that is
// held down: a held key repeats one letter.
const (
	early      = 8
	earlyKinds = 4
)

// eats reports whether the key belongs to a one-time code, and is to be
// dropped. text is what the key types, enter whether it is Enter; watch is
// false where letters are typed into a field that looks for itself.
func (b *burst) eats(text string, enter, watch bool, now time.Time) bool {
	gap := burstGap
	if b.sure {
		gap = burstTail
	}
	quick := now.Sub(b.last) < gap
	r := []rune(text)
	letter := len(r) == 1 && guide.IsModhex(r[0])
	if !quick || !letter && !enter {
		*b = burst{}
	}
	b.last = now
	if enter {
		eaten := b.swallow
		*b = burst{last: now}
		return eaten
	}
	if !letter {
		return false
	}
	b.run++
	b.seen |= 1 << (r[0] - 'a')
	if watch && b.run >= early && bits.OnesCount32(b.seen) >= earlyKinds {
		b.swallow = true
	}
	return b.swallow
}
