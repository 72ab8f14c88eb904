package prf

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"filippo.io/age/plugin"
	"pgregory.net/rapid"
)

// Identity strings made by npm age-encryption 0.3.1 (createCredential).
const (
	npmIdentity = "AGE-PLUGIN-FIDO2PRF-1Q9VZQQQPQGPSGPGXQUYQJZSTPSXSURCSZYFPX9Q4ZCT3SXG6RVWP68SLD9KX7CMPD35X7UM5SF3H2UMZVDHXVCC6CC28E"
	// That of a real security key, from the package's README.
	npmReadme = "AGE-PLUGIN-FIDO2PRF-1Q9VGPY2E7S5FJJS3N7P03TZMMEJ94S6HYLDJLU8WVX2HP8SXQUGJUZ68LN6GP705662VS06UEX5J42W80NZT8Y2DQ8GTDN50VGATCNYLJ4HY2W5J67KYCTM858UFDCNUUDZ6U28WEMUKGVG9RNELRJDH8NFEP999Z8XFSS8XLS448A3TSQKWG9DMPL8ZCRRA02KSUC2UXTYDFNVYAE5KCMMRV9KXSMMNWJQKXATNVGTXV35G"
	npmSmall  = "AGE-PLUGIN-FIDO2PRF-1Q9Q656M90PSK6URVV5HX7UN8SQ7NWY2D"
)

func TestIdentityStringsOfNpm(t *testing.T) {
	counting, _ := hex.DecodeString("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
	for _, tc := range []struct {
		text string
		want Credential
	}{
		{npmIdentity, Credential{counting, "localhost", []string{"usb", "nfc"}}},
		{npmSmall, Credential{[]byte{0xaa}, "example.org", nil}},
	} {
		got, err := ParseCredential(tc.text)
		if err != nil {
			t.Fatal(err)
		}
		if !same(got, tc.want) {
			t.Errorf("got %+v, want %+v", got, tc.want)
		}
		if text, err := tc.want.Encode(); err != nil || text != tc.text {
			t.Errorf("encoded as %q, %v", text, err)
		}
	}
}

func TestIdentityStringOfARealKey(t *testing.T) {
	c, err := ParseCredential(npmReadme)
	if err != nil || c.RPID != "localhost" || !slices.Equal(c.Transports, []string{"usb"}) || len(c.ID) != 128 {
		t.Errorf("%+v, an ID of %d bytes, %v", c, len(c.ID), err)
	}
}

func same(a, b Credential) bool {
	return bytes.Equal(a.ID, b.ID) && a.RPID == b.RPID && slices.Equal(a.Transports, b.Transports)
}

func TestCredentialRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Credential{
			ID:         rapid.SliceOfN(rapid.Byte(), 1, maxCredentialID).Draw(t, "id"),
			RPID:       rapid.StringN(1, -1, maxRPID).Draw(t, "rp"),
			Transports: rapid.SliceOfN(rapid.StringN(1, -1, maxTransport), 0, maxTransports).Draw(t, "transports"),
		}
		text, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(text, "AGE-PLUGIN-FIDO2PRF-1") || text != strings.ToUpper(text) {
			t.Fatalf("an identity string of the wrong form: %s", text)
		}
		got, err := ParseCredential(text)
		if err != nil || !same(got, c) {
			t.Fatalf("got %+v, %v", got, err)
		}
	})
}

func TestMalformedIdentities(t *testing.T) {
	long := strings.Repeat("x", 400)
	encode := func(payload string) string {
		b, err := hex.DecodeString(strings.ReplaceAll(payload, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		return plugin.EncodeIdentity("fido2prf", b)
	}
	for name, text := range map[string]string{
		"empty":                 "",
		"lower case":            strings.ToLower(npmIdentity),
		"another plugin":        plugin.EncodeIdentity("yubikey", []byte{1, 0x41, 0xaa, 0x61, 'x', 0x80}),
		"a recipient":           plugin.EncodeRecipient("fido2prf", []byte{1, 0x41, 0xaa, 0x61, 'x', 0x80}),
		"checksum":              npmIdentity[:len(npmIdentity)-1] + "Q",
		"space after":           npmIdentity + " ",
		"far too long":          npmIdentity + strings.Repeat("Q", maxIdentityText),
		"no payload":            encode(""),
		"version 2":             encode("02 41aa 6178 80"),
		"version as text":       encode("6131 41aa 6178 80"),
		"version alone":         encode("01"),
		"no transports":         encode("01 41aa 6178"),
		"trailing byte":         encode("01 41aa 6178 80 00"),
		"text as ID":            encode("01 61aa 6178 80"),
		"array as ID":           encode("01 8118aa 6178 80"),
		"bytes as RP":           encode("01 41aa 4178 80"),
		"null as transports":    encode("01 41aa 6178 f6"),
		"number in transports":  encode("01 41aa 6178 8101"),
		"ID cut off":            encode("01 42aa"),
		"empty ID":              encode("01 40 6178 80"),
		"empty RP":              encode("01 41aa 60 80"),
		"broken UTF-8 in RP":    encode("01 41aa 61ff 80"),
		"empty transport":       encode("01 41aa 6178 8160"),
		"long length":           encode("01 5801aa 6178 80"),
		"indefinite ID":         encode("01 5f41aaff 6178 80"),
		"indefinite transports": encode("01 41aa 6178 9fff"),
		"tagged":                encode("01 c241aa 6178 80"),
		"huge claimed length":   encode("01 5b7fffffffffffffff"),
		"huge claimed array":    encode("01 41aa 6178 9b7fffffffffffffff"),
		"RP too long":           encode("01 41aa 790190" + hex.EncodeToString([]byte(long)) + "80"),
	} {
		if c, err := ParseCredential(text); !errors.Is(err, ErrIdentity) {
			t.Errorf("%s: got %+v, %v", name, c, err)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, c := range map[string]Credential{
		"no ID":          {RPID: "localhost"},
		"ID too long":    {ID: make([]byte, maxCredentialID+1), RPID: "localhost"},
		"no RP":          {ID: []byte{1}},
		"RP not UTF-8":   {ID: []byte{1}, RPID: "\xff"},
		"transports":     {ID: []byte{1}, RPID: "x", Transports: make([]string, maxTransports+1)},
		"transport name": {ID: []byte{1}, RPID: "x", Transports: []string{""}},
	} {
		if text, err := c.Encode(); !errors.Is(err, ErrIdentity) {
			t.Errorf("%s: got %q, %v", name, text, err)
		}
	}
}

func FuzzParseCredential(f *testing.F) {
	f.Add(npmIdentity)
	f.Add(npmSmall)
	f.Add(strings.ToLower(npmSmall))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCredential(text)
		if err != nil {
			if !errors.Is(err, ErrIdentity) {
				t.Fatalf("untyped error: %v", err)
			}
			return
		}
		if again, err := c.Encode(); err != nil || again != text {
			t.Fatalf("%q comes back as %q, %v", text, again, err)
		}
	})
}

// FuzzPayload gets past the checksum, which stops a plain fuzzer at the door.
func FuzzPayload(f *testing.F) {
	f.Add([]byte{1, 0x41, 0xaa, 0x61, 'x', 0x80})
	f.Add([]byte{1, 0x41, 0xaa, 0x69, 'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't', 0x81, 0x63, 'u', 's', 'b'})
	f.Fuzz(func(t *testing.T, payload []byte) {
		text := plugin.EncodeIdentity("fido2prf", payload)
		c, err := ParseCredential(text)
		if err != nil {
			return
		}
		if again, err := c.Encode(); err != nil || again != text {
			t.Fatalf("%x comes back as %q, %v", payload, again, err)
		}
	})
}
