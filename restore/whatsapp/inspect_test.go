package whatsapp

import (
	"encoding/json"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

func infoJSON(t *testing.T, b []byte) string {
	t.Helper()
	out, err := json.Marshal(openBytes(t, b).Info())
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestInfoReal(t *testing.T) {
	for file, want := range map[string]string{
		"msgstore.db.crypt15": `{"path":"","format":"crypt15","size":240529,"app_version":"2.22.5.13","device_model":"","jid_suffix":"67","backup_version":0,"modified":null,"header_bytes":129,"key_type":null,"whatsapp_passkey":false,"unknown_fields":[],"keyring":null}`,
		"msgstore.db.crypt14": `{"path":"","format":"crypt14","size":240588,"app_version":"2.22.5.13","device_model":"","jid_suffix":"67","backup_version":0,"modified":null,"header_bytes":188,"key_type":"wa_provided","whatsapp_passkey":false,"unknown_fields":[],"keyring":null}`,
	} {
		if got := infoJSON(t, realFile(t, file)); got != want {
			t.Errorf("%s:\n got %s\nwant %s", file, got, want)
		}
	}
}

func TestInfoPasskeyAndUnknown(t *testing.T) {
	h := buildHeader(t, 513)
	unknown := func(numbers ...protowire.Number) (b []byte) {
		for _, n := range numbers {
			b = protowire.AppendVarint(protowire.AppendTag(b, n, protowire.VarintType), 1)
		}
		return b
	}
	h.ProtoReflect().SetUnknown(unknown(7, 99, 7))
	h.BackupMetadata.ProtoReflect().SetUnknown(unknown(42))
	info := openBytes(t, writeBackup(t, h, nil, WriterOptions{})).Info()
	if !info.WhatsAppPasskey || info.KeyType == nil || *info.KeyType != "passkey" {
		t.Errorf("%+v", info)
	}
	if got, _ := json.Marshal(info.UnknownFields); string(got) != `["7","99","4.42"]` {
		t.Errorf("unknown fields %s", got)
	}
	if info.DeviceModel != "Pixel 9" || info.AppVersion != "2.26.21.5" {
		t.Errorf("%+v", info)
	}
}

// A key type that no one has seen yet is not taken for another.
func TestInfoUnknownKeyType(t *testing.T) {
	h := buildHeader(t, 129)
	h.ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 6, protowire.VarintType), 77))
	info := openBytes(t, writeBackup(t, h, nil, WriterOptions{})).Info()
	if info.KeyType != nil || len(info.UnknownFields) != 1 || info.UnknownFields[0] != "6" {
		t.Errorf("%+v", info)
	}
}
