package main

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"touchback/fixtures"
	"touchback/restore/flow"
	"touchback/restore/inflate"
	"touchback/restore/pages"
	"touchback/restore/run"
	"touchback/restore/whatsapp"
)

// The benchmarks time whole processes, each beside a yardstick that runs right
// before it: the machine may be shared and slow, the ratio is what counts.
// TOUCHBACK_BENCH_MESSAGES sets the size; 1,200,000 messages are a database of
// more than 400 MB.
const benchMessages = 1_200_000

// partCommand starts one measured piece of work in a process of its own.
const partCommand = "touchback-part"

// measured is what a part prints.
type measured struct {
	Bytes   int64         // that the speed is about
	Took    time.Duration // of the work alone
	First   time.Duration // from the tag to fifty messages
	Peak    int64         // bytes of memory at most, of the whole process
	Message string        // what went wrong
}

// benchPart is a measured process: touchback-part NAME DIR.
func benchPart() {
	tune()
	var m measured
	if err := parts[os.Args[1]](os.Args[2], &m); err != nil {
		m.Message = err.Error()
	}
	m.Peak = peakMemory()
	_ = json.NewEncoder(os.Stdout).Encode(m)
}

var parts = map[string]func(dir string, m *measured) error{
	"make": makeBench, "verify": benchVerify, "inflate": benchInflate, "restore": benchRestore, "jsonl": benchJSONL, "html": benchHTML,
	"inspect":    benchInspect,
	"std verify": stdVerify, "std inflate": stdInflate,
}

// peakMemory returns the most memory this process had, in bytes; 0 where the
// system does not say.
func peakMemory() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, ok := strings.Cut(string(status), "VmHWM:")
	if !ok {
		return 0
	}
	kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	return kb << 10
}

func benchRoot() []byte {
	root := sha256.Sum256([]byte("a key for benchmarks, protects nothing"))
	return root[:]
}

// makeBench writes msgstore.db.crypt15, key.txt and msgstore.gz: the same
// deflate stream in a gzip, for igzip.
func makeBench(dir string, m *measured) error {
	n := benchMessages
	if s := os.Getenv("TOUCHBACK_BENCH_MESSAGES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			return err
		}
	}
	db := filepath.Join(dir, "msgstore.db")
	if _, err := fixtures.Generate(context.Background(), db, fixtures.Options{Messages: n, Seed: 1, Deleted: true}); err != nil {
		return err
	}
	plain, err := os.Open(db)
	if err != nil {
		return err
	}
	defer func() { _ = plain.Close() }()
	out, err := os.Create(filepath.Join(dir, "msgstore.db.crypt15"))
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	counted := &counting{r: io.TeeReader(plain, sum)}
	err = fixtures.WriteCrypt15(out, counted, benchRoot(), fixtures.Crypt15Options{Level: 6, MD5: true, IV: [16]byte{1}})
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	m.Bytes = counted.n
	z, err := stdOpen(dir)
	if err != nil {
		return err
	}
	gz := append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}, z[2:len(z)-4]...)
	gz = binary.LittleEndian.AppendUint32(gz, sum.Sum32())
	gz = binary.LittleEndian.AppendUint32(gz, uint32(counted.n))
	if err := os.WriteFile(filepath.Join(dir, "msgstore.gz"), gz, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "key.txt"), []byte(hex.EncodeToString(benchRoot())), 0o600)
}

type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func benchFile(dir string) string { return filepath.Join(dir, "msgstore.db.crypt15") }

// opened verifies the backup of the benchmark.
func opened(dir string, m *measured) (*whatsapp.Payload, func(), error) {
	f, err := os.Open(benchFile(dir))
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	start := time.Now()
	c, err := whatsapp.Open(f, info.Size())
	if err != nil {
		return nil, nil, err
	}
	p, err := c.Verify(context.Background(), whatsapp.Key{Kind: whatsapp.RootKey, Bytes: benchRoot()}, whatsapp.VerifyOptions{})
	m.Took, m.Bytes = time.Since(start), info.Size()
	return p, func() { _ = f.Close() }, err
}

func benchVerify(dir string, m *measured) error {
	_, closeFile, err := opened(dir, m)
	if err == nil {
		closeFile()
	}
	return err
}

func benchInflate(dir string, m *measured) error {
	p, closeFile, err := opened(dir, m)
	if err != nil {
		return err
	}
	defer closeFile()
	start := time.Now()
	r, err := p.Open(context.Background())
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	m.Bytes, err = io.Copy(io.Discard, r)
	m.Took = time.Since(start)
	return err
}

// benchRestore is open, verify, decrypt, inflate, live rows, spool.
func benchRestore(dir string, m *measured) error {
	start := time.Now()
	p, closeFile, err := opened(dir, m)
	if err != nil {
		return err
	}
	defer closeFile()
	spool, err := pages.NewSpool(dir)
	if err != nil {
		return err
	}
	defer func() { _ = spool.Close() }()
	a := whatsapp.NewArchive(spool, nil)
	verified := time.Now()
	err = a.Fill(context.Background(), p, func(g whatsapp.Progress) {
		m.Bytes = g.Total
		if m.First == 0 && g.Messages >= 50 {
			m.First = time.Since(verified)
		}
	})
	m.Took = time.Since(start)
	return err
}

func benchJSONL(dir string, m *measured) error {
	start := time.Now()
	result, err := run.Write(context.Background(), benchFile(dir), "", run.Access{KeyFile: filepath.Join(dir, "key.txt")},
		run.Output{Format: flow.JSONL, To: io.Discard})
	m.Took, m.Bytes = time.Since(start), result.Bytes
	return err
}

// benchHTML writes the folder, and leaves it to be removed.
func benchHTML(dir string, m *measured) error {
	out, err := os.MkdirTemp(dir, "html")
	if err != nil {
		return err
	}
	start := time.Now()
	result, err := run.Write(context.Background(), benchFile(dir), "", run.Access{KeyFile: filepath.Join(dir, "key.txt")},
		run.Output{Format: flow.HTML, Path: filepath.Join(out, "pages")})
	m.Took, m.Bytes = time.Since(start), result.Bytes
	_ = os.RemoveAll(out)
	return err
}

func benchInspect(dir string, m *measured) error {
	start := time.Now()
	i, err := run.Inspect(benchFile(dir), "")
	m.Took, m.Bytes = time.Since(start), int64(i.HeaderBytes)
	return err
}

// stdOpen is what a program does that knows the standard library alone: the
// whole file in memory, crypto/cipher over it.
func stdOpen(dir string) ([]byte, error) {
	file, err := os.ReadFile(benchFile(dir))
	if err != nil {
		return nil, err
	}
	c, err := whatsapp.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	key, err := c.CipherKey(whatsapp.Key{Kind: whatsapp.RootKey, Bytes: benchRoot()})
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithNonceSize(block, len(c.IV))
	if err != nil {
		return nil, err
	}
	sealed := file[len(c.Raw) : len(file)-16] // the MD5 is not the tag's
	return aead.Open(sealed[:0], c.IV[:], sealed, nil)
}

func stdVerify(dir string, m *measured) error {
	start := time.Now()
	z, err := stdOpen(dir)
	m.Took, m.Bytes = time.Since(start), int64(len(z))
	return err
}

func stdInflate(dir string, m *measured) error {
	z, err := stdOpen(dir)
	if err != nil {
		return err
	}
	start := time.Now()
	r, err := zlib.NewReader(bytes.NewReader(z))
	if err != nil {
		return err
	}
	m.Bytes, err = io.Copy(io.Discard, r)
	m.Took = time.Since(start)
	return err
}

// part runs one measured process.
func part(b *testing.B, name, dir string) measured {
	b.Helper()
	out, err := exec.Command(partCommand, name, dir).Output()
	var m measured
	if err == nil {
		err = json.Unmarshal(out, &m)
	}
	if err != nil || m.Message != "" {
		b.Fatalf("%s: %v %s", name, err, m.Message)
	}
	return m
}

// yardstick runs another program on the files of the benchmark. A machine that
// does not have it goes without that comparison.
func yardstick(name string, args ...string) func(b *testing.B, dir string) time.Duration {
	return func(b *testing.B, dir string) time.Duration {
		b.Helper()
		if _, err := exec.LookPath(name); err != nil {
			b.Skip(err)
		}
		at := make([]string, len(args))
		for i, arg := range args {
			at[i] = strings.ReplaceAll(arg, "DIR", dir)
		}
		start := time.Now()
		if out, err := exec.Command(name, at...).CombinedOutput(); err != nil {
			b.Fatalf("%s: %v\n%s", name, err, out)
		}
		return time.Since(start)
	}
}

// The programs that people have, or would write.
var (
	igzip  = yardstick("sh", "-c", "exec igzip -d -c DIR/msgstore.gz >/dev/null")
	python = yardstick("/usr/bin/python3", "testdata/yardstick.py", "DIR/msgstore.db.crypt15", "DIR/key.txt", "DIR/python.db")
	sqlite = yardstick("sh", "-c", `exec sqlite3 -json DIR/msgstore.db "SELECT m._id AS row, m.chat_row_id AS chat, c.subject, m.key_id AS id,
		m.timestamp AS time, m.from_me, j.raw_string AS sender, m.message_type AS type, m.text_data AS text,
		d.file_path, d.mime_type, d.file_size, d.media_caption
		FROM message m JOIN chat c ON c._id = m.chat_row_id LEFT JOIN jid j ON j._id = m.sender_jid_row_id
		LEFT JOIN message_media d ON d.message_row_id = m._id ORDER BY m._id" >/dev/null`)
)

// BenchmarkBackup measures each way through a backup beside its yardstick.
func BenchmarkBackup(b *testing.B) {
	dir := b.TempDir()
	size := part(b, "make", dir).Bytes
	b.Logf("%d MB of database, inflated by %s", size>>20, inflate.Name)
	std := func(name string) func(*testing.B, string) time.Duration {
		return func(b *testing.B, dir string) time.Duration { return part(b, name, dir).Took }
	}
	for _, tt := range []struct {
		name, beside string
		yardstick    func(*testing.B, string) time.Duration
	}{
		{"verify", "crypto/cipher", std("std verify")},
		{"inflate", "compress/zlib", std("std inflate")},
		{"inflate", "igzip", igzip},
		{"restore", "igzip", igzip},
		{"restore", "python", python},
		{"jsonl", "sqlite3", sqlite},
		{"html", "sqlite3", sqlite},
		{"inspect", "igzip", igzip},
	} {
		b.Run(fmt.Sprintf("%s beside %s", tt.name, tt.beside), func(b *testing.B) {
			var took, ratio, first []float64
			var bytes, peak int64
			for b.Loop() {
				y := tt.yardstick(b, dir)
				m := part(b, tt.name, dir)
				took = append(took, m.Took.Seconds())
				ratio = append(ratio, m.Took.Seconds()/y.Seconds())
				first = append(first, float64(m.First.Milliseconds()))
				bytes, peak = m.Bytes, max(peak, m.Peak)
			}
			b.ReportMetric(float64(bytes)/1e6/median(took), "MB/s")
			b.ReportMetric(median(took)*1000, "ms")
			b.ReportMetric(median(ratio), "times-yardstick")
			b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
			if tt.name == "restore" {
				b.ReportMetric(median(first), "ms-to-50-messages")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
