package gcm

import "testing"

func TestMulAgreesWithPolynomials(t *testing.T) {
	r := seeded(1)
	edges := []element{{}, one, {lo: 1}, {hi: ^uint64(0), lo: ^uint64(0)}, {hi: 1}, {lo: 1 << 63}}
	for range 300 {
		edges = append(edges, element{r.Uint64(), r.Uint64()})
	}
	for i, x := range edges {
		y := edges[(i*7+3)%len(edges)]
		if got, want := x.mul(y), slowMul(x, y); got != want {
			t.Fatalf("%x · %x = %x, want %x", x, y, got, want)
		}
		if x.mul(one) != x || one.mul(x) != x {
			t.Fatalf("%x · 1 is not itself", x)
		}
	}
}

func TestPow(t *testing.T) {
	r := seeded(2)
	x := element{r.Uint64(), r.Uint64()}
	want := one
	for n := range uint64(70) {
		if got := x.pow(n); got != want {
			t.Fatalf("x^%d = %x, want %x", n, got, want)
		}
		want = want.mul(x)
	}
}

func TestElementBytes(t *testing.T) {
	x := element{0x0102030405060708, 0x090a0b0c0d0e0f10}
	b := x.bytes()
	if b[0] != 1 || b[15] != 16 || elementFrom(b[:]) != x {
		t.Fatalf("%x became %x", x, b)
	}
}
