package export

import (
	"encoding/gob"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Sweeper starts this program a second time, as a process that outlives the
// first however that ends, and takes away what it left under a hidden name. It
// may be used by several goroutines. Nil starts nothing: what is left stays
// then until the next output in the same folder.
type Sweeper struct {
	path string
	args []string
}

// NewSweeper returns a Sweeper that runs path with args, which must lead to
// Sweep.
func NewSweeper(path string, args ...string) *Sweeper { return &Sweeper{path: path, args: args} }

// word is what a watcher is told: a path before anything is there, then what
// it is that was made there. Paths are for no one's list of processes, and so
// come through a pipe.
type word struct {
	Path string // absolute
	ID   string // see identity
}

// watcher is a process that waits for the end of its pipe, which the system
// closes even where this process is killed. Nil is none.
type watcher struct {
	pipe io.Closer
	tell *gob.Encoder
}

// start returns nil where nothing can be started: an output is not refused for
// want of it.
func (s *Sweeper) start() *watcher {
	if s == nil {
		return nil
	}
	cmd := exec.Command(s.path, s.args...)
	detach(cmd)
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil
	}
	if err := cmd.Start(); err != nil {
		return nil
	}
	go func() { _ = cmd.Wait() }() // nobody waits for it, but it is no zombie
	return &watcher{pipe: pipe, tell: gob.NewEncoder(pipe)}
}

// making tells what is about to be made; the path told before counts no more.
func (w *watcher) making(path string) {
	if w == nil {
		return
	}
	if path, err := filepath.Abs(path); err == nil {
		_ = w.tell.Encode(word{Path: path}) // one that is gone sweeps nothing
	}
}

// made tells that f is what was to be made.
func (w *watcher) made(f *os.File) {
	if w != nil {
		_ = w.tell.Encode(word{ID: identity(f)})
	}
}

// end lets the watcher go, once nothing has the hidden name any more.
func (w *watcher) end() {
	if w != nil {
		_ = w.pipe.Close()
	}
}
