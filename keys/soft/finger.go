package soft

import "errors"

// maxMisread is how many wrong fingers in a row the key takes before it wants
// its PIN; keys on sale take 3 to 5 (§6.5.2.3, maxUvRetries).
const maxMisread = 3

// modalityFinger says that the person is verified by a fingerprint (FIDO
// Registry of Predefined Values, §3.1).
const modalityFinger = 0x02

// fingerTries is how often a wrong finger may still be put on the key.
func (k *Key) fingerTries() int { return max(maxMisread-k.state.Misread, 0) }

// readFinger waits for a finger and tells whether it is known (§6.5.3.1,
// performBuiltInUv). One finger is one try: the key does not ask again by
// itself.
func (k *Key) readFinger(c call) error {
	if k.fingerTries() == 0 {
		return StatusUVBlocked
	}
	wrong, err := k.blink(c)
	switch {
	case err != nil:
		return err
	case !wrong:
		k.state.Misread = 0
		return nil
	}
	if k.state.Misread++; k.fingerTries() == 0 {
		return StatusUVBlocked
	}
	return StatusUVInvalid
}

// getTokenByFinger exchanges a finger for a token (§6.5.5.7.3).
func (k *Key) getTokenByFinger(c call, r pinRequest) ([]byte, error) {
	if !k.opts.Finger {
		return nil, StatusInvalidSubcommand
	}
	secret, err := k.secret(r.Protocol, r.KeyAgreement)
	if err != nil {
		return nil, err
	}
	if err := k.readFinger(c); err != nil {
		return nil, err
	}
	return k.issue(r, secret), nil
}

// verifyFinger is what the option uv asks for without a token (§6.1.2 step 11).
func (k *Key) verifyFinger(c call) error {
	err := k.readFinger(c)
	if !errors.Is(err, StatusUVInvalid) && !errors.Is(err, StatusUVBlocked) {
		return err
	}
	if len(k.state.PINHash) > 0 {
		return StatusPUATRequired
	}
	return StatusOperationDenied
}

// touched waits for a touch, unless the finger that verified the person was
// one; a token is good for one.
func (k *Key) touched(c call, auth []byte, o requestOptions) error {
	t := &k.power.token
	present := auth != nil && t.present || auth == nil && is(o.UV, true)
	if !present {
		if err := k.await(c); err != nil {
			return err
		}
	}
	t.permissions, t.present = 0, false
	return nil
}
