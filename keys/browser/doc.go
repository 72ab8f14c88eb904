// Package browser asks passkeys that only a browser reaches: Touch ID, Windows
// Hello, a phone by its QR code, password managers, and security keys too.
//
// A Ceremony is one page on http://localhost and what is asked through it: one
// gesture to open a backup, three to lock one (create, wrap, prove). It serves
// any transport: Server listens on loopback, and takes connections that arrive
// otherwise, inside an SSH session say.
//
// Any local program can reach a page on localhost, so the page's requests carry
// a token that only its address holds, and are answered to pages of the same
// origin alone. A program that has the token could at worst answer with a
// passkey of its own while one is made; hence the token stays out of request
// lines, argument lists and logs.
//
// It knows packages keys and prf. Who opens a keyring with a Ceremony is up to
// the caller, to whom it is a keys.Evaluator.
package browser
