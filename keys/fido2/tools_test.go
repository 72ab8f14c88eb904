//go:build cgo && linux

package fido2

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/creack/pty"

	"touchback/keys"
	"touchback/keys/prf"
	"touchback/keys/soft"
	"touchback/keys/soft/usb"
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

func TestInfoAgreesWithTool(t *testing.T) {
	need(t, "fido2-token")
	r, p := enrolled(t, "seed", soft.Options{})
	_, _ = r.evaluate(t.Context(), p, "9999") // so that the tries are no round number
	out, err := exec.CommandContext(t.Context(), "fido2-token", "-I", r.port.Path()).Output()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(line, ":")
		said[name] = strings.TrimSpace(value)
	}
	list := func(name string) []string { return strings.Split(said[name], ", ") }
	want := keys.AuthenticatorInfo{
		Versions:     list("version strings"),
		HMACSecret:   slices.Contains(list("extension strings"), "hmac-secret"),
		PINSet:       slices.Contains(list("options"), "clientPin"),
		PINSupported: slices.Contains(list("options"), "clientPin") || slices.Contains(list("options"), "noclientPin"),
		UV:           slices.Contains(list("options"), "uv"),
	}
	if want.PINTries, err = strconv.Atoi(said["pin retries"]); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	aaguid, err := hex.DecodeString(said["aaguid"])
	if err != nil {
		t.Fatal(err)
	}
	copy(want.AAGUID[:], aaguid)

	got, err := r.open().Info(t.Context())
	if err != nil || !slices.Equal(got.Versions, want.Versions) {
		t.Errorf("versions %q, want %q (%v)", got.Versions, want.Versions, err)
	}
	got.Versions, want.Versions = nil, nil
	if g, w := got, want; g.AAGUID != w.AAGUID || g.HMACSecret != w.HMACSecret || g.PINSet != w.PINSet ||
		g.PINSupported != w.PINSupported || g.UV != w.UV || g.PINTries != w.PINTries {
		t.Errorf("got %+v\nwant %+v\nfrom %s", g, w, out)
	}
	if !got.HMACSecret || !got.PINSet || got.PINTries != 7 {
		t.Errorf("%+v", got)
	}
}

// fido2-assert asks for the same outputs with the same salts.
func TestSecretAgreesWithTool(t *testing.T) {
	need(t, "fido2-assert")
	r, p := enrolled(t, "seed", soft.Options{})
	want, err := r.evaluate(t.Context(), p, pin)
	if err != nil {
		t.Fatal(err)
	}
	salts := prf.Salts(testInputs)
	input := filepath.Join(t.TempDir(), "input")
	var lines strings.Builder
	for _, field := range [][]byte{make([]byte, 32), nil, p.CredentialID, slices.Concat(salts[0][:], salts[1][:])} {
		if field == nil {
			lines.WriteString(p.RPID + "\n")
			continue
		}
		lines.WriteString(base64.StdEncoding.EncodeToString(field) + "\n")
	}
	output := filepath.Join(t.TempDir(), "output")
	if err := os.WriteFile(input, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "fido2-assert", "-G", "-h", "-v", "-i", input, "-o", output, r.port.Path())
	tty, err := pty.Start(cmd) // it asks for the PIN on its terminal
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tty.Close() }()
	prompt, err := bufio.NewReader(tty).ReadString(':')
	if err != nil || !strings.Contains(prompt, "PIN") {
		t.Fatalf("%q, %v", prompt, err)
	}
	if _, err := io.WriteString(tty, pin+"\n"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(said))
	got, err := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("fido2-assert gives another secret (%v):\n%s", err, said)
	}
}

// Keys are found as they come and go, and work where they are found.
func TestDiscovery(t *testing.T) {
	need(t, usb.Tool)
	r, p := enrolled(t, "seed", soft.Options{})
	r.Unplug()
	bus, err := usb.Start(t.Context(), t.TempDir(), r.Key)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, kv := range bus.Env() {
		name, value, _ := strings.Cut(kv, "=")
		t.Setenv(name, value)
	}
	list := func() []keys.DeviceInfo {
		t.Helper()
		found, err := r.driver.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := list(); len(found) != 0 {
		t.Errorf("found %+v before there was one", found)
	}
	for range 2 {
		if err := r.Plug(); err != nil {
			t.Fatal(err)
		}
		found := list()
		if len(found) != 1 || found[0].Product != soft.Product || found[0].Vendor != soft.Vendor {
			t.Fatalf("found %+v", found)
		}
		k := r.driver.Open(found[0].Path)
		if known, err := k.Knows(t.Context(), p); err != nil || !known {
			t.Errorf("the key that was found: %v, %v", known, err)
		}
		if _, err := k.Evaluate(t.Context(), p, testInputs, secret(pin), keys.Prompts{}); err != nil {
			t.Error(err)
		}
		r.Unplug()
		if found := list(); len(found) != 0 {
			t.Errorf("found %+v after it was gone", found)
		}
		if _, err := k.Info(t.Context()); !errors.Is(err, keys.ErrRemoved) {
			t.Errorf("gone: %v", err)
		}
	}
}
