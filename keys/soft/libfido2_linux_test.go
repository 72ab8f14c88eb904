package soft

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// These tests ask the key through libfido2's own tools.

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

// tool is a program of libfido2 under way. It has a terminal of its own, on
// which it asks for PINs; parameters and results go through files.
type tool struct {
	cmd  *exec.Cmd
	out  string
	done chan error
	text bytes.Buffer // what was on the terminal; to be read once done
}

// startTool answers each question that the tool asks with the next of answers.
func startTool(t *testing.T, params []string, answers []string, args ...string) *tool {
	t.Helper()
	need(t, args[0])
	dir := t.TempDir()
	p := &tool{out: filepath.Join(dir, "out"), done: make(chan error, 1)}
	if params != nil {
		in := filepath.Join(dir, "in")
		if err := os.WriteFile(in, []byte(strings.Join(params, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		last := len(args) - 1
		args = append(args[:last:last], "-i", in, "-o", p.out, args[last])
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	p.cmd = exec.CommandContext(ctx, args[0], args[1:]...)
	tty, err := pty.Start(p.cmd)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer func() { _ = tty.Close() }()
		var since []byte
		b := make([]byte, 1024)
		for {
			n, err := tty.Read(b) // EIO once the tool is gone
			if err != nil {
				break
			}
			p.text.Write(b[:n])
			since = append(since, b[:n]...)
			if len(answers) > 0 && bytes.Contains(since, []byte("PIN")) && bytes.HasSuffix(since, []byte(": ")) {
				since = nil
				_, _ = io.WriteString(tty, answers[0]+"\n")
				answers = answers[1:]
			}
		}
		p.done <- p.cmd.Wait()
	}()
	return p
}

// wait returns the lines that the tool wrote.
func (p *tool) wait(t *testing.T) ([]string, error) {
	t.Helper()
	if err := <-p.done; err != nil {
		return nil, errors.Join(err, errors.New(p.text.String()))
	}
	b, err := os.ReadFile(p.out)
	if err != nil {
		return strings.Split(p.text.String(), "\r\n"), nil
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n"), nil
}

// fido2 runs a tool that must succeed, fido2Fails one that must name code.
func fido2(t *testing.T, params, answers []string, args ...string) []string {
	t.Helper()
	lines, err := startTool(t, params, answers, args...).wait(t)
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return lines
}

func fido2Fails(t *testing.T, code string, params, answers []string, args ...string) {
	t.Helper()
	_, err := startTool(t, params, answers, args...).wait(t)
	if err == nil || !strings.Contains(err.Error(), code) {
		t.Errorf("%v: got %v, want %s", args, err, code)
	}
}

func attach(t *testing.T, k *Key) *Port {
	t.Helper()
	p, err := k.Attach(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func unb64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// enrol makes a credential through fido2-cred, checks its attestation with the
// same tool, and returns its ID.
func enrol(t *testing.T, p *Port, answers ...string) []byte {
	t.Helper()
	made := fido2(t, []string{b64(challenge("make")), rp, "me", b64([]byte("user"))}, answers,
		"fido2-cred", "-M", "-h", p.Path())
	if len(made) < 5 {
		t.Fatalf("fido2-cred wrote %q", made)
	}
	verify := exec.CommandContext(t.Context(), "fido2-cred", "-V", "-h")
	verify.Stdin = strings.NewReader(strings.Join(made, "\n") + "\n")
	if out, err := verify.CombinedOutput(); err != nil {
		t.Errorf("the attestation does not verify: %v\n%s", err, out)
	}
	return unb64(t, made[4])
}

func assertParams(id, salts []byte) []string {
	return []string{b64(challenge("get")), rp, b64(id), b64(salts)}
}

// hmacSecret is the last line that fido2-assert -h writes.
func hmacSecret(t *testing.T, lines []string) []byte { return unb64(t, lines[len(lines)-1]) }

func TestLibfido2Secrets(t *testing.T) {
	protocols(t, func(t *testing.T, o Options) {
		k := newKey("seed", o)
		p := attach(t, k)
		fido2(t, nil, []string{pin, pin}, "fido2-token", "-S", p.Path())
		id := enrol(t, p, pin)
		cred, ok := k.vault().open(id, challenge(rp))
		if !ok {
			t.Fatal("the key does not know its credential")
		}
		for _, n := range []int{1, 2} {
			verified := hmacSecret(t, fido2(t, assertParams(id, salts(n)), []string{pin}, "fido2-assert", "-G", "-h", "-v", p.Path()))
			if want := cred.outputs(salts(n), true); !bytes.Equal(verified, want) {
				t.Errorf("%d salts with the PIN: %x, want %x", n, verified, want)
			}
			plain := hmacSecret(t, fido2(t, assertParams(id, salts(n)), nil, "fido2-assert", "-G", "-h", p.Path()))
			if want := cred.outputs(salts(n), false); !bytes.Equal(plain, want) {
				t.Errorf("%d salts without the PIN: %x, want %x", n, plain, want)
			}
			if bytes.Equal(plain, verified) {
				t.Error("the same secret with and without user verification")
			}
		}
		other := attach(t, newKey("another", o))
		fido2Fails(t, "FIDO_ERR_NO_CREDENTIALS", assertParams(id, salts(1)), nil, "fido2-assert", "-G", "-h", other.Path())
	})
}

func TestLibfido2PIN(t *testing.T) {
	protocols(t, func(t *testing.T, o Options) {
		k := newKey("seed", o)
		p := attach(t, k)
		info := func() string { return strings.Join(fido2(t, nil, nil, "fido2-token", "-I", p.Path()), "\n") }
		wantInfo := func(pattern string) {
			t.Helper()
			if got := info(); !regexp.MustCompile(pattern).MatchString(got) {
				t.Errorf("%q is not in\n%s", pattern, got)
			}
		}
		wantInfo(`options: .*\bnoclientPin\b`)
		wantInfo(`extension strings: .*\bhmac-secret\b`)
		fido2(t, nil, []string{pin, pin}, "fido2-token", "-S", p.Path())
		wantInfo(`options: .*\bclientPin\b`)
		wantInfo(`pin retries: 8`)
		fido2(t, nil, []string{pin, "longer PIN", "longer PIN"}, "fido2-token", "-C", p.Path())
		id := enrol(t, p, "longer PIN")

		ask := func(code, answer string) {
			t.Helper()
			fido2Fails(t, code, assertParams(id, salts(1)), []string{answer}, "fido2-assert", "-G", "-h", "-v", p.Path())
		}
		before := k.PINAttempts()
		ask("FIDO_ERR_PIN_INVALID", pin)
		wantInfo(`pin retries: 7`)
		ask("FIDO_ERR_PIN_INVALID", pin)
		ask("FIDO_ERR_PIN_AUTH_BLOCKED", pin)
		ask("FIDO_ERR_PIN_AUTH_BLOCKED", "longer PIN")
		wantInfo(`pin retries: 5`)
		if n := k.PINAttempts() - before; n != 4 {
			t.Errorf("%d PINs counted, 4 were sent", n)
		}
		k.Unplug()
		if p.Path() != "" {
			t.Errorf("an unplugged key has the path %s", p.Path())
		}
		if err := k.Plug(); err != nil {
			t.Fatal(err)
		}
		fido2(t, assertParams(id, salts(1)), []string{"longer PIN"}, "fido2-assert", "-G", "-h", "-v", p.Path())
		wantInfo(`pin retries: 8`)
		for range 2 {
			ask("FIDO_ERR_PIN_INVALID", pin)
			ask("FIDO_ERR_PIN_INVALID", pin)
			ask("FIDO_ERR_PIN_AUTH_BLOCKED", pin)
			k.Unplug()
			if err := k.Plug(); err != nil {
				t.Fatal(err)
			}
		}
		ask("FIDO_ERR_PIN_INVALID", pin)
		ask("FIDO_ERR_PIN_BLOCKED", pin)
		ask("FIDO_ERR_PIN_BLOCKED", "longer PIN")
		fido2(t, nil, nil, "fido2-token", "-R", p.Path())
		wantInfo(`options: .*\bnoclientPin\b`)
	})
}

func TestLibfido2Touch(t *testing.T) {
	k := newKey("seed", Options{})
	p := attach(t, k)
	id := enrol(t, p)
	k.SetTouch(TouchByHand())
	begin := func() *tool {
		a := startTool(t, assertParams(id, salts(1)), nil, "fido2-assert", "-G", "-h", p.Path())
		see(t, k, Blinking)
		return a
	}

	asked := begin()
	k.Touch()
	if _, err := asked.wait(t); err != nil {
		t.Error("touched:", err)
	}

	pulled := begin()
	k.Unplug()
	if _, err := pulled.wait(t); err == nil || !strings.Contains(err.Error(), "FIDO_ERR_RX") {
		t.Errorf("pulled out while blinking: %v", err)
	}
	if err := k.Plug(); err != nil {
		t.Fatal(err)
	}

	// A program that is killed leaves the key blinking; the next one must find
	// it free, whether the key has noticed by then or not.
	for _, notice := range []bool{true, false} {
		killed := begin()
		if err := killed.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if _, err := killed.wait(t); err == nil {
			t.Error("a killed tool ended well")
		}
		if notice {
			see(t, k, Idle)
		}
		fido2(t, nil, nil, "fido2-token", "-I", p.Path())
	}

	silent := fido2(t, assertParams(id, nil)[:3], nil, "fido2-assert", "-G", "-t", "up=false", p.Path())
	if authData := unb64(t, silent[2]); authData[len(authData)-5]&flagUP != 0 {
		t.Error("a silent assertion claims a touch")
	}
}

func TestLibfido2ResidentKeys(t *testing.T) {
	k := newKey("seed", Options{})
	p := attach(t, k)
	for _, user := range []string{"first", "second"} {
		fido2(t, []string{b64(challenge("make")), rp, user, b64([]byte(user))}, nil, "fido2-cred", "-M", "-h", "-r", p.Path())
	}
	got := fido2(t, []string{b64(challenge("get")), rp, b64(salts(1))}, nil, "fido2-assert", "-G", "-h", "-r", p.Path())
	users := strings.Join(got, "\n")
	for _, user := range []string{"first", "second"} {
		if !strings.Contains(users, b64([]byte(user))) {
			t.Errorf("%q is not among\n%s", user, users)
		}
	}
}

func TestPortEndsWithItsContext(t *testing.T) {
	k := newKey("seed", Options{})
	var paths []string
	p, err := k.AttachFunc(t.Context(), func(path string) { paths = append(paths, path) })
	if err != nil {
		t.Fatal(err)
	}
	first := p.Path()
	k.Unplug()
	if err := k.Plug(); err != nil {
		t.Fatal(err)
	}
	second := p.Path()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if p.Path() != "" {
		t.Error("a closed port has a path")
	}
	k.Unplug()
	if err := k.Plug(); err != nil {
		t.Fatal(err)
	}
	want := []string{first, "", second, ""}
	if strings.Join(paths, ",") != strings.Join(want, ",") || first == "" || second == "" {
		t.Errorf("paths %q, want %q", paths, want)
	}
}
