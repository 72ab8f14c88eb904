//go:build cgo && linux

package fido2

import (
	"os"
	"testing"

	"touchback/keys"
	"touchback/keys/soft"
)

// What a process of its own costs: the same requests through the helper and
// libfido2, and to the software key directly.
func BenchmarkInfo(b *testing.B)     { benchmark(b, benchInfo) }
func BenchmarkEvaluate(b *testing.B) { benchmark(b, benchEvaluate) }

func benchmark(b *testing.B, f func(b *testing.B, a keys.Authenticator, p keys.Passkey)) {
	k := soft.New([32]byte{1}, soft.Options{})
	k.SetTouch(soft.TouchAlways())
	port, err := k.Attach(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	direct := k.Authenticator()
	if err := direct.SetPIN(b.Context(), secret(pin)); err != nil {
		b.Fatal(err)
	}
	p, err := direct.Create(b.Context(), "localhost", "Ana", secret(pin), keys.Prompts{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("helper", func(b *testing.B) { f(b, New(os.Args[0], argHelper).Open(port.Path()), p) })
	b.Run("direct", func(b *testing.B) { f(b, direct, p) })
}

func benchInfo(b *testing.B, a keys.Authenticator, _ keys.Passkey) {
	for b.Loop() {
		if _, err := a.Info(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func benchEvaluate(b *testing.B, a keys.Authenticator, p keys.Passkey) {
	for b.Loop() {
		if _, err := a.Evaluate(b.Context(), p, testInputs, secret(pin), keys.Prompts{}); err != nil {
			b.Fatal(err)
		}
	}
}
