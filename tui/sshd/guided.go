package sshd

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"

	"touchback/keys"
	"touchback/keys/browser"
	"touchback/restore/flow"
	"touchback/restore/run"
	"touchback/tui"
	"touchback/tui/plain"
)

// stopping is what is said when the server is about to stop.
const stopping = "the server stops within a minute"

// source is where a session's backups are, and what opens them.
type source struct {
	root   *os.Root
	path   string // what to begin with
	finder keys.Finder
	demo   Demo // nil where keys are real
	saveTo func(string) (string, error)
	close  func()
}

// source returns what this session works on. The caller closes it.
func (v *visit) source() (source, error) {
	if v.cfg.Demo == nil {
		return source{root: v.cfg.Backups, path: ".", saveTo: v.saveTo, close: func() {}}, nil
	}
	d, err := v.cfg.Demo(v.ctx)
	if err != nil {
		return source{}, err
	}
	dir, name := filepath.Split(d.Backup())
	root, err := os.OpenRoot(dir)
	if err != nil {
		d.Close()
		return source{}, err
	}
	return source{
		root: root, path: name, finder: d, demo: d,
		// It goes with the session, like all of a demonstration.
		saveTo: func(path string) (string, error) { return inFolder(dir, path) },
		close:  func() { _ = root.Close(); d.Close() },
	}, nil
}

// look is how the person wants it shown.
type look struct{ plain, json, ascii, noColor, noMotion, private, quiet bool }

// guide runs the guided restore, on a screen where the client has one.
func (v *visit) guide(l look, path string) int {
	src, err := v.source()
	if err != nil {
		v.tell(err)
		return v.failed(err)
	}
	defer src.close()
	if path == "" {
		path = src.path
	}
	r := run.New(v.ctx, run.Config{
		Finder: src.finder, Root: src.root, SaveTo: src.saveTo, Sweeper: v.cfg.Sweeper,
		Pages:   func(_ context.Context, o browser.Options) (run.Page, error) { return v.pages.open(o), nil },
		Desk:    v.desk(),
		Crashed: v.crashed,
		Version: v.cfg.Version,
	})
	defer r.Close()
	pty, _, terminal := v.sess.Pty()
	var outcome flow.Outcome
	if terminal && pty.Term != "" && pty.Term != "dumb" && isWord(pty.Term) && !l.plain && !l.json {
		v.did("screen", "")
		outcome, err = v.screen(r, l, path, src.demo, pty.Term, pty.Window.Width, pty.Window.Height)
	} else {
		v.did("lines", "")
		outcome, err = v.lines(r, l, path, src.demo, terminal)
	}
	return v.status(outcome, err, r.Err())
}

func (v *visit) screen(r *run.Runner, l look, path string, d Demo, term string, width, height int) (flow.Outcome, error) {
	// Where a newer size has come already, it stands.
	if len(v.window.sizes) == 0 {
		v.window.set(min(or(width, 80), maxWidth), min(or(height, 24), maxHeight))
	}
	notices := make(chan string, 1)
	go v.whenStopping(func() { notices <- stopping })
	c := tui.Config{
		Engine: r, Path: path, ASCII: l.ascii, NoColor: l.noColor, NoMotion: l.noMotion, Private: l.private,
		Input: gone{v}, Output: v.sess, Environ: append(v.sess.Environ(), "TERM="+term),
		Sizes: v.window.sizes, Notices: notices, Crashed: v.crashed,
	}
	if d != nil {
		c.Demo, c.SoftKey, c.DemoPIN = true, d, v.cfg.DemoPIN
	}
	return tui.Run(v.ctx, c)
}

func (v *visit) lines(r *run.Runner, l look, path string, d Demo, terminal bool) (flow.Outcome, error) {
	c := plain.Config{
		Engine: r, Path: path, JSON: l.json, ASCII: l.ascii, Private: l.private, Quiet: l.quiet,
		In: v, Out: v.sess, Err: v.stderr(),
	}
	if terminal {
		t := newTyping(v, v.sess)
		defer t.wipe()
		c.In, c.Echo = t, t.setEcho
	}
	if d != nil {
		c.Demo, c.SoftKey, c.DemoPIN = true, d, v.cfg.DemoPIN
	}
	go v.whenStopping(func() { plain.Say(v.stderr(), "touchback: %s", stopping) })
	return plain.Guide(v.ctx, c)
}

// whenStopping says that the server is about to stop, if it is before the
// session ends.
func (v *visit) whenStopping(say func()) {
	select {
	case <-v.ctx.Done():
	case <-v.notice:
		say()
	}
}

// gone ends the session where the client has closed its side: a terminal that
// is gone types nothing any more.
type gone struct{ *visit }

func (g gone) Read(p []byte) (int, error) {
	n, err := g.visit.Read(p)
	if err != nil {
		g.end(context.Canceled)
	}
	return n, err
}

// desk is where the person sits: at the other end of this connection.
func (v *visit) desk() *browser.Desk {
	connection := ""
	if host, port, err := net.SplitHostPort(v.sess.RemoteAddr().String()); err == nil {
		connection = host + " " + port
	}
	if host, port, err := net.SplitHostPort(v.sess.LocalAddr().String()); err == nil {
		connection += " " + host + " " + port
	}
	return &browser.Desk{GOOS: "linux", Within: true, Getenv: func(name string) string {
		switch name {
		case "SSH_CONNECTION":
			return connection
		case "USER":
			return v.sess.User()
		}
		return ""
	}}
}

// saveTo says where a result goes: to a folder of the person's own in the
// outbox, or nowhere here.
func (v *visit) saveTo(path string) (string, error) {
	if v.cfg.Outbox == "" {
		return "", &run.SaveRefusedError{Words: "this server keeps no files. On your own machine: ssh … export FILE --format jsonl > messages.jsonl"}
	}
	dir := filepath.Join(v.cfg.Outbox, folderOf(v.who))
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return "", err
	}
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return "", &run.SaveRefusedError{Words: "your folder in the outbox is no folder"}
	}
	return inFolder(dir, path)
}

// folderOf names a person's folder by the comment of their key, which is the
// administrator's word (the name at login is not: anyone may write any). What is
// no plain name is called by its key.
func folderOf(p person) string {
	if isWord(p.name) && p.name != "" && !strings.HasPrefix(p.name, ".") && !strings.Contains(p.name, ":") {
		return p.name
	}
	return "key-" + keyName(p)
}

// inFolder takes plain names only: a path that was typed leads nowhere else.
func inFolder(dir, path string) (string, error) {
	if path == "" || path == "." || path == ".." || strings.ContainsAny(path, "/\\:\x00") || strings.HasPrefix(path, ".") {
		return "", &run.SaveRefusedError{Words: "only a plain name can be chosen here, without folders"}
	}
	return filepath.Join(dir, path), nil
}
