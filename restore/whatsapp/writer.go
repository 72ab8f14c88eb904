package whatsapp

import (
	"crypto/md5" // #nosec G501 -- the container's trailer is an MD5
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/zlib"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"touchback/restore/gcm"
	"touchback/restore/whatsapp/wire"
)

// WriterOptions say how a crypt15 is written.
type WriterOptions struct {
	// Level is the zlib level, 1 to 9 (WhatsApp: 1 in 2022, 9 now); 0 writes
	// the payload as it is, as WhatsApp does with ZIPs.
	Level int
	// NoMD5 leaves the MD5 trailer out, as multi-file backups do.
	NoMD5 bool
}

// Writer writes a crypt15 container, streaming. It makes fixtures; touchback
// never writes a backup.
type Writer struct {
	in  io.WriteCloser // where Write goes: zlib, or gcm
	gcm io.WriteCloser
	out io.Writer
	sum hash.Hash // nil without MD5
}

// NewWriter writes the header to w at once. root is the 32-byte backup key.
// The header's IV must not have been used with root before.
func NewWriter(w io.Writer, root []byte, header *wire.BackupPrefix, o WriterOptions) (*Writer, error) {
	c := &Container{Format: Crypt15}
	if copy(c.IV[:], header.GetE2EeKeyData().GetIv()) != ivSize {
		return nil, errors.New("the header has no IV of 16 bytes")
	}
	key, err := c.CipherKey(Key{Kind: RootKey, Bytes: root})
	if err != nil {
		return nil, err
	}
	defer clear(key)
	raw, err := encodeHeader(header)
	if err != nil {
		return nil, err
	}
	out := &Writer{out: w}
	if !o.NoMD5 {
		out.sum = md5.New() // #nosec G401 -- as above
		w = io.MultiWriter(w, out.sum)
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if out.gcm, err = gcm.NewWriter(w, key, c.IV[:]); err != nil {
		return nil, err
	}
	out.in = out.gcm
	if o.Level != 0 {
		if o.Level < 1 || o.Level > 9 {
			return nil, fmt.Errorf("no zlib level %d", o.Level)
		}
		if out.in, err = zlib.NewWriterLevel(out.gcm, o.Level); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// encodeHeader returns LEN ‖ BackupPrefix.
func encodeHeader(header *wire.BackupPrefix) ([]byte, error) {
	n := proto.Size(header)
	if n == 0 || n > maxHeader {
		return nil, fmt.Errorf("a header of %d bytes", n)
	}
	raw := protowire.AppendVarint(nil, uint64(n))
	return proto.MarshalOptions{Deterministic: true}.MarshalAppend(raw, header)
}

// Write adds to the payload.
func (w *Writer) Write(p []byte) (int, error) { return w.in.Write(p) }

// Close ends the payload and writes the tag and the trailer. It does not
// close the writer below.
func (w *Writer) Close() error {
	if w.in != w.gcm {
		if err := w.in.Close(); err != nil {
			return err
		}
	}
	if err := w.gcm.Close(); err != nil {
		return err
	}
	if w.sum == nil {
		return nil
	}
	_, err := w.out.Write(w.sum.Sum(nil))
	return err
}
