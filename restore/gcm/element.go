package gcm

import "encoding/binary"

// element is a member of GF(2^128) in the bit order of SP 800-38D §6.3: the
// most significant bit of hi is the coefficient of x^0. Addition is XOR.
type element struct{ hi, lo uint64 }

// one is the multiplicative identity.
var one = element{hi: 1 << 63}

// reduction is what x^128 becomes: 1 + x + x^2 + x^7.
const reduction = 0xe1 << 56

func elementFrom(b []byte) element {
	return element{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

func (x element) bytes() (b [BlockSize]byte) {
	binary.BigEndian.PutUint64(b[:], x.hi)
	binary.BigEndian.PutUint64(b[8:], x.lo)
	return b
}

func (x element) add(y element) element { return element{x.hi ^ y.hi, x.lo ^ y.lo} }

// mul multiplies without branches or table look-ups, since one factor is
// derived from the key. It is slow, and called a few times for each chunk.
func (x element) mul(y element) (z element) {
	for _, word := range [2]uint64{x.hi, x.lo} {
		for i := 63; i >= 0; i-- {
			bit := -(word >> i & 1)
			z.hi ^= y.hi & bit
			z.lo ^= y.lo & bit

			carry := -(y.lo & 1)
			y.hi, y.lo = y.hi>>1^reduction&carry, y.lo>>1|y.hi<<63
		}
	}
	return z
}

// pow is x^n by squaring; n, a length, is public.
func (x element) pow(n uint64) element {
	z := one
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			z = z.mul(x)
		}
		x = x.mul(x)
	}
	return z
}
