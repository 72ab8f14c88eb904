package fido2

import (
	"errors"
	"fmt"

	"touchback/keys"
)

// HelperError says that the process that speaks with the key failed, and not
// the key: it could not be started, it crashed, or it was killed.
type HelperError struct {
	Op     string // what it was asked to do
	Reason string
	Err    error // may be nil
}

func (e *HelperError) Error() string {
	s := "the security key process failed (" + e.Op + "): " + e.Reason
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *HelperError) Unwrap() error { return e.Err }

// DeviceError carries a code that has no error of its own in package keys.
// Positive codes are the key's (CTAP 2.1 §8.2) and count as a refusal:
// errors.Is finds keys.ErrDenied. Negative ones are libfido2's (fido/err.h).
type DeviceError struct{ Code int }

func (e *DeviceError) Error() string {
	if e.Code > 0 {
		return fmt.Sprintf("the security key refused (CTAP error 0x%02x)", e.Code)
	}
	return fmt.Sprintf("the security key could not be spoken with (libfido2 error %d)", e.Code)
}

// Is makes a code of the key a refusal.
func (e *DeviceError) Is(target error) bool { return e.Code > 0 && target == keys.ErrDenied }

// ErrSilent is returned when a key does not answer a question that asks
// nothing of the person. It is a keys.ErrTimeout to errors.Is.
var ErrSilent error = silentError{}

type silentError struct{}

func (silentError) Error() string        { return "the security key does not answer" }
func (silentError) Is(target error) bool { return target == keys.ErrTimeout }

// failure is an error on the wire.
type failure struct {
	Name  string `cbor:"1,keyasint,omitempty"` // one of named
	Code  int    `cbor:"2,keyasint,omitempty"` // of a DeviceError
	Tries int    `cbor:"3,keyasint,omitempty"` // of a PINInvalidError or UVInvalidError
}

const (
	namePINInvalid = "pin invalid"
	nameUVInvalid  = "uv invalid"
)

// named are the errors that cross the pipe by name.
var named = map[string]error{
	"none":             keys.ErrNoAuthenticator,
	"not supported":    keys.ErrNotSupported,
	"removed":          keys.ErrRemoved,
	"busy":             keys.ErrBusy,
	"permission":       keys.ErrPermission,
	"no credential":    keys.ErrNoCredential,
	"pin required":     keys.ErrPINRequired,
	"pin not set":      keys.ErrPINNotSet,
	"pin blocked":      keys.ErrPINBlocked,
	"pin auth blocked": keys.ErrPINAuthBlocked,
	"pin change":       keys.ErrPINChange,
	"pin policy":       keys.ErrPINPolicy,
	"uv blocked":       keys.ErrUVBlocked,
	"no hmac-secret":   keys.ErrNoHMACSecret,
	"timeout":          keys.ErrTimeout,
	"denied":           keys.ErrDenied,
	"cancelled":        keys.ErrCancelled,
}

func toFailure(err error) failure {
	var wrong *keys.PINInvalidError
	if errors.As(err, &wrong) {
		return failure{Name: namePINInvalid, Tries: wrong.Tries}
	}
	var finger *keys.UVInvalidError
	if errors.As(err, &finger) {
		return failure{Name: nameUVInvalid, Tries: finger.Tries}
	}
	var dev *DeviceError
	if errors.As(err, &dev) {
		return failure{Code: dev.Code}
	}
	for name, e := range named {
		if errors.Is(err, e) {
			return failure{Name: name}
		}
	}
	// The text of an error the helper did not foresee stays where it arose: it
	// may quote what a key said.
	return failure{Code: codeInternal}
}

func (f failure) err() error {
	switch f.Name {
	case namePINInvalid:
		return &keys.PINInvalidError{Tries: f.Tries}
	case nameUVInvalid:
		return &keys.UVInvalidError{Tries: f.Tries}
	}
	if e, ok := named[f.Name]; ok {
		return e
	}
	if f.Code == 0 {
		return &DeviceError{Code: codeInternal}
	}
	return &DeviceError{Code: f.Code}
}
