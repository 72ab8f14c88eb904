package keys_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"touchback/keys"
	"touchback/keys/prf"
)

var updateVectors = flag.Bool("update-vectors", false, "make docs/keyring-vectors.json anew")

const vectorFile = "../docs/keyring-vectors.json"

// vector is a keyring with all that opens it: what another program must agree
// with. The secrets in it protect nothing.
type vector struct {
	Comment   string          `json:"comment"`
	BackupKey string          `json:"backup_key"` // hex
	Passkey   vectorPasskey   `json:"passkey"`
	Password  string          `json:"password"`
	Identity  string          `json:"identity"` // of the recipient
	Keyring   json.RawMessage `json:"keyring"`
}

// vectorPasskey stands for an authenticator: with user verification, its
// hmac-secret is HMAC-SHA256(CredRandom, salt) for each salt (CTAP 2.1, 12.5).
type vectorPasskey struct {
	CredentialID string `json:"credential_id"` // hex
	CredRandom   string `json:"cred_random"`   // hex
}

// Evaluate implements keys.Evaluator without the package's own software key.
func (v vectorPasskey) Evaluate(_ context.Context, p keys.Passkey, in keys.PRFInputs) (*keys.Secret, error) {
	secret, err := hex.DecodeString(v.CredRandom)
	if err != nil || hex.EncodeToString(p.CredentialID) != v.CredentialID {
		return nil, keys.ErrNoCredential
	}
	var out []byte
	for _, input := range in {
		salt := sha256.Sum256(append([]byte("WebAuthn PRF\x00"), input...))
		h := hmac.New(sha256.New, secret)
		h.Write(salt[:])
		out = h.Sum(out)
	}
	return keys.NewSecret(out), nil
}

// TestVectors opens the keyring of the specification by every one of its
// methods.
func TestVectors(t *testing.T) {
	if *updateVectors {
		makeVectors(t)
	}
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var v vector
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	want, err := hex.DecodeString(v.BackupKey)
	if err != nil {
		t.Fatal(err)
	}
	identity, err := age.ParseHybridIdentity(v.Identity)
	if err != nil {
		t.Fatal(err)
	}
	for label, c := range map[string]keys.Credential{
		"a passkey":   keys.ByPasskey{Evaluator: v.Passkey},
		"a password":  keys.ByPassword{Password: keys.NewSecret([]byte(v.Password))},
		"a recipient": keys.ByIdentity{Identity: identity},
	} {
		ring, err := keys.Read(bytes.NewReader(v.Keyring))
		if err != nil {
			t.Fatal(err)
		}
		m, err := ring.Find(label)
		if err != nil {
			t.Fatal(err)
		}
		key, err := ring.Unlock(t.Context(), m.ID, c)
		if err != nil {
			t.Errorf("%s: %v", label, err)
			continue
		}
		key.Use(func(root []byte) {
			if !bytes.Equal(root, want) {
				t.Errorf("%s opens to another key", label)
			}
		})
		key.Wipe()
		ring.Lock()
	}
}

func makeVectors(t *testing.T) {
	t.Helper()
	known := func(of string) []byte {
		sum := sha256.Sum256([]byte("touchback keyring vector: " + of))
		return sum[:]
	}
	key, err := keys.NewRootKey(known("backup key"))
	if err != nil {
		t.Fatal(err)
	}
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	v := vector{
		Comment:   "A keyring of version 1 and all that opens it. Nothing is protected by it. See keyring.md.",
		BackupKey: hex.EncodeToString(known("backup key")),
		Passkey: vectorPasskey{
			CredentialID: hex.EncodeToString(known("credential")), CredRandom: hex.EncodeToString(known("cred random")),
		},
		Password: "correct horse battery staple",
		Identity: identity.String(),
	}
	ring := keys.Create(key, time.Date(2026, 5, 12, 9, 44, 0, 0, time.UTC))
	passkey := keys.Passkey{CredentialID: known("credential"), RPID: "localhost", Transports: []string{"usb"}}
	if _, err := ring.AddPasskey(t.Context(), "a passkey", passkey, v.Passkey); err != nil {
		t.Fatal(err)
	}
	if _, err := ring.AddPassword(t.Context(), "a password", keys.NewSecret([]byte(v.Password))); err != nil {
		t.Fatal(err)
	}
	if _, err := ring.AddRecipient("a recipient", identity.Recipient().String()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keyring")
	if err := ring.Save(path); err != nil {
		t.Fatal(err)
	}
	if v.Keyring, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(vectorFile, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestVectorSalts holds the salts of the specification to package prf.
func TestVectorSalts(t *testing.T) {
	in := keys.PRFInputs{[]byte("one"), []byte("two")}
	got := prf.Salts(in)
	for i, input := range in {
		if want := sha256.Sum256(append([]byte("WebAuthn PRF\x00"), input...)); !bytes.Equal(got[i][:], want[:]) {
			t.Errorf("salt %d is %x, want %x", i, got[i], want)
		}
	}
}
