package keys

import (
	"errors"
	"fmt"
	"time"
)

// MethodKind says by what a method opens a keyring.
type MethodKind string

// The kinds of method, in the words of the keyring.
const (
	MethodPasskey   MethodKind = "passkey"
	MethodPassword  MethodKind = "password"
	MethodRecipient MethodKind = "recipient" // an age recipient whose identity is kept elsewhere
)

// Method is what is known of one way into a keyring without opening it.
type Method struct {
	ID        string // short, of lower-case letters and digits; unique in its keyring
	Kind      MethodKind
	Label     string // as its owner named it: hostile text, shown through display.Text
	Created   time.Time
	Tested    time.Time // when it last was seen to open the keyring; zero where that is not known
	Recipient string    // age1pq1…
	Passkey   *Passkey  // for a passkey: which one, and where to ask it
}

// Credential is what a person brings to open a method: ByPasskey, ByPassword
// or ByIdentity.
type Credential interface {
	kind() MethodKind
}

// ErrNoMethods is returned where a keyring would be left that nothing opens.
var ErrNoMethods = errors.New("a keyring needs at least one method that opens it")

// Errors of opening and editing a keyring. Those of an authenticator pass
// through as they are.
var (
	// ErrNoSuchMethod: the keyring has no method of that ID or label.
	ErrNoSuchMethod = errors.New("the keyring has no such method")
	// ErrAmbiguous: several methods have that label.
	ErrAmbiguous = errors.New("several methods have that label; name one by its ID")
	// ErrNotRegistered: the passkey answered, but not with what opens the
	// method. It is another passkey, or one that was not verified.
	ErrNotRegistered = errors.New("this passkey does not open it")
	// ErrWrongPassword: the password does not open the method.
	ErrWrongPassword = errors.New("the password does not open it")
	// ErrWrongIdentity: the age identity is not that of the recipient.
	ErrWrongIdentity = errors.New("the age identity does not open it")
	// ErrWrongCredential: a password was brought for a passkey, or the like.
	ErrWrongCredential = errors.New("this method is opened by something else")
	// ErrMAC: the method opened, and the keyring was changed by someone who
	// does not have the backup key.
	ErrMAC = errors.New("the keyring was altered by someone without the backup key")
	// ErrLocked: an edit needs the backup key, which Unlock or Create brings.
	ErrLocked = errors.New("the keyring is locked")
	// ErrClassicRecipient: an age1… recipient of the old kind, which age does
	// not mix with post-quantum ones.
	ErrClassicRecipient = errors.New("only post-quantum age recipients (age1pq1…) can be added")
	// ErrAlreadyAdded: the same passkey or recipient is in the keyring.
	ErrAlreadyAdded = errors.New("the keyring has this one already")
	// ErrUnstablePasskey: the second ceremony did not open what the first had
	// locked, so nothing was added.
	ErrUnstablePasskey = errors.New("the passkey did not answer the same twice, so it can't be relied on")
	// ErrLabel: too long, empty, or not valid text.
	ErrLabel = errors.New("a label is 1 to 200 characters of text")
	// ErrEmptyPassword says it.
	ErrEmptyPassword = errors.New("the password is empty")
	// ErrTooMany: MaxMethods are there.
	ErrTooMany = errors.New("the keyring has as many methods as it can hold")
)

// RemovalNotice is what to tell whoever removes a method.
const RemovalNotice = "Copies of the keyring made before this still open with the removed method. " +
	"If it may be in wrong hands, turn the backup's encryption off and on again on the phone: that makes a new backup key."

// MethodError says which method did not open, and why.
type MethodError struct {
	Method Method
	Err    error
}

func (e *MethodError) Error() string {
	return fmt.Sprintf("%s %q: %v", e.Method.Kind, e.Method.Label, e.Err)
}

// Unwrap returns the reason.
func (e *MethodError) Unwrap() error { return e.Err }

// NoMethodError is returned by UnlockAny where no method opened. It carries
// every attempt.
type NoMethodError struct{ Attempts []*MethodError }

func (e *NoMethodError) Error() string {
	switch len(e.Attempts) {
	case 0:
		return "the keyring has no method of that kind"
	case 1:
		return e.Attempts[0].Error()
	}
	return fmt.Sprintf("none of %d methods opened; the last one: %v", len(e.Attempts), e.Attempts[len(e.Attempts)-1])
}

// Unwrap returns the attempts.
func (e *NoMethodError) Unwrap() []error {
	errs := make([]error, len(e.Attempts))
	for i, a := range e.Attempts {
		errs[i] = a
	}
	return errs
}

// FormatError says that a file is no keyring, or a damaged one.
type FormatError struct {
	Where  string // "methods[2].recipient"; "" for the file as a whole
	Reason string
}

func (e *FormatError) Error() string {
	if e.Where == "" {
		return "not a keyring that can be read: " + e.Reason
	}
	return "not a keyring that can be read: " + e.Where + ": " + e.Reason
}

func formatError(where, reason string, args ...any) error {
	return &FormatError{Where: where, Reason: fmt.Sprintf(reason, args...)}
}

// VersionError says that a keyring is of a version this program does not know.
type VersionError struct{ Version int64 }

func (e *VersionError) Error() string {
	return fmt.Sprintf("the keyring is of version %d; this program reads version %d", e.Version, keyringVersion)
}
