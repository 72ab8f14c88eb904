package export

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Errors of a refused output. Compare with errors.Is.
var (
	ErrExists     = errors.New("the output file exists already")
	ErrNoSpace    = errors.New("no space left for the output file")
	ErrPermission = errors.New("no permission to write the output file")
	ErrNoFolder   = errors.New("the folder of the output file does not exist")
)

// File is an output file in the making. Where the system can, it has no name
// before it is complete, so that nothing is left even when the program is
// killed; elsewhere it is written under a hidden name beside its place, and a
// Sweeper takes that away. It is not safe for concurrent use.
type File struct {
	// Sweeper takes away what is left under a hidden name where the program is
	// killed before the file is published. It is read at the first write.
	Sweeper *Sweeper

	path    string   // where it shall be
	temp    string   // where it is; "" until the first write, and without a name
	f       *os.File // nil until the first write, and after Commit or Abort
	watch   *watcher // from before there is a name until it is published
	done    bool
	written int64
}

// Create prepares a file at path. It creates nothing yet; it fails with
// ErrExists where anything is at path (a file, a folder, a link, even a
// dangling one) and with ErrNoFolder where path has no folder to lie in.
func Create(path string) (*File, error) {
	if err := vacant(path); err != nil {
		return nil, err
	}
	return &File{path: path}, nil
}

// vacant fails where something is at path, or path has no folder to lie in.
func vacant(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return refused(ErrExists, path, nil)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return classify(path, err)
	}
	dir, err := os.Stat(filepath.Dir(path))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return refused(ErrNoFolder, path, err)
		}
		return classify(path, err)
	}
	if !dir.IsDir() {
		return refused(ErrNoFolder, path, nil)
	}
	return nil
}

// Write appends to the file; the first call creates it, readable and writable
// by its owner alone. The error is ErrNoSpace, ErrPermission or another.
func (o *File) Write(p []byte) (int, error) {
	if o.done {
		return 0, fs.ErrClosed
	}
	if o.f == nil {
		if err := o.open(); err != nil {
			return 0, err
		}
	}
	n, err := o.f.Write(p)
	o.written += int64(n)
	return n, classify(o.path, err)
}

// Written returns how many bytes were written.
func (o *File) Written() int64 { return o.written }

func (o *File) open() error {
	sweep(filepath.Dir(o.path))
	if f, err := createUnnamed(o.path); err == nil {
		o.f = f
		return nil
	}
	return o.openNamed()
}

// openNamed creates the file under a hidden name.
func (o *File) openNamed() error {
	temp := beside(o.path)
	if o.watch == nil {
		o.watch = o.Sweeper.start()
	}
	o.watch.making(temp)
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return classify(o.path, err)
	}
	_ = lockFile(f) // without it, it is swept only if it is old
	o.watch.made(f)
	o.f, o.temp = f, temp
	return nil
}

// publish gives the file, which is synced, its name.
func (o *File) publish() error {
	if o.temp == "" {
		err := publishUnnamed(o.f, o.path)
		if !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
		if err := o.copyToNamed(); err != nil {
			return err
		}
	}
	err := o.f.Close()
	o.f = nil
	if err != nil {
		return err
	}
	return publish(o.temp, o.path)
}

// copyToNamed is for file systems that make a file without a name and then
// can't give it one.
func (o *File) copyToNamed() error {
	unnamed := o.f
	defer func() { _ = unnamed.Close() }()
	if err := o.openNamed(); err != nil {
		return err
	}
	if _, err := io.Copy(o.f, io.NewSectionReader(unnamed, 0, o.written)); err != nil {
		return err
	}
	return o.f.Sync()
}

// Commit makes what was written durable and publishes it at its path. It never
// replaces anything: whatever came to be at path meanwhile stays, and the
// error is ErrExists. After an error nothing of the file is left.
func (o *File) Commit() error {
	if o.done {
		return fs.ErrClosed
	}
	if o.f == nil { // an empty result is a result
		if err := o.open(); err != nil {
			o.Abort()
			return err
		}
	}
	if err := o.f.Sync(); err != nil {
		o.Abort()
		return classify(o.path, err)
	}
	if err := o.publish(); err != nil {
		o.Abort()
		return classify(o.path, err)
	}
	o.done = true
	o.watch.end()
	if o.f != nil {
		_ = o.f.Close() // it is synced, and in its place
		o.f = nil
	}
	syncDir(filepath.Dir(o.path))
	return nil
}

// Abort removes what was written. It does nothing after Commit, so that it
// can be deferred.
func (o *File) Abort() {
	if o.done {
		return
	}
	o.done = true
	if o.f != nil {
		_ = o.f.Close()
		o.f = nil
	}
	if o.temp != "" {
		_ = os.Remove(o.temp)
	}
	o.watch.end()
}

// refusedError is a typed error with the path and the cause it arose from.
type refusedError struct {
	kind, cause error
	path        string
}

func refused(kind error, path string, cause error) error {
	return &refusedError{kind: kind, path: path, cause: cause}
}

func (e *refusedError) Error() string { return fmt.Sprintf("%v: %s", e.kind, e.path) }

func (e *refusedError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.kind}
	}
	return []error{e.kind, e.cause}
}

// classify gives err the type that an exit code is made from.
func classify(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case isNoSpace(err):
		return refused(ErrNoSpace, path, err)
	case errors.Is(err, fs.ErrExist):
		return refused(ErrExists, path, err)
	case errors.Is(err, fs.ErrPermission), isReadOnly(err):
		return refused(ErrPermission, path, err)
	}
	return fmt.Errorf("writing %s: %w", path, err)
}
