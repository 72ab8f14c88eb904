package plain

import (
	"bytes"
	"io"
)

// maxLine bounds an answer, in bytes. Paths are at most 4 KiB; JSON may spell
// each character with six.
const maxLine = 32 << 10

// line is one line of input without its end. It may hold a secret: whoever
// takes it wipes it.
type line struct {
	text []byte
	long bool // more than maxLine, and dropped
}

func (l *line) wipe() {
	clear(l.text)
	l.text = nil
}

// lines reads ahead by one line.
type lines struct {
	ch   chan line     // closed at the end of the input
	done chan struct{} // closed when nobody reads any more
}

// readLines starts to read. The goroutine ends with the input, or with the
// line after close: nothing interrupts a read of standard input.
func readLines(r io.Reader) *lines {
	l := &lines{ch: make(chan line), done: make(chan struct{})}
	go l.read(r)
	return l
}

func (l *lines) close() { close(l.done) }

func (l *lines) read(r io.Reader) {
	defer close(l.ch)
	var s splitter
	defer s.wipe()
	var buf [4096]byte
	for {
		n, err := r.Read(buf[:])
		open := s.split(buf[:n], l.send)
		clear(buf[:n])
		if !open {
			return
		}
		if err != nil {
			if s.n > 0 || s.long {
				l.send(s.take())
			}
			return
		}
	}
}

// send hands a line over, and reports whether anybody wants another.
func (l *lines) send(x line) bool {
	select {
	case l.ch <- x:
		return true
	case <-l.done:
		x.wipe()
		return false
	}
}

// splitter collects bytes up to the end of a line, in one place that is wiped.
type splitter struct {
	b    [maxLine]byte
	n    int
	long bool
}

// split passes on the lines that b completes, until yield wants no more.
func (s *splitter) split(b []byte, yield func(line) bool) bool {
	for {
		i := bytes.IndexByte(b, '\n')
		part := b
		if i >= 0 {
			part = b[:i]
		}
		if s.n+len(part) > len(s.b) {
			s.long = true
		} else {
			s.n += copy(s.b[s.n:], part)
		}
		if i < 0 {
			return true
		}
		if !yield(s.take()) {
			return false
		}
		b = b[i+1:]
	}
}

// take returns the line and leaves nothing of it.
func (s *splitter) take() line {
	x := line{long: s.long}
	if !s.long {
		x.text = append(x.text, bytes.TrimSuffix(s.b[:s.n], []byte("\r"))...)
	}
	s.wipe()
	return x
}

func (s *splitter) wipe() {
	clear(s.b[:s.n])
	s.n, s.long = 0, false
}
