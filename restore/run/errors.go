package run

import (
	"context"
	"errors"

	"touchback/keys"
	"touchback/keys/browser"
	"touchback/restore/export"
	"touchback/restore/flow"
	"touchback/restore/gcm"
	"touchback/restore/pages"
	"touchback/restore/whatsapp"
)

// ErrSealedByWhatsApp says that the backup is locked with WhatsApp's own
// passkey, which nothing opens outside WhatsApp, and that there is no keyring.
var ErrSealedByWhatsApp = errors.New("the backup is locked with WhatsApp's own passkey")

// SaveRefusedError says that a result may not go where it was asked to, and in
// Words why.
type SaveRefusedError struct{ Words string }

func (e *SaveRefusedError) Error() string { return e.Words }

// Explain says what an error means to a person: the screen it leads to, and
// words where the screen needs them. It is the one place where errors become
// words.
func Explain(err error) flow.Failed {
	f := flow.Failed{Why: flow.Unexpected, Detail: err.Error(), Tries: -1}
	var pin *keys.PINInvalidError
	if errors.As(err, &pin) {
		return flow.Failed{Why: flow.WrongPIN, Tries: pin.Tries}
	}
	var finger *keys.UVInvalidError
	if errors.As(err, &finger) {
		return flow.Failed{Why: flow.WrongFinger, Tries: finger.Tries}
	}
	var bad badRecipient
	if errors.As(err, &bad) && !errors.Is(err, keys.ErrAlreadyAdded) {
		f.Why = flow.BadRecip
		return f
	}
	var digits *keys.DigitsError
	if errors.As(err, &digits) {
		f.Why, f.Group, f.Detail = flow.WrongDigits, digits.Group, digits.Error()
		return f
	}
	var refused *SaveRefusedError
	if errors.As(err, &refused) {
		f.Why, f.Detail = flow.SaveRefused, refused.Words
		return f
	}
	var missing *missingError
	if errors.As(err, &missing) {
		f.Why, f.Detail = flow.NotFound, missing.where
		return f
	}
	for _, e := range explained {
		if errors.Is(err, e.err) {
			f.Why, f.Detail = e.why, e.detail
			break
		}
	}
	switch f.Why {
	case flow.NotABackup:
		f.Detail = looks(err, f.Detail)
	case flow.Damaged:
		if errors.Is(err, whatsapp.ErrTruncated) {
			f.Detail = "the file ends before its time"
		}
	}
	return f
}

// looks says what a file that is no backup looks like.
func looks(err error, otherwise string) string {
	var not *whatsapp.NotBackupError
	if !errors.As(err, &not) {
		return otherwise
	}
	switch not.Looks {
	case "sqlite":
		return "it is a database that is not encrypted: any SQLite program opens it"
	case "zip":
		return "it is a ZIP file that is not encrypted"
	case "json":
		return "it is a JSON file: a keyring, perhaps"
	case "age":
		return "it is a file encrypted with age"
	case "key":
		return "it is a key file, and not the backup that it opens"
	}
	return otherwise
}

// explained goes from the particular to the general: the first match counts.
var explained = []struct {
	err    error
	why    flow.Why
	detail string
}{
	{ErrNotKept, flow.NotKept, ""},
	{ErrNoKeyring, flow.NoKeyring, ""},
	{keys.ErrUnstablePasskey, flow.Unstable, ""},
	{keys.ErrConcurrentEdit, flow.RingChanged, ""},
	{browser.ErrNoPRF, flow.NoPRF, ""},
	{browser.ErrNoUV, flow.NotVerified, ""},
	{browser.ErrWrongPasskey, flow.WrongPasskey, ""},
	{browser.ErrDeclined, flow.NoAnswer, ""},
	{browser.ErrRefused, flow.BrowserRefused, ""},
	{browser.ErrRPID, flow.BrowserRefused, browser.ErrRPID.Error()},
	{browser.ErrForged, flow.NotTrusted, ""},
	{browser.ErrAlreadyRegistered, flow.AlreadyAdded, ""},
	{keys.ErrAlreadyAdded, flow.AlreadyAdded, ""},
	{browser.ErrTimeout, flow.PageTimedOut, ""},
	{browser.ErrPageClosed, flow.PageClosed, ""},
	{keys.ErrKeyFile, flow.BadKeyFile, keys.ErrKeyFile.Error()},
	{keys.ErrPasswordData, flow.BadKeyFile, keys.ErrPasswordData.Error()},
	{errKeyFileGone, flow.BadKeyFile, errKeyFileGone.Error()},
	{keys.ErrNoAuthenticator, flow.NoKey, ""},
	{keys.ErrNoCredential, flow.WrongKey, ""},
	{keys.ErrNotRegistered, flow.WrongKey, ""},
	{keys.ErrPINAuthBlocked, flow.PINAuthBlocked, ""},
	{keys.ErrPINBlocked, flow.PINBlocked, ""},
	{keys.ErrPINChange, flow.PINChange, ""},
	{keys.ErrPINNotSet, flow.PINNotSet, ""},
	{keys.ErrRemoved, flow.KeyRemoved, ""},
	{keys.ErrBusy, flow.KeyBusy, ""},
	{keys.ErrPermission, flow.NoPermission, ""},
	{keys.ErrNotSupported, flow.NotSupported, ""},
	{keys.ErrNoHMACSecret, flow.NoSecret, ""},
	{keys.ErrDenied, flow.KeyRefused, "it gave no reason"},
	{keys.ErrPINPolicy, flow.KeyRefused, "it does not accept that PIN"},
	{keys.ErrPINRequired, flow.KeyRefused, "it asks for its PIN"},
	{keys.ErrUVBlocked, flow.FingerBlocked, ""},
	{keys.ErrUVInvalid, flow.WrongFinger, ""},
	{keys.ErrTimeout, flow.TimedOut, ""},
	{context.DeadlineExceeded, flow.TimedOut, ""},
	{keys.ErrWrongPassword, flow.WrongPassword, ""},
	{keys.ErrMAC, flow.KeyringAltered, ""},
	{gcm.ErrChanged, flow.Changed, "the file is not what it was when it was checked"},
	{errNotRepaired, flow.WrongBackupKey, errNotRepaired.Error()},
	{whatsapp.ErrWrongKey, flow.WrongBackupKey, ""},
	{whatsapp.ErrKeyKind, flow.WrongBackupKey, ""},
	{whatsapp.ErrDamaged, flow.Damaged, "the tag at its end does not match what is in it"},
	{whatsapp.ErrNoMessages, flow.NotABackup, "it opened and verified, and holds no messages that can be shown"},
	{whatsapp.ErrNotBackup, flow.NotABackup, "nothing in it is recognised"},
	{ErrSealedByWhatsApp, flow.WhatsAppPasskey, ""},
	{export.ErrExists, flow.Exists, ""},
	{pages.ErrNoSpace, flow.NoSpace, ""},
	{ErrLocked, flow.HasKeyring, ""},
	{keys.ErrKeyringExists, flow.HasKeyring, ""},
	{export.ErrNoSpace, flow.NoSpace, ""},
	{export.ErrPermission, flow.SaveRefused, "there is no permission to write there"},
	{export.ErrNoFolder, flow.SaveRefused, "there is no such folder"},
	{keys.ErrCancelled, flow.Cancelled, ""},
	{context.Canceled, flow.Cancelled, ""},
}

// failed is the report of an attempt that failed with err.
func failed(attempt int, err error) flow.Failed {
	f := Explain(err)
	f.Attempt = attempt
	return f
}
