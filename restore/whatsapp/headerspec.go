package whatsapp

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"touchback/restore/whatsapp/wire"
)

// HeaderSpec describes a crypt15 header to write. The lengths known from real
// backups are 100 (files beside msgstore), 129 (app of 2022), 188 and 513
// (WhatsApp's passkey); Build reaches each with fields that those have.
type HeaderSpec struct {
	IV            [ivSize]byte
	AppVersion    string
	DeviceModel   string // lengthened where Size asks for it
	JIDSuffix     string
	BackupVersion int32
	// KeyType sets key_type_new; the app of 2022 had none.
	KeyType *wire.KeyType
	// Msgstore writes the migration flags of msgstore; any other backup has
	// the salted hash in their place.
	Msgstore bool
	// Passkey adds WhatsApp's passkey metadata, filled from Filler.
	Passkey bool
	// Filler gives bytes for what only WhatsApp can make; zeros where nil.
	Filler func(b []byte)
	// Unknown is appended as one field of a number no schema has.
	Unknown []byte
	// Size is the length to reach; 0 takes what comes.
	Size int
}

// unknownField is the number that HeaderSpec.Unknown is written under.
const unknownField = 99

// Build returns the header, or an error where Size can't be reached.
func (s HeaderSpec) Build() (*wire.BackupPrefix, error) {
	const lengths = 8 // more than the lengths within a header take together
	for pad := max(s.Size-proto.Size(s.build(0))-lengths, 0); ; pad++ {
		p := s.build(pad)
		n := proto.Size(p)
		switch {
		case s.Size == 0 || n == s.Size:
			return p, nil
		case n > s.Size:
			return nil, fmt.Errorf("a header with these fields has %d bytes or more, not %d", n, s.Size)
		}
	}
}

func (s HeaderSpec) build(pad int) *wire.BackupPrefix {
	e2ee := wire.DeprecatedKeyType_DEPRECATED_E2EE
	meta := &wire.BackupMetadata{
		AppVersion:    &s.AppVersion,
		JidSuffix:     &s.JIDSuffix,
		BackupVersion: &s.BackupVersion,
	}
	p := &wire.BackupPrefix{
		KeyTypeDeprecated: &e2ee,
		E2EeKeyData:       &wire.E2EEKeyData{Iv: s.IV[:]},
		BackupMetadata:    meta,
		KeyTypeNew:        s.KeyType,
	}
	model := s.DeviceModel
	if s.Passkey {
		key := fmt.Sprintf("%x", s.fill(64))
		p.PasskeyEncryptionMetadata = &wire.PasskeyEncryptionMetadata{
			EncapsulatedRootKey:        &key,
			ServerCypherKeyVersion:     []byte("1"),
			ServerCypherKeyAccountSalt: s.fill(32),
			ServerCypherKeyServerSalt:  s.fill(32),
			ClientMetadata:             s.fill(64 + pad),
		}
	} else {
		model += strings.Repeat("X", pad)
	}
	if model != "" {
		meta.DeviceModel = &model
	}
	if s.Msgstore {
		setMigrations(meta)
	} else {
		meta.HashSalt, meta.Hash = s.fill(16), s.fill(32)
	}
	if s.Unknown != nil {
		b := protowire.AppendTag(nil, unknownField, protowire.BytesType)
		p.ProtoReflect().SetUnknown(protowire.AppendBytes(b, s.Unknown))
	}
	return p
}

func (s HeaderSpec) fill(n int) []byte {
	b := make([]byte, n)
	if s.Filler != nil {
		s.Filler(b)
	}
	return b
}

// setMigrations sets every flag that a database of today has behind it.
func setMigrations(meta *wire.BackupMetadata) {
	m := meta.ProtoReflect()
	fields := m.Descriptor().Fields()
	for n := protowire.Number(5); n <= 37; n++ {
		m.Set(fields.ByNumber(n), protoreflect.ValueOfBool(n%2 == 1))
	}
}
