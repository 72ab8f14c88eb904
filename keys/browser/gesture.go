package browser

import (
	"context"
	"crypto/rand"
	"slices"

	"touchback/keys"
)

const (
	challengeSize = 32 // bytes; WebAuthn Level 3, §13.4.3 asks for 16
	userIDSize    = 32 // bytes; 64 is the most there may be

	publicKeyType = "public-key"
)

// Create makes a passkey, which the person verifies themselves for. A browser
// may give its PRF outputs only when asked again, so that is left to Evaluate.
//
// The errors are those of this package and, wrapped in them, of package keys.
func (c *Ceremony) Create(ctx context.Context) (keys.Passkey, error) {
	challenge, id := make([]byte, challengeSize), make([]byte, userIDSize)
	_, _ = rand.Read(challenge)
	_, _ = rand.Read(id) // a new one each time: a device replaces the passkey of a user it knows
	name := c.opts.Passkey
	if name == "" {
		name = "Touchback"
	}
	s := &step{kind: "webauthn.create", challenge: challenge}
	s.Create = &creation{
		Challenge: challenge,
		RP:        entity{ID: RPID, Name: "Touchback"},
		User:      user{ID: id, Name: name, DisplayName: name},
		Params:    []param{{publicKeyType, algES256}, {publicKeyType, algEdDSA}, {publicKeyType, algRS256}},
		Timeout:   c.opts.Timeout.Milliseconds(),
		Exclude:   descriptors(c.opts.Registered),
		// A phone or a password manager gives PRF to passkeys it lists; a
		// security key without room for one more makes one that it does not.
		Authenticator: selection{ResidentKey: "preferred", UserVerification: "required"},
		Attestation:   "none",
		Extensions:    map[string]any{"prf": struct{}{}},
	}
	r, err := c.ask(ctx, s)
	return r.passkey, err
}

// Evaluate implements keys.Evaluator: one gesture with p, and no other passkey.
func (c *Ceremony) Evaluate(ctx context.Context, p keys.Passkey, in keys.PRFInputs) (*keys.Secret, error) {
	switch {
	case p.RPID != RPID:
		return nil, ErrRPID
	case len(p.CredentialID) == 0:
		return nil, keys.ErrNoCredential // an empty list would let any passkey answer
	}
	challenge := make([]byte, challengeSize)
	_, _ = rand.Read(challenge)
	s := &step{kind: "webauthn.get", challenge: challenge, asked: &p}
	s.Get = &request{
		Challenge: challenge, RPID: RPID, Timeout: c.opts.Timeout.Milliseconds(),
		Allow:            descriptors([]keys.Passkey{p}),
		UserVerification: "required",
		Hints:            hints(p.Transports),
		Inputs:           [2]octets{in[0], in[1]},
	}
	r, err := c.ask(ctx, s)
	return r.output, err
}

func descriptors(list []keys.Passkey) []descriptor {
	out := []descriptor{}
	for _, p := range list {
		if p.RPID == RPID {
			out = append(out, descriptor{Type: publicKeyType, ID: p.CredentialID, Transports: p.Transports})
		}
	}
	return out
}

// hints let the browser skip the roads that can't lead to the passkey
// (WebAuthn Level 3, §5.8.7).
func hints(transports []string) []string {
	has := func(t ...string) bool {
		return slices.ContainsFunc(t, func(s string) bool { return slices.Contains(transports, s) })
	}
	var out []string
	if has("internal") {
		out = append(out, "client-device")
	}
	if has("hybrid") {
		out = append(out, "hybrid")
	}
	if has("usb", "nfc", "ble", "smart-card") {
		out = append(out, "security-key")
	}
	return out
}
