package pages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// A database that says how large it is fails before anything is written; one
// that hides it, before the disk is full.
func TestNoRoomForADatabase(t *testing.T) {
	db := build(t, `CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT)`, `INSERT INTO t VALUES (1, zeroblob(18000000))`)
	for name, test := range map[string]struct {
		free    int64 // beyond the margin
		hide    bool
		written int // at most
		fits    bool
	}{
		"room enough":          {free: int64(len(db)), fits: true},
		"a byte is missing":    {free: int64(len(db)) - 1},
		"room while it grows":  {free: 10 * spoolCheck, hide: true, fits: true},
		"it grows beyond that": {free: spoolCheck / 2, hide: true, written: spoolCheck},
	} {
		t.Run(name, func(t *testing.T) {
			db := bytes.Clone(db)
			if test.hide {
				binary.BigEndian.PutUint32(db[24:], binary.BigEndian.Uint32(db[92:])+1)
			}
			f := &file{room: 1 << 30}
			s := newSpoolWith(t, f)
			s.free = func() (int64, error) { return spoolMargin + test.free - int64(len(f.data)), nil }
			err := NewStream(s, "t").Run(t.Context(), bytes.NewReader(db), nil)
			if test.fits {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var full *NoSpaceError
			if !errors.Is(err, ErrNoSpace) || !errors.As(err, &full) || full.Free >= full.Need+spoolMargin {
				t.Errorf("told as %v", err)
			}
			if len(f.data) > test.written {
				t.Errorf("%d bytes were written", len(f.data))
			}
		})
	}
}

func TestNobodyKnowsWhatIsFree(t *testing.T) {
	s := newSpoolWith(t, &file{room: 1 << 30})
	s.free = func() (int64, error) { return 0, errors.ErrUnsupported }
	if err := s.Expect(1 << 62); err != nil {
		t.Error(err)
	}
}

func TestFreeSpace(t *testing.T) {
	free, err := freeSpace(t.TempDir())
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("this system does not tell what is free")
	}
	if err != nil || free <= 0 {
		t.Error(free, err)
	}
	if err := spool(t).Expect(1 << 62); !errors.Is(err, ErrNoSpace) {
		t.Errorf("room for four exabytes: %v", err)
	}
}
