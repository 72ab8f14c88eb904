package sshd

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// minRSA is the shortest RSA key that is taken, in bits (NIST SP 800-131A).
const minRSA = 2048

// maxAuthorized bounds an authorized_keys file, in bytes.
const maxAuthorized = 1 << 20

// person is a line of authorized_keys: who may log in, and on what terms.
type person struct {
	key     gossh.PublicKey
	name    string // the line's comment, which is the administrator's word
	from    []pattern
	expires time.Time // zero is never
}

// parseAuthorized reads authorized_keys as sshd(8) describes it. An option that
// is not known here may well be a restriction, so it is an error and never
// skipped; a line that cannot be read is one too.
func parseAuthorized(b []byte) ([]person, error) {
	var people []person
	for i, line := range bytes.Split(b, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		p, err := parsePerson(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		people = append(people, p)
	}
	if len(people) == 0 {
		return nil, errors.New("there is no key in it, so nobody could log in")
	}
	return people, nil
}

func parsePerson(line []byte) (person, error) {
	key, comment, options, _, err := gossh.ParseAuthorizedKey(line)
	if err != nil {
		return person{}, errors.New("not a public key")
	}
	switch key.Type() {
	case gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384,
		gossh.KeyAlgoECDSA521, gossh.KeyAlgoSKECDSA256, gossh.KeyAlgoRSA:
	default:
		return person{}, fmt.Errorf("keys of type %q are not taken", key.Type())
	}
	if k, ok := key.(gossh.CryptoPublicKey); ok {
		if r, ok := k.CryptoPublicKey().(*rsa.PublicKey); ok && r.N.BitLen() < minRSA {
			return person{}, fmt.Errorf("an RSA key of %d bits is too short: %d or more, or better Ed25519", r.N.BitLen(), minRSA)
		}
	}
	p := person{key: key, name: comment}
	for _, o := range options {
		name, value, _ := strings.Cut(o, "=")
		value = strings.TrimSuffix(strings.TrimPrefix(value, `"`), `"`)
		switch strings.ToLower(name) {
		case "from":
			if p.from != nil {
				return person{}, errors.New("from= stands there twice")
			}
			if p.from, err = parseFrom(value); err != nil {
				return person{}, err
			}
		case "expiry-time":
			at, err := parseExpiry(value)
			if err != nil {
				return person{}, err
			}
			if p.expires.IsZero() || at.Before(p.expires) {
				p.expires = at
			}
		default:
			return person{}, fmt.Errorf("the option %q is not known here, and nothing is ignored: only from= and expiry-time= are", name)
		}
	}
	return p, nil
}

// parseExpiry reads YYYYMMDD[Z] or YYYYMMDDHHMM[SS][Z]: local time but for the Z.
func parseExpiry(s string) (time.Time, error) {
	digits, utc := strings.CutSuffix(s, "Z")
	where := time.Local
	if utc {
		where = time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(layout) == len(digits) {
			if at, err := time.ParseInLocation(layout, digits, where); err == nil {
				return at, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("expiry-time=%q is not a time: write YYYYMMDD or YYYYMMDDHHMM, with a Z for UTC", s)
}

// pattern is one of the list of from=: a network, or a text with * and ?.
type pattern struct {
	not  bool
	net  netip.Prefix
	text string // "" where net counts
}

// parseFrom reads a pattern list (ssh_config(5), PATTERNS). Names would need a
// reverse look-up, which whoever owns the address answers: they are refused.
func parseFrom(list string) ([]pattern, error) {
	var all []pattern
	for s := range strings.SplitSeq(list, ",") {
		p := pattern{}
		s, p.not = strings.CutPrefix(strings.TrimSpace(s), "!")
		var err error
		switch {
		case s == "" || strings.Trim(s, "0123456789abcdefABCDEF.:*?/") != "" || !strings.ContainsAny(s, ".:*"):
			err = errors.New("not an address")
		case strings.Contains(s, "/"):
			p.net, err = netip.ParsePrefix(s)
			if err == nil && p.net != p.net.Masked() {
				err = errors.New("bits are set beyond the mask")
			}
		case strings.ContainsAny(s, "*?"):
			p.text = strings.ToLower(s)
		default:
			var a netip.Addr
			if a, err = netip.ParseAddr(s); err == nil {
				p.net = netip.PrefixFrom(a, a.BitLen())
			}
		}
		if err != nil {
			return nil, fmt.Errorf("from=: %q can't be honoured: addresses, networks (10.0.0.0/8) and 10.0.* are, names are not", s)
		}
		all = append(all, p)
	}
	return all, nil
}

func (p pattern) matches(a netip.Addr) bool {
	if p.text == "" {
		return p.net.Contains(a)
	}
	return wild(p.text, a.String())
}

// wild matches a text with * (any run) and ? (any one). What * takes is found
// by going back to the last one, so that it takes no more than n·m steps.
func wild(pattern, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// admits tells whether the terms hold for an address at a time.
func (p person) admits(a netip.Addr, now time.Time) bool {
	if !p.expires.IsZero() && !now.Before(p.expires) {
		return false
	}
	if p.from == nil {
		return true
	}
	ok := false
	for _, f := range p.from {
		if f.matches(a) {
			if f.not {
				return false // whatever else matches
			}
			ok = true
		}
	}
	return ok
}

// authorized is the file as it was read last.
type authorized struct {
	path string

	mu     sync.Mutex
	text   []byte
	people []person
	err    error
}

// openAuthorized reads the file, which must be in order.
func openAuthorized(path string) (*authorized, error) {
	a := &authorized{path: path}
	_, err := a.load()
	return a, err
}

// load reads the file anew: a line that is taken out counts from then on. A
// file that is no longer in order lets nobody in, since what was meant can't be
// known.
func (a *authorized) load() ([]person, error) {
	text, err := readAuthorized(a.path)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err != nil:
		a.text, a.people, a.err = nil, nil, err
	case a.text == nil || !bytes.Equal(text, a.text):
		a.text = text
		if a.people, a.err = parseAuthorized(text); a.err != nil {
			a.err = fmt.Errorf("%s, %w", a.path, a.err)
		}
	}
	return a.people, a.err
}

func readAuthorized(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return nil, fmt.Errorf("%s can be written by others (mode %04o): chmod go-w", path, info.Mode().Perm())
	}
	b, err := io.ReadAll(io.LimitReader(f, maxAuthorized+1))
	if err == nil && len(b) > maxAuthorized {
		err = fmt.Errorf("%s is longer than %d bytes", path, maxAuthorized)
	}
	return append([]byte{}, b...), err
}

// find returns who a key belongs to, where the terms hold. The error says that
// the file is not in order.
func (a *authorized) find(key gossh.PublicKey, from netip.Addr, now time.Time) (person, bool, error) {
	people, err := a.load()
	if err != nil {
		return person{}, false, err
	}
	want := key.Marshal()
	for _, p := range people {
		if bytes.Equal(p.key.Marshal(), want) && p.admits(from, now) {
			return p, true, nil
		}
	}
	return person{}, false, nil
}
