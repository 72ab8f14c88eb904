package soft

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
)

// assertRequest holds the parameters of authenticatorGetAssertion (§6.2).
type assertRequest struct {
	RPID           string           `cbor:"1,keyasint"`
	ClientDataHash []byte           `cbor:"2,keyasint"`
	Allow          []descriptor     `cbor:"3,keyasint,omitempty"`
	Extensions     assertExtensions `cbor:"4,keyasint,omitzero"`
	Options        requestOptions   `cbor:"5,keyasint,omitzero"`
	Auth           []byte           `cbor:"6,keyasint,omitempty"`
	Protocol       pinProtocol      `cbor:"7,keyasint,omitempty"`
}

type assertExtensions struct {
	HMACSecret *saltRequest `cbor:"hmac-secret,omitempty"`
}

// saltRequest is the input of hmac-secret (§12.5): one or two 32-byte salts,
// encrypted and authenticated under a shared secret of its own.
type saltRequest struct {
	KeyAgreement *coseKey    `cbor:"1,keyasint"`
	Salts        []byte      `cbor:"2,keyasint"`
	Auth         []byte      `cbor:"3,keyasint"`
	Protocol     pinProtocol `cbor:"4,keyasint,omitempty"` // absent: protocol one
}

type assertResponse struct {
	Credential descriptor  `cbor:"1,keyasint"`
	AuthData   []byte      `cbor:"2,keyasint"`
	Signature  []byte      `cbor:"3,keyasint"`
	User       *userEntity `cbor:"4,keyasint,omitempty"`
	Count      int         `cbor:"5,keyasint,omitempty"`
}

// saltOutputs is the extension data of an assertion.
type saltOutputs struct {
	HMACSecret []byte `cbor:"hmac-secret"`
}

// assertion is one credential that may answer, with all it needs to.
type assertion struct {
	req   *assertRequest
	id    []byte
	cred  credential
	user  *userEntity
	flags byte
	salts *openSalts
}

// openSalts are the salts in the clear and how to send the outputs.
type openSalts struct {
	protocol pinProtocol
	secret   []byte
	salts    []byte // 32 or 64 bytes
}

func (k *Key) getAssertion(c call, params []byte) ([]byte, error) {
	var r assertRequest
	if err := k.codec.decode(params, &r); err != nil {
		return nil, err
	}
	if r.Auth != nil && len(r.Auth) == 0 {
		return nil, k.touchOnly(c)
	}
	switch {
	case r.RPID == "", len(r.ClientDataHash) != sha256.Size:
		return nil, StatusMissingParameter
	case r.Options.RK != nil:
		return nil, StatusUnsupportedOption
	case is(r.Options.UV, true) && r.Auth == nil && !k.opts.Finger:
		return nil, StatusInvalidOption
	}
	up := !is(r.Options.UP, false)
	var flags byte
	if r.Auth != nil {
		if err := k.spend(r.Protocol, r.Auth, r.ClientDataHash, permGetAssertion, r.RPID); err != nil {
			return nil, err
		}
		flags |= flagUV
	} else if is(r.Options.UV, true) {
		if err := k.verifyFinger(c); err != nil {
			return nil, err
		}
		flags |= flagUV
	}
	found := k.locate(&r, flags&flagUV != 0)
	if len(found) == 0 {
		return nil, StatusNoCredentials
	}
	var salts *openSalts
	if r.Extensions.HMACSecret != nil {
		if !up {
			return nil, StatusUnsupportedOption
		}
		var err error
		if salts, err = k.openSalts(r.Extensions.HMACSecret); err != nil {
			return nil, err
		}
	}
	if up {
		if err := k.touched(c, r.Auth, r.Options); err != nil {
			return nil, err
		}
		flags |= flagUP
	}
	for i := range found {
		found[i].req, found[i].flags, found[i].salts = &r, flags, salts
	}
	k.next = found[1:]
	count := len(found)
	if count == 1 {
		count = 0 // the field is left out where there is but one
	}
	return k.answer(found[0], count), nil
}

func (k *Key) getNextAssertion(next []assertion) ([]byte, error) {
	if len(next) == 0 {
		return nil, StatusNotAllowed
	}
	k.next = next[1:]
	return k.answer(next[0], 0), nil
}

// locate finds the credentials that may answer (§6.2.2 step 7): the first of
// the allow list that this key made, or without such a list every resident
// one, the newest first.
func (k *Key) locate(r *assertRequest, uv bool) []assertion {
	rpHash := sha256.Sum256([]byte(r.RPID))
	v := k.vault()
	for _, d := range r.Allow {
		if c, ok := v.open(d.ID, rpHash[:]); ok && (uv || c.protect < 3) {
			return []assertion{{id: d.ID, cred: c}}
		}
	}
	if len(r.Allow) > 0 {
		return nil
	}
	var found []assertion
	for _, res := range slices.Backward(k.state.Resident) {
		if res.RPID != r.RPID {
			continue
		}
		c, ok := v.open(res.CredentialID, rpHash[:])
		if !ok || !uv && c.protect > 1 {
			continue
		}
		user := &userEntity{ID: res.UserID}
		if uv { // names are for those who have proven who they are
			user.Name, user.DisplayName = res.UserName, res.DisplayName
		}
		found = append(found, assertion{id: res.CredentialID, cred: c, user: user})
	}
	return found
}

func (k *Key) openSalts(s *saltRequest) (*openSalts, error) {
	if s.Protocol == 0 {
		s.Protocol = protocolOne
	}
	if !slices.Contains(k.opts.PINProtocols, int(s.Protocol)) {
		return nil, StatusInvalidParameter
	}
	secret, err := k.secret(s.Protocol, s.KeyAgreement)
	if err != nil {
		return nil, err
	}
	if !s.Protocol.verify(secret, s.Auth, s.Salts) {
		return nil, StatusPINAuthInvalid
	}
	plain, err := s.Protocol.decrypt(secret, s.Salts)
	if err != nil {
		return nil, err
	}
	if len(plain) != 32 && len(plain) != 64 {
		return nil, StatusInvalidLength
	}
	return &openSalts{s.Protocol, secret, plain}, nil
}

// outputs is HMAC-SHA-256(CredRandom, salt) for each salt.
func (c credential) outputs(salts []byte, uv bool) []byte {
	var out []byte
	for salt := range slices.Chunk(salts, 32) {
		h := hmac.New(sha256.New, c.credRandom(uv))
		h.Write(salt)
		out = h.Sum(out)
	}
	return out
}

func (k *Key) answer(a assertion, count int) []byte {
	rpHash := sha256.Sum256([]byte(a.req.RPID))
	var ext []byte
	if a.salts != nil && a.cred.hmac {
		a.flags |= flagED
		out := a.cred.outputs(a.salts.salts, a.flags&flagUV != 0)
		ext = k.codec.encode(saltOutputs{a.salts.protocol.encrypt(a.salts.secret, out)})
	}
	authData := slices.Concat(k.authData(rpHash[:], a.flags), ext)
	return k.codec.encode(assertResponse{
		Credential: descriptor{ID: a.id, Type: publicKey},
		AuthData:   authData,
		Signature:  a.cred.sign(authData, a.req.ClientDataHash),
		User:       a.user,
		Count:      count,
	})
}
