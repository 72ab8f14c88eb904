package keys

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// realFile reads one of the real key files that are kept beside the module.
func realFile(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	b, err := os.ReadFile(filepath.Join(dir, "..", "shared", "data", "whatsapp", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("the real %s is not beside the module (../shared/data/whatsapp)", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRealKeyFiles(t *testing.T) {
	root, err := ParseKeyFile(realFile(t, "encrypted_backup.key"))
	if err != nil {
		t.Fatal(err)
	}
	if root.Kind() != KindRootKey || rootBytes(t, root) != testDigits {
		t.Error("encrypted_backup.key gives another key")
	}
	b := realFile(t, "key")
	file, err := ParseKeyFile(b)
	if err != nil {
		t.Fatal(err)
	}
	info := file.Info()
	if file.Kind() != KindFileKey || info.CipherVersion != [2]byte{0, 1} || info.KeyVersion != 2 ||
		rootBytes(t, file) != hex.EncodeToString(b[126:]) ||
		!bytes.Equal(info.ServerSalt[:], b[30:62]) || !bytes.Equal(info.GoogleID[:], b[62:78]) {
		t.Errorf("key is read as %v, %+v", file, info)
	}
	if again, err := file.encode(); err != nil || !bytes.Equal(again, b) {
		t.Errorf("key is not written as it was: %x, %v", again, err)
	}
}

func javaBytes(body []byte) []byte {
	n := len(body)
	b := append(bytes.Clone(javaByteArray), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	return append(b, body...)
}

// madeFileKey is a whole file "key", for machines without a real one.
func madeFileKey(t testing.TB) []byte {
	t.Helper()
	info := FileKeyInfo{CipherVersion: [2]byte{0, 1}, KeyVersion: 3}
	copy(info.ServerSalt[:], "a server salt of thirty-two byte")
	copy(info.GoogleID[:], "a google id salt")
	k, err := NewFileKey(info, bytes.Repeat([]byte{0x5a}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	b, err := k.encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseKeyFile(t *testing.T) {
	raw, _ := hex.DecodeString(testDigits)
	file := madeFileKey(t)
	if len(file) != 158 {
		t.Fatalf("a file key has %d bytes, not 158", len(file))
	}
	for _, tc := range []struct {
		name string
		b    []byte
		kind KeyKind
	}{
		{"encrypted_backup.key", javaBytes(raw), KindRootKey},
		{"key", file, KindFileKey},
		{"text", []byte(testDigits + "\n"), KindRootKey},
		{"text with a byte order mark", []byte("\ufeff" + testGroups + "\r\n"), KindRootKey},
		{"raw bytes", raw, KindRootKey},
	} {
		given := bytes.Clone(tc.b)
		k, err := ParseKeyFile(tc.b)
		if err != nil || k.Kind() != tc.kind {
			t.Errorf("%s: %v, %v", tc.name, k, err)
			continue
		}
		if !bytes.Equal(given, tc.b) {
			t.Errorf("%s: the caller's bytes were touched", tc.name)
		}
		if tc.kind == KindRootKey && rootBytes(t, k) != testDigits {
			t.Errorf("%s: another key", tc.name)
		}
	}
}

func TestParseKeyFileRefuses(t *testing.T) {
	file := madeFileKey(t)
	changed := func(at int) []byte {
		b := bytes.Clone(file)
		b[at] ^= 1
		return b
	}
	// As Java writes password_data.key: an int, two byte arrays of 64 (the
	// second refers to the class of the first), an int.
	passwordData := append([]byte("\xac\xed\x00\x05\x77\x04\x00\x00\x00\x01"), javaByteArray[4:]...)
	passwordData = append(passwordData, 0, 0, 0, 64)
	passwordData = append(passwordData, make([]byte, 64)...)
	passwordData = append(passwordData, "\x75\x71\x00\x7e\x00\x00\x00\x00\x00\x40"...)
	passwordData = append(passwordData, make([]byte, 64)...)
	passwordData = append(passwordData, "\x77\x04\x00\x01\x86\xa0"...)
	for _, tc := range []struct {
		name string
		b    []byte
		want error
	}{
		{"password_data.key", passwordData, ErrPasswordData},
		{"its hash alone", javaBytes(make([]byte, 64)), ErrPasswordData},
		{"Java, nothing more", javaByteArray[:4], ErrKeyFile},
		{"Java, another class", []byte("\xac\xed\x00\x05sr\x00\x10java.lang.String"), ErrKeyFile},
		{"Java, cut before the length", javaByteArray, ErrKeyFile},
		{"Java, cut off", javaBytes(make([]byte, 32))[:50], ErrKeyFile},
		{"Java, something after", append(javaBytes(make([]byte, 32)), 0), ErrKeyFile},
		{"Java, length of the world", append(bytes.Clone(javaByteArray), 0xff, 0xff, 0xff, 0xff), ErrKeyFile},
		{"Java, 31 bytes", javaBytes(make([]byte, 31)), ErrKeyFile},
		{"google ID altered", changed(62), ErrKeyFile},
		{"its hash altered", changed(90), ErrKeyFile},
		{"IV altered", changed(125), ErrKeyFile},
		{"31 raw bytes", bytes.Repeat([]byte{0xff}, 31), ErrKeyFile},
		{"33 raw bytes", bytes.Repeat([]byte{0xff}, 33), ErrKeyFile},
		{"a backup", append([]byte{0x81, 0x01, 0x08, 0x01}, make([]byte, 4000)...), ErrKeyFile},
		{"too large", bytes.Repeat([]byte("a"), MaxKeyFile+1), ErrKeyFile},
	} {
		if k, err := ParseKeyFile(tc.b); k != nil || !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, %v", tc.name, k, err)
		}
	}
	for name, text := range map[string]string{"empty": "", "32 letters": testDigits[:32], "a keyring": `{"version": 1}`} {
		var de *DigitsError
		if _, err := ParseKeyFile([]byte(text)); !errors.As(err, &de) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadKeyFile(t *testing.T) {
	if k, err := ReadKeyFile(strings.NewReader(testGroups)); err != nil || rootBytes(t, k) != testDigits {
		t.Errorf("%v, %v", k, err)
	}
	boom := errors.New("boom")
	if _, err := ReadKeyFile(iotest.ErrReader(boom)); !errors.Is(err, boom) {
		t.Errorf("%v", err)
	}
	endless := &countingReader{}
	if _, err := ReadKeyFile(endless); !errors.Is(err, ErrKeyFile) || endless.n > 2*MaxKeyFile {
		t.Errorf("%v after %d bytes", err, endless.n)
	}
}

// countingReader never ends.
type countingReader struct{ n int }

func (r *countingReader) Read(b []byte) (int, error) {
	r.n += len(b)
	return len(b), nil
}

var _ io.Reader = (*countingReader)(nil)

func FuzzParseKeyFile(f *testing.F) {
	f.Add([]byte(testGroups))
	f.Add(madeFileKey(f))
	f.Add(javaBytes(make([]byte, 32)))
	f.Add([]byte("\xac\xed\x00\x05\x77\x04\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := ParseKeyFile(b)
		if err != nil {
			var de *DigitsError
			if k != nil || (!errors.Is(err, ErrKeyFile) && !errors.Is(err, ErrPasswordData) && !errors.As(err, &de)) {
				t.Fatalf("%v, %v", k, err)
			}
			return
		}
		out, err := k.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeKey(k.Kind(), out)
		if err != nil || !again.Equal(k) {
			t.Fatalf("%v does not come back: %v", k, err)
		}
		if k.Kind() == KindFileKey {
			if sum := sha256.Sum256(again.info.GoogleID[:]); !bytes.Contains(b, sum[:]) || !bytes.Equal(out, b) {
				t.Fatal("a file key is not written as it was read")
			}
		}
	})
}
