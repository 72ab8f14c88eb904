package browser

import (
	"encoding/base64"
	"encoding/json"
	"errors"
)

// octets are bytes that travel as base64url without padding, as everywhere in
// WebAuthn. It decodes from the request's own buffer, with no string between,
// so that both ends can be wiped.
type octets []byte

var errBase64 = errors.New("not base64url")

func (b *octets) UnmarshalJSON(q []byte) error {
	if string(q) == "null" {
		*b = nil
		return nil
	}
	if len(q) < 2 || q[0] != '"' {
		return errBase64
	}
	q = q[1 : len(q)-1]
	encoding := base64.RawURLEncoding.Strict()
	out := make([]byte, encoding.DecodedLen(len(q)))
	n, err := encoding.Decode(out, q)
	if err != nil {
		clear(out)
		return errBase64 // base64's own error quotes nothing, but says where
	}
	*b = out[:n]
	return nil
}

func (b octets) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.RawURLEncoding.EncodeToString(b))
}

// What the page is told: view is the whole of what it shows.
type view struct {
	Seq     int      `json:"seq"` // counts up; the page asks for what follows
	Backup  string   `json:"backup"`
	Passkey string   `json:"passkey,omitempty"`
	Step    *asking  `json:"step,omitempty"`
	Wait    *words   `json:"wait,omitempty"` // nothing to do now
	Over    *verdict `json:"over,omitempty"`
}

type words struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// asking is one gesture that the person is asked for.
type asking struct {
	words
	N      int    `json:"n"`
	Of     int    `json:"of"`
	Button string `json:"button"`

	Create *creation `json:"create,omitempty"` // one of the two
	Get    *request  `json:"get,omitempty"`
}

type verdict struct {
	words
	Good bool `json:"good"`
}

// creation and request follow PublicKeyCredentialCreationOptions and
// -RequestOptions (WebAuthn Level 3, §5.4 and §5.5).
type creation struct {
	Challenge     octets         `json:"challenge"`
	RP            entity         `json:"rp"`
	User          user           `json:"user"`
	Params        []param        `json:"pubKeyCredParams"`
	Timeout       int64          `json:"timeout"` // milliseconds
	Exclude       []descriptor   `json:"excludeCredentials"`
	Authenticator selection      `json:"authenticatorSelection"`
	Attestation   string         `json:"attestation"`
	Extensions    map[string]any `json:"extensions"`
}

type request struct {
	Challenge        octets       `json:"challenge"`
	RPID             string       `json:"rpId"`
	Timeout          int64        `json:"timeout"`
	Allow            []descriptor `json:"allowCredentials"`
	UserVerification string       `json:"userVerification"`
	Hints            []string     `json:"hints,omitempty"`
	Inputs           [2]octets    `json:"inputs"` // the page makes extensions.prf.eval of them
}

type entity struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type user struct {
	ID          octets `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
}

type param struct {
	Type string `json:"type"`
	Alg  int    `json:"alg"`
}

type descriptor struct {
	Type       string   `json:"type"`
	ID         octets   `json:"id"`
	Transports []string `json:"transports,omitempty"`
}

type selection struct {
	ResidentKey      string `json:"residentKey"`
	UserVerification string `json:"userVerification"`
}

// answer is what the page sends back for one gesture.
type answer struct {
	Seq         int      `json:"seq"`
	Failure     string   `json:"failure"` // name of a DOMException, or "" for an answer
	ID          octets   `json:"id"`
	ClientData  octets   `json:"clientData"`
	AuthData    octets   `json:"authData"`
	Signature   octets   `json:"signature"`
	Attestation octets   `json:"attestation"`
	Transports  []string `json:"transports"`
	Enabled     bool     `json:"enabled"` // extensions.prf.enabled
	First       octets   `json:"first"`   // extensions.prf.results
	Second      octets   `json:"second"`
}

// wipe ends what is secret in an answer.
func (a *answer) wipe() {
	clear(a.First)
	clear(a.Second)
}
