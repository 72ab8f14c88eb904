package tui

import (
	"context"
	"io"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// typed tells the program what is typed at the other end of a connection, until
// nothing more comes from there.
//
// Bubble Tea reads by itself too, but whatever it has read and not yet handled
// when a program ends, it waits to hand over for ever, and the whole program
// stays in memory with it. A client that types on after it has left would fill
// a server's memory.
func typed(ctx context.Context, p *tea.Program, from io.Reader, term string) {
	events := make(chan uv.Event)
	go func() {
		defer close(events)
		_ = uv.NewTerminalReader(from, term).StreamEvents(ctx, events) // its end is that of the connection
	}()
	for e := range events {
		p.Send(e) // returns at once where the program has ended
	}
}

// nothing is an input that nothing comes from until ctx ends.
type nothing struct{ ctx context.Context }

// Read implements io.Reader.
func (n nothing) Read([]byte) (int, error) {
	<-n.ctx.Done()
	return 0, io.EOF
}
