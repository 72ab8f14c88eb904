package whatsapp

import "bytes"

// PayloadKind is what a backup holds, by its content.
type PayloadKind string

// The kinds of payloads.
const (
	SQLite PayloadKind = "sqlite" // msgstore, wa and other databases
	ZIP    PayloadKind = "zip"    // stickers, wallpapers, increments
	JSON   PayloadKind = "json"   // settings
	Other  PayloadKind = "other"
)

const sqliteMagic = "SQLite format 3\x00"

// kindOf judges by the first bytes of an inflated payload.
func kindOf(b []byte) PayloadKind {
	trimmed := bytes.TrimLeft(b, " \t\r\n")
	switch {
	case bytes.HasPrefix(b, []byte(sqliteMagic)):
		return SQLite
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		return ZIP
	case len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '['):
		return JSON
	}
	return Other
}

// isZlib tells whether b begins as a zlib stream (RFC 1950 §2.2): deflate, a
// window of at most 32 KiB, header check, no preset dictionary.
func isZlib(b []byte) bool {
	return len(b) >= 2 && b[0]&0x0f == 8 && b[0]>>4 <= 7 &&
		(uint(b[0])<<8|uint(b[1]))%31 == 0 && b[1]&0x20 == 0
}

// rightStart tells whether the first bytes of a payload, decrypted and not
// verified, can only have come from the right key. It is stricter than
// kindOf: a wrong key passes once in some ten thousand tries.
func rightStart(b []byte) bool {
	for _, s := range []string{
		"\x78\x01", "\x78\x5e", "\x78\x9c", "\x78\xda", // zlib at its levels
		"PK\x03\x04", "PK\x05\x06", sqliteMagic, `{"`, "[{", "[\"", "{\n", "{}", "[]",
	} {
		if bytes.HasPrefix(b, []byte(s)) {
			return true
		}
	}
	return false
}
