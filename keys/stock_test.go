package keys

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"filippo.io/age/plugin"
	"golang.org/x/crypto/chacha20poly1305"
)

// These tests open a keyring by docs/keyring.md alone: with age, a plugin for
// age, and a few lines from the standard library, none of it from this program.

// TestMain lets the test binary stand in for age-plugin-fido2prf, when age
// starts it under that name.
func TestMain(m *testing.M) {
	if strings.HasPrefix(filepath.Base(os.Args[0]), "age-plugin-fido2prf") {
		p, err := plugin.New("fido2prf")
		if err != nil {
			panic(err)
		}
		p.HandleIdentity(func(data []byte) (age.Identity, error) { return newStockIdentity(data) })
		os.Exit(p.Main())
	}
	os.Exit(m.Run())
}

// stockIdentity is the fido2prf identity as the specification has it, with the
// secret of testKey "ana" for an authenticator.
type stockIdentity struct {
	credentialID []byte
	rpID         string
}

// newStockIdentity reads the CBOR sequence with lengths below 24, and no more.
func newStockIdentity(data []byte) (*stockIdentity, error) {
	if len(data) < 3 || data[0] != 1 || data[1]>>5 != 2 || data[1]&31 > 23 {
		return nil, errors.New("not an identity of the test's")
	}
	n := int(data[1] & 31)
	id, rest := data[2:2+n], data[2+n:]
	if rest[0]>>5 != 3 || rest[0]&31 > 23 {
		return nil, errors.New("not a relying party of the test's")
	}
	return &stockIdentity{bytes.Clone(id), string(rest[1 : 1+rest[0]&31])}, nil
}

func (i *stockIdentity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	const label = "age-encryption.org/fido2prf"
	for _, s := range stanzas {
		if s.Type != label {
			continue
		}
		nonce, err := base64.RawStdEncoding.DecodeString(s.Args[0])
		if err != nil {
			return nil, err
		}
		var both []byte
		for n := range 2 {
			input := fmt.Sprintf("%s%c%s", label, n+1, nonce)
			salt := sha256.Sum256([]byte("WebAuthn PRF\x00" + input))
			secret := hmac.New(sha256.New, []byte("ana"+i.rpID))
			secret.Write(i.credentialID)
			secret.Write(salt[:])
			both = secret.Sum(both)
		}
		key, err := hkdf.Extract(sha256.New, both, []byte(label))
		if err != nil {
			return nil, err
		}
		aead, err := chacha20poly1305.New(key)
		if err != nil {
			return nil, err
		}
		return aead.Open(nil, make([]byte, 12), s.Body, nil)
	}
	return nil, age.ErrIncorrectIdentity
}

// stockKeyring is what the specification names of the file.
type stockKeyring struct {
	Secret  struct{ Kind, Sealed string }
	Methods []struct {
		ID, Kind, Label, Recipient, Identity string
		Passkey                              struct{ Identity string }
	}
	MAC string
}

func stockDecrypt(t testing.TB, file string, id age.Identity) string {
	t.Helper()
	r, err := age.Decrypt(armor.NewReader(strings.NewReader(file)), id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// stockHybrid reads an age identity file as age does.
func stockHybrid(t testing.TB, file string) age.Identity {
	t.Helper()
	ids, err := age.ParseIdentities(strings.NewReader(file))
	if err != nil || len(ids) != 1 {
		t.Fatalf("%q is no identity file: %v", file, err)
	}
	return ids[0]
}

// stockMAC computes the MAC from the file's JSON and the key's digits.
func stockMAC(t testing.TB, b []byte, digits string) string {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	delete(doc, "mac")
	var canonical bytes.Buffer
	e := json.NewEncoder(&canonical) // sorts; for such texts as the test's that is RFC 8785
	e.SetEscapeHTML(false)
	if err := e.Encode(doc); err != nil {
		t.Fatal(err)
	}
	root, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	key, err := hkdf.Key(sha256.New, root, nil, "touchback keyring v1", 32)
	if err != nil {
		t.Fatal(err)
	}
	h := hmac.New(sha256.New, key)
	h.Write(bytes.TrimSuffix(canonical.Bytes(), []byte("\n")))
	return hex.EncodeToString(h.Sum(nil))
}

// asPlugin puts the test binary on the PATH as age-plugin-fido2prf.
func asPlugin(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "age-plugin-fido2prf")
	if runtime.GOOS == "windows" {
		t.Skip("a test binary has no second name here")
	}
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func stockSetUp(t *testing.T) ([]byte, stockKeyring) {
	t.Helper()
	k, _ := newKeyring(t)
	b := jsonOf(t, k)
	var doc stockKeyring
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	return b, doc
}

func TestStockAgeOpensEveryPart(t *testing.T) {
	b, doc := stockSetUp(t)
	asPlugin(t)
	passkey, err := plugin.NewIdentity(doc.Methods[0].Passkey.Identity, &plugin.ClientUI{})
	if err != nil {
		t.Fatal(err)
	}
	password, err := age.NewScryptIdentity("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	for i, with := range []age.Identity{passkey, password} {
		m := doc.Methods[i]
		identity := stockHybrid(t, stockDecrypt(t, m.Identity, with))
		if got := identity.(*age.HybridIdentity).Recipient().String(); got != m.Recipient {
			t.Errorf("%s: its recipient is %s, not %s", m.Label, got, m.Recipient)
		}
		digits := stockDecrypt(t, doc.Secret.Sealed, identity)
		if digits != testDigits+"\n" {
			t.Errorf("%s: the secret is %q", m.Label, digits)
		}
	}
	if got := stockMAC(t, b, testDigits); got != doc.MAC {
		t.Errorf("the MAC is %s, and by the specification %s", doc.MAC, got)
	}
}

// TestAgeCommand runs the age of the distribution, which may be older than
// post-quantum recipients: it opens the passkey's part, and the secret where
// it can.
func TestAgeCommand(t *testing.T) {
	if _, err := exec.LookPath("age"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("age is not installed")
		}
		t.Skip("age is not installed")
	}
	_, doc := stockSetUp(t)
	asPlugin(t)
	dir := t.TempDir()
	decrypt := func(identity, file string) (string, error) {
		id, in := filepath.Join(dir, "identity"), filepath.Join(dir, "in.age")
		if err := errors.Join(os.WriteFile(id, []byte(identity), 0o600), os.WriteFile(in, []byte(file), 0o600)); err != nil {
			t.Fatal(err)
		}
		var stderr strings.Builder
		cmd := exec.CommandContext(t.Context(), "age", "--decrypt", "-i", id, in)
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, &stderr)
		}
		return string(out), err
	}
	identity, err := decrypt(doc.Methods[0].Passkey.Identity+"\n", doc.Methods[0].Identity)
	if err != nil {
		t.Fatal(err)
	}
	stockHybrid(t, identity)
	digits, err := decrypt(identity, doc.Secret.Sealed)
	if err != nil && strings.Contains(err.Error(), "unknown identity type") {
		t.Logf("this age has no post-quantum identities: %v", err)
		return
	}
	if err != nil || digits != testDigits+"\n" {
		t.Errorf("the secret is %q, %v", digits, err)
	}
}

// TestStockFileKey: a sealed file key is the file "key" itself.
func TestStockFileKey(t *testing.T) {
	file := madeFileKey(t)
	key, err := ParseKeyFile(file)
	if err != nil {
		t.Fatal(err)
	}
	escrow, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	k := Create(key, testTime)
	if _, err := k.AddRecipient("office", escrow.Recipient().String()); err != nil {
		t.Fatal(err)
	}
	if got := stockDecrypt(t, k.sealed, escrow); got != string(file) {
		t.Errorf("sealed: %x", got)
	}
	got, _, err := reread(t, jsonOf(t, k)).UnlockAny(t.Context(), ByIdentity{escrow})
	if err != nil || !got.Equal(key) {
		t.Errorf("%v", err)
	}
}

// TestNpmOpensTheKeyring: see keys/prf/peer_test.go for what it needs. The
// peer's authenticator is HMAC under "peer" and the credential ID.
func TestNpmOpensTheKeyring(t *testing.T) {
	if os.Getenv("AGE_ENCRYPTION") == "" {
		t.Skip("AGE_ENCRYPTION does not name a folder with node_modules/age-encryption in it")
	}
	k := Create(testRoot(t), testTime)
	if _, err := k.AddPasskey(t.Context(), "Ana's phone", testPasskey("ana-credential"), peerKey{}); err != nil {
		t.Fatal(err)
	}
	request, err := json.Marshal(map[string]any{"do": "keyring", "keyring": json.RawMessage(jsonOf(t, k))})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "prf/testdata/peer.mjs")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(request), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Text string }
	if err := json.Unmarshal(out, &answer); err != nil || answer.Text != testDigits+"\n" {
		t.Errorf("the peer read %q, %v", answer.Text, err)
	}
}
