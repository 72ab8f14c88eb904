package guide

import "strings"

// Limits of what is typed.
const (
	MinPIN      = 4    // code points (CTAP 2.1 §6.5.1)
	MaxPIN      = 63   // bytes (CTAP 2.1 §6.5.1)
	MaxPassword = 1024 // bytes
	MaxLabel    = 200  // characters (keys.ErrLabel)
)

// FewTries is the PIN tries left at which a PIN is only sent on a second word.
const FewTries = 2

// OneTimeCode is the least length of what a security key types when it is
// touched and nobody asked: 44 characters of modhex, 32 without a public
// identity.
const OneTimeCode = 32

// IsModhex reports whether a security key writes one-time codes with r.
func IsModhex(r rune) bool {
	return r > 0 && r < 0x80 && strings.IndexByte("cbdefghijklnrtuv", byte(r)) >= 0
}

// ModhexTail is how many of the last characters are modhex.
func ModhexTail(b []byte) int {
	n := 0
	for n < len(b) && IsModhex(rune(b[len(b)-1-n])) {
		n++
	}
	return n
}
