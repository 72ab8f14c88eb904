package whatsapp

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"math/rand/v2"
	"testing"

	"touchback/restore/whatsapp/wire"
)

var testRoot = bytes.Repeat([]byte{7}, keySize)

// testSpec is a header like those seen with the given length; 0 takes any.
func testSpec(size int) HeaderSpec {
	key, passkey := wire.KeyType_E2EE_ENCRYPTION_KEY, wire.KeyType_E2EE_PASSKEY
	rnd := rand.NewChaCha8([32]byte{1})
	s := HeaderSpec{
		AppVersion: "2.26.21.5", JIDSuffix: "67", Size: size,
		Filler: func(b []byte) { _, _ = rnd.Read(b) },
	}
	copy(s.IV[:], "0123456789abcdef")
	switch size {
	case 100:
		s.KeyType = &key
	case 129:
		s.Msgstore = true
	case 188:
		s.KeyType, s.Msgstore, s.DeviceModel = &key, true, "Pixel 9"
	case 513:
		s.KeyType, s.Msgstore, s.Passkey, s.DeviceModel = &passkey, true, true, "Pixel 9"
	}
	return s
}

func buildHeader(t testing.TB, size int) *wire.BackupPrefix {
	t.Helper()
	h, err := testSpec(size).Build()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func writeBackup(t testing.TB, header *wire.BackupPrefix, payload []byte, o WriterOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, testRoot, header, o)
	if err != nil {
		t.Fatal(err)
	}
	// Several writes, so that the container does not depend on one.
	for len(payload) > 0 {
		n := min(len(payload), 1000)
		if _, err := w.Write(payload[:n]); err != nil {
			t.Fatal(err)
		}
		payload = payload[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The container as the standard library sees it.
func TestWriterAgainstStandardLibrary(t *testing.T) {
	for _, size := range []int{100, 129, 188, 513} {
		for _, noMD5 := range []bool{false, true} {
			payload := bytes.Repeat([]byte("payload "), 300)
			file := writeBackup(t, buildHeader(t, size), payload, WriterOptions{NoMD5: noMD5})
			c := openBytes(t, file)
			if c.HeaderBytes != size {
				t.Errorf("header of %d bytes, want %d", c.HeaderBytes, size)
			}
			if !noMD5 {
				body := file[:len(file)-md5Size]
				if sum := md5.Sum(body); !bytes.Equal(sum[:], file[len(body):]) {
					t.Errorf("header %d: the MD5 is not over all before it", size)
				}
				file = body
			}
			block, err := aes.NewCipher(deriveCrypt15(testRoot))
			if err != nil {
				t.Fatal(err)
			}
			aead, err := cipher.NewGCMWithNonceSize(block, ivSize)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := aead.Open(nil, c.IV[:], file[len(c.Raw):], nil)
			if err != nil || !bytes.Equal(plain, payload) {
				t.Errorf("header %d, no MD5 %v: %v", size, noMD5, err)
			}
		}
	}
}

func TestHeaderSpecTooSmall(t *testing.T) {
	s := testSpec(513)
	s.Size = 200
	if _, err := s.Build(); err == nil {
		t.Error("a passkey header in 200 bytes")
	}
}

func TestNewWriterRefuses(t *testing.T) {
	good := buildHeader(t, 129)
	for _, tt := range []struct {
		name   string
		root   []byte
		header *wire.BackupPrefix
		o      WriterOptions
	}{
		{"short root", testRoot[:31], good, WriterOptions{}},
		{"no IV", testRoot, &wire.BackupPrefix{}, WriterOptions{}},
		{"level", testRoot, good, WriterOptions{Level: 10}},
	} {
		if _, err := NewWriter(new(bytes.Buffer), tt.root, tt.header, tt.o); err == nil {
			t.Errorf("%s: no error", tt.name)
		}
	}
}
