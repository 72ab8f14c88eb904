package keys

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"
	"touchback/keys/prf"
)

// MaxKeyring is the largest keyring that is read, in bytes. One with
// MaxMethods passkeys has some 400 KiB.
const MaxKeyring = 1 << 20

var idPattern = regexp.MustCompile(`^[a-z0-9]{1,32}$`)

// Read reads a keyring whole, MaxKeyring at most, and checks its form: the
// error is a *FormatError or a *VersionError. Nothing is authenticated before
// Unlock. Members it does not know are kept and written again.
func Read(r io.Reader) (*Keyring, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxKeyring+1))
	if err != nil {
		return nil, err
	}
	return parseKeyring(b)
}

func parseKeyring(b []byte) (*Keyring, error) {
	if len(b) > MaxKeyring {
		return nil, formatError("", "it is larger than %d KiB", MaxKeyring>>10)
	}
	o, err := parseJSON(b)
	if err != nil {
		return nil, err
	}
	f := fields{o: o}
	// Version first: nothing else means anything before it.
	if v, ok := f.o.take("version").(int64); !ok {
		return nil, formatError("version", "missing")
	} else if v != keyringVersion {
		return nil, &VersionError{Version: v}
	}
	k := &Keyring{created: f.time("created"), saved: sha256.Sum256(b), onDisk: true}

	secret := f.object("secret")
	k.kind, k.sealed = KeyKind(secret.text("kind")), secret.text("sealed")
	if k.kind != KindRootKey && k.kind != KindFileKey {
		secret.fail("kind", "unknown")
	}
	k.secretExtra = secret.o

	mac := f.text("mac")
	if k.mac, err = hex.DecodeString(mac); err != nil || len(k.mac) != sha256.Size || hex.EncodeToString(k.mac) != mac {
		f.fail("mac", "not 64 lower-case hex digits")
	}
	list, ok := f.o.take("methods").([]any)
	if !ok || len(list) == 0 || len(list) > MaxMethods {
		f.fail("methods", "not a list of 1 to "+strconv.Itoa(MaxMethods))
		list = nil
	}
	k.extra = f.o
	for _, e := range []error{f.err, secret.err} {
		if e != nil {
			return nil, e
		}
	}
	for i, v := range list {
		m := fields{where: "methods[" + strconv.Itoa(i) + "]."}
		if m.o, ok = v.(object); !ok {
			m.fail("", "not an object")
		}
		rec := readMethod(&m)
		if m.err == nil && slices.ContainsFunc(k.methods, func(r record) bool { return r.ID == rec.ID }) {
			m.fail("id", "used twice")
		}
		if m.err != nil {
			return nil, m.err
		}
		k.methods = append(k.methods, rec)
	}
	return k, nil
}

func readMethod(f *fields) record {
	var r record
	r.ID, r.Kind, r.Label = f.text("id"), MethodKind(f.text("kind")), f.text("label")
	r.Created = f.time("created")
	if f.has("tested") {
		r.Tested = f.time("tested")
	}
	r.Recipient = f.text("recipient")
	if !idPattern.MatchString(r.ID) {
		f.fail("id", "not of lower-case letters and digits")
	}
	if checkLabel(r.Label) != nil {
		f.fail("label", "empty or too long")
	}
	if parsed, err := age.ParseHybridRecipient(r.Recipient); err != nil || parsed.String() != r.Recipient {
		f.fail("recipient", "not a post-quantum age recipient")
	}
	switch r.Kind {
	case MethodPasskey:
		readPasskey(f, &r)
		r.identity = f.text("identity")
	case MethodPassword:
		r.identity = f.text("identity")
	case MethodRecipient:
		if f.has("identity") {
			f.fail("identity", "a recipient has none")
		}
	default:
		f.fail("kind", "unknown")
	}
	if r.Kind != MethodPasskey && f.has("passkey") {
		f.fail("passkey", "only a passkey has one")
	}
	r.extra = f.o
	return r
}

// readPasskey wants the readable fields to say what the identity string says:
// what a person is shown and what is asked must be the same.
func readPasskey(f *fields, r *record) {
	p := f.object("passkey")
	r.passkeyText = p.text("identity")
	c, err := prf.ParseCredential(r.passkeyText)
	if err != nil {
		p.fail("identity", err.Error())
	}
	if p.text("rp_id") != c.RPID {
		p.fail("rp_id", "not that of the identity")
	}
	list, ok := p.o.take("transports").([]any)
	if !ok || !slices.EqualFunc(list, c.Transports, func(v any, t string) bool { return v == t }) {
		p.fail("transports", "not those of the identity")
	}
	// Without user verification the authenticator answers with other values,
	// so anything but true could never open.
	if p.o.take("uv") != true {
		p.fail("uv", "not true")
	}
	r.Passkey = &Passkey{CredentialID: c.ID, RPID: c.RPID, Transports: c.Transports}
	r.passkeyExtra = p.o
	if f.err == nil {
		f.err = p.err
	}
}

// fields takes members out of an object and keeps the first thing wrong.
type fields struct {
	where string
	o     object
	err   error
}

func (f *fields) fail(name, reason string) {
	if f.err == nil {
		f.err = formatError(strings.TrimSuffix(f.where+name, "."), "%s", reason)
	}
}

func (f *fields) has(name string) bool {
	return slices.ContainsFunc(f.o, func(m member) bool { return m.name == name })
}

func (f *fields) text(name string) string {
	s, ok := f.o.take(name).(string)
	if !ok || s == "" {
		f.fail(name, "missing")
	}
	return s
}

// time wants the one spelling that is written again, or the MAC would be taken
// over something else than what was read.
func (f *fields) time(name string) time.Time {
	s := f.text(name)
	t, err := time.Parse(time.RFC3339, s)
	if f.err == nil && (err != nil || formatTime(t) != s) {
		f.fail(name, "not a UTC time as 2006-01-02T15:04:05Z")
	}
	return t
}

func (f *fields) object(name string) *fields {
	o, ok := f.o.take(name).(object)
	if !ok {
		f.fail(name, "missing")
	}
	return &fields{where: f.where + name + ".", o: o}
}
