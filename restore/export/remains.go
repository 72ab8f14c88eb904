package export

import (
	"encoding/gob"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// errNotOurs says that what has the hidden name is not what was made.
var errNotOurs = errors.New("this is not what was made here")

// Sweep is the process that a Sweeper starts. It reads from in what is being
// made, waits for the end of in, and takes away what still has its hidden name
// then. Nothing ends it before: neither the keyboard nor a service that stops
// may leave it behind with nobody to sweep.
func Sweep(in io.Reader) error {
	signal.Ignore(os.Interrupt, syscall.SIGHUP, syscall.SIGTERM)
	return sweepAfter(in)
}

func sweepAfter(in io.Reader) error {
	var left remains
	defer left.close()
	for words := gob.NewDecoder(in); ; {
		var w word
		if err := words.Decode(&w); err != nil { // perhaps in the midst of a word
			return left.remove()
		}
		left.learn(w)
	}
}

// remains is what a program may leave. It is reached through the folder that
// it lies in, held open: whatever is moved meanwhile, nothing elsewhere goes.
type remains struct {
	dir  *os.Root // nil where there is nothing to take away
	name string
	id   string // "" until it is made
}

func (r *remains) learn(w word) {
	if w.Path == "" {
		r.id = w.ID
		return
	}
	r.close()
	*r = remains{name: filepath.Base(w.Path)}
	if filepath.IsAbs(w.Path) && ours(r.name) {
		if dir, err := os.OpenRoot(filepath.Dir(w.Path)); err == nil {
			r.dir = dir
		}
	}
}

func (r *remains) close() {
	if r.dir != nil {
		_ = r.dir.Close()
	}
}

// remove takes it away. That it is gone already is as good.
func (r *remains) remove() error {
	if r.dir == nil {
		return nil
	}
	err := r.empty()
	if err == nil {
		err = r.dir.Remove(r.name) // a folder only where it is empty
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// empty takes away what is in it, after a look at what it is.
func (r *remains) empty() error {
	info, err := r.dir.Lstat(r.name)
	switch {
	case err != nil:
		return err
	case r.id == "": // the program ended just as it made it, or never did
		if !info.IsDir() && (!info.Mode().IsRegular() || info.Size() > 0) {
			return errNotOurs
		}
		return nil
	case info.IsDir():
		return r.emptyFolder()
	case !info.Mode().IsRegular():
		return errNotOurs
	}
	f, err := r.dir.Open(r.name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if identity(f) != r.id {
		return errNotOurs
	}
	return nil
}

func (r *remains) emptyFolder() error {
	folder, err := r.dir.OpenRoot(r.name)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	f, err := folder.Open(".")
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if identity(f) != r.id {
		return errNotOurs
	}
	names, err := f.Readdirnames(-1)
	for _, name := range names {
		err = errors.Join(err, folder.RemoveAll(name))
	}
	return err
}
