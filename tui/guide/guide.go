// Package guide is what every front end of a guided restore shares beside the
// flow and its words: the engine it drives, the key it may draw, and the rules
// for what is typed. It shows nothing.
package guide

import (
	"touchback/keys"
	"touchback/restore/chat"
	"touchback/restore/flow"
)

// Engine carries out what the flow decides. Package run has the real one.
type Engine interface {
	// Do starts an effect and returns at once.
	Do(flow.Effect)
	// Events is what came of it, in order. It is closed when the engine ends.
	Events() <-chan flow.Event
	// Deposit hands over a PIN, a password or 64 digits, before the event that
	// says so. The engine owns it from then on, and wipes it.
	Deposit(*keys.Secret)
	// Address is that of the page that waits for a passkey, "" where there is
	// none. It holds a secret: it is shown to the person and goes nowhere else.
	Address() string
	// Archive is what has been restored, nil before there is anything.
	Archive() chat.Archive
}

// SoftKey is a software security key, drawn on the screen or told of, and
// operated by the person.
type SoftKey interface {
	Touch()
	Plug()
	Unplug()
	Plugged() bool
	Waiting() bool // it blinks
	// Changed receives whenever one of the two above may have changed.
	Changed() <-chan struct{}
}
