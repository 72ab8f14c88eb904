package soft

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

func TestGetInfo(t *testing.T) {
	k := newKey("seed", Options{})
	i, err := k.client().info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if set, known := i.Options["clientPin"]; set || !known {
		t.Errorf("clientPin is %v, %v on a key without a PIN", set, known)
	}
	if _, uv := i.Options["uv"]; uv {
		t.Error("the key claims to verify by itself")
	}
	if got := withPIN(t, Options{}); !bytes.Equal(i.AAGUID, got.opts.AAGUID[:]) {
		t.Error("two keys of one model have different AAGUIDs")
	}
	i, err = withPIN(t, Options{PINProtocols: []int{1, 2}, AAGUID: [16]byte{1}}).client().info(t.Context())
	if err != nil || !i.Options["clientPin"] || i.AAGUID[0] != 1 || i.PINProtocols[0] != 1 {
		t.Errorf("info with options: %+v, %v", i, err)
	}
}

func TestMakeCredential(t *testing.T) {
	yes, no := true, false
	known := func(t *testing.T, k *Key) makeRequest {
		r := makeFor(rp, "me")
		r.Exclude = []descriptor{{ID: []byte("another key's")}, {ID: create(t, k, r)}}
		return r
	}
	for name, row := range map[string]struct {
		request func(t *testing.T, k *Key) makeRequest
		want    error
	}{
		"plain":    {func(*testing.T, *Key) makeRequest { return makeFor(rp, "me") }, nil},
		"excluded": {known, StatusCredentialExcluded},
		"excluded elsewhere": {func(t *testing.T, k *Key) makeRequest {
			r := known(t, k)
			r.RP.ID = "example.com"
			return r
		}, nil},
		"no algorithm in common": {func(*testing.T, *Key) makeRequest {
			r := makeFor(rp, "me")
			r.Params = r.Params[:1]
			return r
		}, StatusUnsupportedAlgorithm},
		"without touch": {func(*testing.T, *Key) makeRequest {
			r := makeFor(rp, "me")
			r.Options.UP = &no
			return r
		}, StatusInvalidOption},
		"built-in verification": {func(*testing.T, *Key) makeRequest {
			r := makeFor(rp, "me")
			r.Options.UV = &yes
			return r
		}, StatusInvalidOption},
		"no user": {func(*testing.T, *Key) makeRequest {
			r := makeFor(rp, "me")
			r.User = nil
			return r
		}, StatusMissingParameter},
		"a short challenge": {func(*testing.T, *Key) makeRequest {
			r := makeFor(rp, "me")
			r.ClientDataHash = r.ClientDataHash[:31]
			return r
		}, StatusMissingParameter},
		"protection unheard of": {func(*testing.T, *Key) makeRequest {
			r := makeFor(rp, "me")
			r.Extensions.Protect = 4
			return r
		}, StatusInvalidOption},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKey("seed", Options{})
			_, err := k.client().make(t.Context(), row.request(t, k), nil)
			wantErr(t, name, err, row.want)
		})
	}
	k := withPIN(t, Options{})
	_, err := k.client().make(t.Context(), makeFor(rp, "me"), nil)
	wantErr(t, "without the PIN", err, StatusPUATRequired)
}

func TestGetAssertion(t *testing.T) {
	protocols(t, func(t *testing.T, o Options) {
		k := withPIN(t, o)
		c := k.client()
		id, second := create(t, k, makeFor(rp, "me")), create(t, k, makeFor(rp, "you"))
		cred, ok := k.vault().open(id, challenge(rp))
		if !ok {
			t.Fatal("the key does not know its credential")
		}
		req := assertFor(rp, []byte("another key's"), id, second)
		for name, row := range map[string]struct {
			uv    bool
			salts []byte
			flags byte
		}{
			"touch":                   {false, nil, flagUP},
			"touch and PIN":           {true, nil, flagUP | flagUV},
			"one salt":                {false, salts(1), flagUP | flagED},
			"two salts":               {false, salts(2), flagUP | flagED},
			"one salt and PIN":        {true, salts(1), flagUP | flagUV | flagED},
			"two salts, both and PIN": {true, salts(2), flagUP | flagUV | flagED},
		} {
			t.Run(name, func(t *testing.T) {
				var tok []byte
				if row.uv {
					tok = grant(t, k, permGetAssertion, rp)
				}
				resp, out, err := c.assert(t.Context(), req, tok, row.salts)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(resp.Credential.ID, id) || !signed(t, k, req, resp) {
					t.Error("not signed by the credential that was asked first")
				}
				if got := resp.AuthData[32]; got != row.flags {
					t.Errorf("flags %#x, want %#x", got, row.flags)
				}
				if got := binary.BigEndian.Uint32(resp.AuthData[33:]); got != k.State().Counter {
					t.Errorf("counter %d, the key has %d", got, k.State().Counter)
				}
				if want := cred.outputs(row.salts, row.uv); !bytes.Equal(out, want) {
					t.Errorf("outputs %x, want %x", out, want)
				}
			})
		}
		_, _, err := c.assert(t.Context(), assertFor(rp, []byte("another key's")), nil, nil)
		wantErr(t, "a credential of another key", err, StatusNoCredentials)
		_, _, err = c.assert(t.Context(), assertFor("example.com", id), nil, nil)
		wantErr(t, "another relying party", err, StatusNoCredentials)
		_, _, err = c.assert(t.Context(), req, nil, salts(2)[:48])
		wantErr(t, "a salt and a half", err, StatusInvalidLength)
		_, _, err = c.assert(t.Context(), req, make([]byte, 64), nil)
		wantErr(t, "a token made up", err, StatusPINAuthInvalid)
	})
}

func TestSilentAssertion(t *testing.T) {
	k := withPIN(t, Options{})
	k.SetTouch(TouchByHand()) // whoever waits here waits for ever
	no := false
	c := k.client()
	ask := func(rpID string, id []byte, salts []byte) error {
		r := assertFor(rpID, id)
		r.Options.UP = &no
		resp, _, err := c.assert(t.Context(), r, nil, salts)
		if err == nil && resp.AuthData[32]&(flagUP|flagUV) != 0 {
			t.Error("it claims that someone was there")
		}
		return err
	}
	k.SetTouch(TouchAlways())
	id := create(t, k, makeFor(rp, "me"))
	k.SetTouch(TouchByHand())
	wantErr(t, "its own", ask(rp, id, nil), nil)
	wantErr(t, "elsewhere", ask("example.com", id, nil), StatusNoCredentials)
	wantErr(t, "not its own", ask(rp, make([]byte, credentialIDSize), nil), StatusNoCredentials)
	wantErr(t, "secrets without a touch", ask(rp, id, salts(1)), StatusUnsupportedOption)
}

func TestCredentialProtection(t *testing.T) {
	for protect, want := range map[byte]struct{ named, unnamed error }{
		1: {nil, nil},
		2: {nil, StatusNoCredentials},
		3: {StatusNoCredentials, StatusNoCredentials},
	} {
		yes := true
		k := withPIN(t, Options{})
		r := makeFor(rp, "me")
		r.Options.RK, r.Extensions.Protect = &yes, protect
		id := create(t, k, r)
		for _, request := range []struct {
			assertRequest
			want error
		}{{assertFor(rp, id), want.named}, {assertFor(rp), want.unnamed}} {
			_, _, err := k.client().assert(t.Context(), request.assertRequest, nil, nil)
			wantErr(t, "without the PIN", err, request.want)
			_, _, err = k.client().assert(t.Context(), request.assertRequest, grant(t, k, permGetAssertion, rp), nil)
			wantErr(t, "with the PIN", err, nil)
		}
	}
}

func TestResidentCredentials(t *testing.T) {
	yes := true
	k := withPIN(t, Options{})
	for _, user := range []string{"first", "second", "third", "second"} {
		r := makeFor(rp, user)
		r.Options.RK = &yes
		create(t, k, r)
	}
	elsewhere := makeFor("example.com", "fourth")
	elsewhere.Options.RK = &yes
	create(t, k, elsewhere)

	k = newKey("seed", Options{State: k.State()}) // they survive the process
	c := k.client()
	resp, _, err := c.assert(t.Context(), assertFor(rp), grant(t, k, permGetAssertion, rp), nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Count != 3 {
		t.Errorf("%d credentials announced, want 3", resp.Count)
	}
	names := []string{resp.User.Name}
	for range 2 {
		var next assertResponse
		if err := c.call(t.Context(), cmdGetNextAssertion, nil, &next); err != nil {
			t.Fatal(err)
		}
		if !signed(t, k, assertFor(rp), next) {
			t.Error("a further assertion is not signed by its credential")
		}
		names = append(names, next.User.Name)
	}
	if want := []string{"second", "third", "first"}; !slices.Equal(names, want) {
		t.Errorf("users %q, want %q", names, want)
	}
	wantErr(t, "one more than there are", c.call(t.Context(), cmdGetNextAssertion, nil, nil), StatusNotAllowed)

	if resp, _, err = c.assert(t.Context(), assertFor(rp), nil, nil); err != nil || resp.User.Name != "" {
		t.Errorf("without the PIN: user %+v, %v", resp.User, err)
	}
	if _, err := c.info(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "next, after another command", c.call(t.Context(), cmdGetNextAssertion, nil, nil), StatusNotAllowed)
}

func TestResidentStoreFills(t *testing.T) {
	yes := true
	k := newKey("seed", Options{State: State{Resident: make([]Resident, maxResident)}})
	r := makeFor(rp, "me")
	r.Options.RK = &yes
	_, err := k.client().make(t.Context(), r, nil)
	wantErr(t, "one more than fits", err, StatusKeyStoreFull)
}

func TestReset(t *testing.T) {
	k := withPIN(t, Options{})
	c := k.client()
	id := create(t, k, makeFor(rp, "me"))
	if err := c.call(t.Context(), cmdReset, nil, nil); err != nil {
		t.Fatal(err)
	}
	_, _, err := c.assert(t.Context(), assertFor(rp, id), nil, nil)
	wantErr(t, "a credential from before the reset", err, StatusNoCredentials)
	wantErr(t, "the PIN from before the reset", try(t, k, pin), StatusPINNotSet)
	again := newKey("seed", Options{State: k.State()})
	_, _, err = again.client().assert(t.Context(), assertFor(rp, id), nil, nil)
	wantErr(t, "the same in another process", err, StatusNoCredentials)
}

func TestUnknownCommands(t *testing.T) {
	k := newKey("seed", Options{})
	for _, row := range []struct {
		req  []byte
		want Status
	}{
		{nil, StatusInvalidLength},
		{[]byte{0x40}, StatusInvalidCommand},
		{[]byte{cmdGetAssertion}, StatusInvalidCBOR},
		{[]byte{cmdGetAssertion, 0x01}, StatusCBORUnexpectedType},
		{[]byte{cmdClientPIN, 0xA2, 0x01, 0x01, 0x01, 0x01}, StatusInvalidCBOR}, // a key twice
		{[]byte{cmdMakeCredential, 0xA0}, StatusMissingParameter},
		{[]byte{cmdSelection}, StatusOK},
	} {
		got, err := k.Command(t.Context(), row.req, nil)
		if err != nil || len(got) != 1 || Status(got[0]) != row.want {
			t.Errorf("%x: %x, %v, want %v", row.req, got, err, row.want)
		}
	}
}
