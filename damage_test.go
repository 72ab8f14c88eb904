package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"touchback/fixtures"
	"touchback/restore/run"
	"touchback/restore/whatsapp"
)

// sealed is a backup to damage, with what opens it.
type sealed struct {
	name    string
	file    []byte
	keyFile string
}

// toDamage are backups with every header length, with and without MD5, and the
// ones that WhatsApp wrote where they are there.
func toDamage(t *testing.T) []sealed {
	t.Helper()
	root := sha256.Sum256([]byte("a key for damaged backups"))
	db := filepath.Join(t.TempDir(), "msgstore.db")
	if _, err := fixtures.Generate(t.Context(), db, fixtures.Options{Messages: 2000, Chats: 10, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	plain, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	var list []sealed
	for i, size := range fixtures.HeaderSizes() {
		for _, md5 := range []bool{true, false} {
			o := fixtures.Crypt15Options{HeaderBytes: size, MD5: md5, Level: 6}
			o.IV = [16]byte{byte(i), 1}
			var b bytes.Buffer
			if err := fixtures.WriteCrypt15(&b, bytes.NewReader(plain), root[:], o); err != nil {
				t.Fatal(err)
			}
			list = append(list, sealed{fmt.Sprintf("header %d, md5 %v", size, md5), b.Bytes(), digitsFile(t, root[:])})
		}
	}
	if dir := realBackup(); dir != "" {
		for name, key := range map[string]string{"msgstore.db.crypt15": "encrypted_backup.key", "msgstore.db.crypt14": "key"} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, sealed{name, b, filepath.Join(dir, key)})
		}
	} else {
		t.Log("SKIPPED IN PART: the backup of WhatsApp is not beside the project")
	}
	return list
}

// streamed writes the payload of a file to a pipe, so to speak, and returns it
// with the exit code. Where that is not 0, nothing may have come out.
func streamed(t *testing.T, file []byte, keyFile string) ([]byte, int) {
	t.Helper()
	in := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	_, err := run.Write(context.Background(), in, "", run.Access{KeyFile: keyFile}, run.Output{Format: run.Payload, To: &out})
	code := exitCode(err)
	if code != 0 && out.Len() > 0 {
		t.Errorf("exit code %d after %d bytes came out", code, out.Len())
	}
	return out.Bytes(), code
}

// decrypted writes the payload of a file to another and returns it with the exit
// code. Where that is not 0, nothing may be left in the folder.
func decrypted(t *testing.T, file []byte, keyFile string) ([]byte, int) {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(out, "payload")
	_, err := run.Write(context.Background(), in, "", run.Access{KeyFile: keyFile}, run.Output{Format: run.Payload, Path: to})
	code := exitCode(err)
	if code != 0 {
		if left, _ := os.ReadDir(out); len(left) > 0 {
			t.Errorf("exit code %d and %v left behind", code, left)
		}
		return nil, code
	}
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return b, 0
}

// TestOneBit flips single bits all over backups. What takes part in decryption
// is refused; labels and the MD5, which nothing authenticates, change nothing.
func TestOneBit(t *testing.T) {
	for _, s := range toDamage(t) {
		t.Run(s.name, func(t *testing.T) {
			good, code := decrypted(t, s.file, s.keyFile)
			if code != 0 {
				t.Fatalf("untouched: exit code %d", code)
			}
			c, err := whatsapp.Open(bytes.NewReader(s.file), int64(len(s.file)))
			if err != nil {
				t.Fatal(err)
			}
			head := len(c.Raw)
			iv := bytes.Index(c.Raw, c.IV[:])
			rng := rand.New(rand.NewPCG(1, uint64(head)))
			try := func(at, bit int, refused ...int) {
				t.Helper()
				b := bytes.Clone(s.file)
				b[at] ^= 1 << bit
				open := decrypted
				if at < head { // most of it are labels, and syncing a file for each takes its time
					open = streamed
				}
				got, code := open(t, b, s.keyFile)
				if code == 0 && !bytes.Equal(got, good) {
					t.Fatalf("byte %d, bit %d: another payload came out", at, bit)
				}
				for _, r := range refused {
					if code == r {
						return
					}
				}
				t.Errorf("byte %d, bit %d: exit code %d, want one of %v", at, bit, code, refused)
			}
			for at := range head {
				if at >= iv && at < iv+len(c.IV) {
					try(at, at%8, 3, 4)
				} else {
					try(at, at%8, 0, 3, 4, 5)
				}
			}
			for range 24 {
				try(head+rng.IntN(len(s.file)-head-64), rng.IntN(8), 3, 4)
			}
			trailer := trailerBytes(s)
			for i := range 16 { // the tag
				try(len(s.file)-trailer-16+i, i%8, 3, 4)
			}
			for i := range trailer { // the MD5, and what stands beside it
				try(len(s.file)-trailer+i, i%8, 0)
			}
		})
	}
}

// trailerBytes is how many bytes follow the tag.
func trailerBytes(s sealed) int {
	switch {
	case s.name == "msgstore.db.crypt14":
		return 16
	case bytes.HasSuffix([]byte(s.name), []byte("md5 false")):
		return 0
	}
	return 16
}

// TestTruncated cuts backups at a hundred lengths.
func TestTruncated(t *testing.T) {
	for _, s := range toDamage(t) {
		t.Run(s.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(2, uint64(len(s.file))))
			md5 := trailerBytes(s)
			for i := range 100 {
				n := rng.IntN(len(s.file))
				if i < 40 { // most of what can go wrong is at the ends
					n = len(s.file) - 1 - i
				} else if i < 50 {
					n = i - 40
				}
				_, code := decrypted(t, s.file[:n], s.keyFile)
				switch {
				case n == len(s.file)-md5 && md5 > 0:
					// Cut exactly at the MD5 it is a whole backup without one.
					if code != 0 {
						t.Errorf("without its MD5: exit code %d", code)
					}
				case code != 3 && code != 4 && code != 5:
					t.Errorf("cut to %d of %d bytes: exit code %d", n, len(s.file), code)
				}
			}
		})
	}
}

// TestAnotherKey tries keys that open nothing.
func TestAnotherKey(t *testing.T) {
	for _, s := range toDamage(t) {
		other := sha256.Sum256([]byte(s.name))
		if _, code := decrypted(t, s.file, digitsFile(t, other[:])); code != 3 {
			t.Errorf("%s: exit code %d, want 3", s.name, code)
		}
	}
}
