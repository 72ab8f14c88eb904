package export_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/export"
)

// browser opens a real browser, and notes whatever a page does but lie there.
type browser struct {
	context.Context
	mu  sync.Mutex
	did []string
}

func openBrowser(t *testing.T, site string) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium here, which the tests of HTML need")
		}
		t.Skip("SKIPPED: no Chromium here")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1280, 900))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // starts it
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute) // far beyond what it takes: a hang is a failure
	t.Cleanup(cancel)
	b := &browser{Context: ctx}
	home := (&url.URL{Scheme: "file", Path: site + "/"}).String()
	err := chromedp.Listen(ctx, func(e any) {
		switch e := e.(type) {
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, home) {
				b.note("a request to %.200s", e.Request.URL)
			}
		case *page.EventJavascriptDialogOpening:
			b.note("a dialog: %.200s", e.Message)
		case *runtime.EventExceptionThrown:
			b.note("a script failed: %.300s", e.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			b.note("a script spoke")
		case *log.EventEntryAdded: // what a policy forbade, and what was not found
			b.note("%s: %.300s", e.Entry.Source, e.Entry.Text)
		}
	})
	if err == nil {
		_, err = chromedp.Call(ctx, network.Enable, network.EnableParams{})
	}
	if err == nil {
		_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.did = append(b.did, fmt.Sprintf(format, args...))
}

func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b, steps...); err != nil {
		t.Fatal(err)
	}
}

// eval returns what an expression is worth on the page. Policies don't bind it.
func eval[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	v, err := chromedp.Run(b, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// quiet fails the test where a page did anything.
func (b *browser) quiet(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.did {
		t.Error(d)
	}
	b.did = nil
}

func (b *browser) open(t *testing.T, file string) {
	t.Helper()
	file, fragment, _ := strings.Cut(file, "#")
	b.do(t, chromedp.Navigate((&url.URL{Scheme: "file", Path: file, Fragment: fragment}).String()))
}

// strange lists elements and attributes that no page of ours has.
const strange = `(() => {
  const tags = new Set(('HTML HEAD META STYLE TITLE BODY HEADER FOOTER MAIN NAV A H1 H2 P DIV SPAN BDI B DETAILS SUMMARY IMG VIDEO AUDIO METER' +
    (SCRIPTS ? ' SCRIPT INPUT BUTTON MARK' : '')).split(' '));
  const attrs = new Set('lang charset http-equiv content name class id href dir title max value src alt loading controls preload data-chat type placeholder aria-label aria-live aria-hidden autocomplete spellcheck hidden open'.split(' '));
  const bad = [];
  for (const e of document.querySelectorAll('*')) {
    if (!tags.has(e.tagName)) bad.push(e.tagName);
    for (const a of e.attributes) if (!attrs.has(a.name)) bad.push(e.tagName + ' ' + a.name);
    for (const a of ['href', 'src']) if (e[a] && !e[a].startsWith('file:///')) bad.push(a + ' ' + e[a]);
  }
  return bad.slice(0, 20);
})()`

func (b *browser) checkMarkup(t *testing.T, scripts bool) {
	t.Helper()
	for _, s := range eval[[]string](t, b, strings.Replace(strange, "SCRIPTS", fmt.Sprint(scripts), 1)) {
		t.Errorf("on the page: %s", s)
	}
}

// asShown is what a page can show of a text: HTML has no NUL, and UTF-8 no
// other bytes.
func asShown(s string) string {
	return strings.ReplaceAll(string([]rune(s)), "\x00", "\uFFFD")
}

// nasty makes texts out of what means something to a parser of HTML, of
// scripts and of styles, and of pieces of it.
func nasty(n int) []string {
	rng := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"<", ">", "</", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "&", "&lt;", "&#60", "&amp", "\"", "'", "`", "=", "\\",
		"script", "</script>", "</title>", "</style>", "<style>*{background:url(https://evil.invalid/)}", "<script>alert(1)</script>",
		"<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<base href=https://evil.invalid/>", "<meta http-equiv=refresh content=0>",
		"javascript:alert(1)", "\x00", "\r", "\n", "\r\n", "\t", "\f", " ", "\u2028", "\u202e", "\u2067", "\ufeff", "\ufffe", "\x80", "\xff", "\u0085",
		"a", "é", "漢", "👍", "{{", "${1}", "//", "/*", "*/", "\\u003c", "onclick", "href", "<a", "<div", "</div>", "<plaintext>", "<template>", "<noscript>", "<textarea>", "</bdi>", "<iframe srcdoc="}
	var all []string
	for range n {
		var s strings.Builder
		for range 1 + rng.IntN(12) {
			s.WriteString(pieces[rng.IntN(len(pieces))])
		}
		all = append(all, s.String())
	}
	return all
}

// everywhere is a message with the text in every place a backup has one.
func everywhere(row int64, s string) chat.Message {
	p := chat.Person{JID: s, Name: s}
	when := time.Date(2026, 5, 12, 9, 41, 0, 0, time.UTC)
	return chat.Message{
		Row: row, Chat: 1, ID: s, Sender: p, Type: chat.Type(s), Text: s, Note: s, RevokeBy: chat.Person{}, Time: when,
		Media:     &chat.Media{Path: s, MIME: s, Name: s, Caption: s, Bytes: 1},
		Quoted:    &chat.Quoted{ID: s, Sender: p, Text: s, Type: chat.Type(s)},
		Reactions: []chat.Reaction{{Sender: p, Emoji: s}}, Mentions: []chat.Person{p},
		Receipts: []chat.Receipt{{Person: p, Read: when}},
		Location: &chat.Location{Name: s, Address: s},
		Contacts: []chat.Contact{{Name: s, Org: s, Phones: []chat.Phone{{Number: s, Label: s}}, Emails: []string{s}, VCard: s}},
		Poll:     &chat.Poll{Question: s, Options: []chat.PollOption{{Name: s, Votes: 1, Voters: []chat.Voter{{Sender: p}}}}},
		Event:    nil,
	}
}

// site writes messages into a folder and returns where that is.
func site(t testing.TB, o export.Options, chats []chat.Chat, messages ...chat.Message) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f, err := export.CreateFolder(filepath.Join(dir, "site"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	s := export.NewHTML(f, o)
	if err := s.Begin(chats); err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		if err := s.Message(&messages[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.End(); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	return f.Path()
}

// Whatever a backup holds: on the page it is the text it was, no script runs,
// and no request leaves.
func TestHostileTextInABrowser(t *testing.T) {
	var texts []string
	for _, h := range fixtures.Hostile() {
		texts = append(texts, h.Text)
	}
	texts = append(texts, nasty(600)...)
	var messages []chat.Message
	var want []string
	for i, s := range texts {
		m := chat.Message{Row: int64(len(messages)), Chat: 1, Type: chat.Text, Text: s}
		if s != "" {
			want = append(want, asShown(s))
		}
		messages = append(messages, m)
		if len(s) < 4096 {
			e := everywhere(int64(len(messages)), s)
			e.Chat = int64(2 + i%3)
			messages = append(messages, e)
		}
	}
	chats := []chat.Chat{{Row: 1, Name: "texts", JID: "1"}}
	for i := range int64(3) {
		chats = append(chats, chat.Chat{Row: 2 + i, JID: texts[i], Kind: chat.KindGroup, Group: true,
			Name: `</title></style></script><script>alert(1)</script>"'><img src=https://evil.invalid/ onerror=alert(2)>` + texts[i]})
	}
	dir := site(t, export.Options{Media: func(path string) (string, bool) { return "/nowhere/" + asShown(path) + ".pdf", true }}, chats, messages...)
	b := openBrowser(t, dir)
	pages, err := filepath.Glob(filepath.Join(dir, "chats", "*.html"))
	if err != nil || len(pages) < 4 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	var got []string
	for n := 1; ; n++ {
		file := filepath.Join(dir, "chats", fmt.Sprintf("1-%d.html", n))
		if _, err := os.Stat(file); err != nil {
			break
		}
		b.open(t, file)
		got = append(got, eval[[]string](t, b, `[...document.querySelectorAll('.m > .t')].map(e => e.textContent)`)...)
	}
	if len(got) != len(want) {
		t.Fatalf("%d texts on the pages, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("shown %.100q, want %.100q", got[i], want[i])
		}
	}
	for _, file := range pages {
		b.open(t, file)
		b.checkMarkup(t, false)
	}
	b.quiet(t)
	b.open(t, filepath.Join(dir, "index.html"))
	b.checkMarkup(t, true)
	names := eval[[]string](t, b, `[...document.querySelectorAll('#chats .s')].map(e => e.textContent)`)
	for i, c := range chats {
		if i >= len(names) || names[i] != asShown(c.Name) {
			t.Errorf("chat %d has another name on the page", i)
		}
	}
	for _, words := range []string{"<img src=x onerror", "</script>", "javascript:alert"} {
		b.find(t, words)
		b.checkMarkup(t, true)
	}
	b.quiet(t)
}

// find types into the search and waits for its end.
func (b *browser) find(t *testing.T, words string) []string {
	t.Helper()
	b.do(t, chromedp.SetValue("#query", words))
	eval[bool](t, b, `document.querySelector('#found').replaceChildren(); document.querySelector('#query').dispatchEvent(new Event('input'))`)
	if _, err := chromedp.Run(b, chromedp.Poll[bool](`(p => p !== null && !/…$/.test(p.textContent))(document.querySelector('#found > p'))`)); err != nil {
		t.Fatal(err)
	}
	return eval[[]string](t, b, `[...document.querySelectorAll('#found .c')].map(e => e.href)`)
}

func TestSearchInABrowser(t *testing.T) {
	start := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	var messages []chat.Message
	for i := range 2500 {
		messages = append(messages, chat.Message{Row: int64(i + 2), Chat: int64(1 + i%2), Type: chat.Text, ID: fmt.Sprint("id", i),
			Time: start.Add(time.Duration(i) * time.Minute), Text: fmt.Sprintf("message %d about Grüße & cheese", i) + strings.Repeat(" filler", 150)})
	}
	messages[7].Text = "Only here: NEEDLE\n<b>in</b> the hay"
	reply := chat.Message{Row: 9000, Chat: 2, Type: chat.Text, Text: "which one?", Quoted: &chat.Quoted{ID: "id7", Text: "Only here"}}
	messages = append(messages, reply)
	dir := site(t, export.Options{}, []chat.Chat{{Row: 1, Name: "One"}, {Row: 2, Name: "Two"}}, messages...)
	if shards, _ := filepath.Glob(filepath.Join(dir, "search", "*.js")); len(shards) < 2 {
		t.Fatalf("%d parts: too few to test that all are read", len(shards))
	}
	b := openBrowser(t, dir)
	b.open(t, filepath.Join(dir, "index.html"))
	found := b.find(t, "needle <B>in</B>")
	if len(found) != 1 || !strings.HasSuffix(found[0], "/chats/2-1.html#m3") {
		t.Fatalf("found %q", found)
	}
	if found := b.find(t, "GRÜSSE"); len(found) != 0 {
		t.Errorf("found %d", len(found))
	}
	if found := b.find(t, "grüße CHEESE"); len(found) != 100 || !strings.HasSuffix(found[0], "/chats/2-2.html#m1249") {
		t.Errorf("found %d, the first %q", len(found), found[:min(1, len(found))])
	}
	if found := b.find(t, "no such thing"); len(found) != 0 {
		t.Errorf("found %q", found)
	}
	b.open(t, filepath.Join(dir, "chats", "2-2.html"))
	b.do(t, chromedp.Navigate(eval[string](t, b, `document.querySelector('a.q').href`)))
	if target := eval[string](t, b, `document.querySelector(':target .t').textContent`); target != messages[7].Text {
		t.Errorf("the reply jumps to %.100q", target)
	}
	b.quiet(t)
}
