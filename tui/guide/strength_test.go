package guide

import "testing"

// What people take for strong and is not comes out weak; several words come out
// strong.
func TestStrength(t *testing.T) {
	for _, tt := range []struct {
		password string
		from, to int
	}{
		{"", 0, 0},
		{"password", 10, 20},
		{"Password1", 12, 20},
		{"aaaaaaaaaaaa", 5, 15},
		{"123456789012", 3, 12},
		{"Summer2024!", 20, 30},
		{"correct horse battery staple", 50, 56},
		{"correct horse battery staple umbrella", 62, 70},
		{"x7#Kq2!vR9@m", 45, 60},
	} {
		if got := Strength([]byte(tt.password)); got < tt.from || got > tt.to {
			t.Errorf("%q: %d bits, not %d to %d", tt.password, got, tt.from, tt.to)
		}
	}
	if y := Years(30); y > 1 {
		t.Errorf("30 bits last %v years", y)
	}
	if y := Years(65); y < 1e6 {
		t.Errorf("65 bits last %v years", y)
	}
}

func FuzzStrength(f *testing.F) {
	f.Add([]byte("correct horse"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n := Strength(b); n < 0 || n > 8*len(b)+16 {
			t.Errorf("%q has %d bits", b, n)
		}
	})
}
