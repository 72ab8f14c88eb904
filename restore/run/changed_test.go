package run_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"touchback/restore/flow"
	"touchback/restore/run"
)

// A backup that changes while it is read is refused, at whatever moment that
// is, and what was written before is not kept.
func TestFileChangesWhileItIsRead(t *testing.T) {
	whole, err := os.ReadFile(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	changes := map[string]func(f *os.File) error{
		"shortened": func(f *os.File) error { return f.Truncate(int64(len(whole) / 2)) },
		"by a byte": func(f *os.File) error { return f.Truncate(int64(len(whole) - 1)) },
		"emptied":   func(f *os.File) error { return f.Truncate(0) },
		"grown": func(f *os.File) error {
			_, err := f.WriteAt([]byte("more"), int64(len(whole)))
			return err
		},
		"altered": func(f *os.File) error {
			at := int64(len(whole) / 2)
			_, err := f.WriteAt([]byte{whole[at] ^ 1}, at)
			return err
		},
		"altered all over": func(f *os.File) error {
			_, err := f.WriteAt(bytes.Repeat([]byte{0x5a}, len(whole)-1000), 1000)
			return err
		},
	}
	right, err := payload(t, whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range changes {
		for when, moment := range map[string]func(done, total int64) bool{
			"at the start":         func(done, total int64) bool { return done > 0 },
			"when it has verified": func(done, total int64) bool { return total > 0 && done >= total },
		} {
			t.Run(name+" "+when, func(t *testing.T) {
				for _, to := range []string{"a writer", "a file"} {
					path := filepath.Join(t.TempDir(), "backup")
					if err := os.WriteFile(path, whole, 0o600); err != nil {
						t.Fatal(err)
					}
					changed := false
					progress := func(done, total int64) {
						if changed || !moment(done, total) {
							return
						}
						changed = true
						f, err := os.OpenFile(path, os.O_RDWR, 0)
						if err != nil {
							t.Error(err)
							return
						}
						if err := change(f); err != nil {
							t.Error(err)
						}
						if err := f.Close(); err != nil {
							t.Error(err)
						}
					}
					var out bytes.Buffer
					dir := t.TempDir()
					o := run.Output{Format: run.Payload, To: &out}
					if to == "a file" {
						o.To, o.Path = nil, filepath.Join(dir, "out")
					}
					_, err := run.Write(t.Context(), path, "", run.Access{KeyFile: sampleKeyFile(t), Ask: run.Asker{Progress: progress}}, o)
					if !changed {
						t.Fatal("the moment never came")
					}
					switch why := run.Explain(err).Why; why {
					case flow.Changed, flow.Damaged, flow.WrongBackupKey:
					default:
						t.Errorf("to %s: %s, %v", to, why, err)
					}
					if !bytes.HasPrefix(right, out.Bytes()) {
						t.Errorf("%d bytes came out that are not of the backup", out.Len())
					}
					if left, _ := os.ReadDir(dir); len(left) > 0 {
						t.Errorf("left behind: %v", left)
					}
				}
			})
		}
	}
}

// payload is what a backup holds.
func payload(t *testing.T, backup []byte) ([]byte, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup")
	if err := os.WriteFile(path, backup, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	_, err := run.Write(t.Context(), path, "", run.Access{KeyFile: sampleKeyFile(t)}, run.Output{Format: run.Payload, To: &out})
	return out.Bytes(), err
}
