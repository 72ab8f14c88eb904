package browser

import (
	"context"
	"errors"

	"touchback/keys"
)

// Problem is why a ceremony ended without what was wanted, in the words that a
// person reads: the page and the terminal show the same. It is comparable with
// errors.Is, both by itself and as the error of package keys that is nearest.
type Problem struct {
	Title  string // what happened
	Advice string // what to do next

	text string // as an error
	like error  // of package keys
}

func (p *Problem) Error() string { return p.text }

// Is makes a problem the like of an error of package keys.
func (p *Problem) Is(target error) bool { return p.like != nil && target == p.like }

// How a ceremony ends without a result.
var (
	// ErrNoPRF: the passkey, or the browser, has no PRF extension. It is a
	// keys.ErrNoHMACSecret.
	ErrNoPRF = &Problem{
		text: "the passkey has no PRF extension", like: keys.ErrNoHMACSecret,
		Title:  "This passkey can't lock a backup",
		Advice: "It can sign in, but it has no secret to give (the PRF extension is missing). Try another one: a security key, a phone, or a newer browser.",
	}
	// ErrNoUV: the person was not verified by PIN, fingerprint or face, or the
	// authenticator can't do that. It is a keys.ErrUVInvalid.
	ErrNoUV = &Problem{
		text: "the passkey did not verify the person", like: keys.ErrUVInvalid,
		Title:  "You were not verified",
		Advice: "A backup asks for a passkey with a PIN, a fingerprint or a face. Set one up on that device, or use another one.",
	}
	// ErrWrongPasskey: another passkey answered than was asked. It is a
	// keys.ErrNoCredential.
	ErrWrongPasskey = &Problem{
		text: "another passkey answered", like: keys.ErrNoCredential,
		Title:  "This passkey does not open this backup",
		Advice: "Choose the one that is named in the terminal, or another way to open the backup.",
	}
	// ErrDeclined: the browser's NotAllowedError, behind which it hides whether
	// the person declined, waited too long, or has no such passkey. It is a
	// keys.ErrDenied.
	ErrDeclined = &Problem{
		text: "the browser gave no answer: declined, too late, or no such passkey there", like: keys.ErrDenied,
		Title:  "No passkey answered",
		Advice: "It was declined, it took too long, or the passkey is not on this device. Nothing was lost: try again in the terminal, or choose another way.",
	}
	// ErrRefused: the browser failed for another reason. It is a keys.ErrDenied.
	ErrRefused = &Problem{
		text: "the browser could not ask the passkey", like: keys.ErrDenied,
		Title:  "The browser could not ask for a passkey",
		Advice: "Open the address in another browser, or choose another way in the terminal.",
	}
	// ErrForged: what came back is not an answer to what was asked. It is a
	// keys.ErrDenied.
	ErrForged = &Problem{
		text: "the answer does not belong to this ceremony", like: keys.ErrDenied,
		Title:  "The answer could not be trusted",
		Advice: "It was not an answer to what was asked, so it was not used. Try again with extensions of the browser switched off.",
	}
	// ErrAlreadyRegistered: the device has a passkey that the keyring knows. It
	// is a keys.ErrAlreadyAdded.
	ErrAlreadyRegistered = &Problem{
		text: "this device has a passkey for the backup already", like: keys.ErrAlreadyAdded,
		Title:  "This one is added already",
		Advice: "The device holds a passkey for this backup. A second way in should be on another device.",
	}
	// ErrTimeout: nobody answered in time. It is a keys.ErrTimeout.
	ErrTimeout = &Problem{
		text: "nobody answered on the page in time", like: keys.ErrTimeout,
		Title:  "The time is up",
		Advice: "Nobody answered in time. Nothing was lost: try again in the terminal.",
	}
	// ErrPageClosed: the page was closed or lost before it had answered. It is
	// a keys.ErrDenied.
	ErrPageClosed = &Problem{
		text: "the page was closed before it had answered", like: keys.ErrDenied,
		Title:  "The page was closed",
		Advice: "It went away before a passkey had answered. Nothing was lost: try again in the terminal.",
	}
	// ErrCancelled: ended from the terminal. It is a keys.ErrCancelled.
	ErrCancelled = &Problem{
		text: "cancelled", like: keys.ErrCancelled,
		Title:  "Cancelled in the terminal",
		Advice: "Nothing was changed.",
	}
	// ErrOver: the ceremony has ended, or another gesture is under way.
	ErrOver = &Problem{
		text:   "the ceremony is over",
		Title:  "This page has done its work",
		Advice: "Start again in the terminal.",
	}
)

// Errors of misuse, and of opening a browser.
var (
	// ErrRPID: browsers let a page on localhost ask for no other relying party.
	ErrRPID = errors.New("the passkey does not belong to localhost, so no page of this program may ask for it")
	// ErrBusy: a ceremony asks for one gesture at a time.
	ErrBusy = errors.New("the page is asking for something else")
	// ErrNoBrowser: there is no display, or nothing to open an address with.
	ErrNoBrowser = errors.New("no browser can be opened here")
)

// Explain finds the words for any error that a ceremony, or a keyring that used
// one, ended with.
func Explain(err error) *Problem {
	var p *Problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, keys.ErrNotRegistered):
		return ErrWrongPasskey
	case errors.Is(err, keys.ErrUnstablePasskey):
		return &Problem{text: keys.ErrUnstablePasskey.Error(), like: keys.ErrUnstablePasskey,
			Title:  "This passkey can't be relied on",
			Advice: "It did not answer the same twice, so the backup was not locked with it. Update the device or its browser, or use another passkey."}
	case errors.Is(err, keys.ErrAlreadyAdded):
		return ErrAlreadyRegistered
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, keys.ErrTimeout):
		return ErrTimeout
	case errors.Is(err, context.Canceled), errors.Is(err, keys.ErrCancelled):
		return ErrCancelled
	}
	// What went wrong outside may quote a path or a name: the page need not know.
	return &Problem{text: "failed outside the browser", Title: "It did not work out", Advice: "The terminal says why."}
}
