package run

import (
	"io"
	"path/filepath"
	"time"

	"touchback/restore/export"
	"touchback/restore/flow"
)

// whole tells whether the output is the payload itself, and not messages.
func (o Output) whole() bool { return o.Format == Payload || o.Format == flow.Database }

// open prepares the output. Nothing is created before something is written.
// The sink is nil where the output is the payload itself.
func (o Output) open(media *export.MediaFolder) (export.Sink, export.Target, error) {
	if o.To != nil {
		w := &stream{w: o.To}
		sink, err := o.sink(w, media)
		return sink, w, err
	}
	if o.whole() {
		f, err := export.Create(o.Path)
		if err != nil {
			return nil, nil, err
		}
		f.Sweeper = o.Sweeper
		return nil, f, nil
	}
	e := options(media)
	e.Sweeper = o.Sweeper
	return export.Open(export.Format(o.Format), o.Path, o.oneChat(), e)
}

// sink writes to a writer what can be written to one.
func (o Output) sink(w io.Writer, media *export.MediaFolder) (export.Sink, error) {
	switch {
	case o.whole():
		return nil, nil
	case o.Format == flow.JSONL:
		return export.NewJSONL(w), nil
	case o.Format == flow.CSV:
		return export.NewCSV(w), nil
	case o.Format == flow.Text && o.oneChat():
		return export.NewText(w, options(media)), nil
	}
	return nil, ErrFolder
}

func (o Output) oneChat() bool { return len(o.Filter.Chats) == 1 }

func options(media *export.MediaFolder) export.Options {
	e := export.Options{Zone: time.Local}
	if media != nil {
		e.Media = media.Find
	}
	return e
}

// mediaBeside opens the media folder of a backup that lies where a phone keeps
// it, or beside its folder Media; nil where there is none.
//
// Below a root there is none either: what is written there goes elsewhere than
// the media.
func mediaBeside(b *Backup) *export.MediaFolder {
	if b.place.root != nil {
		return nil
	}
	dir := filepath.Dir(b.Path)
	if filepath.Base(dir) == "Databases" {
		dir = filepath.Dir(dir)
	}
	m, err := export.OpenMediaFolder(dir)
	if err != nil {
		return nil
	}
	return m
}

// stream is a target that is gone as soon as it is written.
type stream struct {
	w io.Writer
	n int64
}

func (s *stream) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.n += int64(n)
	return n, err
}

func (s *stream) Written() int64 { return s.n }
func (s *stream) Commit() error  { return nil }
func (s *stream) Abort()         {}
