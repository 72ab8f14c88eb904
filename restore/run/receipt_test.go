package run_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"touchback/keys/soft"
	"touchback/restore/flow"
	"touchback/restore/run"

	"touchback/fixtures"
)

// saved walks to Done, with the messages at a path in a folder of its own.
func saved(t *testing.T) (w *walker, backup, out string) {
	t.Helper()
	backup = sample(t)
	w = walk(t, run.Config{Finder: soft.Finder{softKey()}, Version: "1.2.3"}, backup)
	w.toPIN()
	w.give(fixtures.SamplePIN)
	w.toRestored()
	w.step(flow.Enter{})
	out = filepath.Join(t.TempDir(), "Ana.jsonl")
	w.step(flow.SaveAs{Format: flow.JSONL, Path: out})
	w.at(flow.Done)
	return w, backup, out
}

func TestReceipt(t *testing.T) {
	w, backup, out := saved(t)
	w.step(flow.WantReceipt{})
	w.until("the receipt", func(s flow.State) bool { return s.Receipt != "" || s.Receiptless != "" })
	asJSON, text := run.ReceiptPaths(out)
	if w.state.Receipt != text {
		t.Fatalf("written to %q: %s", w.state.Receipt, w.state.Receiptless)
	}
	b, err := os.ReadFile(asJSON)
	if err != nil {
		t.Fatal(err)
	}
	var r run.Receipt
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(whole)
	if r.Backup.SHA256 != hex.EncodeToString(sum[:]) || r.Backup.Bytes != int64(len(whole)) {
		t.Errorf("the backup: %+v", r.Backup)
	}
	if r.Method != flow.ByPasskey || r.Outcome != flow.Finished || r.Version != "1.2.3" || r.When.IsZero() ||
		r.Messages != int64(len(w.lines(out))) || r.Chats != w.state.Result.Chats || r.Media != w.state.Result.Media {
		t.Errorf("%+v after %+v", r, w.state.Result)
	}
	words, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(words), r.Backup.SHA256) {
		t.Errorf("the text:\n%s", words)
	}
	// Nothing of a person: no path, no label, no name of a chat.
	for _, c := range w.r.Archive().Chats() {
		for _, told := range []string{string(b), string(words)} {
			if c.Name != "" && strings.Contains(told, c.Name) || strings.Contains(told, c.JID) {
				t.Errorf("%q is told", c.Name)
			}
		}
	}
	for _, private := range []string{"Ana", filepath.Dir(out), filepath.Base(backup), fixtures.SamplePasskeyLabel} {
		if strings.Contains(string(b)+string(words), private) {
			t.Errorf("%q is told", private)
		}
	}
}

func TestReceiptIsNeverWrittenOver(t *testing.T) {
	w, _, out := saved(t)
	asJSON, text := run.ReceiptPaths(out)
	if err := os.WriteFile(text, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.step(flow.WantReceipt{})
	w.until("a refusal", func(s flow.State) bool { return s.Receipt != "" || s.Receiptless != "" })
	if w.state.Receiptless != flow.Exists || w.state.Screen != flow.Done {
		t.Errorf("at %s: %q", w.state.Screen, w.state.Receiptless)
	}
	if b, err := os.ReadFile(text); err != nil || string(b) != "before" {
		t.Errorf("the one before: %q, %v", b, err)
	}
	if _, err := os.Lstat(asJSON); !os.IsNotExist(err) {
		t.Errorf("half a receipt: %v", err)
	}
}
