package soft

import (
	"context"
	"errors"

	"touchback/keys"
)

// explain turns what the key answered into the errors of package keys. gone is
// what it means when the key is not there: it never was, or it left midway.
func (d *Direct) explain(ctx context.Context, err, gone error) error {
	var s Status
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrUnplugged):
		return gone
	case !errors.As(err, &s):
		return err
	}
	switch s {
	case StatusKeepaliveCancel:
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return keys.ErrTimeout
		}
		return keys.ErrCancelled
	case StatusPINInvalid:
		tries, err := d.client(nil).tries(ctx)
		if err != nil {
			tries = -1
		}
		return &keys.PINInvalidError{Tries: tries}
	case StatusUVInvalid:
		tries, err := d.client(nil).fingerTries(ctx)
		if err != nil {
			tries = -1
		}
		return &keys.UVInvalidError{Tries: tries}
	case StatusUVBlocked:
		return keys.ErrUVBlocked
	case StatusUserActionTimeout:
		return keys.ErrTimeout
	case StatusNoCredentials:
		return keys.ErrNoCredential
	case StatusPINBlocked:
		return keys.ErrPINBlocked
	case StatusPINAuthBlocked:
		return keys.ErrPINAuthBlocked
	case StatusPINNotSet:
		return keys.ErrPINNotSet
	case StatusPUATRequired:
		return keys.ErrPINRequired
	case StatusPINPolicyViolation:
		return keys.ErrPINPolicy
	case StatusPINAuthInvalid, StatusOperationDenied, StatusNotAllowed:
		return keys.ErrDenied
	}
	return s
}
