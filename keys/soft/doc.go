// Package soft is a security key made of software: a CTAP 2.1 authenticator
// for tests, for the demo and for anyone who wants to try the program without
// a key in hand. It is not a place for real keys: whoever has its seed has
// every secret it will ever hold.
//
// It is built in layers, each of which can be used without the next:
//
//   - Key answers CTAP commands (§6 of the CTAP 2.1 specification) and waits
//     for touches; it does no I/O;
//   - CTAPHID framing (§11.2) carries commands in 64-byte reports;
//   - Attach puts the reports on a pseudo terminal, whose path libfido2 opens
//     as it would open /dev/hidraw0 (Linux);
//   - Authenticator serves keys.Authenticator without any transport, where
//     libfido2 is missing or takes no pseudo terminal.
//
// A person, or a test, holds the key in their hand through Touch, SetTouch,
// Unplug and Plug.
package soft
