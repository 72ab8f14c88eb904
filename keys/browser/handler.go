package browser

import (
	"context"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"touchback/keys"
)

//go:embed page
var pageFiles embed.FS

const (
	// maxBody bounds a request, in bytes. An attestation with certificates has
	// some 5 kB.
	maxBody = 64 << 10
	// bodyTime is how long a request's body may take.
	bodyTime = 10 * time.Second

	tokenHeader = "Touchback-Token"
	pageHeader  = "Touchback-Page"
	maxPageName = 64
)

// policy lets the page do what it does and nothing else: no inline script or
// style, no frame around it, no request elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page and takes its answers. It needs nothing of the
// listener: any connection will do on which the browser believes to be at
// http://localhost:PORT.
func (c *Ceremony) Handler() http.Handler {
	mux := http.NewServeMux()
	for path, f := range map[string][2]string{
		"GET /{$}":      {"page/index.html", "text/html; charset=utf-8"},
		"GET /page.css": {"page/page.css", "text/css; charset=utf-8"},
		"GET /page.js":  {"page/page.js", "text/javascript; charset=utf-8"},
		"GET /icon.svg": {"page/icon.svg", "image/svg+xml"},
	} {
		content, err := pageFiles.ReadFile(f[0])
		if err != nil {
			panic("browser: " + err.Error()) // not in the program
		}
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", f[1])
			_, _ = w.Write(content)
		})
	}
	mux.HandleFunc("POST /next", c.fromPage(c.next))
	mux.HandleFunc("POST /answer", c.fromPage(c.answer))
	return guard(mux)
}

// guard sets what every response carries, and answers only where the browser
// believes to be at localhost: a foreign site whose name was made to resolve
// to this machine calls it by that name.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "publickey-credentials-create=(self), publickey-credentials-get=(self)")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		if !atLocalhost(r.Host) {
			http.Error(w, "this page is at localhost", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// atLocalhost takes any port: at the client's end of an SSH connection it may
// be another than here.
func atLocalhost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return host == RPID // port 80
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return name == RPID && err == nil && strconv.FormatUint(n, 10) == port
}

// fromPage lets only the ceremony's own page through: same origin, by the word
// of the browser, and in possession of the token.
func (c *Ceremony) fromPage(next func(http.ResponseWriter, *http.Request, []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		site, name := r.Header.Get("Sec-Fetch-Site"), r.Header.Get(pageHeader)
		switch {
		case r.Header.Get("Origin") != "http://"+r.Host, site != "" && site != "same-origin":
			http.Error(w, "another origin", http.StatusForbidden)
			return
		case r.Header.Get("Content-Type") != "application/json":
			http.Error(w, "not JSON", http.StatusUnsupportedMediaType)
			return
		case !c.admits(r.Header.Get(tokenHeader)):
			http.Error(w, "the address is not complete, or of an earlier page", http.StatusUnauthorized)
			return
		case name == "" || len(name) > maxPageName:
			http.Error(w, "no name", http.StatusBadRequest)
			return
		}
		body, err := readBody(w, r)
		defer clear(body)
		if err != nil {
			http.Error(w, "too much, or too slow", http.StatusRequestEntityTooLarge)
			return
		}
		next(w, r, body)
	}
}

// admits compares in constant time. After Finish there is no token: only a page
// that waits already is still told.
func (c *Ceremony) admits(text string) bool {
	got, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(got) == tokenSize && c.token.Equal(keys.NewSecret(got))
}

// readBody reads into one buffer, to be wiped. (What net/http buffered on the
// way, 4 kB at most, is out of reach, and is used again for what comes next.)
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	// A transport without deadlines is bounded by whoever brought it.
	control := http.NewResponseController(w)
	if control.SetReadDeadline(time.Now().Add(bodyTime)) == nil {
		defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	}
	if r.ContentLength < 0 || r.ContentLength > maxBody {
		return nil, errors.New("no length, or too long")
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

// next waits until there is something new to show.
func (c *Ceremony) next(w http.ResponseWriter, r *http.Request, body []byte) {
	var since struct {
		Seq int `json:"seq"`
	}
	if json.Unmarshal(body, &since) != nil {
		http.Error(w, "not as the page writes it", http.StatusBadRequest)
		return
	}
	name := r.Header.Get(pageHeader)
	if !c.enter(name) {
		http.Error(w, "another page has it", http.StatusConflict)
		return
	}
	defer c.leave(name)
	v, ok := c.await(r.Context(), since.Seq)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return
	}
	if v.Over != nil && http.NewResponseController(w).Flush() == nil {
		c.tell()
	}
}

// await returns the view once it is not the one that the page has.
func (c *Ceremony) await(ctx context.Context, has int) (view, bool) {
	for {
		c.mu.Lock()
		v, changed := c.view(), c.changed
		c.mu.Unlock()
		if v.Seq != has {
			return v, true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return view{}, false
		}
	}
}

// answer takes what came of one gesture. What is wrong with it, the page is
// told as the next thing to show.
func (c *Ceremony) answer(w http.ResponseWriter, r *http.Request, body []byte) {
	var a answer
	defer a.wipe()
	if json.Unmarshal(body, &a) != nil {
		http.Error(w, "not as the page writes it", http.StatusBadRequest)
		return
	}
	s := c.current(a.Seq)
	if s == nil || !c.settle(a.Seq, c.judge(s, &a, r.Header.Get("Origin"))) {
		http.Error(w, "answered already", http.StatusConflict)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
