package soft

import (
	"strings"
	"testing"
)

// try spends one try on a PIN.
func try(t *testing.T, k *Key, pin string) error {
	t.Helper()
	_, err := k.client().token(t.Context(), secret(pin), permGetAssertion, rp)
	return err
}

func triesLeft(t *testing.T, k *Key) int {
	t.Helper()
	n, err := k.client().tries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPINIsSetAndChanged(t *testing.T) {
	protocols(t, func(t *testing.T, o Options) {
		k := newKey("seed", o)
		c := k.client()
		set := func(old, pin string) error {
			if old == "" {
				return c.setPIN(t.Context(), nil, secret(pin))
			}
			return c.setPIN(t.Context(), secret(old), secret(pin))
		}
		wantErr(t, "a token before there is a PIN", try(t, k, "1234"), StatusPINNotSet)
		wantErr(t, "a change before there is a PIN", set("1234", "12345"), StatusPINNotSet)
		wantErr(t, "too short", set("", "123"), StatusPINPolicyViolation)
		wantErr(t, "too short in characters, not in bytes", set("", "äöü"), StatusPINPolicyViolation)
		wantErr(t, "first PIN", set("", "1234"), nil)
		wantErr(t, "a second first PIN", set("", "4321"), StatusPINAuthInvalid)
		wantErr(t, "the PIN", try(t, k, "1234"), nil)
		wantErr(t, "change with a wrong one", set("9999", "4321"), StatusPINInvalid)
		if n := triesLeft(t, k); n != maxTries-1 {
			t.Errorf("%d tries left after a wrong change", n)
		}
		wantErr(t, "change to one too short", set("1234", "12"), StatusPINPolicyViolation)
		long := strings.Repeat("ü", 31) + "."
		wantErr(t, "change to 63 bytes", set("1234", long), nil)
		wantErr(t, "the old PIN", try(t, k, "1234"), StatusPINInvalid)
		wantErr(t, "the new PIN", try(t, k, long), nil)
	})
}

func TestWrongPINsBlock(t *testing.T) {
	protocols(t, func(t *testing.T, o Options) {
		k := withPIN(t, o)
		replug := func() {
			t.Helper()
			k.Unplug()
			if err := k.Plug(); err != nil {
				t.Fatal(err)
			}
		}
		// Each row is a try, or a replug.
		steps := []struct {
			pin   string
			want  error
			tries int
		}{
			{"0000", StatusPINInvalid, 7},
			{"0000", StatusPINInvalid, 6},
			{pin, nil, 8}, // a right one gives all tries back
			{"0000", StatusPINInvalid, 7},
			{"0000", StatusPINInvalid, 6},
			{"0000", StatusPINAuthBlocked, 5},
			{pin, StatusPINAuthBlocked, 5}, // even the right one, and it costs nothing
			{"replug", nil, 5},
			{"0000", StatusPINInvalid, 4},
			{"0000", StatusPINInvalid, 3},
			{"0000", StatusPINAuthBlocked, 2},
			{"replug", nil, 2},
			{"0000", StatusPINInvalid, 1},
			{"0000", StatusPINBlocked, 0},
			{pin, StatusPINBlocked, 0},
			{"replug", nil, 0},
			{pin, StatusPINBlocked, 0},
		}
		sent := 0
		for i, s := range steps {
			if s.pin == "replug" {
				replug()
			} else {
				sent++
				wantErr(t, "step "+string(rune('A'+i)), try(t, k, s.pin), s.want)
			}
			if n := triesLeft(t, k); n != s.tries {
				t.Errorf("step %c: %d tries left, want %d", 'A'+i, n, s.tries)
			}
		}
		if n := k.PINAttempts(); n != sent {
			t.Errorf("%d PINs counted, %d were sent", n, sent)
		}
		again := newKey("seed", Options{PINProtocols: o.PINProtocols, State: k.State()})
		wantErr(t, "a key continued from its state", try(t, again, pin), StatusPINBlocked)
	})
}

func TestTokenIsBound(t *testing.T) {
	protocols(t, func(t *testing.T, o Options) {
		k := withPIN(t, o)
		c := k.client()
		id := create(t, k, makeFor(rp, "me"))

		makeToken := grant(t, k, permMakeCredential, rp)
		_, _, err := c.assert(t.Context(), assertFor(rp, id), makeToken, nil)
		wantErr(t, "a token to make, used to get", err, StatusPINAuthInvalid)

		other := grant(t, k, permGetAssertion, "example.com")
		_, _, err = c.assert(t.Context(), assertFor(rp, id), other, nil)
		wantErr(t, "a token of another relying party", err, StatusPINAuthInvalid)

		old := grant(t, k, permGetAssertion, rp)
		fresh := grant(t, k, permGetAssertion, rp)
		_, _, err = c.assert(t.Context(), assertFor(rp, id), old, nil)
		wantErr(t, "a token that another has replaced", err, StatusPINAuthInvalid)
		_, _, err = c.assert(t.Context(), assertFor(rp, id), fresh, nil)
		wantErr(t, "the fresh token", err, nil)
		_, _, err = c.assert(t.Context(), assertFor(rp, id), fresh, nil)
		wantErr(t, "the same token after its touch", err, StatusPINAuthInvalid)

		last := grant(t, k, permGetAssertion, rp)
		k.Unplug()
		if err := k.Plug(); err != nil {
			t.Fatal(err)
		}
		_, _, err = c.assert(t.Context(), assertFor(rp, id), last, nil)
		wantErr(t, "a token from before the key was pulled", err, StatusPINAuthInvalid)
	})
}

func TestOldTokenCommand(t *testing.T) {
	// CTAP 2.0 platforms get a token without permissions; it is bound to the
	// first relying party that uses it.
	k := withPIN(t, Options{})
	c := k.client()
	id := create(t, k, makeFor(rp, "me"))
	a, err := c.agree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var r pinResponse
	err = c.call(t.Context(), cmdClientPIN, pinRequest{Protocol: c.protocol, Subcommand: subGetToken,
		KeyAgreement: &a.public, PINHash: c.sealHash(a, secret(pin))}, &r)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := c.protocol.decrypt(a.secret, r.Token)
	if err != nil {
		t.Fatal(err)
	}
	silent, no := assertFor(rp, id), false
	silent.Options.UP = &no
	_, _, err = c.assert(t.Context(), silent, tok, nil)
	wantErr(t, "first use", err, nil)
	_, err = c.make(t.Context(), makeFor("example.com", "me"), tok)
	wantErr(t, "another relying party", err, StatusPINAuthInvalid)
	_, err = c.make(t.Context(), makeFor(rp, "me"), tok)
	wantErr(t, "the same relying party", err, nil)
}

func TestPINRequestsThatAreWrong(t *testing.T) {
	k := withPIN(t, Options{PINProtocols: []int{2}})
	c := k.client()
	a, err := c.agree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	off := a.public
	off.Y = challenge("not on the curve")
	good := pinRequest{Protocol: 2, Subcommand: subGetTokenForRP, KeyAgreement: &a.public,
		PINHash: c.sealHash(a, secret(pin)), Permissions: permGetAssertion, RPID: rp}
	for name, row := range map[string]struct {
		spoil func(r *pinRequest)
		want  Status
	}{
		"no protocol":               {func(r *pinRequest) { r.Protocol = 0 }, StatusMissingParameter},
		"a protocol not on offer":   {func(r *pinRequest) { r.Protocol = 1 }, StatusInvalidParameter},
		"a protocol of the future":  {func(r *pinRequest) { r.Protocol = 3 }, StatusInvalidParameter},
		"a subcommand unknown":      {func(r *pinRequest) { r.Subcommand = 0x77 }, StatusInvalidSubcommand},
		"no key agreement":          {func(r *pinRequest) { r.KeyAgreement = nil }, StatusMissingParameter},
		"no point on the curve":     {func(r *pinRequest) { r.KeyAgreement = &off }, StatusInvalidParameter},
		"no PIN":                    {func(r *pinRequest) { r.PINHash = nil }, StatusMissingParameter},
		"no relying party":          {func(r *pinRequest) { r.RPID = "" }, StatusMissingParameter},
		"no permissions":            {func(r *pinRequest) { r.Permissions = 0 }, StatusInvalidParameter},
		"permissions not on offer":  {func(r *pinRequest) { r.Permissions = 0x04 }, StatusUnauthorizedPermission},
		"old command, permissions":  {func(r *pinRequest) { r.Subcommand = subGetToken }, StatusInvalidParameter},
		"first PIN, nothing in it":  {func(r *pinRequest) { r.Subcommand = subSetPIN }, StatusMissingParameter},
		"change of nothing":         {func(r *pinRequest) { r.Subcommand = subChangePIN }, StatusMissingParameter},
		"change, not authenticated": {func(r *pinRequest) { r.Subcommand, r.NewPIN, r.Auth = subChangePIN, make([]byte, 80), []byte{1} }, StatusPINAuthInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			r := good
			row.spoil(&r)
			wantErr(t, name, c.call(t.Context(), cmdClientPIN, r, nil), row.want)
			if n := triesLeft(t, k); n != maxTries {
				t.Errorf("it cost a try: %d left", n)
			}
		})
	}
	var r pinResponse
	wantErr(t, "the same request unspoiled", c.call(t.Context(), cmdClientPIN, good, &r), nil)
}
