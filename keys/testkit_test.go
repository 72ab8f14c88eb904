package keys

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"strings"
	"testing"

	agetest "c2sp.org/CCTV/age"
	"filippo.io/age"
)

// TestAgeTestKit runs the armored vectors of the C2SP age test kit through the
// function that reads a keyring's age files. (The others are not armored, and
// could not stand in a keyring.)
func TestAgeTestKit(t *testing.T) {
	vectors, err := fs.ReadDir(agetest.Vectors, ".")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, entry := range vectors {
		b, err := fs.ReadFile(agetest.Vectors, entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		head, file, ok := bytes.Cut(b, []byte("\n\n"))
		if !ok {
			t.Fatalf("%s has no head", entry.Name())
		}
		fields := map[string]string{}
		for line := range strings.SplitSeq(string(head), "\n") {
			name, value, _ := strings.Cut(line, ": ")
			fields[name] = value
		}
		if fields["armored"] != "yes" {
			continue
		}
		ran++
		t.Run(entry.Name(), func(t *testing.T) {
			got, err := openArmored(unpack(t, fields, file), testkitIdentity(t, fields))
			if fields["expect"] != "success" {
				if err == nil {
					t.Errorf("opened; expected %s", fields["expect"])
				}
				return
			}
			sum := sha256.Sum256(got)
			if err != nil || hex.EncodeToString(sum[:]) != fields["payload"] {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	if ran < 30 {
		t.Errorf("only %d armored vectors", ran)
	}
}

func testkitIdentity(t *testing.T, fields map[string]string) age.Identity {
	t.Helper()
	if fields["identity"] == "" && fields["passphrase"] == "" {
		// Nothing is to be opened: any identity will do.
		id, err := age.GenerateHybridIdentity()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	if fields["identity"] == "" {
		id, err := scryptIdentity(NewSecret([]byte(fields["passphrase"])))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	ids, err := age.ParseIdentities(strings.NewReader(fields["identity"]))
	if err != nil {
		t.Fatal(err)
	}
	return ids[0]
}

func unpack(t *testing.T, fields map[string]string, file []byte) string {
	t.Helper()
	if fields["compressed"] == "" {
		return string(file)
	}
	r, err := zlib.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
