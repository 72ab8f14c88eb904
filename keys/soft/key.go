package soft

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"sync"
	"time"
)

// Options describes a key. The zero value is a key as they are sold.
type Options struct {
	// AAGUID names the model; zero is a value of this package's own.
	AAGUID [16]byte
	// PINProtocols are offered in this order of preference; nil is 2, 1.
	PINProtocols []int
	// PresenceTimeout is how long the key blinks before it gives up with
	// StatusUserActionTimeout; zero is 30 s, as most keys do.
	PresenceTimeout time.Duration
	// Finger gives the key a fingerprint reader that knows the finger of Touch;
	// TouchWrong is another's.
	Finger bool
	// ForcePINChange makes the key want another PIN before it takes the one it
	// has, as keys do that an organisation hands out.
	ForcePINChange bool
	// NoHMACSecret leaves the extension out, as keys for signing in only do.
	NoHMACSecret bool
	// Rand is where the seeds of new credentials come from; nil is
	// crypto/rand. A fixed stream makes fixed credentials.
	Rand io.Reader
	// State continues a key where an earlier one stood; see Key.State.
	State State
}

// State is all that a key remembers beside its seed. It holds a hash of the
// PIN (of which there are few) and nothing else that is secret.
type State struct {
	Life     uint32     `json:"life"`               // resets so far; each makes all earlier credentials unknown
	Counter  uint32     `json:"counter"`            // signature counter
	PINHash  []byte     `json:"pin_hash,omitempty"` // first 16 bytes of SHA-256(PIN); empty: no PIN
	Tries    int        `json:"tries"`              // PIN tries left; meaningless without a PIN
	Misread  int        `json:"misread,omitempty"`  // wrong fingers in a row
	Changed  bool       `json:"changed,omitempty"`  // the PIN was changed, as ForcePINChange wants it
	Resident []Resident `json:"resident,omitempty"` // discoverable credentials
}

// Resident is a discoverable credential.
type Resident struct {
	RPID         string `json:"rp_id"`
	CredentialID []byte `json:"credential_id"`
	UserID       []byte `json:"user_id"`
	UserName     string `json:"user_name,omitempty"`
	DisplayName  string `json:"display_name,omitempty"`
}

const (
	maxTries      = 8  // CTAP 2.1 §6.5.2.2: at most 8 tries in all
	maxMismatches = 3  // §6.5.2.2: then the key wants a power cycle
	minPINLength  = 4  // §6.4, minPINLength, in Unicode code points
	maxResident   = 25 // as the smallest keys on sale
)

// defaultAAGUID spells "touchback softky".
var defaultAAGUID = [16]byte([]byte("touchback softky"))

// Key is one software security key. All methods may be called from any
// goroutine; like a real key, it does one command at a time.
type Key struct {
	seed     [32]byte
	opts     Options
	codec    codec
	presence *presence
	turn     chan struct{} // holds one token: the right to run a command

	mu       sync.Mutex // guards what follows; not held while blinking
	state    State
	power    session
	attempts int
	next     []assertion // what getNextAssertion has yet to send

	plugging sync.Mutex // one Plug, Unplug or Attach at a time; guards ports
	ports    []*Port
}

// session is what the key forgets when it loses power.
type session struct {
	agreement  [2]*ecdh.PrivateKey // of protocol 1 and 2
	token      token
	mismatches int // wrong PINs in a row
}

// New makes a key that is plugged in and waits to be touched by hand. The same
// seed and State always give the same key.
func New(seed [32]byte, o Options) *Key {
	if o.AAGUID == ([16]byte{}) {
		o.AAGUID = defaultAAGUID
	}
	if o.PINProtocols == nil {
		o.PINProtocols = []int{int(protocolTwo), int(protocolOne)}
	}
	if o.PresenceTimeout == 0 {
		o.PresenceTimeout = 30 * time.Second
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	k := &Key{
		seed: seed, opts: o, codec: newCodec(), presence: newPresence(),
		turn: make(chan struct{}, 1), state: o.State.clone(),
	}
	if len(k.state.PINHash) == 0 {
		k.state.Tries = maxTries
	}
	k.power = newSession()
	return k
}

func newSession() session {
	var s session
	s.renew(protocolOne)
	s.renew(protocolTwo)
	return s
}

func (s *session) renew(p pinProtocol) {
	k, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		panic("soft: key agreement key: " + err.Error())
	}
	s.agreement[p-1] = k
}

func (s State) clone() State {
	s.PINHash = slices.Clone(s.PINHash)
	s.Resident = slices.Clone(s.Resident)
	return s
}

// State returns what must be kept to continue this key in another process.
func (k *Key) State() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state.clone()
}

// PINAttempts counts the commands so far that carried a PIN, right or wrong.
// Tests use it to prove that no PIN is sent twice.
func (k *Key) PINAttempts() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.attempts
}

// vault must be called with mu held.
func (k *Key) vault() vault {
	return vault{expand(k.seed[:], binary.BigEndian.AppendUint32(nil, k.state.Life), "touchback soft key: master")}
}

// call is one command under way.
type call struct {
	ctx     context.Context
	pulled  <-chan struct{} // see presence.power
	waiting func(bool)
}

// Command runs one CTAP command: a command byte and its CBOR parameters in, a
// status byte and CBOR out. It blocks while the key blinks, and waiting (which
// may be nil) is told when that begins and ends. The end of ctx is what
// CTAPHID_CANCEL is: the response then is StatusKeepaliveCancel.
//
// The only error is ErrUnplugged; all else is a response.
func (k *Key) Command(ctx context.Context, req []byte, waiting func(bool)) ([]byte, error) {
	pulled := k.presence.power()
	if pulled == nil {
		return nil, ErrUnplugged
	}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return []byte{byte(StatusKeepaliveCancel)}, nil
	case <-pulled:
		return nil, ErrUnplugged
	}
	if ctx.Err() != nil { // it may have been both ready and cancelled
		return []byte{byte(StatusKeepaliveCancel)}, nil
	}
	if waiting == nil {
		waiting = func(bool) {}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	body, err := k.dispatch(call{ctx, pulled, waiting}, req)
	var status Status
	switch {
	case errors.As(err, &status):
		return []byte{byte(status)}, nil
	case err != nil:
		return nil, err
	}
	return append([]byte{byte(StatusOK)}, body...), nil
}

// dispatch returns the CBOR of a success, a Status, or ErrUnplugged.
func (k *Key) dispatch(c call, req []byte) ([]byte, error) {
	if len(req) == 0 {
		return nil, StatusInvalidLength
	}
	next := k.next
	k.next = nil // only getNextAssertion itself may follow (§6.3)
	params := req[1:]
	switch req[0] {
	case cmdGetInfo:
		return k.getInfo(), nil
	case cmdClientPIN:
		return k.clientPIN(c, params)
	case cmdMakeCredential:
		return k.makeCredential(c, params)
	case cmdGetAssertion:
		return k.getAssertion(c, params)
	case cmdGetNextAssertion:
		return k.getNextAssertion(next)
	case cmdSelection:
		return nil, k.await(c)
	case cmdReset:
		return nil, k.reset(c)
	default:
		return nil, StatusInvalidCommand
	}
}

// await waits for a touch, whoever's it is.
func (k *Key) await(c call) error {
	_, err := k.blink(c)
	return err
}

// blink waits for a touch and tells whether the finger was a wrong one. The
// lock is off meanwhile, so that State and Unplug answer; turn keeps other
// commands out.
func (k *Key) blink(c call) (wrong bool, err error) {
	k.mu.Unlock()
	defer k.mu.Lock()
	c.waiting(true)
	defer c.waiting(false)
	return k.presence.await(c.ctx, c.pulled, k.opts.PresenceTimeout)
}

// reset forgets the PIN and every credential (§6.6). Real keys accept it only
// within ten seconds of being plugged in; this one has no clock to tell.
func (k *Key) reset(c call) error {
	if err := k.await(c); err != nil {
		return err
	}
	k.state = State{Life: k.state.Life + 1, Tries: maxTries}
	k.power = newSession()
	return nil
}
