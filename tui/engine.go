package tui

import (
	"io"
	"time"

	"touchback/restore/flow"
	"touchback/tui/guide"
)

// Engine carries out what the flow decides.
type Engine = guide.Engine

// SoftKey is a software security key, drawn on the screen and operated by
// keys.
type SoftKey = guide.SoftKey

// Size is that of a window, in cells.
type Size struct{ Width, Height int }

// Config is what a guided restore in the terminal needs.
type Config struct {
	Engine  Engine
	SoftKey SoftKey // nil where keys are real
	Path    string  // a backup or a folder; "" looks in the usual places
	Goal    flow.Goal
	Home    bool // begin with what the person would like to do
	Demo    bool
	DemoPIN string // told on the screen

	ASCII    bool // no glyphs of ours beyond ASCII
	NoColor  bool
	NoMotion bool
	Quiet    bool // no bell when a touch is needed
	Private  bool // start with names and bodies masked

	Input   io.Reader // nil is standard input
	Output  io.Writer // nil is standard output
	Environ []string  // of the person's terminal; nil is the process's

	// Sizes is set where the terminal is at the other end of a connection: the
	// size of its window at first, and whenever that changes. Colours then
	// follow Environ, and signals of this process are not the person's.
	Sizes <-chan Size
	// Notices are words on what surrounds the restore, shown until it ends. It
	// may be nil.
	Notices <-chan string

	// Crashed is told of a panic, and then ends the context: what belongs to
	// other people in the same process goes on. Nil lets the program end.
	Crashed func(value any, stack []byte)

	Now      func() time.Time // nil is time.Now
	Location *time.Location   // of the times shown; nil is time.Local
}
