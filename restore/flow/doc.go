// Package flow is the state machine of what is done with a guide: restoring a
// backup, locking one with passkeys, and keeping its keyring. Step takes a state and
// an event and returns the next state and the effects to carry out. It knows
// the standard library only, does no I/O, has no clock and holds no secret.
package flow
