package usb

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"touchback/keys/soft"
)

// need skips the test where a tool is missing, but not where CI promises it.
func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err == nil {
			continue
		}
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", tool)
		}
		t.Skipf("%s is not installed", tool)
	}
}

func key(name string) *soft.Key {
	k := soft.New([32]byte([]byte(name + strings.Repeat(".", 32))[:32]), soft.Options{})
	k.SetTouch(soft.TouchAlways())
	return k
}

// test runs a program that sees the bus.
func (b *Bus) test(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), b.Env()...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

func TestKeysAreListedAsTheyComeAndGo(t *testing.T) {
	need(t, Tool, "fido2-token")
	one, two := key("one"), key("two")
	two.Unplug()
	bus, err := Start(t.Context(), t.TempDir(), one, two)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	}()
	const first = "/dev/hidraw0: vendor=0x1209, product=0x0001 (Touchback Software Key)\n"
	second := strings.Replace(first, "hidraw0", "hidraw1", 1)
	steps := []struct {
		name string
		do   func() error
		want []string
	}{
		{"one key", func() error { return nil }, []string{first}},
		{"none", func() error { one.Unplug(); return nil }, nil},
		{"the other", two.Plug, []string{second}},
		{"both", one.Plug, []string{first, second}},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatal(s.name, err)
		}
		got := bus.test(t, "fido2-token", "-L")
		if len(got) != len(strings.Join(s.want, "")) {
			t.Errorf("%s: listed\n%s", s.name, got)
		}
		for _, line := range s.want {
			if !strings.Contains(got, line) {
				t.Errorf("%s: %q is not in\n%s", s.name, line, got)
			}
		}
	}
	if got := bus.test(t, "fido2-token", "-I", "/dev/hidraw1"); !strings.Contains(got, "hmac-secret") {
		t.Errorf("the key does not answer on the bus:\n%s", got)
	}
	if err := bus.Err(); err != nil {
		t.Error(err)
	}
}

func TestStartSaysWhatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Start(context.Background(), t.TempDir(), key("one")); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("without umockdev: %v", err)
	}
}
