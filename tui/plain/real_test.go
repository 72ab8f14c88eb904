package plain

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"touchback/fixtures"
	"touchback/restore/flow"
	"touchback/restore/run"
)

// The sample backup, restored by the real engine: with its 64-digit key, in
// lines and as JSON.
func TestRealRestore(t *testing.T) {
	dir := t.TempDir()
	if err := fixtures.WriteSample(dir); err != nil {
		t.Fatal(err)
	}
	var digits []byte
	if err := fixtures.SampleKey().Groups(func(g [16][]byte) { digits = bytes.Join(g[:], []byte(" ")) }); err != nil {
		t.Fatal(err)
	}
	saved := map[string][]byte{}
	for name, answers := range map[string]string{
		"plain": "\n3\n" + string(digits) + "\n2\n" + filepath.Join(dir, "plain") + "\n\n",
		"json": `{"choose":1}` + "\n" + `{"choose":"64-digit-key"}` + "\n" + `{"key":"` + string(digits) + `"}` + "\n" +
			`{"save":{"format":"jsonl","path":"` + filepath.ToSlash(filepath.Join(dir, "json")) + `"}}` + "\n",
	} {
		r := run.New(context.Background(), run.Config{TempDir: dir})
		var out bytes.Buffer
		o, err := Guide(context.Background(), Config{
			Engine: r, In: bytes.NewReader([]byte(answers)), Out: &out, Err: io.Discard,
			Path: filepath.Join(dir, fixtures.SampleBackup), JSON: name == "json",
		})
		r.Close()
		if o != flow.Finished || err != nil {
			t.Fatalf("%s: %s, %v\n%s", name, o, err, out.String())
		}
		lacks(t, out.String(), string(digits), string(digits[:9]))
		if saved[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if len(saved["plain"]) == 0 || !bytes.Equal(saved["plain"], saved["json"]) {
		t.Errorf("%d bytes in lines, %d as JSON", len(saved["plain"]), len(saved["json"]))
	}
}
