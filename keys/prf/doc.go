// Package prf wraps age file keys to a passkey: the "fido2prf" recipient and
// identity of the age format, and the identity strings that name a credential.
//
// It does the arithmetic only. Who asks the authenticator is the caller's
// choice, by the Evaluate function, so the same stanza can be opened over USB,
// in a browser or by a software key. It knows nothing of keyrings or devices
// and may be imported by any package under keys.
//
// The stanza was specified with the npm package age-encryption (webauthn.js)
// and the plugin age-plugin-fido2prf; both open what this package writes.
package prf
