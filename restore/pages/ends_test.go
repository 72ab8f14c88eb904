package pages

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
)

func TestRunEndsAtTheFirstError(t *testing.T) {
	v := newVictim(t)
	mine := errors.New("mine")
	full := &file{room: 0, err: diskFull[0]}
	big := append(bytes.Clone(v.db), make([]byte, 3*spoolBatch)...)
	for name, test := range map[string]struct {
		spool *file
		src   io.Reader
		on    func(*Table, []Row) error
		want  error
	}{
		"of the source":   {nil, io.MultiReader(bytes.NewReader(v.db[:len(v.db)/2+100]), failing{mine}), nil, mine},
		"of the callback": {nil, bytes.NewReader(v.db), func(*Table, []Row) error { return mine }, mine},
		"of the spool":    {full, bytes.NewReader(big), nil, ErrNoSpace},
		"no progress":     {nil, io.MultiReader(bytes.NewReader(v.db[:5000]), idle{}), nil, io.ErrNoProgress},
	} {
		t.Run(name, func(t *testing.T) {
			f := test.spool
			if f == nil {
				f = &file{room: 1 << 30}
			}
			s := NewStream(newSpoolWith(t, f), "t")
			on := test.on
			if on == nil {
				on = func(*Table, []Row) error { return nil }
			}
			if err := s.Run(t.Context(), test.src, on); !errors.Is(err, test.want) {
				t.Errorf("Run: %v", err)
			}
			if err := s.Scan(t.Context(), "t", nil); !errors.Is(err, ErrIncomplete) {
				t.Errorf("Scan: %v", err)
			}
			if err := s.Run(t.Context(), bytes.NewReader(v.db), on); err == nil {
				t.Error("a stream runs twice")
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestRunHonoursItsContext(t *testing.T) {
	v := newVictim(t)
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	go func() {
		_, _ = w.Write(v.db[:len(v.db)/2])
		<-ctx.Done()
		_ = w.CloseWithError(errors.New("closed by who cancelled"))
	}()
	err := NewStream(spool(t), "t").Run(ctx, r, func(*Table, []Row) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A source that is closed by who cancels gives an error of its own, which is
// not why Run ended.
func TestRunTellsThatItWasCancelled(t *testing.T) {
	v := newVictim(t)
	ctx, cancel := context.WithCancel(t.Context())
	src := io.MultiReader(bytes.NewReader(v.db[:5000]), readFunc(func([]byte) (int, error) {
		cancel()
		return 0, errors.New("closed by who cancelled")
	}))
	if err := NewStream(spool(t), "t").Run(ctx, src, func(*Table, []Row) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
