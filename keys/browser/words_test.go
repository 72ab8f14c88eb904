package browser

import (
	"errors"
	"strings"
	"testing"

	"touchback/keys"
)

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"Ana's laptop": "Ana's laptop", "محمد": "محمد", "👩\u200d🚀": "👩\u200d🚀",
		"a\u202eb": "a\ufffdb", "\x1b[2J\u0085": "\ufffd[2J\ufffd", "a\nb": "a\ufffdb", "\xff": "\ufffd", "\U000E0041": "\ufffd",
		strings.Repeat("x", 200): strings.Repeat("x", 199) + "…", strings.Repeat("é", 199): strings.Repeat("é", 199),
	} {
		if got := shown(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestExplain: every end has words, and an error from elsewhere keeps its own to
// itself.
func TestExplain(t *testing.T) {
	for _, p := range []*Problem{ErrNoPRF, ErrNoUV, ErrWrongPasskey, ErrDeclined, ErrRefused, ErrForged,
		ErrAlreadyRegistered, ErrTimeout, ErrPageClosed, ErrCancelled, ErrOver, Open.success(), Enrol.success(), Prove.success()} {
		if p.Title == "" || p.Advice == "" || strings.HasSuffix(p.Title, ".") {
			t.Errorf("%v: %q, %q", p, p.Title, p.Advice)
		}
		if Explain(&keys.MethodError{Err: p}) != p {
			t.Errorf("%v is not found in what wraps it", p)
		}
	}
	for _, err := range []error{keys.ErrUnstablePasskey, keys.ErrNotRegistered, errors.New("open /home/ana: no")} {
		p := Explain(err)
		if p.Title == "" || strings.Contains(p.Title+p.Advice, "/home") {
			t.Errorf("%v: %+v", err, p)
		}
	}
	if !errors.Is(Explain(keys.ErrUnstablePasskey), keys.ErrUnstablePasskey) {
		t.Error("it is another error once explained")
	}
}
