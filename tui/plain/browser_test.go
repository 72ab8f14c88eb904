package plain

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"touchback/restore/flow"
)

// web makes the first passkey one that a browser can ask for; only says that
// nothing else can.
func web(only bool) world {
	w := straight()
	w.methods[0].Web, w.methods[0].WebOnly = true, only
	return w
}

func TestBrowserInLines(t *testing.T) {
	w := web(true)
	w.forward = "ssh -L 8417:localhost:8417 ana@192.0.2.7"
	e := newEngine(w)
	got, _, o := session(t, e, "1\n\n1\n5\n/tmp/out.db\n\n")
	has(t, got, "http://localhost:8417/#s3cret\n", w.forward+"\n", "Still waiting for the page, 5 s.")
	if strings.Index(got, w.forward) > strings.Index(got, "#s3cret") {
		t.Error("the address is told before what must be typed first")
	}
	if o != flow.Finished || len(e.secrets) != 0 {
		t.Errorf("%s with %q", o, e.secrets)
	}
}

func TestBrowserInJSON(t *testing.T) {
	w := web(true)
	w.noPage = true
	e := newEngine(w)
	r, answers := io.Pipe()
	s := &onPage{answers: answers}
	o, err := Guide(context.Background(), Config{
		Engine: e, JSON: true, In: r, Out: s, Now: func() time.Time { return now }, Location: time.UTC,
	})
	if err != nil || o != flow.Stopped {
		t.Fatal(o, err)
	}
	got := s.said.String()
	has(t, got, `"page":{"address":"http://localhost:8417/#s3cret","display":true}`)
	if _, n := did[flow.ShowPage](e); n != 1 {
		t.Errorf("%d pages opened:\n%s", n, got)
	}

	// From where a security key is waited for, too.
	w = web(false)
	w.devices = nil
	e = newEngine(w)
	got, _, o = session(t, e, `{"choose":1}
{"choose":"go-on"}
{"choose":"ana1"}
{"browser":true}
{"save":{"format":"db","path":"/tmp/x.db"}}
{"choose":"finish"}
`, inJSON)
	has(t, got, `"page":{`, `"browser"`)
	if o != flow.Finished {
		t.Errorf("%s:\n%s", o, got)
	}
}

// onPage is a program that answers as a portal does: it opens the page once
// there is one, and then leaves.
type onPage struct {
	said    bytes.Buffer
	answers io.WriteCloser
}

func (p *onPage) Write(b []byte) (int, error) {
	p.said.Write(b)
	for _, c := range []struct{ event, answers string }{
		{`"page":{`, "{\"open\":true}\n{\"quit\":true}\n"},
		{`"screen":"find"`, "{\"choose\":1}\n"},
		{`"backup":{`, "{\"choose\":1}\n"},
		{`"screen":"method"`, "{\"choose\":\"ana1\"}\n"},
	} {
		if bytes.Contains(b, []byte(c.event)) && bytes.Contains(b, []byte(`"answers":["choose"`)) || c.event == `"page":{` && bytes.Contains(b, []byte(c.event)) {
			go func() { _, _ = io.WriteString(p.answers, c.answers) }()
			break
		}
	}
	return len(b), nil
}

func TestKeyFileInLines(t *testing.T) {
	e := newEngine(straight())
	_, _, o := session(t, e, "1\n\n3\n~/key.txt\n5\n/tmp/out.db\n\n")
	if u, _ := did[flow.Unlock](e); u.File != "~/key.txt" || o != flow.Finished || len(e.secrets) != 0 {
		t.Errorf("%s, %+v, %q", o, u, e.secrets)
	}
	e = newEngine(straight())
	_, _, _ = session(t, e, `{"choose":1}
{"choose":"go-on"}
{"choose":"64-digit-key"}
{"path":"/k"}
`, inJSON)
	if u, _ := did[flow.Unlock](e); u.File != "/k" {
		t.Errorf("%+v", u)
	}
}
