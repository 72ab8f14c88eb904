package whatsapp

import (
	"bytes"
	"errors"
	"testing"

	"google.golang.org/protobuf/proto"

	"touchback/restore/whatsapp/wire"
)

func TestOpenReal(t *testing.T) {
	tests := []struct {
		file   string
		format Format
		header int
	}{
		{"msgstore.db.crypt15", Crypt15, 129},
		{"msgstore.db.crypt14", Crypt14, 188},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			b := realFile(t, tt.file)
			c := openBytes(t, b)
			if c.Format != tt.format || c.HeaderBytes != tt.header {
				t.Errorf("%s with a header of %d bytes", c.Format, c.HeaderBytes)
			}
			meta := c.Prefix.GetBackupMetadata()
			if meta.GetAppVersion() != "2.22.5.13" || meta.GetJidSuffix() != "67" {
				t.Errorf("metadata: %v", meta)
			}
			again, err := encodeHeader(c.Prefix)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(again, b[:len(again)]) || !bytes.Equal(again, c.Raw) {
				t.Errorf("re-encoded header differs:\n%x\n%x", again, c.Raw)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name  string
		in    string
		want  error
		looks string
	}{
		{"empty", "", ErrNotBackup, ""},
		{"text", "Hello, this is a letter and no backup at all.", ErrNotBackup, ""},
		{"database", sqliteMagic + "and so on, for more bytes than S stands for: 83 of them, and then some", ErrNotBackup, "sqlite"},
		{"zip", "PK\x03\x04 and so on, for more bytes than P stands for: 80 of them, and then some more", ErrNotBackup, "zip"},
		{"key file", "\xac\xed\x00\x05ur\x00\x02[B", ErrNotBackup, "key"},
		{"keyring", `{"version":1}`, ErrNotBackup, "json"},
		{"endless varint", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", ErrNotBackup, ""},
		{"huge header", "\x81\x80\x04\x08\x01", ErrNotBackup, ""},
		{"cut in the header", "\x81\x01\x08\x01\x1a\x12\x0a\x10\xc3\x95", ErrTruncated, ""},
		{"no IV", "\x02\x08\x01" + string(make([]byte, 64)), ErrNotBackup, ""},
		{"short IV", "\x0a\x1a\x08\x0a\x0612345678" + string(make([]byte, 64)), ErrNotBackup, ""},
		{"no room for a tag", "\x14\x1a\x12\x0a\x10" + string(make([]byte, 16+15)), ErrTruncated, ""},
		{"short crypt12", "\x00\x01\x02" + string(make([]byte, 79)), ErrTruncated, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(bytes.NewReader([]byte(tt.in)), int64(len(tt.in)))
			if !errors.Is(err, tt.want) {
				t.Fatalf("error %v, want %v", err, tt.want)
			}
			var not *NotBackupError
			if errors.As(err, &not) && not.Looks != tt.looks {
				t.Errorf("looks like %q, want %q", not.Looks, tt.looks)
			}
		})
	}
}

// A header may hold both kinds of key data, which are no oneof.
func TestOpenBothKeyData(t *testing.T) {
	provided, key := wire.KeyType_WA_PROVIDED, wire.KeyType_E2EE_ENCRYPTION_KEY
	ivA, ivB := bytes.Repeat([]byte{'a'}, 16), bytes.Repeat([]byte{'b'}, 16)
	for _, tt := range []struct {
		typ  *wire.KeyType
		want Format
		iv   []byte
	}{{nil, Crypt15, ivB}, {&key, Crypt15, ivB}, {&provided, Crypt14, ivA}} {
		raw, err := encodeHeader(&wire.BackupPrefix{
			WaProvidedKeyData: &wire.WAProvidedKeyData{Iv: ivA},
			E2EeKeyData:       &wire.E2EEKeyData{Iv: ivB},
			KeyTypeNew:        tt.typ,
		})
		if err != nil {
			t.Fatal(err)
		}
		c := openBytes(t, append(raw, make([]byte, 40)...))
		if c.Format != tt.want || !bytes.Equal(c.IV[:], tt.iv) {
			t.Errorf("key type %v: %s, IV %q", tt.typ, c.Format, c.IV)
		}
	}
}

// What a future app adds to the header comes out as it went in.
func TestUnknownFieldsAreKept(t *testing.T) {
	spec := testSpec(0)
	spec.Unknown = []byte("from the future")
	header, err := spec.Build()
	if err != nil {
		t.Fatal(err)
	}
	file := writeBackup(t, header, []byte("{}"), WriterOptions{})
	c := openBytes(t, file)
	if !proto.Equal(c.Prefix, header) {
		t.Error("the parsed header differs from the written one")
	}
	again, err := encodeHeader(c.Prefix)
	if err != nil || !bytes.Equal(again, c.Raw) {
		t.Errorf("re-encoded header differs (%v)", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("\x81\x01\x08\x01\x1a\x12\x0a\x10\xc3\x95"))
	f.Add([]byte("\x00\x01\x02" + string(make([]byte, 120))))
	f.Add([]byte("\x14\x1a\x12\x0a\x10" + string(make([]byte, 80))))
	f.Add(writeBackup(f, buildHeader(f, 513), []byte("{}"), WriterOptions{Level: 9}))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if !errors.Is(err, ErrNotBackup) && !errors.Is(err, ErrDamaged) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		if !bytes.HasPrefix(b, c.Raw) || len(c.Raw) < ivSize {
			t.Fatal("the raw header is not the start of the file")
		}
		if len(c.lengths()) == 0 {
			t.Fatal("no room for ciphertext and tag")
		}
		for _, n := range c.lengths() {
			if n < 0 || c.offset()+n+tagSize > int64(len(b)) {
				t.Fatalf("ciphertext of %d bytes in a file of %d", n, len(b))
			}
		}
	})
}
