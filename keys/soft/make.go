package soft

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// publicKey is the only credential type there is (WebAuthn §5.8.2).
const publicKey = "public-key"

type rpEntity struct {
	ID   string `cbor:"id"`
	Name string `cbor:"name,omitempty"`
}

type userEntity struct {
	ID          []byte `cbor:"id"`
	Name        string `cbor:"name,omitempty"`
	DisplayName string `cbor:"displayName,omitempty"`
}

type credParam struct {
	Alg  int    `cbor:"alg"`
	Type string `cbor:"type"`
}

type descriptor struct {
	ID   []byte `cbor:"id"`
	Type string `cbor:"type"`
}

// requestOptions are nil where the platform did not say.
type requestOptions struct {
	RK *bool `cbor:"rk,omitempty"`
	UP *bool `cbor:"up,omitempty"`
	UV *bool `cbor:"uv,omitempty"`
}

func is(b *bool, v bool) bool { return b != nil && *b == v }

// makeRequest holds the parameters of authenticatorMakeCredential (§6.1).
type makeRequest struct {
	ClientDataHash []byte         `cbor:"1,keyasint"`
	RP             *rpEntity      `cbor:"2,keyasint"`
	User           *userEntity    `cbor:"3,keyasint"`
	Params         []credParam    `cbor:"4,keyasint"`
	Exclude        []descriptor   `cbor:"5,keyasint,omitempty"`
	Extensions     makeExtensions `cbor:"6,keyasint,omitzero"`
	Options        requestOptions `cbor:"7,keyasint,omitzero"`
	Auth           []byte         `cbor:"8,keyasint,omitempty"`
	Protocol       pinProtocol    `cbor:"9,keyasint,omitempty"`
}

// makeExtensions is both what is asked and what is answered.
type makeExtensions struct {
	HMACSecret bool `cbor:"hmac-secret,omitempty"`
	Protect    byte `cbor:"credProtect,omitempty"`
}

type makeResponse struct {
	Format    string      `cbor:"1,keyasint"`
	AuthData  []byte      `cbor:"2,keyasint"`
	Statement attestation `cbor:"3,keyasint"`
}

// attestation is "packed" self attestation (WebAuthn §8.2): the new credential
// signs for itself, since no maker vouches for this key.
type attestation struct {
	Alg int    `cbor:"alg"`
	Sig []byte `cbor:"sig"`
}

// Flags of authenticator data (WebAuthn §6.1).
const (
	flagUP = 0x01 // touched
	flagUV = 0x04 // user verified
	flagAT = 0x40 // attested credential data follows
	flagED = 0x80 // extension data follows
)

func (k *Key) makeCredential(c call, params []byte) ([]byte, error) {
	var r makeRequest
	if err := k.codec.decode(params, &r); err != nil {
		return nil, err
	}
	if r.Auth != nil && len(r.Auth) == 0 {
		return nil, k.touchOnly(c)
	}
	if err := r.check(k.opts.Finger); err != nil {
		return nil, err
	}
	if k.opts.NoHMACSecret {
		r.Extensions.HMACSecret = false
	}
	flags := byte(flagUP | flagAT)
	if r.Auth != nil {
		if err := k.spend(r.Protocol, r.Auth, r.ClientDataHash, permMakeCredential, r.RP.ID); err != nil {
			return nil, err
		}
		flags |= flagUV
	} else if is(r.Options.UV, true) {
		if err := k.verifyFinger(c); err != nil {
			return nil, err
		}
		flags |= flagUV
	} else if len(k.state.PINHash) > 0 || k.opts.Finger {
		return nil, StatusPUATRequired
	}
	rpHash := sha256.Sum256([]byte(r.RP.ID))
	excluded := slices.ContainsFunc(r.Exclude, func(d descriptor) bool {
		_, known := k.vault().open(d.ID, rpHash[:])
		return known
	})
	// An excluded credential still costs a touch: without one, a page could
	// find out which keys are plugged in.
	if err := k.touched(c, r.Auth, r.Options); err != nil {
		return nil, err
	}
	if excluded {
		return nil, StatusCredentialExcluded
	}

	cred := credential{hmac: r.Extensions.HMACSecret, protect: max(r.Extensions.Protect, 1)}
	mustRead(k.opts.Rand, cred.seed[:])
	id := k.vault().seal(cred, rpHash[:])
	if is(r.Options.RK, true) {
		if err := k.keep(r, id); err != nil {
			return nil, err
		}
	}
	attested := slices.Concat(k.opts.AAGUID[:], binary.BigEndian.AppendUint16(nil, uint16(len(id))),
		id, k.codec.encode(cred.public()))
	var ext []byte
	if r.Extensions != (makeExtensions{}) {
		flags |= flagED
		ext = k.codec.encode(r.Extensions)
	}
	authData := slices.Concat(k.authData(rpHash[:], flags), attested, ext)
	return k.codec.encode(makeResponse{
		Format: "packed", AuthData: authData,
		Statement: attestation{Alg: algES256, Sig: cred.sign(authData, r.ClientDataHash)},
	}), nil
}

// check covers what can be refused without asking anyone.
func (r *makeRequest) check(finger bool) error {
	switch {
	case len(r.ClientDataHash) != sha256.Size, r.RP == nil, r.User == nil, r.Params == nil:
		return StatusMissingParameter
	case !slices.Contains(r.Params, credParam{Type: publicKey, Alg: algES256}):
		return StatusUnsupportedAlgorithm
	case is(r.Options.UP, false), is(r.Options.UV, true) && r.Auth == nil && !finger, r.Extensions.Protect > 3:
		return StatusInvalidOption
	}
	return nil
}

// touchOnly answers an empty pinUvAuthParam, with which a platform lets the
// person choose among several keys by touch (§6.1.2 step 1).
func (k *Key) touchOnly(c call) error {
	if err := k.await(c); err != nil {
		return err
	}
	if len(k.state.PINHash) == 0 {
		return StatusPINNotSet
	}
	return StatusPINInvalid
}

// keep stores a discoverable credential in place of the one that the same user
// has at the same relying party.
func (k *Key) keep(r makeRequest, id []byte) error {
	res := Resident{RPID: r.RP.ID, CredentialID: id, UserID: r.User.ID,
		UserName: r.User.Name, DisplayName: r.User.DisplayName}
	k.state.Resident = slices.DeleteFunc(k.state.Resident, func(old Resident) bool {
		return old.RPID == res.RPID && bytes.Equal(old.UserID, res.UserID)
	})
	if len(k.state.Resident) >= maxResident {
		return StatusKeyStoreFull
	}
	k.state.Resident = append(k.state.Resident, res)
	return nil
}

// authData is the fixed part of authenticator data; each use of it counts.
func (k *Key) authData(rpHash []byte, flags byte) []byte {
	k.state.Counter++
	return binary.BigEndian.AppendUint32(append(slices.Clone(rpHash), flags), k.state.Counter)
}
