package whatsapp

import (
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"touchback/restore/whatsapp/wire"
)

// Info is what the header says of a backup, with the JSON names that scripts
// rely on. Path, Modified and Keyring are the caller's to fill. All strings
// from the header are unauthenticated and hostile.
type Info struct {
	Path          string     `json:"path"`
	Format        Format     `json:"format"`
	Size          int64      `json:"size"`
	AppVersion    string     `json:"app_version"`
	DeviceModel   string     `json:"device_model"`
	JIDSuffix     string     `json:"jid_suffix"`
	BackupVersion *int32     `json:"backup_version"` // null where the header has none
	Modified      *time.Time `json:"modified"`
	HeaderBytes   int        `json:"header_bytes"`
	// KeyType is "encryption_key", "password", "passkey", "wa_provided" or
	// "deprecated"; null where not said. A code not known is null, too, and
	// its field among the unknown ones.
	KeyType *string `json:"key_type"`
	// WhatsAppPasskey says that WhatsApp's own passkey layer locks the key,
	// which nothing opens offline. With the root key the backup opens.
	WhatsAppPasskey bool `json:"whatsapp_passkey"`
	// UnknownFields are the numbers of fields that no schema here has, with
	// those of the messages around them: "7", "4.42".
	UnknownFields []string `json:"unknown_fields"`
	Keyring       any      `json:"keyring"`
}

// Info returns what the header says; it needs no key.
func (c *Container) Info() Info {
	p := c.Prefix
	meta := p.GetBackupMetadata()
	info := Info{
		Format:          c.Format,
		Size:            c.Size,
		AppVersion:      meta.GetAppVersion(),
		DeviceModel:     meta.GetDeviceModel(),
		JIDSuffix:       meta.GetJidSuffix(),
		HeaderBytes:     c.HeaderBytes,
		KeyType:         keyType(c.Format, p),
		WhatsAppPasskey: p.GetPasskeyEncryptionMetadata() != nil || p.GetKeyTypeNew() == wire.KeyType_E2EE_PASSKEY,
		UnknownFields:   []string{},
	}
	if meta != nil {
		info.BackupVersion = meta.BackupVersion
	}
	if p != nil {
		info.UnknownFields = unknownFields(p.ProtoReflect(), "", info.UnknownFields)
		if p.KeyTypeNew != nil && info.KeyType == nil {
			info.UnknownFields = append(info.UnknownFields, "6") // Go's enums are open
		}
	}
	return info
}

func keyType(f Format, p *wire.BackupPrefix) *string {
	words := map[wire.KeyType]string{
		wire.KeyType_WA_PROVIDED:         "wa_provided",
		wire.KeyType_E2EE_DEPRECATED:     "deprecated",
		wire.KeyType_E2EE_PASSWORD:       "password",
		wire.KeyType_E2EE_ENCRYPTION_KEY: "encryption_key",
		wire.KeyType_E2EE_PASSKEY:        "passkey",
	}
	kind := p.GetKeyTypeNew()
	if p == nil || p.KeyTypeNew == nil {
		if f == Crypt15 {
			return nil
		}
		kind = wire.KeyType_WA_PROVIDED // crypt12 and crypt14 know no other
	}
	if word, ok := words[kind]; ok {
		return &word
	}
	return nil
}

// unknownFields appends the paths of the unknown fields of m to paths, each
// once and in order.
func unknownFields(m protoreflect.Message, prefix string, paths []string) []string {
	for b := m.GetUnknown(); len(b) > 0; {
		num, typ, n := protowire.ConsumeTag(b)
		v := protowire.ConsumeFieldValue(num, typ, b[max(n, 0):])
		if n < 0 || v < 0 {
			break // Unmarshal has checked them
		}
		if path := prefix + strconv.Itoa(int(num)); !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
		b = b[n+v:]
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		if fd := fields.Get(i); fd.Message() != nil && m.Has(fd) {
			paths = unknownFields(m.Get(fd).Message(), prefix+strconv.Itoa(int(fd.Number()))+".", paths)
		}
	}
	return paths
}
