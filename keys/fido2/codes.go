package fido2

import "touchback/keys"

// Codes of CTAP 2.1 §8.2 and, below zero, of libfido2 (fido/err.h).
const (
	codeChannelBusy       = 0x06
	codeInvalidCredential = 0x22
	codeOperationDenied   = 0x27
	codeKeepaliveCancel   = 0x2d
	codeNoCredentials     = 0x2e
	codeUserActionTimeout = 0x2f
	codeNotAllowed        = 0x30
	codePINInvalid        = 0x31
	codePINBlocked        = 0x32
	codePINAuthBlocked    = 0x34
	codePINNotSet         = 0x35
	codePINRequired       = 0x36
	codePINPolicy         = 0x37
	codeActionTimeout     = 0x3a
	codeUPRequired        = 0x3b
	codeUVBlocked         = 0x3c
	codeUVInvalid         = 0x3f

	codeTX              = -1
	codeRX              = -2
	codeRXNotCBOR       = -3
	codeRXInvalidCBOR   = -4
	codeInvalidArgument = -7
	codePresence        = -8
	codeInternal        = -9
)

// fromCode names what a code means for the person. A wrong PIN and a wrong
// finger come without their tries, which only the key can tell.
func fromCode(code int) error {
	switch code {
	case codeChannelBusy:
		return keys.ErrBusy
	case codeOperationDenied, codeNotAllowed:
		return keys.ErrDenied
	case codeKeepaliveCancel:
		return keys.ErrCancelled
	case codeNoCredentials, codeInvalidCredential:
		return keys.ErrNoCredential
	case codeUserActionTimeout, codeActionTimeout:
		return keys.ErrTimeout
	case codePINInvalid:
		return &keys.PINInvalidError{Tries: -1}
	case codePINBlocked:
		return keys.ErrPINBlocked
	case codePINAuthBlocked:
		return keys.ErrPINAuthBlocked
	case codePINNotSet:
		return keys.ErrPINNotSet
	case codePINRequired:
		return keys.ErrPINRequired
	case codePINPolicy:
		return keys.ErrPINPolicy
	case codeUVBlocked:
		return keys.ErrUVBlocked
	case codeUVInvalid:
		return &keys.UVInvalidError{Tries: -1}
	}
	return &DeviceError{Code: code}
}
