package keys

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"runtime"
)

// redacted is all that any formatter ever shows of a Secret.
const redacted = "[secret]"

// Secret holds bytes that must not be printed, logged or kept: PINs, backup
// keys, PRF outputs, passwords. The bytes live behind pointers, so that copying
// a struct that holds a *Secret, or a Secret, copies no key material, and no
// formatter, encoder or logger can reach them.
//
// A nil *Secret behaves as an empty, wiped one.
type Secret struct {
	// Two pointers deep: where a verb does not fit (%s for a struct), fmt
	// follows one pointer and prints what is there.
	buf **[]byte
}

// NewSecret copies b into a new Secret and wipes b, so that the caller is not
// left holding a second copy.
func NewSecret(b []byte) *Secret {
	own := make([]byte, len(b))
	copy(own, b)
	clear(b)
	p := &own
	return &Secret{buf: &p}
}

// Len returns the number of bytes held; 0 after Wipe.
func (s *Secret) Len() int {
	if s == nil || s.buf == nil {
		return 0
	}
	return len(**s.buf)
}

// Use lends the bytes to f for the length of the call. f must not keep the
// slice. After Wipe, f gets an empty slice.
func (s *Secret) Use(f func(b []byte)) {
	if s == nil || s.buf == nil {
		f(nil)
		return
	}
	f(**s.buf)
	runtime.KeepAlive(s)
}

// Clone returns an independent copy, to be wiped on its own.
func (s *Secret) Clone() *Secret {
	var c *Secret
	s.Use(func(b []byte) { c = NewSecret(append([]byte(nil), b...)) })
	return c
}

// Equal compares in constant time.
func (s *Secret) Equal(t *Secret) bool {
	var eq bool
	s.Use(func(a []byte) {
		t.Use(func(b []byte) { eq = subtle.ConstantTimeCompare(a, b) == 1 })
	})
	return eq
}

// Wipe overwrites the bytes with zeros and lets them go. It may be called
// more than once.
func (s *Secret) Wipe() {
	if s == nil || s.buf == nil {
		return
	}
	clear(**s.buf)
	**s.buf = nil
}

// String, GoString, Format, MarshalText, MarshalJSON and LogValue redact, so
// that no verb, encoder or logger shows the bytes.
func (s *Secret) String() string { return redacted }

// GoString redacts; see String.
func (s *Secret) GoString() string { return redacted }

// Format redacts; see String.
func (s *Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText redacts; see String.
func (s *Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON redacts; see String.
func (s *Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue redacts; see String.
func (s *Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
