package tui

import (
	"io"
	"time"

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
	// Archive is what has been restored, nil before there is anything.
	Archive() chat.Archive
}

// SoftKey is a software security key, drawn on the screen and operated by
// keys.
type SoftKey interface {
	Touch()
	Plug()
	Unplug()
	Plugged() bool
	Waiting() bool // it blinks
	// Changed receives whenever one of the two above may have changed.
	Changed() <-chan struct{}
}

// Config is what a guided restore in the terminal needs.
type Config struct {
	Engine  Engine
	SoftKey SoftKey // nil where keys are real
	Path    string  // a backup or a folder; "" looks in the usual places
	Demo    bool
	DemoPIN string // told on the screen

	ASCII    bool // no glyphs of ours beyond ASCII
	NoColor  bool
	NoMotion bool
	Private  bool // start with names and bodies masked

	Input   io.Reader // nil is standard input
	Output  io.Writer // nil is standard output
	Environ []string  // of the person's terminal; nil is the process's

	Now      func() time.Time // nil is time.Now
	Location *time.Location   // of the times shown; nil is time.Local
}
