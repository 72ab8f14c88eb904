package whatsapp

import (
	"sync"

	"touchback/restore/pages"
)

// spill keeps parts of indexes out of memory: in a spool of its own beside
// that of the database. Whoever adds to an index holds a lock, so that there
// is one writer at a time; any number may read meanwhile.
type spill struct {
	beside *pages.Spool // the database's; closing it closes this one

	mu    sync.Mutex   // guards all below
	spool *pages.Spool // nil until there is something to keep
	full  bool         // it takes no more
	err   error        // of the first read that failed
}

// spilled is where a part is.
type spilled struct {
	at   int64
	size int32 // bytes
}

// put keeps data. Where it can't, the caller does: a full disk is for the
// database's own spool to tell.
func (s *spill) put(data []byte) (spilled, bool) {
	if s == nil || len(data) == 0 {
		return spilled{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full {
		return spilled{}, false
	}
	if s.spool == nil {
		spool, err := s.beside.Beside()
		if err != nil {
			s.full = true
			return spilled{}, false
		}
		s.spool = spool
	}
	p := spilled{s.spool.Size(), int32(len(data))}
	if _, err := s.spool.Write(data); err != nil {
		s.full = true
		return spilled{}, false
	}
	return p, true
}

// get returns what was put, or nothing: err then says why.
func (s *spill) get(p spilled) []byte {
	s.mu.Lock()
	spool := s.spool
	s.mu.Unlock()
	data := make([]byte, p.size)
	if _, err := spool.ReadAt(data, p.at); err != nil {
		s.mu.Lock()
		if s.err == nil {
			s.err = err
		}
		s.mu.Unlock()
		return nil
	}
	return data
}

// failed returns the error of the first read that failed: what was read from
// an index since is not complete.
func (s *spill) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
