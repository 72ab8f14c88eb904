package browser

import (
	"bytes"
	"slices"

	"touchback/keys"
	"touchback/keys/prf"
)

// Names of transports are kept in the keyring, so they are bounded as it bounds
// them, and are words.
const (
	maxTransports = 16
	maxTransport  = 32
)

// failures are the DOMExceptions of WebAuthn (Level 3, §5.1.3 and §5.1.4) that
// a person can do something about.
var failures = map[string]*Problem{
	"NotAllowedError":   ErrDeclined,
	"AbortError":        ErrDeclined,
	"InvalidStateError": ErrAlreadyRegistered, // of a creation only
	"ConstraintError":   ErrNoUV,
	"NoPRF":             ErrNoPRF, // the page's own word: there is no WebAuthn, or no extension
}

// judge makes a result of an answer: only one that is to this step, from an
// authenticator that verified the person.
func (c *Ceremony) judge(s *step, a *answer, origin string) result {
	if a.Failure != "" {
		p, ok := failures[a.Failure]
		if !ok || (p == ErrAlreadyRegistered && s.Create == nil) {
			p = ErrRefused
		}
		return result{err: p}
	}
	if err := verifyClientData(a.ClientData, s.kind, s.challenge, origin); err != nil {
		return result{err: err}
	}
	if s.Create != nil {
		return c.judgeCreation(a)
	}
	return c.judgeAssertion(s, a)
}

func (c *Ceremony) judgeCreation(a *answer) result {
	data, err := attestationData(a.Attestation)
	if err != nil {
		return result{err: err}
	}
	made, err := verifyAuthData(data, RPID, true)
	switch {
	case err != nil:
		return result{err: err}
	case !bytes.Equal(made.id, a.ID):
		return result{err: forged("two credential IDs")}
	case !a.Enabled:
		return result{err: ErrNoPRF}
	case slices.ContainsFunc(c.opts.Registered, func(p keys.Passkey) bool { return bytes.Equal(p.CredentialID, made.id) }):
		return result{err: ErrAlreadyRegistered}
	}
	c.mu.Lock()
	c.known[string(made.id)] = made.key
	c.mu.Unlock()
	return result{passkey: keys.Passkey{CredentialID: made.id, RPID: RPID, Transports: transports(a.Transports)}}
}

func (c *Ceremony) judgeAssertion(s *step, a *answer) result {
	if !bytes.Equal(s.asked.CredentialID, a.ID) {
		return result{err: ErrWrongPasskey}
	}
	if _, err := verifyAuthData(a.AuthData, RPID, false); err != nil {
		return result{err: err}
	}
	// Of a passkey that was made elsewhere no public key is known, nor needed:
	// its outputs open the keyring or they don't.
	c.mu.Lock()
	key := c.known[string(a.ID)]
	c.mu.Unlock()
	if key != nil && !key(signed(a.AuthData, a.ClientData), a.Signature) {
		return result{err: forged("the signature")}
	}
	if len(a.First) != prf.OutputSize/2 || len(a.Second) != prf.OutputSize/2 {
		return result{err: ErrNoPRF}
	}
	both := make([]byte, 0, prf.OutputSize)
	both = append(append(both, a.First...), a.Second...)
	return result{output: keys.NewSecret(both)}
}

// transports keeps what a keyring may hold, sorted, as getTransports has it.
func transports(names []string) []string {
	out := []string{}
	for _, n := range names {
		word := n != "" && len(n) <= maxTransport
		for _, r := range n {
			word = word && (r == '-' || 'a' <= r && r <= 'z')
		}
		if word && len(out) < maxTransports {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
