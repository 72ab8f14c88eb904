package guide

import (
	"math"
	"unicode"
)

// Guesses is how many passwords a second somebody with a room full of computers
// tries against a keyring. Each costs 256 MiB and about a second of one core
// (scrypt with age's work factor of 18), so that ten thousand cores it takes.
const Guesses = 10_000

// Bits of what people choose passwords from.
const (
	wordBits   = 13 // a word, of 8,000 that people think of
	letterBits = 4.7
	digitBits  = 3.3
	yearBits   = 7
	signBits   = 5
	moreBits   = 0.5 // one more of the same, or the next one on the keyboard or in the alphabet
)

// Strength estimates a password in bits, from below: letters in a row are taken
// for a word, digits for a year or a sequence, as whoever guesses does. It is an
// estimate, and to be called one.
func Strength(password []byte) int {
	text := []rune(string(password))
	defer clear(text)
	bits := 0.0
	for i := 0; i < len(text); {
		n := 1
		for i+n < len(text) && class(text[i+n]) == class(text[i]) {
			n++
		}
		bits += run(text[i : i+n])
		i += n
	}
	return int(bits)
}

// class groups what is guessed together.
func class(r rune) int {
	switch {
	case unicode.IsLetter(r):
		return 1
	case unicode.IsDigit(r):
		return 2
	case unicode.IsSpace(r):
		return 3
	}
	return 4
}

// run is what characters of one class in a row are worth.
func run(r []rune) float64 {
	each := map[int]float64{1: letterBits, 2: digitBits, 3: moreBits, 4: signBits}[class(r[0])]
	bits := each
	for i := 1; i < len(r); i++ {
		if step := r[i] - r[i-1]; step >= -1 && step <= 1 {
			bits += moreBits
		} else {
			bits += each
		}
	}
	switch {
	case class(r[0]) == 1 && len(r) >= 3:
		bits = min(bits, wordBits)
		for _, c := range r[1:] {
			if unicode.IsUpper(c) {
				bits++ // a capital where no sentence begins
				break
			}
		}
	case class(r[0]) == 2 && len(r) == 4 && (r[0] == '1' && r[1] == '9' || r[0] == '2' && r[1] == '0'):
		bits = min(bits, yearBits)
	}
	return bits
}

// Years is how long guessing a password of so many bits takes, on average.
func Years(bits int) float64 {
	const year = 365.25 * 24 * 3600
	return math.Exp2(float64(bits)-1) / Guesses / year
}
