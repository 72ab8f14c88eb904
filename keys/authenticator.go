package keys

import (
	"context"
	"errors"
	"fmt"
)

// Passkey names one credential and where it can be asked.
type Passkey struct {
	CredentialID []byte
	RPID         string   // relying party ID; "localhost" unless chosen otherwise
	Transports   []string // as WebAuthn names them: "usb", "nfc", "internal", …
}

// PRFInputs are the two inputs of the WebAuthn PRF extension that one ceremony
// evaluates. A browser takes them as they are; a CTAP authenticator takes
// SHA-256("WebAuthn PRF" ‖ 0x00 ‖ input) as hmac-secret salts (see prf.Salts).
type PRFInputs [2][]byte

// Evaluator runs one ceremony: the person is asked to verify themselves on the
// authenticator that holds p, and both PRF outputs come back, 64 bytes.
// User verification is always required, since the outputs differ without it.
type Evaluator interface {
	Evaluate(ctx context.Context, p Passkey, in PRFInputs) (*Secret, error)
}

// DeviceInfo is what is known of a security key before anything is asked of it.
type DeviceInfo struct {
	Path    string // what Open takes; a device path
	Product string // as the device names itself: hostile text, shown through display.Text
	Vendor  string
}

// AuthenticatorInfo is what a security key says it can do (CTAP 2.1 §6.4,
// authenticatorGetInfo) and how many PIN tries it has left.
type AuthenticatorInfo struct {
	AAGUID       [16]byte
	Versions     []string
	HMACSecret   bool // the hmac-secret extension, without which there is no PRF
	PINSet       bool
	PINSupported bool
	PINChange    bool // the PIN must be changed before it is taken
	UV           bool // built-in user verification (fingerprint), set up
	PINTries     int  // tries left before the key blocks; -1 where there is no PIN
	UVTries      int  // wrong fingers left before the key wants its PIN; -1 where not known
}

// Authenticator is one security key, for the length of one ceremony at a time.
// Every method honours ctx: when it ends, the key stops blinking and the error
// wraps ErrCancelled or ErrTimeout.
//
// A PIN is sent to the key exactly once for one call, or not at all.
type Authenticator interface {
	// Info asks nothing of the person.
	Info(ctx context.Context) (AuthenticatorInfo, error)
	// Create makes a credential with hmac-secret for rpID (ES256, not
	// resident). pin may be nil where the key verifies by itself.
	Create(ctx context.Context, rpID, userName string, pin *Secret, ui Prompts) (Passkey, error)
	// Evaluate returns the PRF outputs for both inputs, 64 bytes, with user
	// verification.
	Evaluate(ctx context.Context, p Passkey, in PRFInputs, pin *Secret, ui Prompts) (*Secret, error)
	// Knows tells, without a touch or a PIN, whether the key holds the
	// credential (an assertion with up and uv off). Where the key can't say,
	// it returns true.
	Knows(ctx context.Context, p Passkey) (bool, error)
}

// Prompts is how an authenticator reaches the person. Nil functions are
// skipped.
type Prompts struct {
	// Touch is called right before the key is asked, when it will blink.
	Touch func()
}

// Finder lists the security keys that are plugged in, and opens one.
type Finder interface {
	List(ctx context.Context) ([]DeviceInfo, error)
	Open(path string) Authenticator
}

// Errors of authenticators. Compare with errors.Is; PINInvalidError and
// UVInvalidError carry the tries left.
var (
	ErrNoAuthenticator = errors.New("no security key is plugged in")
	ErrNotSupported    = errors.New("security keys are not available in this build")
	ErrRemoved         = errors.New("the security key was removed")
	ErrBusy            = errors.New("the security key is in use by another program")
	ErrPermission      = errors.New("no permission to open the security key")
	ErrNoCredential    = errors.New("the security key does not hold this passkey")
	ErrPINRequired     = errors.New("the security key asks for its PIN")
	ErrPINNotSet       = errors.New("the security key has no PIN yet")
	ErrPINBlocked      = errors.New("the PIN of the security key is blocked")
	ErrPINAuthBlocked  = errors.New("too many wrong PINs in a row: the security key must be removed and inserted again")
	ErrPINChange       = errors.New("the PIN of the security key must be changed first")
	ErrPINPolicy       = errors.New("the security key does not accept that PIN")
	ErrUVBlocked       = errors.New("the fingerprint reader of the security key is blocked")
	ErrUVInvalid       = errors.New("the security key did not recognise the fingerprint")
	ErrNoHMACSecret    = errors.New("the security key has no hmac-secret extension")
	ErrTimeout         = errors.New("the security key was not touched in time")
	ErrDenied          = errors.New("the security key refused")
	ErrCancelled       = errors.New("cancelled")
)

// PINInvalidError says that the PIN was wrong and how many tries are left.
type PINInvalidError struct {
	Tries int // left before the key blocks; -1 where the key does not say
}

func (e *PINInvalidError) Error() string {
	if e.Tries < 0 {
		return "wrong PIN"
	}
	return fmt.Sprintf("wrong PIN (%d tries left)", e.Tries)
}

// UVInvalidError is an ErrUVInvalid of which it is known how many tries are
// left.
type UVInvalidError struct {
	Tries int // left before the key wants its PIN; -1 where the key does not say
}

func (e *UVInvalidError) Error() string {
	if e.Tries < 0 {
		return ErrUVInvalid.Error()
	}
	return fmt.Sprintf("%v (%d tries left)", ErrUVInvalid, e.Tries)
}

// Is makes it an ErrUVInvalid.
func (e *UVInvalidError) Is(target error) bool { return target == ErrUVInvalid }
