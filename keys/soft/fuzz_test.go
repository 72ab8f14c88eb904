package soft

import (
	"context"
	"testing"
	"time"
)

// requests records every request that a ceremony sends, to begin a fuzz run from
// commands that mean something.
func requests(f *testing.F) [][]byte {
	var sent [][]byte
	k := newKey("seed", Options{})
	c := k.client()
	inner := c.send
	c.send = func(ctx context.Context, req []byte) ([]byte, error) {
		sent = append(sent, append([]byte(nil), req...))
		return inner(ctx, req)
	}
	check := func(err error) {
		if err != nil {
			f.Fatal(err)
		}
	}
	r := makeFor(rp, "me")
	yes := true
	r.Options.RK = &yes
	id, err := c.make(f.Context(), r, nil)
	check(err)
	check(c.setPIN(f.Context(), nil, secret(pin)))
	check(c.setPIN(f.Context(), secret(pin), secret("12345")))
	tok, err := c.token(f.Context(), secret("12345"), permGetAssertion, rp)
	check(err)
	_, _, err = c.assert(f.Context(), assertFor(rp, id), tok, salts(2))
	check(err)
	_, err = c.tries(f.Context())
	check(err)
	return append(sent, []byte{cmdReset}, []byte{cmdGetNextAssertion}, []byte{cmdSelection}, []byte{cmdGetInfo})
}

// FuzzCommand gives the key commands that were never meant for it. It must
// answer each, with OK or one status byte, and spend PIN tries only on PINs.
func FuzzCommand(f *testing.F) {
	for _, r := range requests(f) {
		f.Add(r)
	}
	fresh := newKey("seed", Options{})
	if err := fresh.Authenticator().SetPIN(f.Context(), secret(pin)); err != nil {
		f.Fatal(err)
	}
	pinned := fresh.State()
	f.Fuzz(func(t *testing.T, req []byte) {
		k := newKey("seed", Options{State: pinned, PresenceTimeout: time.Second})
		got, err := k.Command(t.Context(), req, nil)
		if err != nil || len(got) == 0 {
			t.Fatalf("%x, %v", got, err)
		}
		if Status(got[0]) != StatusOK && len(got) != 1 {
			t.Fatalf("an error with %d bytes of data", len(got)-1)
		}
		s := k.State()
		if s.Tries < maxTries && k.PINAttempts() == 0 {
			t.Fatalf("%d tries left, no PIN was sent", s.Tries)
		}
		if got[0] == 0 && len(req) > 0 && req[0] != cmdReset && len(s.PINHash) == 0 {
			t.Fatal("the PIN is gone")
		}
	})
}
