package browser

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"touchback/keys"
	"touchback/keys/soft"
)

// asSecurityKey puts a security key in the place of navigator.credentials: what
// the page asks goes to the test, which asks the key by CTAP, as a browser does
// with a real one.
const asSecurityKey = `
{
  const text = b => btoa(String.fromCharCode(...new Uint8Array(b.buffer ?? b)))
  const bytes = s => Uint8Array.from(atob(s), c => c.charCodeAt(0)).buffer
  const url = b => text(b).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
  CredentialsContainer.prototype.get = async ({ publicKey: o }) => {
    if (o.userVerification !== "required" || o.allowCredentials.length !== 1) throw Error("not as expected")
    const { first, second } = o.extensions.prf.eval
    const clientData = new TextEncoder().encode(JSON.stringify(
      { type: "webauthn.get", challenge: url(o.challenge), origin: location.origin, crossOrigin: false }))
    const got = await securityKey({ id: text(o.allowCredentials[0].id), rpID: o.rpId, first: text(first), second: text(second) })
    return {
      rawId: o.allowCredentials[0].id.buffer,
      response: { clientDataJSON: clientData.buffer, authenticatorData: bytes(got.authData), signature: new ArrayBuffer(0) },
      getClientExtensionResults: () => ({ prf: { results: { first: bytes(got.first), second: bytes(got.second) } } }),
    }
  }
}`

type ctapRequest struct {
	ID     []byte `json:"id"`
	RPID   string `json:"rpID"`
	First  []byte `json:"first"`
	Second []byte `json:"second"`
}

type ctapAnswer struct {
	AuthData []byte `json:"authData"`
	First    []byte `json:"first"`
	Second   []byte `json:"second"`
}

// byCTAP asks a security key the other way, without a browser.
type byCTAP struct {
	key keys.Authenticator
	pin *keys.Secret
}

func (a byCTAP) Evaluate(ctx context.Context, p keys.Passkey, in keys.PRFInputs) (*keys.Secret, error) {
	return a.key.Evaluate(ctx, p, in, a.pin, keys.Prompts{})
}

// TestSecurityKeyOnBothRoads: a security key that was enrolled by CTAP opens
// the backup from the page, and one that the page locked with opens by CTAP.
func TestSecurityKeyOnBothRoads(t *testing.T) {
	b := newTab(t)
	k := soft.New([32]byte([]byte("a key for both roads, 32 bytes !")), soft.Options{})
	k.SetTouch(soft.TouchAlways())
	direct, pin := k.Authenticator(), keys.NewSecret([]byte("123456"))
	if err := direct.SetPIN(t.Context(), pin); err != nil {
		t.Fatal(err)
	}
	usb := byCTAP{direct, pin}
	p, err := direct.Create(t.Context(), RPID, "Ana", pin, keys.Prompts{})
	if err != nil {
		t.Fatal(err)
	}
	d := newDevice(t, algES256) // for what a browser adds to the key's answer
	tell(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: asSecurityKey})
	b.do(chromedp.ExposeFunc("securityKey", func(ctx context.Context, r ctapRequest) (ctapAnswer, error) {
		out, err := usb.Evaluate(ctx, keys.Passkey{CredentialID: r.ID, RPID: r.RPID}, keys.PRFInputs{r.First, r.Second})
		if err != nil {
			return ctapAnswer{}, err
		}
		both := bytesOf(out)
		return ctapAnswer{d.authData(t, bend{}, false), both[:32], both[32:]}, nil
	}))

	key, err := keys.NewRootKey(bytes.Repeat([]byte{7}, keys.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	roads := map[string]func(*keys.Keyring, string) error{
		"by CTAP": func(ring *keys.Keyring, id string) error {
			_, err := ring.Unlock(t.Context(), id, keys.ByPasskey{Evaluator: usb})
			return err
		},
		"in the page": func(ring *keys.Keyring, id string) error {
			c, s := serve(t, Options{})
			b.goTo(s.URL())
			got := later(func() (*keys.BackupKey, error) {
				k, err := ring.Unlock(b.ctx, id, keys.ByPasskey{Evaluator: c})
				c.Finish(b.ctx, err)
				return k, err
			})
			b.press("Open your backup")
			_, err := wait(t, got)
			return err
		},
	}
	for name, lock := range map[string]func(*keys.Keyring) (keys.Method, error){
		"locked by CTAP": func(ring *keys.Keyring) (keys.Method, error) {
			return ring.AddPasskey(t.Context(), "Ana's key", p, usb)
		},
		"locked in the page": func(ring *keys.Keyring) (keys.Method, error) {
			c, s := serve(t, Options{Purpose: Enrol})
			b.goTo(s.URL())
			added := later(func() (keys.Method, error) {
				m, err := ring.AddPasskey(b.ctx, "Ana's key", p, c)
				c.Finish(b.ctx, err)
				return m, err
			})
			for _, n := range []string{"Step 1 of 2", "Step 2 of 2"} {
				b.count(n)
				b.do(chromedp.Click("#go:not([aria-disabled])"))
			}
			return wait(t, added)
		},
	} {
		ring := keys.Create(key, time.Now())
		m, err := lock(ring)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		ring.Lock()
		for road, unlock := range roads {
			if err := unlock(ring, m.ID); err != nil {
				t.Errorf("%s, opened %s: %v", name, road, err)
			}
		}
	}
}
