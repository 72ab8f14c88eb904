package browser

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"touchback/keys"
)

// site is the page's side of a ceremony, without a browser.
type site struct {
	t     *testing.T
	c     *Ceremony
	token string
	name  string
}

func newSite(t *testing.T, c *Ceremony) site {
	_, token, _ := strings.Cut(c.URL("localhost:8417"), "#")
	return site{t, c, token, "page one"}
}

// request is what the page sends; change may spoil it.
func (p site) request(path string, body any, change func(*http.Request)) *httptest.ResponseRecorder {
	p.t.Helper()
	b, ok := body.([]byte)
	if !ok {
		var err error
		if b, err = json.Marshal(body); err != nil {
			p.t.Fatal(err)
		}
	}
	r := httptest.NewRequest("POST", "http://localhost:8417"+path, bytes.NewReader(b))
	r.Header.Set("Origin", "http://localhost:8417")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(tokenHeader, p.token)
	r.Header.Set(pageHeader, p.name)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	p.c.Handler().ServeHTTP(w, r)
	return w
}

// next is what the page shows after what it showed as seq.
func (p site) next(seq int) view {
	p.t.Helper()
	w := p.request("/next", map[string]int{"seq": seq}, nil)
	var v view
	if err := json.Unmarshal(w.Body.Bytes(), &v); w.Code != http.StatusOK || err != nil {
		p.t.Fatalf("next: %d %s", w.Code, w.Body)
	}
	return v
}

// step waits for a gesture to be asked for.
func (p site) step() view {
	p.t.Helper()
	v := p.next(0)
	for v.Step == nil {
		if v.Over != nil {
			p.t.Fatalf("it is over: %s", v.Over.Title)
		}
		v = p.next(v.Seq)
	}
	return v
}

// evaluating is a ceremony that asks d for a gesture.
func evaluating(t *testing.T, d *device, in keys.PRFInputs) (site, <-chan outcome[*keys.Secret]) {
	t.Helper()
	c := New(Options{Backup: "a backup", Grace: time.Minute})
	p := newSite(t, c)
	got := later(func() (*keys.Secret, error) {
		return c.Evaluate(t.Context(), keys.Passkey{CredentialID: d.id, RPID: RPID}, in)
	})
	return p, got
}

// TestStrangers: whoever is not the page is told nothing and changes nothing.
func TestStrangers(t *testing.T) {
	d := newDevice(t, algES256)
	in := someInputs(1)
	p, got := evaluating(t, d, in)
	v := p.step()
	good := d.answer(t, v.Seq, v.Step, bend{})
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"no token":        {func(r *http.Request) { r.Header.Del(tokenHeader) }, 401},
		"wrong token":     {func(r *http.Request) { r.Header.Set(tokenHeader, strings.Repeat("A", 43)) }, 401},
		"part of a token": {func(r *http.Request) { r.Header.Set(tokenHeader, p.token[:40]) }, 401},
		"token and more":  {func(r *http.Request) { r.Header.Set(tokenHeader, p.token+"A") }, 401},
		"no origin":       {func(r *http.Request) { r.Header.Del("Origin") }, 403},
		"null origin":     {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"another port":    {func(r *http.Request) { r.Header.Set("Origin", "http://localhost:8418") }, 403},
		"another scheme":  {func(r *http.Request) { r.Header.Set("Origin", "https://localhost:8417") }, 403},
		"another site":    {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"a sister site":   {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		"a form":          {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
		"no name":         {func(r *http.Request) { r.Header.Del(pageHeader) }, 400},
		"a long name":     {func(r *http.Request) { r.Header.Set(pageHeader, strings.Repeat("x", 65)) }, 400},
		"no length":       {func(r *http.Request) { r.ContentLength = -1 }, 413},
		"rebound name": {func(r *http.Request) {
			r.Host = "evil.example:8417"
			r.Header.Set("Origin", "http://evil.example:8417")
		}, 421},
		"number":      {func(r *http.Request) { r.Host = "127.0.0.1:8417"; r.Header.Set("Origin", "http://127.0.0.1:8417") }, 421},
		"odd port":    {func(r *http.Request) { r.Host = "localhost:08417"; r.Header.Set("Origin", "http://localhost:08417") }, 421},
		"dotted name": {func(r *http.Request) { r.Host = "localhost.:8417"; r.Header.Set("Origin", "http://localhost.:8417") }, 421},
	} {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{"/answer", "/next"} {
				w := p.request(path, good, c.change)
				if w.Code != c.want {
					t.Errorf("%s: %d, want %d", path, w.Code, c.want)
				}
				if strings.Contains(w.Body.String(), "a backup") {
					t.Errorf("%s: it tells the backup's name", path)
				}
			}
		})
	}
	for name, body := range map[string][]byte{"nothing": {}, "no JSON": []byte("{"), "no base64": []byte(`{"id":"+"}`), "a number": []byte(`{"first":1}`)} {
		if w := p.request("/answer", body, nil); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := p.request("/answer", append(bytes.Repeat([]byte(" "), maxBody), '{', '}'), nil); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("too long: %d", w.Code)
	}

	if w := p.request("/answer", good, nil); w.Code != http.StatusNoContent {
		t.Fatalf("the right answer: %d %s", w.Code, w.Body)
	}
	out, err := wait(t, got)
	if err != nil || !bytes.Equal(bytesOf(out), d.outputs(in)) {
		t.Errorf("got %x, %v", bytesOf(out), err)
	}
	if w := p.request("/answer", good, nil); w.Code != http.StatusConflict {
		t.Errorf("a second answer: %d", w.Code)
	}
	finished := later(func() (any, error) { p.c.Finish(t.Context(), nil); return nil, nil })
	for v = p.next(0); v.Over == nil; {
		v = p.next(v.Seq)
	}
	_, _ = wait(t, finished)
	if !v.Over.Good {
		t.Errorf("at the end the page is told %+v", v.Over)
	}
	if w := p.request("/next", map[string]int{"seq": 0}, nil); w.Code != http.StatusUnauthorized {
		t.Errorf("after the end: %d", w.Code)
	}
}

func TestPageFiles(t *testing.T) {
	h := New(Options{}).Handler()
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/page.css": "text/css; charset=utf-8",
		"/page.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml",
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost:8417"+path, nil))
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind || w.Body.Len() == 0 {
			t.Errorf("%s: %d, %s", path, w.Code, w.Header().Get("Content-Type"))
		}
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		csp := w.Header().Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "script-src 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %s", path, want)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: the policy is %s", path, csp)
		}
	}
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/page/page.js", 404}, {"GET", "/next", 405}, {"GET", "/answer", 405}, {"POST", "/", 405}, {"OPTIONS", "/answer", 405},
		{"GET", "/../errors.go", 404}, {"GET", "/favicon.ico", 404},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(c.method, "http://localhost:8417/", nil)
		r.URL.Path = c.path
		h.ServeHTTP(w, r)
		if w.Code != c.want && w.Code != http.StatusTemporaryRedirect {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.want)
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s %s: it lets others in", c.method, c.path)
		}
	}
}

// TestPageIsItself: the policy would break a page with anything inline, and a
// page that asks elsewhere would tell of itself.
func TestPageIsItself(t *testing.T) {
	for _, name := range []string{"index.html", "page.css", "page.js"} {
		f, err := pageFiles.Open("page/" + name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"http:", "https:", "innerHTML", "insertAdjacent", "document.write", "eval(", "style=", "onclick=", "<style", "localStorage", "sessionStorage", "console."} {
			if bytes.Contains(b, []byte(bad)) {
				t.Errorf("%s has %q in it", name, bad)
			}
		}
	}
}
