package whatsapp

import (
	"context"
	"errors"
	"strings"
	"testing"

	"touchback/restore/chat"
)

// numbers makes n messages, each with its number and some text, and then fails
// with err.
func numbers(n int, text string, err error) func(context.Context, func() *chat.Message) error {
	return func(ctx context.Context, emit func() *chat.Message) error {
		for i := range n {
			m := emit()
			if m == nil {
				return ctx.Err()
			}
			if m.Row != 0 || m.Text != "" {
				return errors.New("a message that is not empty")
			}
			m.Row, m.Text = int64(i), text
		}
		return err
	}
}

func TestHandOver(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		n    int
		text string
		err  error
		want int // messages
	}{
		{"none", 0, "", nil, 0},
		{"one", 1, "x", nil, 1},
		{"a batch", handOverBatch, "x", nil, handOverBatch},
		{"many", 1000, "x", nil, 1000},
		{"long ones", 20, strings.Repeat("x", handOverText/2), nil, 20},
		{"fails at once", 0, "", broken, 0},
		// The one that was under way when it failed is not handed over.
		{"fails later", 1000, "x", broken, 999},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := 0
			err := handOver(t.Context(), numbers(tt.n, tt.text, tt.err), func(m *chat.Message) error {
				if m.Row != int64(got) || m.Text != tt.text {
					t.Fatalf("message %d is %d, with %d bytes", got, m.Row, len(m.Text))
				}
				got++
				return nil
			})
			if !errors.Is(err, tt.err) || got != tt.want {
				t.Errorf("%d messages, want %d; %v", got, tt.want, err)
			}
		})
	}
}

func TestHandOverEndsEarly(t *testing.T) {
	enough := errors.New("enough")
	ended := false
	read := func(ctx context.Context, emit func() *chat.Message) error {
		defer func() { ended = true }()
		return numbers(1_000_000, "", nil)(ctx, emit)
	}
	got := 0
	err := handOver(t.Context(), read, func(m *chat.Message) error {
		if got++; got == 100 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || got != 100 || !ended {
		t.Errorf("%d messages, %v; ended: %v", got, err, ended)
	}

	ctx, cancel := context.WithCancel(t.Context())
	err = handOver(ctx, read, func(m *chat.Message) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled, yet %v", err)
	}
}

// A panic while reading comes out where it can be caught.
func TestHandOverPanic(t *testing.T) {
	defer func() {
		if p, _ := recover().(string); !strings.Contains(p, "oh no") {
			t.Errorf("recovered %q", p)
		}
	}()
	_ = handOver(t.Context(), func(context.Context, func() *chat.Message) error { panic("oh no") }, func(*chat.Message) error { return nil })
}
