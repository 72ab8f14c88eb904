package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"touchback/keys"
	"touchback/keys/prf"
)

// peerPage is a page of the npm package age-encryption, which is not part of
// this project: see keys/prf/peer_test.go for how to install it. Nothing but
// the browser runs it.
const peerPage = `<!doctype html><title>peer</title><p id="title">loading
<script type="importmap">{"imports": {
  "age-encryption": "/age-encryption/dist/index.js",
  "@noble/ciphers/": "/@noble/ciphers/", "@noble/curves/": "/@noble/curves/", "@noble/hashes/": "/@noble/hashes/",
  "@noble/post-quantum/": "/@noble/post-quantum/", "@scure/base": "/@scure/base/index.js"
}}</script>
<script type="module">
import * as age from "age-encryption"
window.create = () => age.webauthn.createCredential({ keyName: "peer", rpId: "localhost" })
window.encrypt = async (identity, text) => {
  const e = new age.Encrypter()
  e.addRecipient(new age.webauthn.WebAuthnRecipient({ identity }))
  return age.armor.encode(await e.encrypt(text))
}
window.decrypt = (identity, file) => {
  const d = new age.Decrypter()
  d.addIdentity(new age.webauthn.WebAuthnIdentity({ identity }))
  return d.decrypt(age.armor.decode(file), "text")
}
document.getElementById("title").textContent = "ready"
</script>`

type peer struct {
	tab
	url string
}

func newPeer(t *testing.T, b tab) peer {
	t.Helper()
	dir := os.Getenv("AGE_ENCRYPTION")
	if dir == "" {
		t.Skip("AGE_ENCRYPTION does not name a folder with node_modules/age-encryption in it")
	}
	modules := filepath.Join(dir, "node_modules")
	if _, err := os.Stat(filepath.Join(modules, "age-encryption", "dist", "index.js")); err != nil {
		t.Fatal(err)
	}
	files := http.FileServer(http.Dir(modules))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, peerPage)
			return
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return peer{b, strings.Replace(s.URL, "127.0.0.1", "localhost", 1)}
}

// call runs one of the page's functions, as if a person had asked for it.
func (p peer) call(function string, args ...string) string {
	p.t.Helper()
	p.goTo(p.url)
	p.until("ready")
	list, err := json.Marshal(append([]string{}, args...))
	if err != nil {
		p.t.Fatal(err)
	}
	expression := fmt.Sprintf("window.%s(...%s)", function, list)
	return read(p.tab, func(ctx context.Context, target *chromedp.Target) (string, error) {
		yes := true
		r, err := cdp.Call(ctx, target, runtime.Evaluate, runtime.EvaluateParams{
			Expression: expression, AwaitPromise: &yes, ReturnByValue: &yes, UserGesture: &yes,
		})
		if err != nil {
			return "", err
		}
		if r.ExceptionDetails != nil {
			return "", fmt.Errorf("%s: %s", function, r.ExceptionDetails.Exception.Description)
		}
		var s string
		return s, json.Unmarshal(r.Result.Value, &s)
	})
}

// evaluator asks through a page of its own for each gesture.
func evaluator(t *testing.T, b tab, p keys.Passkey) prf.Evaluate {
	return func(in [2][]byte) ([]byte, error) {
		out, err := open(t, b, p, in)
		return bytesOf(out), err
	}
}

// TestPeer: what age-encryption encrypts to a passkey opens here, and the
// reverse, whichever of the two made the passkey.
func TestPeer(t *testing.T) {
	b := newTab(t)
	other := newPeer(t, b)
	b.authenticator(nil)
	ours := enrol(t, b)
	theirs, err := prf.ParseCredential(other.call("create"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]prf.Credential{
		"made here":  {ID: ours.CredentialID, RPID: ours.RPID, Transports: ours.Transports},
		"made there": theirs,
	} {
		t.Run(name, func(t *testing.T) {
			identity, err := c.Encode()
			if err != nil {
				t.Fatal(err)
			}
			passkey := keys.Passkey{CredentialID: c.ID, RPID: c.RPID, Transports: c.Transports}

			r, err := age.Decrypt(armor.NewReader(strings.NewReader(other.call("encrypt", identity, "from there"))),
				prf.NewIdentity(evaluator(t, b, passkey)))
			if err != nil {
				t.Fatal(err)
			}
			if text, err := io.ReadAll(r); err != nil || string(text) != "from there" {
				t.Errorf("read %q, %v", text, err)
			}

			var file strings.Builder
			a := armor.NewWriter(&file)
			w, err := age.Encrypt(a, prf.NewRecipient(evaluator(t, b, passkey)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(w, "from here"); err != nil || w.Close() != nil || a.Close() != nil {
				t.Fatal("encrypting failed")
			}
			if got := other.call("decrypt", identity, file.String()); got != "from here" {
				t.Errorf("the peer read %q", got)
			}
		})
	}
}
