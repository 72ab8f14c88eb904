package pages

import (
	"encoding/binary"
	"testing"
)

// fuzzSeeds are small databases of many shapes.
func fuzzSeeds(t testing.TB) [][]byte {
	create := `CREATE TABLE t(id INTEGER PRIMARY KEY, body TEXT); CREATE TABLE o(a, b DEFAULT 'x')`
	return [][]byte{
		build(t, `PRAGMA page_size=512`, create, many(90, shortText), `INSERT INTO o SELECT id, hex(zeroblob(id * 9)) FROM t`, `DELETE FROM t WHERE id > 50`),
		build(t, `PRAGMA page_size=512; PRAGMA auto_vacuum=full`, create, many(60, shortText), `INSERT INTO o SELECT id, body FROM t`),
		build(t, `PRAGMA page_size=512; PRAGMA encoding='UTF-16le'`, create, many(30, shortText), `ALTER TABLE t ADD COLUMN c DEFAULT 7`),
		build(t, `PRAGMA page_size=1024`, `CREATE TABLE other(x); INSERT INTO other VALUES (zeroblob(5000)); DROP TABLE other`, create, many(99, shortText)),
	}
}

// FuzzStream damages databases in many places and reads them in every way:
// nothing may panic, run for ever, give a row twice or give more than there is.
//
// An edit is six bytes: the page, where in it, and two bytes to put there.
func FuzzStream(f *testing.F) {
	seeds := fuzzSeeds(f)
	for i := range seeds {
		f.Add(uint8(i), []byte{})
		f.Add(uint8(i), []byte{0, 1, 0, 0, 5, 13, 0, 2, 0, 8, 1, 0})
	}
	f.Fuzz(func(t *testing.T, seed uint8, edits []byte) {
		db := append([]byte(nil), seeds[int(seed)%len(seeds)]...)
		size := int(binary.BigEndian.Uint16(db[16:]))
		for ; len(edits) >= 6; edits = edits[6:] {
			page := int(binary.BigEndian.Uint16(edits)) % (len(db) / size)
			at := page*size + int(binary.BigEndian.Uint16(edits[2:]))%size
			copy(db[at:], edits[4:6])
		}
		if len(edits) > 2 {
			db = db[:len(db)-int(binary.BigEndian.Uint16(edits))%len(db)]
		}
		_, _ = runAll(t, db)
	})
}

// FuzzDatabase takes whole files, for what edits do not come to.
func FuzzDatabase(f *testing.F) {
	for _, db := range fuzzSeeds(f) {
		f.Add(db)
	}
	f.Fuzz(func(t *testing.T, db []byte) { _, _ = runAll(t, db) })
}
