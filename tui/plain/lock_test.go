package plain

import (
	"strings"
	"testing"

	"touchback/restore/flow"
	"touchback/tui/words"
)

// unlocked is a world whose backup has no keyring yet.
func unlocked() world {
	w := straight()
	w.backup.Keyring = ""
	w.methods = []flow.MethodInfo{{Kind: flow.ByKey}}
	return w
}

func toLock(c *Config) { c.Goal = flow.Locking }

// A whole backup is locked, as it is read out or kept in a log.
func TestLockSession(t *testing.T) {
	e := newEngine(unlocked())
	key := strings.Repeat("8f14e45fcee167a5", 4)
	got, results, o := session(t, e, "1\n\n"+key+"\n1\nBlue key\n123456\n3\n\nsecret\nother\nlong enough\nlong enough\n6\n67a\n67a5\n\n\n\n", toLock)
	golden(t, "lock.txt", got)
	has(t, results, words.LockedTitle, "/home/ana/msgstore.db.crypt15.keyring")
	if o != flow.Finished {
		t.Errorf("ended as %s:\n%s", o, got)
	}
	if want := []string{key, "123456", "long enough", "67a5"}; strings.Join(e.secrets, "|") != strings.Join(want, "|") {
		t.Errorf("handed over %q", e.secrets)
	}
	lacks(t, got, key, "123456", "long enough", "67a5")
	if a, n := did[flow.AddWay](e); n != 2 || a.Kind != flow.ByPassword || a.Label != "password" {
		t.Errorf("%d added, the last %+v", n, a)
	}
}

func TestLockInJSON(t *testing.T) {
	e := newEngine(unlocked())
	got, _, o := session(t, e, `{"choose":1}
{"choose":"go-on"}
{"key":"`+strings.Repeat("0", 64)+`"}
{"choose":"add-password"}
{"name":"the long one"}
{"password":"secret"}
{"choose":"add-recipient"}
{"name":"escrow"}
{"recipient":"age1pq1x"}
{"choose":"keep-key"}
{"kept":"0"}
{"kept":"0000"}
{"choose":"write"}
{"choose":"write"}
{"choose":"finish"}
`, toLock, inJSON)
	has(t, got, `"goal":"lock"`, `"error":"kept_short"`, `"kept":true`, `"screen":"locked"`,
		`"ways":[{"id":"new1","kind":"password","label":"the long one","created":"2026-05-13T09:12:00Z"},{"id":"new2","kind":"age recipient"`)
	if o != flow.Finished {
		t.Errorf("ended as %s:\n%s", o, got)
	}
	if a, _ := did[flow.AddWay](e); a.Recipient != "age1pq1x" || a.Label != "escrow" {
		t.Errorf("added %+v", a)
	}
}

// The keyring, kept line by line: rename, and remove on a second word.
func TestKeysSession(t *testing.T) {
	e := newEngine(straight())
	got, _, o := session(t, e, "1\n\n2\nsecret\n2\n2\nnew name\n2\n3\n2\n6\n", func(c *Config) { c.Goal = flow.Managing })
	has(t, got, words.RingTitle, "still open with the removed method", "new name")
	if r, n := did[flow.RenameWay](e); n != 1 || r.Method != "pass" || r.Label != "new name" {
		t.Errorf("%d renamed: %+v", n, r)
	}
	if r, n := did[flow.RemoveWay](e); n != 1 || r.Method != "pass" {
		t.Errorf("%d removed: %+v", n, r)
	}
	if o != flow.Finished {
		t.Errorf("ended as %s:\n%s", o, got)
	}
}

func TestHomeSession(t *testing.T) {
	e := newEngine(straight())
	got, _, o := session(t, e, "4\n", func(c *Config) { c.Home = true })
	if o != flow.ToDemo {
		t.Errorf("ended as %s:\n%s", o, got)
	}
	e = newEngine(straight())
	got, _, _ = session(t, e, `{"choose":"keys"}`+"\n", func(c *Config) { c.Home = true }, inJSON)
	has(t, got, `{"screen":"home"`, `"goal":"keys"`)
}
