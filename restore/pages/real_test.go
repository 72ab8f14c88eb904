package pages

import (
	"os"
	"path/filepath"
	"testing"
)

// shared finds third-party test data beside the module, or skips.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the package")
		}
	}
	path := filepath.Join(filepath.Dir(dir), "shared", "data", "whatsapp", name)
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Skipf("third-party test data is not beside the module: %s", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRealDatabase(t *testing.T) {
	db := shared(t, "msgstore.db")
	var all []expect
	for _, name := range []string{"message", "jid", "chat", "message_media", "message_quoted", "props", "call_log", "receipt_user", "message_add_on", "sqlite_sequence"} {
		all = append(all, expect{table: name})
	}
	all = append(all, expect{table: "messages", real: []int{17, 18}})
	sameAsSQL(t, db, all...)
	truth := sqlRows(t, db, "message")
	if len(truth) == 0 {
		t.Error("no rows were compared")
	}
}
