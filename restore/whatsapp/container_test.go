package whatsapp

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/zlib"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"touchback/restore/whatsapp/wire"
)

// container is a backup that is put together from its parts, with the standard
// library's GCM and nothing of this package.
type container struct {
	format  Format
	header  []byte // BackupPrefix, or all of crypt12's
	iv      []byte
	payload []byte // as it is encrypted
	md5     bool
	suffix  string
}

func (c container) build(t rapidOrT) []byte {
	key := testRoot
	if c.format == Crypt15 {
		key = deriveCrypt15(testRoot)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	mode, err := cipher.NewGCMWithNonceSize(block, ivSize)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	if c.format != Crypt12 {
		out = protowire.AppendVarint(out, uint64(len(c.header)))
	}
	out = mode.Seal(append(out, c.header...), c.iv, c.payload, nil)
	if c.md5 {
		sum := md5.Sum(out)
		out = append(out, sum[:]...)
	}
	return append(out, c.suffix...)
}

func (c container) key() Key {
	if c.format == Crypt15 {
		return Key{RootKey, testRoot}
	}
	return Key{AESKey, testRoot}
}

type rapidOrT interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// fillHeader lengthens a header with fields of numbers that no schema has, to
// exactly size bytes; it returns nil where that can't be.
func fillHeader(header []byte, size int) []byte {
	const field = 3000 // a tag of three bytes
	for body := max(size-len(header)-8, 0); body <= size; body++ {
		out := protowire.AppendTag(bytes.Clone(header), field, protowire.BytesType)
		out = protowire.AppendBytes(out, make([]byte, body))
		if len(out) >= size {
			if len(out) == size {
				return out
			}
			return nil
		}
	}
	return nil
}

func deflated(t rapidOrT, payload []byte, level int) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(payload); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every container there is opens, whatever its header, trailer and payload.
func TestAnyContainer(t *testing.T) {
	payloads := map[PayloadKind][]byte{
		SQLite: []byte(sqliteMagic + strings.Repeat("page", 500)),
		ZIP:    []byte("PK\x03\x04" + strings.Repeat("sticker", 99)),
		JSON:   []byte(`{"backup":"settings"}`),
		Other:  []byte("\x00\x01 anything"),
	}
	rapid.Check(t, func(t *rapid.T) {
		c := container{
			format: rapid.SampledFrom([]Format{Crypt12, Crypt14, Crypt15}).Draw(t, "format"),
			iv:     rapid.SliceOfN(rapid.Byte(), ivSize, ivSize).Draw(t, "IV"),
			md5:    rapid.Bool().Draw(t, "MD5"),
		}
		kind := rapid.SampledFrom([]PayloadKind{SQLite, ZIP, JSON, Other}).Draw(t, "kind")
		level := rapid.IntRange(-1, 9).Draw(t, "level") // -1 is not deflated
		c.payload = payloads[kind]
		if level >= 0 {
			c.payload = deflated(t, c.payload, level)
		}
		unknown := false
		switch c.format {
		case Crypt12:
			c.header = append([]byte{0, 1, byte(rapid.IntRange(1, 9).Draw(t, "key version"))}, make([]byte, 48)...)
			c.header = append(c.header, c.iv...)
			c.suffix = rapid.SampledFrom([]string{"--07", ""}).Draw(t, "suffix")
		default:
			prefix := &wire.BackupPrefix{BackupMetadata: &wire.BackupMetadata{AppVersion: proto.String("2.26.1"), DeviceModel: proto.String("Xperia")}}
			if c.format == Crypt14 {
				prefix.WaProvidedKeyData = &wire.WAProvidedKeyData{CipherVersion: []byte{0, 1}, KeyVersion: []byte("2"), Iv: c.iv}
			} else {
				prefix.E2EeKeyData = &wire.E2EEKeyData{Iv: c.iv}
			}
			var err error
			if c.header, err = proto.Marshal(prefix); err != nil {
				t.Fatal(err)
			}
			size := rapid.OneOf(rapid.IntRange(len(c.header), 600), rapid.IntRange(600, maxHeader)).Draw(t, "header")
			if longer := fillHeader(c.header, size); longer != nil {
				c.header, unknown = longer, true
			}
		}
		file := c.build(t)
		opened, err := Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		info := opened.Info()
		if info.Format != c.format || info.HeaderBytes != len(c.header) || (len(info.UnknownFields) == 1) != unknown {
			t.Fatalf("%+v", info)
		}
		p, plain, err := decrypt(file, c.key(), VerifyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if p.Kind != kind || p.Deflated != (level >= 0) || !bytes.Equal(plain, payloads[kind]) {
			t.Fatalf("%s, deflated %v, %d bytes", p.Kind, p.Deflated, len(plain))
		}
	})
}

// The lengths of headers that change the length of their own length.
func TestHeaderLengths(t *testing.T) {
	base, err := proto.Marshal(&wire.BackupPrefix{E2EeKeyData: &wire.E2EEKeyData{Iv: make([]byte, ivSize)}})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, size := range []int{len(base), 100, 127, 128, 129, 188, 255, 256, 257, 513, 16383, 16384, 16385, maxHeader - 1, maxHeader, maxHeader + 1} {
		header := base
		if size > len(base) {
			if header = fillHeader(base, size); header == nil {
				continue
			}
		}
		seen++
		file := container{format: Crypt15, header: header, iv: make([]byte, ivSize), payload: []byte("{}"), md5: true}.build(t)
		_, plain, err := decrypt(file, Key{RootKey, testRoot}, VerifyOptions{})
		if size > maxHeader {
			if !errors.Is(err, ErrNotBackup) {
				t.Errorf("%d bytes: %v", size, err)
			}
		} else if err != nil || string(plain) != "{}" {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	if seen < 12 {
		t.Errorf("only %d lengths were tried", seen)
	}
}

// HeaderSpec reaches long headers as well, in no time.
func TestHeaderSpecLong(t *testing.T) {
	for _, size := range []int{600, 5000, maxHeader} {
		header, err := testSpec(size).Build()
		if err != nil || proto.Size(header) != size {
			t.Errorf("%d bytes: %v, %v", size, proto.Size(header), err)
		}
	}
}

// A key with one wrong digit is found, wherever it is, among payloads of all
// kinds.
func TestRepair(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, payload := range map[string][]byte{
		"level 1": deflated(t, bytes.Repeat([]byte(sqliteMagic), 999), 1), "level 9": deflated(t, []byte(sqliteMagic), 9),
		"stored": deflated(t, []byte(sqliteMagic), 0), "odd zlib": append([]byte{0x58, 0x85}, deflated(t, []byte("x"), 9)[2:]...),
		"zip": []byte("PK\x03\x04"), "json": []byte("  {\n\"größe\": 1, \"größe\": 2, \"und so weiter\": 3}"), "nothing much": []byte("{}"),
	} {
		header := buildHeader(t, 188)
		raw, err := proto.Marshal(header)
		if err != nil {
			t.Fatal(err)
		}
		file := container{format: Crypt15, header: raw, iv: header.GetE2EeKeyData().GetIv(), payload: payload}.build(t)
		c := openBytes(t, file)
		for _, at := range []int{0, 1, 62, 63, random.IntN(digits)} {
			wrong := bytes.Clone(testRoot)
			wrong[at/2] ^= byte(1+random.IntN(15)) << (4 * (1 - at%2))
			before := bytes.Clone(wrong)
			fixed, digit, err := Repair(t.Context(), c, wrong, VerifyOptions{})
			if err != nil || digit != at || !bytes.Equal(fixed, testRoot) {
				t.Errorf("%s, digit %d: %d, %v", name, at, digit, err)
			}
			if !bytes.Equal(wrong, before) {
				t.Error("the key that was given has changed")
			}
		}
		two := bytes.Clone(testRoot)
		two[3] ^= 1
		two[9] ^= 1
		if fixed, _, err := Repair(t.Context(), c, two, VerifyOptions{}); !errors.Is(err, ErrWrongKey) || fixed != nil {
			t.Errorf("%s, two digits: %v", name, err)
		}
	}
}

func TestRepairRefuses(t *testing.T) {
	header := append([]byte{0, 1, 2}, make([]byte, 64)...)
	c := openBytes(t, container{format: Crypt12, header: header, iv: make([]byte, ivSize), payload: []byte("{}"), md5: true, suffix: "--11"}.build(t))
	if _, _, err := Repair(t.Context(), c, testRoot, VerifyOptions{}); !errors.Is(err, ErrKeyKind) {
		t.Errorf("crypt12: %v", err)
	}
	c = openBytes(t, writeBackup(t, buildHeader(t, 129), []byte("{}"), WriterOptions{}))
	if _, _, err := Repair(t.Context(), c, testRoot[:31], VerifyOptions{}); !errors.Is(err, ErrKeyKind) {
		t.Errorf("a short key: %v", err)
	}
	// One digit off, and damaged: no tag says that a key is right.
	file := writeBackup(t, buildHeader(t, 129), []byte("{}"), WriterOptions{Level: 9})
	file[len(file)-20] ^= 1
	wrong := bytes.Clone(testRoot)
	wrong[0] ^= 1
	if _, _, err := Repair(t.Context(), openBytes(t, file), wrong, VerifyOptions{}); !errors.Is(err, ErrWrongKey) {
		t.Errorf("a damaged file: %v", err)
	}
	fails := &Container{Format: Crypt15, Size: 500, Raw: make([]byte, 100), src: failing{}}
	if _, _, err := Repair(t.Context(), fails, testRoot, VerifyOptions{}); !errors.Is(err, errBroken) {
		t.Errorf("a file that can't be read: %v", err)
	}
}

var errBroken = errors.New("broken")

// failing is a file that can't be read.
type failing struct{}

func (failing) ReadAt([]byte, int64) (int, error) { return 0, errBroken }

// Few wrong keys cost a pass over the file.
func TestRepairReadsLittle(t *testing.T) {
	payload := deflated(t, []byte(fmt.Sprint(rand.New(rand.NewPCG(3, 4)).Perm(200_000))), 6)
	header := buildHeader(t, 188)
	raw, err := proto.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	file := container{format: Crypt15, header: raw, iv: header.GetE2EeKeyData().GetIv(), payload: payload}.build(t)
	counted := &countedReads{r: bytes.NewReader(file)}
	c, err := Open(counted, int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	wrong := bytes.Clone(testRoot)
	wrong[31] ^= 0x0f
	if _, digit, err := Repair(t.Context(), c, wrong, VerifyOptions{Workers: 1}); err != nil || digit != 63 {
		t.Fatal(digit, err)
	}
	if most := 4 * len(file); counted.n > most {
		t.Errorf("%d bytes were read of a file of %d", counted.n, len(file))
	}
}

type countedReads struct {
	r io.ReaderAt
	n int
}

func (c *countedReads) ReadAt(p []byte, off int64) (int, error) {
	c.n += len(p)
	return c.r.ReadAt(p, off)
}
