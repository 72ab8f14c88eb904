// Package fido2 reaches security keys through libfido2.
//
// libfido2 waits in poll and gives up when a signal interrupts it, it leaves
// copies of the PIN on the C heap, and a broken key can make it wait for ever.
// So no call into it is ever made by the program itself: each request runs in
// a helper process, which is this same program started with a hidden argument
// that leads to Main. The helper has its own process group, takes one request
// and gives one reply on pipes, and ends. When it ends, what it held of the
// PIN ends with it.
//
// Driver is the side that asks: it implements keys.Finder, and what its Open
// returns implements keys.Authenticator and PINSetter. Main is the side that
// answers; it alone touches github.com/keys-pub/go-libfido2 and, for what that
// does not tell, libfido2 itself.
//
// Built without cgo, every method returns keys.ErrNotSupported.
package fido2
