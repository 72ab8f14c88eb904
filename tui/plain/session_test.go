package plain

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"touchback/restore/flow"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the session changed (go test -update takes it):\n--- got\n%s--- want\n%s", got, want)
	}
}

// A whole session, as it is read out or kept in a log.
func TestPlainSession(t *testing.T) {
	e := newEngine(straight())
	got, results, o := session(t, e, "\n\n?\n1\n12\n123456\n5\n/tmp/out.db\nr\n2\n\n3\n\n")
	golden(t, "session.txt", got)
	golden(t, "session-results.txt", results)
	if o != flow.Finished || len(e.secrets) != 1 || e.secrets[0] != "123456" {
		t.Errorf("%s with %q", o, e.secrets)
	}
	if s, n := did[flow.SaveMessages](e); n != 2 || s.Path != "/home/ana/whatsapp.jsonl" || s.Format != flow.JSONL {
		t.Errorf("%d saved, the last %+v", n, s)
	}
}

func TestJSONSession(t *testing.T) {
	e := newEngine(straight())
	got, results, o := session(t, e, `{"choose":1}
{"choose":"go-on"}
{"choose":"ana1"}
{"pin":"12"}
nonsense
{"pin":"1234\u0035\u0036"}
{"save":{"format":"db","path":"/tmp/out.db"}}
{"choose":"receipt"}
{"choose":"finish"}
`, inJSON)
	golden(t, "session.ndjson", got)
	if got != results {
		t.Error("JSON goes to another place than Out")
	}
	if o != flow.Finished || len(e.secrets) != 1 || e.secrets[0] != "123456" {
		t.Errorf("%s with %q", o, e.secrets)
	}
	for l := range strings.Lines(got) {
		if !json.Valid([]byte(l)) {
			t.Errorf("not JSON: %s", l)
		}
	}
}
