//go:build cgo && (linux || darwin || windows)

package fido2

import (
	"errors"

	"github.com/keys-pub/go-libfido2"

	"touchback/keys"
)

// codes are the errors that go-libfido2 gives a name; the others keep their
// code in a libfido2.Error.
var codes = map[error]int{
	libfido2.ErrTX:                   codeTX,
	libfido2.ErrRX:                   codeRX,
	libfido2.ErrInvalidArgument:      codeInvalidArgument,
	libfido2.ErrUserPresenceRequired: codePresence,
	libfido2.ErrInvalidCommand:       0x01,
	libfido2.ErrInvalidLength:        0x03,
	libfido2.ErrMissingParameter:     0x14,
	libfido2.ErrNotAllowed:           codeNotAllowed,
	libfido2.ErrActionTimeout:        codeActionTimeout,
	libfido2.ErrPinNotSet:            codePINNotSet,
	libfido2.ErrInvalidCredential:    codeInvalidCredential,
	libfido2.ErrUnsupportedOption:    0x2b,
	libfido2.ErrPinInvalid:           codePINInvalid,
	libfido2.ErrRXNotCBOR:            codeRXNotCBOR,
	libfido2.ErrInternal:             codeInternal,
	libfido2.ErrPinPolicyViolation:   codePINPolicy,
	libfido2.ErrNoCredentials:        codeNoCredentials,
	libfido2.ErrPinAuthBlocked:       codePINAuthBlocked,
	libfido2.ErrPinRequired:          codePINRequired,
	libfido2.ErrUPRequired:           codeUPRequired,
	libfido2.ErrRXInvalidCBOR:        codeRXInvalidCBOR,
	libfido2.ErrOperationDenied:      codeOperationDenied,
	libfido2.ErrKeepaliveCancel:      codeKeepaliveCancel,
	libfido2.ErrInvalidOption:        0x2c,
	libfido2.ErrOther:                0x7f,
}

// codeOf returns the code of an error of go-libfido2, 0 where it is of another
// make.
func codeOf(err error) int {
	var plain libfido2.Error
	if errors.As(err, &plain) {
		return plain.Code
	}
	for e, code := range codes {
		if errors.Is(err, e) {
			return code
		}
	}
	return 0
}

// explain turns an error of go-libfido2 into one of package keys. Where the
// key could not be reached it looks at why; where a PIN or a finger was wrong it
// asks for the tries left.
func (c *ceremony) explain(err error) error {
	code := codeOf(err)
	switch {
	case code == 0:
		return err
	case code < 0:
		if reason := unreachable(c.ctx, c.req.Path); reason != nil {
			return reason
		}
		return &DeviceError{Code: code}
	case code == codePINInvalid:
		tries, err := c.dev.RetryCount()
		if err != nil {
			tries = -1
		}
		return &keys.PINInvalidError{Tries: tries}
	case code == codeUVInvalid:
		return &keys.UVInvalidError{Tries: ask(c.req.Path, true).uvTries}
	case code == codePINPolicy && c.req.Op != opSetPIN:
		return keys.ErrPINChange // the answer to a right PIN that must be changed (CTAP 2.1 §6.5.5.7.2)
	}
	return fromCode(code)
}
