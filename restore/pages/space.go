package pages

import "fmt"

const (
	// spoolMargin is how many bytes a spool leaves free on its disk, which
	// others use as well. A stream that inflates a thousandfold must not fill
	// it to the last one.
	spoolMargin = 16 << 20
	// spoolCheck is how often a spool that grows asks what is free, in bytes.
	spoolCheck = spoolMargin
)

// NoSpaceError says that the disk has no room for what a spool is to hold,
// before it is full. It is ErrNoSpace, too.
type NoSpaceError struct {
	Need int64 // bytes that are still to come, 0 where nobody knows
	Free int64 // bytes that can be used on the disk
}

func (e *NoSpaceError) Error() string {
	return fmt.Sprintf("%v: %d bytes to come, %d free", ErrNoSpace, e.Need, e.Free)
}

// Is makes errors.Is(err, ErrNoSpace) hold.
func (e *NoSpaceError) Is(target error) bool { return target == ErrNoSpace }

// Expect says whether there is room for size bytes in all. Where the system
// does not tell, there is.
func (s *Spool) Expect(size int64) error {
	return s.room(size - s.Size())
}

// room tells whether n bytes more can be written.
func (s *Spool) room(n int64) error {
	if s.free == nil {
		return nil
	}
	free, err := s.free()
	if err != nil || free >= max(n, 0)+spoolMargin {
		return nil
	}
	return &NoSpaceError{Need: n, Free: free}
}
