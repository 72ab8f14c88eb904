package prf

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// peerAnswers is the authenticator that testdata/peer.mjs has too.
func peerAnswers(c Credential) Evaluate {
	return func(inputs [2][]byte) ([]byte, error) {
		var out []byte
		for _, salt := range Salts(inputs) {
			h := hmac.New(sha256.New, append([]byte("peer"), c.ID...))
			h.Write(salt[:])
			out = h.Sum(out)
		}
		return out, nil
	}
}

// peer asks the npm package age-encryption. It is not part of this project:
//
//	npm install --prefix DIR age-encryption@0.3.1
//	AGE_ENCRYPTION=DIR go test ./keys/...
//
// What it once wrote is in testdata and always tested.
func peer(t *testing.T, request map[string]any) map[string]string {
	t.Helper()
	if os.Getenv("AGE_ENCRYPTION") == "" {
		t.Skip("AGE_ENCRYPTION does not name a folder with node_modules/age-encryption in it")
	}
	in, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/peer.mjs")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]string
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestPeer(t *testing.T) {
	transports := []string{"internal", "hybrid"}
	id := bytes.Repeat([]byte{0xab}, 300)
	made := peer(t, map[string]any{
		"do": "create", "rp_id": "localhost", "credential": hex.EncodeToString(id), "transports": transports,
	})["identity"]
	c := Credential{ID: id, RPID: "localhost", Transports: transports}
	ours, err := c.Encode()
	if err != nil || ours != made {
		t.Fatalf("the peer names the credential %s, we %s (%v)", made, ours, err)
	}
	t.Run("peer opens ours", func(t *testing.T) {
		var file strings.Builder
		a := armor.NewWriter(&file)
		w, err := age.Encrypt(a, NewRecipient(peerAnswers(c)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("from here")); err != nil {
			t.Fatal(err)
		}
		if w.Close() != nil || a.Close() != nil {
			t.Fatal("closing failed")
		}
		if got := peer(t, map[string]any{"do": "decrypt", "identity": ours, "file": file.String()})["text"]; got != "from here" {
			t.Errorf("the peer read %q", got)
		}
	})
	t.Run("we open the peer's", func(t *testing.T) {
		file := peer(t, map[string]any{"do": "encrypt", "identity": ours, "text": "from there"})["file"]
		r, err := age.Decrypt(armor.NewReader(strings.NewReader(file)), NewIdentity(peerAnswers(c)))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil || b.String() != "from there" {
			t.Errorf("read %q, %v", b.String(), err)
		}
	})
}
