package sshd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"touchback/fixtures"
)

// digits are the 64 of the sample.
func digits(t testing.TB) string {
	t.Helper()
	key := fixtures.SampleKey()
	defer key.Wipe()
	var text string
	key.Use(func(root []byte) { text = fmt.Sprintf("%x\n", root) })
	return text
}

// TestCommands asks for what is documented.
func TestCommands(t *testing.T) {
	key := newKey(t)
	s, dir := desk(t, key.PublicKey(), nil)
	if err := os.Mkdir(filepath.Join(dir, "older"), 0o700); err != nil {
		t.Fatal(err)
	}
	plain := digits(t)
	for _, c := range []struct {
		command, input string
		status         int
		out, err       string // that are in it
	}{
		{"list", "", 0, fixtures.SampleBackup, ""},
		{"list --json", "", 0, `"path":"` + fixtures.SampleBackup + `"`, ""},
		{"inspect " + fixtures.SampleBackup, "", 0, "crypt15", ""},
		{"inspect " + fixtures.SampleBackup + " --json", "", 0, `"format":"crypt15"`, ""},
		{"inspect --json .", "", 0, `"format":"crypt15"`, ""},
		{"export --key-file - " + fixtures.SampleBackup, plain, 0, "Are we still on for tomorrow?", ""},
		{"export --format csv --key-file=- " + fixtures.SampleBackup, plain, 0, "Are we still on for tomorrow?", ""},
		{"export --key-file - " + fixtures.SampleBackup, strings.Repeat("0", 64), 9, "", "does not open"},
		{"inspect none.crypt15", "", 9, "", "no backup found"},
		{"inspect", "", 2, "", "this server understands"},
		{"export --format db " + fixtures.SampleBackup, "", 2, "", "this server understands"},
		{"export --key-file /etc/passwd " + fixtures.SampleBackup, "", 2, "", "this server understands"},
		{"export --key-file - --password-file key.txt " + fixtures.SampleBackup, "", 2, "", "this server understands"},
		{"restore --output /tmp/x", "", 2, "", "this server understands"},
		{"sh", "", 2, "", "this server understands"},
		{"scp -t /tmp", "", 2, "", "this server understands"},
		{"rsync --server", "", 2, "", "this server understands"},
		{"list; sh", "", 2, "", "this server understands"},
		{"lock " + fixtures.SampleBackup, "", 2, "", "this server understands"},
		{"__fido2", "", 2, "", "this server understands"},
		{"' '", "", 2, "", "this server understands"},
	} {
		t.Run(c.command, func(t *testing.T) {
			a := s.ask(s.dial(key), c.command, c.input)
			if a.status != c.status || !strings.Contains(a.out, c.out) || !strings.Contains(a.err, c.err) {
				t.Errorf("status %d, not %d\n%.300s\n%s", a.status, c.status, a.out, a.err)
			}
			if c.out == "" && a.out != "" {
				t.Errorf("something came out: %.300s", a.out)
			}
		})
	}
	if after, err := os.ReadDir(dir); err != nil || len(after) != 4 {
		t.Errorf("the folder of the backups has %v, %v", after, err)
	}
}

// TestNothingLeadsOut asks for what lies outside the folder.
func TestNothingLeadsOut(t *testing.T) {
	key := newKey(t)
	s, dir := desk(t, key.PublicKey(), nil)
	outside := filepath.Join(t.TempDir(), "secret.crypt15")
	sample, err := os.ReadFile(filepath.Join(dir, fixtures.SampleBackup))
	if err != nil {
		t.Fatal(err)
	}
	write(t, outside, sample)
	for name, to := range map[string]string{"link.crypt15": outside, "folder": filepath.Dir(outside), "up": ".."} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	// A keyring that leads out opens nothing, and says nothing of what is there.
	if err := os.Remove(filepath.Join(dir, fixtures.SampleBackup+".keyring")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, fixtures.SampleBackup+".keyring")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{outside, "link.crypt15", "folder", "folder/secret.crypt15", "up", "../" + filepath.Base(dir) + "/" + fixtures.SampleBackup, "/"} {
		for _, command := range []string{"inspect ", "export --key-file - "} {
			if a := s.ask(s.dial(key), command+path, digits(t)); a.status == 0 || a.out != "" {
				t.Errorf("%s%s: status %d, %.200s", command, path, a.status, a.out)
			}
		}
	}
	if a := s.ask(s.dial(key), "list", ""); strings.Contains(a.out, "secret") || strings.Contains(a.out, "link") {
		t.Errorf("list tells of what is outside:\n%s", a.out)
	}
}

// TestNamesAreText shows names of files that would take over a terminal.
func TestNamesAreText(t *testing.T) {
	key := newKey(t)
	s, dir := desk(t, key.PublicKey(), nil)
	sample, err := os.ReadFile(filepath.Join(dir, fixtures.SampleBackup))
	if err != nil {
		t.Fatal(err)
	}
	const name = "msgstore-2026-05-11.1\x1b]0;owned\x07\u202e.db.crypt15"
	if err := os.WriteFile(filepath.Join(dir, name), sample, 0o600); err != nil {
		t.Skip("such a name can't be here: ", err)
	}
	a := s.ask(s.dial(key), "list", "")
	if !strings.Contains(a.out, "owned") || strings.ContainsAny(a.out, "\x1b\x07\u202e") {
		t.Errorf("%q", a.out)
	}
	a = s.ask(s.dial(key), "list --json", "")
	var names []string
	for line := range strings.Lines(a.out) {
		var b struct{ Path string }
		if err := json.Unmarshal([]byte(line), &b); err != nil {
			t.Fatal(err)
		}
		names = append(names, b.Path)
	}
	if !slices.Contains(names, name) || strings.ContainsAny(a.out, "\x1b\x07\u202e") {
		t.Errorf("%q", a.out)
	}
	x := s.terminal(s.dial(key), "xterm", 80, 24, "")
	x.sees("Which backup")
	if raw := x.written(); strings.Contains(raw, "\x1b]0;owned") || strings.Contains(raw, "\u202e") {
		t.Error("the name reached the terminal as it is")
	}
}

// restored opens the sample with its 64 digits in a terminal, up to Save.
func restored(s *site, x *screen) {
	x.sees("→ 12 May")
	x.press(enter)
	x.sees("This is the backup")
	x.press(enter)
	x.sees("How would you like to open it?")
	x.press(down, down, enter)
	x.sees("The 64-digit key")
	x.press(strings.TrimSpace(digits(s.t)))
	x.sees("All 64 digits are there")
	x.press(enter)
	x.sees("✓ restore")
	x.press(enter)
	x.sees("What would you like to keep?")
}

// TestNoOutbox keeps nothing on the server.
func TestNoOutbox(t *testing.T) {
	key := newKey(t)
	s, dir := desk(t, key.PublicKey(), nil)
	x := s.terminal(s.dial(key), "xterm", 100, 30, "")
	restored(s, x)
	x.press(down, enter)
	x.sees("This server keeps no files")
	x.press(ctrlc, ctrlc)
	x.ends()
	if after, err := os.ReadDir(dir); err != nil || len(after) != 3 {
		t.Errorf("the folder of the backups has %v, %v", after, err)
	}
}

// TestOutbox saves to a folder of the person's own.
func TestOutbox(t *testing.T) {
	key := newKey(t)
	outbox := filepath.Join(t.TempDir(), "outbox")
	s, dir := desk(t, key.PublicKey(), func(c *Config) { c.Outbox = outbox })
	x := s.terminal(s.dial(key), "xterm", 100, 30, "")
	restored(s, x)
	x.press(down, enter)
	x.sees("Your messages are saved")
	x.press(enter)
	if got := x.ends(); got != 0 {
		t.Errorf("exit status %d", got)
	}
	for path, mode := range map[string]os.FileMode{outbox: 0o700, outbox + "/ana": 0o700, outbox + "/ana/msgstore.jsonl": 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != mode {
			t.Errorf("%s has mode %04o", path, info.Mode().Perm())
		}
	}
	if after, err := os.ReadDir(dir); err != nil || len(after) != 3 {
		t.Errorf("the folder of the backups has %v, %v", after, err)
	}
}

// TestSaveTo takes plain names alone.
func TestSaveTo(t *testing.T) {
	for name, ok := range map[string]bool{
		"messages.jsonl": true, "a b": true, "": false, ".": false, "..": false, ".hidden": false,
		"../x": false, "/etc/x": false, `..\x`: false, `c:x`: false, "a/b": false, "a\x00b": false, "~/x": false,
	} {
		path, err := inFolder("/outbox/ana", name)
		if (err == nil) != ok || ok && path != filepath.Join("/outbox/ana", name) {
			t.Errorf("%q: %q, %v", name, path, err)
		}
	}
}

// TestFolders names folders by what the administrator wrote.
func TestFolders(t *testing.T) {
	key := newKey(t).PublicKey()
	for comment, own := range map[string]bool{
		"ana": true, "ana@desk": true, "": false, "..": false, ".ssh": false, "a/b": false, "a:b": false, "Ana Silva": false,
	} {
		got := folderOf(person{key: key, name: comment})
		if own != (got == comment) || !own && !strings.HasPrefix(got, "key-") {
			t.Errorf("%q has the folder %q", comment, got)
		}
	}
}
