package export

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Folder is an output folder in the making. Like a File it is written beside
// its place under a hidden name, synced, and published whole without ever
// replacing what is there. It is not safe for concurrent use.
type Folder struct {
	// Sweeper takes away what is left of the folder where the program is killed
	// before it is published. It is read at the first write.
	Sweeper *Sweeper

	path    string   // where it shall be
	temp    string   // where it is; "" until the first write
	root    *os.Root // nil until the first write, and after Commit or Abort
	lock    *os.File // held while the folder is written; see sweep
	watch   *watcher // from before there is anything until nothing is hidden any more
	dirs    map[string]bool
	done    bool
	written int64
}

// CreateFolder prepares a folder at path. It creates nothing yet; it fails as
// Create does, also where path is an empty folder.
func CreateFolder(path string) (*Folder, error) {
	if err := vacant(path); err != nil {
		return nil, err
	}
	return &Folder{path: path, dirs: map[string]bool{}}, nil
}

// Path returns where the folder shall be.
func (o *Folder) Path() string { return o.path }

// Append adds p to the file of that name, which it makes where there is none,
// readable and writable by its owner alone. The name is local, with slashes;
// whatever it is, nothing outside the folder is reached. Errors are those of
// File.Write.
func (o *Folder) Append(name string, p []byte) error {
	if err := o.open(); err != nil {
		return err
	}
	if dir := path.Dir(name); dir != "." && !o.dirs[dir] {
		if err := o.root.MkdirAll(dir, 0o700); err != nil {
			return classify(o.path, err)
		}
		o.dirs[dir] = true
	}
	return o.write(name, os.O_CREATE|os.O_APPEND, func(f *os.File) error {
		n, err := f.Write(p)
		o.written += int64(n)
		return err
	})
}

// Written returns how many bytes the files of the folder have.
func (o *Folder) Written() int64 { return o.written }

// WriteAt replaces what the file of that name, which is there, has at off.
func (o *Folder) WriteAt(name string, p []byte, off int64) error {
	if err := o.open(); err != nil {
		return err
	}
	return o.write(name, 0, func(f *os.File) error {
		_, err := f.WriteAt(p, off)
		return err
	})
}

func (o *Folder) write(name string, flag int, do func(*os.File) error) error {
	f, err := o.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|flag, 0o600)
	if err != nil {
		return classify(o.path, err)
	}
	err = do(f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return classify(o.path, err)
}

func (o *Folder) open() error {
	if o.done {
		return fs.ErrClosed
	}
	if o.root != nil {
		return nil
	}
	sweep(filepath.Dir(o.path))
	if o.watch == nil {
		o.watch = o.Sweeper.start()
	}
	temp, err := o.make()
	if err != nil {
		return classify(o.path, err)
	}
	o.temp = temp
	root, err := os.OpenRoot(temp)
	if err != nil {
		return classify(o.path, err)
	}
	o.root = root
	if f, err := root.Open("."); err == nil {
		o.watch.made(f)
		_ = f.Close()
	}
	return nil
}

// make creates the folder under its hidden name and locks it. Whoever sweeps
// may have been quicker to lock what was there for an instant: then another is
// made.
func (o *Folder) make() (temp string, err error) {
	for range 8 {
		temp = beside(o.path)
		o.watch.making(temp)
		if err := os.Mkdir(temp, 0o700); err != nil {
			return "", err
		}
		o.lock, err = lockFolder(temp)
		if err == nil {
			mine, err1 := o.lock.Stat()
			there, err2 := os.Stat(temp)
			if err1 == nil && err2 == nil && os.SameFile(mine, there) {
				return temp, nil
			}
			_ = o.lock.Close()
			o.lock = nil
			continue
		}
		if !errors.Is(err, fs.ErrNotExist) && !busy(err) {
			return temp, nil // nothing is locked here, and so nothing swept
		}
	}
	return "", err
}

// Commit makes what was written durable and publishes it at its path. It never
// replaces anything: whatever came to be at path meanwhile stays, and the
// error is ErrExists. After an error nothing of the folder is left.
func (o *Folder) Commit() error {
	err := o.open() // an empty result is a result
	if errors.Is(err, fs.ErrClosed) {
		return err
	}
	if err == nil {
		err = classify(o.path, syncTree(o.temp))
	}
	if err == nil {
		o.release() // Windows renames no folder that is open
		err = classify(o.path, publish(o.temp, o.path))
	}
	if err != nil {
		o.Abort()
		return err
	}
	o.done = true
	o.watch.end()
	syncDir(filepath.Dir(o.path))
	return nil
}

// Abort removes what was written. It does nothing after Commit, so that it
// can be deferred.
func (o *Folder) Abort() {
	if o.done {
		return
	}
	o.done = true
	if o.root != nil {
		_ = o.root.Close()
		o.root = nil
	}
	if o.temp != "" {
		_ = os.RemoveAll(o.temp)
	}
	o.watch.end()
	o.release()
}

func (o *Folder) release() {
	if o.root != nil {
		_ = o.root.Close()
		o.root = nil
	}
	if o.lock != nil {
		_ = o.lock.Close()
		o.lock = nil
	}
}

// syncFiles syncs every file and folder under dir, one by one.
func syncFiles(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			syncDir(filepath.Join(dir, filepath.FromSlash(name)))
			return nil
		}
		f, err := root.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		err = f.Sync()
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		return err
	})
}
