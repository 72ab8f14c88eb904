package whatsapp

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"touchback/restore/gcm"
)

// decrypt verifies b and reads its payload.
func decrypt(b []byte, k Key, o VerifyOptions) (*Payload, []byte, error) {
	c, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, nil, err
	}
	p, err := c.Verify(context.Background(), k, o)
	if err != nil {
		return nil, nil, err
	}
	r, err := p.Open(context.Background())
	if err != nil {
		return p, nil, err
	}
	defer func() { _ = r.Close() }()
	plain, err := io.ReadAll(r)
	return p, plain, err
}

func TestDecryptReal(t *testing.T) {
	want := realFile(t, "msgstore.db")
	for _, tt := range []struct {
		file string
		key  Key
	}{
		{"msgstore.db.crypt15", Key{RootKey, unhex(t, realRoot)}},
		{"msgstore.db.crypt15", Key{RootKey, realFile(t, "encrypted_backup.key")[27:]}},
		{"msgstore.db.crypt14", Key{AESKey, realFile(t, "key")[126:]}},
	} {
		p, got, err := decrypt(realFile(t, tt.file), tt.key, VerifyOptions{})
		if err != nil {
			t.Errorf("%s: %v", tt.file, err)
			continue
		}
		if p.Kind != SQLite || !p.Deflated || !bytes.Equal(got, want) {
			t.Errorf("%s: %s, deflated %v, %d bytes", tt.file, p.Kind, p.Deflated, len(got))
		}
	}
}

// crypt12 carries the same payload as crypt14 behind another header and
// trailer, so that a real one can be made of the other.
func TestDecryptCrypt12(t *testing.T) {
	b := realFile(t, "msgstore.db.crypt14")
	key := realFile(t, "key")
	c14 := openBytes(t, b)
	file := append([]byte{}, key[27:27+3+32+16]...)
	file = append(file, c14.IV[:]...)
	file = append(file, b[c14.offset():len(b)-md5Size]...)
	if len(file)-int(c14.Size) != crypt12Header-len(c14.Raw)-md5Size {
		t.Fatal("a header of another length")
	}
	sum := md5.Sum(file)
	file = append(append(file, sum[:]...), "--67"...)
	p, got, err := decrypt(file, Key{AESKey, key[126:]}, VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := realFile(t, "msgstore.db"); p.Kind != SQLite || !bytes.Equal(got, want) {
		t.Errorf("%s of %d bytes", p.Kind, len(got))
	}
	if _, _, err := decrypt(file, Key{AESKey, testRoot}, VerifyOptions{}); !errors.Is(err, ErrWrongKey) {
		t.Errorf("wrong key: %v", err)
	}
	file[500] ^= 1
	if _, _, err := decrypt(file, Key{AESKey, key[126:]}, VerifyOptions{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("damage: %v", err)
	}
}

func TestPayloadKinds(t *testing.T) {
	db := sqliteMagic + strings.Repeat("page", 100)
	for _, tt := range []struct {
		name, payload string
		kind          PayloadKind
	}{
		{"database", db, SQLite},
		{"zip", "PK\x03\x04 stickers", ZIP},
		{"empty zip", "PK\x05\x06", ZIP},
		{"json", ` {"a":1}`, JSON},
		{"json list", `[]`, JSON},
		{"text", "some words", Other},
		{"nothing", "", Other},
		{"like zlib and none", "\x78\x01\xff\xff\xff\xff\xff", Other},
	} {
		for _, level := range []int{0, 1, 9} {
			file := writeBackup(t, buildHeader(t, 188), []byte(tt.payload), WriterOptions{Level: level})
			p, got, err := decrypt(file, Key{RootKey, testRoot}, VerifyOptions{})
			if err != nil {
				t.Errorf("%s, level %d: %v", tt.name, level, err)
				continue
			}
			if p.Kind != tt.kind || string(got) != tt.payload || p.Deflated != (level > 0) {
				t.Errorf("%s, level %d: %s, deflated %v, %q", tt.name, level, p.Kind, p.Deflated, got)
			}
		}
	}
}

// Every header length, with and without MD5, by one pass that is not told
// which trailer there is.
func TestVerifyTrailers(t *testing.T) {
	payload := bytes.Repeat([]byte("0123456789abcdef"), 200_000)
	for _, size := range []int{100, 129, 188, 513} {
		for _, noMD5 := range []bool{false, true} {
			file := writeBackup(t, buildHeader(t, size), payload, WriterOptions{NoMD5: noMD5})
			_, got, err := decrypt(file, Key{RootKey, testRoot}, VerifyOptions{})
			if err != nil || !bytes.Equal(got, payload) {
				t.Errorf("header %d, no MD5 %v: %v", size, noMD5, err)
			}
		}
	}
}

func TestWrongKey(t *testing.T) {
	wrong := bytes.Repeat([]byte{8}, keySize)
	for _, noMD5 := range []bool{false, true} {
		file := writeBackup(t, buildHeader(t, 129), []byte("{}"), WriterOptions{Level: 1, NoMD5: noMD5})
		_, _, err := decrypt(file, Key{RootKey, wrong}, VerifyOptions{})
		if !errors.Is(err, ErrWrongKey) || errors.Is(err, ErrDamaged) {
			t.Errorf("no MD5 %v: %v", noMD5, err)
		}
		// A key from this backup's keyring is right, whatever the MD5 says.
		_, _, err = decrypt(file, Key{RootKey, wrong}, VerifyOptions{KeyKnownGood: true})
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("known good, no MD5 %v: %v", noMD5, err)
		}
		for _, k := range []Key{{AESKey, testRoot}, {RootKey, testRoot[:31]}, {RootKey, nil}} {
			if _, _, err := decrypt(file, k, VerifyOptions{}); !errors.Is(err, ErrKeyKind) {
				t.Errorf("key of kind %d, %d bytes: %v", k.Kind, len(k.Bytes), err)
			}
		}
	}
}

// Every bit of the header, of the start of the ciphertext, and of the trailer.
func TestFlippedBits(t *testing.T) {
	payload := []byte(sqliteMagic + strings.Repeat("a row of a table, ", 50))
	for _, noMD5 := range []bool{false, true} {
		header := buildHeader(t, 188)
		file := writeBackup(t, header, payload, WriterOptions{Level: 9, NoMD5: noMD5})
		c := openBytes(t, file)
		md5Start := len(file)
		if !noMD5 {
			md5Start -= md5Size
		}
		iv := bytes.Index(file, c.IV[:])
		model := bytes.Index(file, []byte("Pixel 9"))
		for at := range file {
			for bit := range 8 {
				b := bytes.Clone(file)
				b[at] ^= 1 << bit
				_, got, err := decrypt(b, Key{RootKey, testRoot}, VerifyOptions{})
				if err == nil && !bytes.Equal(got, payload) {
					t.Fatalf("byte %d bit %d: another payload came out", at, bit)
				}
				if err != nil && !errors.Is(err, ErrWrongKey) && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNotBackup) && !errors.Is(err, ErrKeyKind) {
					t.Fatalf("byte %d bit %d: an error of no kind: %v", at, bit, err)
				}
				switch {
				case at >= md5Start, at >= model && at < model+7:
					if err != nil {
						t.Errorf("byte %d bit %d, a label or the MD5: %v", at, bit, err)
					}
				case at >= len(c.Raw), at >= iv && at < iv+ivSize:
					if !errors.Is(err, ErrWrongKey) && !errors.Is(err, ErrDamaged) {
						t.Errorf("byte %d bit %d, under the tag: %v", at, bit, err)
					}
				}
				// A keyring's key is never told to be wrong.
				if at >= len(c.Raw) && at < md5Start && bit == 0 {
					if _, _, err := decrypt(b, Key{RootKey, testRoot}, VerifyOptions{KeyKnownGood: true}); !errors.Is(err, ErrDamaged) {
						t.Errorf("byte %d, key known good: %v", at, err)
					}
				}
				// Past its first bytes damage is called damage.
				if at >= len(c.Raw)+2 && at < md5Start && !errors.Is(err, ErrDamaged) {
					t.Errorf("byte %d bit %d is damage, not %v", at, bit, err)
				}
			}
		}
	}
}

func TestTruncated(t *testing.T) {
	payload := []byte(sqliteMagic + strings.Repeat("a row of a table, ", 500))
	for _, noMD5 := range []bool{false, true} {
		file := writeBackup(t, buildHeader(t, 513), payload, WriterOptions{Level: 1, NoMD5: noMD5})
		for n := range file {
			// Of an MD5 trailer something may be missing only as a whole.
			if !noMD5 && n == len(file)-md5Size {
				continue
			}
			_, _, err := decrypt(file[:n], Key{RootKey, testRoot}, VerifyOptions{})
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNotBackup) && !errors.Is(err, ErrWrongKey) {
				t.Fatalf("cut to %d of %d bytes: %v", n, len(file), err)
			}
			if n > 30 && !errors.Is(err, ErrDamaged) {
				t.Errorf("cut to %d of %d bytes is damage, not %v", n, len(file), err)
			}
		}
	}
}

// changing is a file that is altered after so many reads.
type changing struct {
	b     []byte
	after int
}

func (c *changing) ReadAt(p []byte, off int64) (int, error) {
	if c.after--; c.after == 0 {
		c.b[len(c.b)/2] ^= 1
	}
	return bytes.NewReader(c.b).ReadAt(p, off)
}

func TestFileChangesMeanwhile(t *testing.T) {
	payload := make([]byte, 1<<20)
	_, _ = rand.NewChaCha8([32]byte{3}).Read(payload)
	file := writeBackup(t, buildHeader(t, 129), payload, WriterOptions{})
	src := &changing{b: file}
	c, err := Open(src, int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Verify(context.Background(), Key{RootKey, testRoot}, VerifyOptions{Workers: 1, ChunkSize: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	src.after = 1
	r, err := p.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	got, err := io.ReadAll(r)
	if !errors.Is(err, gcm.ErrChanged) {
		t.Errorf("after %d bytes: %v", len(got), err)
	}
	if !bytes.HasPrefix(payload, got) {
		t.Error("what came out is not what was verified")
	}
}

func TestVerifyHonoursContext(t *testing.T) {
	file := writeBackup(t, buildHeader(t, 129), make([]byte, 1<<20), WriterOptions{})
	c := openBytes(t, file)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Verify(ctx, Key{RootKey, testRoot}, VerifyOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify: %v", err)
	}
	// Also while a failure is explained, which reads the whole file again.
	if err := c.explain(ctx, testRoot, gcm.ErrTag, false); !errors.Is(err, context.Canceled) {
		t.Errorf("explain: %v", err)
	}
}

func BenchmarkVerify(b *testing.B) {
	payload := make([]byte, 64<<20)
	file := writeBackup(b, buildHeader(b, 188), payload, WriterOptions{NoMD5: true})
	c := openBytes(b, file)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := c.Verify(context.Background(), Key{RootKey, testRoot}, VerifyOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
