package gcm

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"testing"
)

// seal is the standard library's answer, the one everything is held against.
func seal(t testing.TB, key, iv, plain []byte) []byte {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCMWithNonceSize(block, len(iv))
	if err != nil {
		t.Fatal(err)
	}
	return aead.Seal(nil, iv, plain, nil)
}

// source is a seeded stream of test data.
type source struct {
	*rand.Rand
	chacha *rand.ChaCha8
}

func seeded(seed byte) source {
	c := rand.NewChaCha8([32]byte{seed})
	return source{rand.New(c), c}
}

func (s source) bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = s.chacha.Read(b)
	return b
}

// slowMul multiplies polynomials over GF(2) as integers, then divides by the
// modulus: nothing in common with the code under test.
func slowMul(x, y element) element {
	a, b, product := polynomial(x), polynomial(y), new(big.Int)
	for i := range 128 {
		if b.Bit(i) == 1 {
			product.Xor(product, new(big.Int).Lsh(a, uint(i)))
		}
	}
	modulus := new(big.Int).SetBit(big.NewInt(1+2+4+128), 128, 1)
	for i := product.BitLen() - 1; i >= 128; i = product.BitLen() - 1 {
		product.Xor(product, new(big.Int).Lsh(modulus, uint(i-128)))
	}
	var z element
	for i := range 64 {
		z.hi |= uint64(product.Bit(i)) << (63 - i)
		z.lo |= uint64(product.Bit(64+i)) << (63 - i)
	}
	return z
}

// polynomial has the coefficient of x^i as bit i.
func polynomial(x element) *big.Int {
	p := new(big.Int)
	for i := range 64 {
		p.SetBit(p, i, uint(x.hi>>(63-i)&1))
		p.SetBit(p, 64+i, uint(x.lo>>(63-i)&1))
	}
	return p
}

// slowSeal is SP 800-38D word for word, one block at a time, from J0 on.
func slowSeal(t testing.TB, key []byte, j0 [16]byte, plain []byte) []byte {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	var h, stream [16]byte
	block.Encrypt(h[:], h[:])
	out := make([]byte, len(plain), len(plain)+16)
	var y element
	for counter, i := j0, 0; i < len(plain); i += 16 {
		binary.BigEndian.PutUint32(counter[12:], binary.BigEndian.Uint32(counter[12:])+1)
		block.Encrypt(stream[:], counter[:])
		var padded [16]byte
		for k := i; k < min(i+16, len(plain)); k++ {
			out[k] = plain[k] ^ stream[k-i]
			padded[k-i] = out[k]
		}
		y = slowMul(y.add(elementFrom(padded[:])), elementFrom(h[:]))
	}
	y = slowMul(y.add(element{lo: uint64(len(plain)) * 8}), elementFrom(h[:]))
	block.Encrypt(stream[:], j0[:])
	tag := y.add(elementFrom(stream[:])).bytes()
	return append(out, tag[:]...)
}

// ivFor finds the 16-byte IV under which J0 is what is asked for, by solving
// J0 = ((IV·H) ^ 128)·H. It lets the standard library meet the counter's wrap.
func ivFor(t testing.TB, key []byte, j0 [16]byte) []byte {
	t.Helper()
	m, err := newModeAt(key, j0)
	if err != nil {
		t.Fatal(err)
	}
	// Every element but zero has order 2^128 - 1, so h^(2^128-2) is 1/h.
	inverse, square := one, m.h
	for range 127 {
		square = square.mul(square)
		inverse = inverse.mul(square)
	}
	iv := elementFrom(j0[:]).mul(inverse).add(element{lo: 128}).mul(inverse).bytes()
	return iv[:]
}
