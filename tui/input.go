package tui

import (
	"io"
	"os"
	"sync/atomic"

	"touchback/keys"
)

// deposit hands a secret over, and wipes what was read of it.
func (m *Model) deposit(s *keys.Secret) {
	m.cfg.Engine.Deposit(s)
	m.input.wipe()
}

// wiping is a terminal that writes over what was typed in it. Bubble Tea keeps
// what it reads in a buffer of the size of a read, and appends to it until it
// is full: a PIN would lie in there whole. Filling the buffer wipes it.
//
// What fills it is one control string that no program takes anything from
// (ECMA-48 8.3.2, APC). It comes in with the next key that is pressed, since
// reading can't be hurried.
type wiping struct {
	from io.Reader
	due  atomic.Bool
}

// wipingFile is wiping, and the terminal that Bubble Tea sets up.
type wipingFile struct {
	*os.File
	wiping *wiping
}

// Read implements io.Reader.
func (f wipingFile) Read(p []byte) (int, error) { return f.wiping.Read(p) }

// newWiping begins with a filled buffer, so that it never grows and leaves its
// smaller self behind.
func newWiping(from io.Reader) *wiping {
	w := &wiping{from: from}
	w.wipe()
	return w
}

// wipe writes over all that was read before.
func (w *wiping) wipe() {
	if w != nil {
		w.due.Store(true)
	}
}

// Read implements io.Reader.
func (w *wiping) Read(p []byte) (int, error) {
	if len(p) < len(apcStart+apcEnd) || !w.due.Swap(false) {
		return w.from.Read(p)
	}
	for i := range p {
		p[i] = ' '
	}
	copy(p, apcStart)
	copy(p[len(p)-len(apcEnd):], apcEnd)
	return len(p), nil
}

const apcStart, apcEnd = "\x1b_", "\x1b\\"
