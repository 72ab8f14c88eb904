package whatsapp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"touchback/restore/whatsapp/wire"
)

// Format is a container format, by the file name extension it usually has.
type Format string

// The containers that Open recognises.
const (
	Crypt12 Format = "crypt12"
	Crypt14 Format = "crypt14"
	Crypt15 Format = "crypt15"
)

const (
	// maxHeader bounds BackupPrefix. Real ones have 100 to 513 bytes; one with
	// WhatsApp's passkey metadata is the longest known.
	maxHeader = 64 << 10
	ivSize    = 16 // every container; GCM's J0 is then GHASH(IV)
	tagSize   = 16
	md5Size   = 16
	// crypt12Header is cipher_version 2 ‖ key_version 1 ‖ server_salt 32 ‖
	// google_id 16 ‖ IV 16.
	crypt12Header = 67
	// crypt12Suffix is "--NN" after the MD5, NN being the last two digits of
	// the number.
	crypt12Suffix = 4
)

// Container is an encrypted backup whose header was read. Nothing
// authenticates the header but what takes part in decryption (the IV): all
// else in it is for display only.
type Container struct {
	Format Format
	Size   int64
	// HeaderBytes is the length of BackupPrefix without the varint before it.
	HeaderBytes int
	IV          [ivSize]byte
	// Prefix is the parsed header with its unknown fields; nil for crypt12.
	Prefix *wire.BackupPrefix
	// Raw is everything before the ciphertext, byte for byte.
	Raw []byte

	src io.ReaderAt
}

// Open reads the header of the backup in f, which has size bytes. It needs no
// key and reads at most 64 KiB. The error is a *NotBackupError where the file
// is not recognised, and a *DamagedError (ErrTruncated) where it begins as a
// backup and is too short to be one.
func Open(f io.ReaderAt, size int64) (*Container, error) {
	head := make([]byte, min(size, maxHeader+binary.MaxVarintLen64))
	if n, err := f.ReadAt(head, 0); n < len(head) {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("reading the header: %w", err)
	}
	c := &Container{Size: size, src: f}
	if isCrypt12(head) {
		return c, c.parseCrypt12(head)
	}
	return c, c.parsePrefix(head)
}

// isCrypt12 relies on crypt14 and crypt15 beginning with the length of a
// header that is never empty, so never with a zero byte.
func isCrypt12(head []byte) bool {
	return len(head) >= 3 && head[0] == 0 && head[1] == 1 && head[2] >= 1 && head[2] <= 9
}

func (c *Container) parseCrypt12(head []byte) error {
	if c.Size < crypt12Header+tagSize {
		return &DamagedError{Truncated: true}
	}
	c.Format = Crypt12
	c.HeaderBytes = crypt12Header
	c.Raw = bytes.Clone(head[:crypt12Header])
	copy(c.IV[:], c.Raw[crypt12Header-ivSize:])
	return nil
}

func (c *Container) parsePrefix(head []byte) error {
	// LEN is a protobuf varint (81 01 is 129), not a byte and a flag.
	length, n := protowire.ConsumeVarint(head)
	if n < 0 || length == 0 || length > maxHeader {
		return notBackup(head)
	}
	end := n + int(length)
	if end > len(head) {
		if beginsAsPrefix(head[n:]) {
			return &DamagedError{Truncated: true}
		}
		return notBackup(head)
	}
	prefix := new(wire.BackupPrefix)
	if proto.Unmarshal(head[n:end], prefix) != nil {
		return notBackup(head)
	}
	e2ee, provided := prefix.GetE2EeKeyData().GetIv(), prefix.GetWaProvidedKeyData().GetIv()
	// Both may be there, since they are no oneof: key_type_new decides.
	keptByWhatsApp := prefix.KeyTypeNew != nil && prefix.GetKeyTypeNew() == wire.KeyType_WA_PROVIDED
	switch {
	case len(provided) == ivSize && (len(e2ee) != ivSize || keptByWhatsApp):
		c.Format = Crypt14
		copy(c.IV[:], provided)
	case len(e2ee) == ivSize:
		c.Format = Crypt15
		copy(c.IV[:], e2ee)
	default:
		return notBackup(head)
	}
	if c.Size < int64(end)+tagSize {
		return &DamagedError{Truncated: true}
	}
	c.HeaderBytes = int(length)
	c.Prefix = prefix
	c.Raw = bytes.Clone(head[:end])
	return nil
}

// beginsAsPrefix tells whether b, the first part of a header, holds at least
// one whole field of BackupPrefix and nothing else before it is cut.
func beginsAsPrefix(b []byte) bool {
	fields := new(wire.BackupPrefix).ProtoReflect().Descriptor().Fields()
	seen := false
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return seen
		}
		fd := fields.ByNumber(num)
		if fd == nil || (fd.Message() != nil) != (typ == protowire.BytesType) ||
			(fd.Enum() != nil) != (typ == protowire.VarintType) {
			return false
		}
		v := protowire.ConsumeFieldValue(num, typ, b[n:])
		if v < 0 {
			return seen
		}
		seen = true
		b = b[n+v:]
	}
	return seen
}

// notBackup names what the file looks like instead.
func notBackup(head []byte) error {
	looks := ""
	for _, m := range []struct{ magic, name string }{
		{sqliteMagic, "sqlite"},
		{"PK\x03\x04", "zip"},
		{"{", "json"},
		{"age-encryption.org/", "age"},
		{"-----BEGIN AGE ENCRYPTED FILE-----", "age"},
		{"\xac\xed\x00\x05ur", "key"},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			looks = m.name
		}
	}
	return &NotBackupError{Looks: looks}
}

// offset is where the ciphertext begins.
func (c *Container) offset() int64 { return int64(len(c.Raw)) }

// lengths are what the ciphertext may be long, the likeliest first: which
// trailer follows it shows when the tag verifies.
func (c *Container) lengths() []int64 {
	trailers := []int64{tagSize + md5Size, tagSize}
	if c.Format == Crypt12 {
		trailers = []int64{tagSize + md5Size + crypt12Suffix, tagSize + md5Size, tagSize + crypt12Suffix, tagSize}
	}
	var lengths []int64
	for _, t := range trailers {
		if n := c.Size - c.offset() - t; n >= 0 {
			lengths = append(lengths, n)
		}
	}
	return lengths
}
