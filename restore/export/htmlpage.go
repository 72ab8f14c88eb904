package export

import (
	"crypto/sha256"
	_ "embed" // the style and the script of the search
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

//go:embed assets/style.css
var styleText string

//go:embed assets/search.js
var searchText string

// styles is what pages begin with: their policy, and the style that the policy
// knows by its hash.
type styles struct {
	chat  string // the head of a chat's page, up to its title
	index string
}

// newStyles reads the assets as a browser does: with line feeds alone, or the
// hashes would not match.
func newStyles() styles {
	style := strings.ReplaceAll(styleText, "\r\n", "\n")
	return styles{chat: head("", style), index: head(hashSource(searchScript()), style)}
}

func searchScript() string { return strings.ReplaceAll(searchText, "\r\n", "\n") }

// hashSource is a source of a Content Security Policy (CSP 3, §2.3.1).
func hashSource(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// head is the start of a page. Where it has a script, that one may load others
// ('strict-dynamic'), which markup can't; a page without one runs none at all.
// 'self' names files for Chromium, "file:" for Firefox.
func head(script, style string) string {
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + hashSource(style) +
		"; img-src 'self' file:; media-src 'self' file:"
	if script != "" {
		policy += "; script-src " + script + " 'strict-dynamic'"
	}
	return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n" +
		"<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
		"<meta name=\"referrer\" content=\"no-referrer\"><meta name=\"color-scheme\" content=\"light dark\">\n" +
		"<style>" + style + "</style>\n"
}

// navRoom is how many bytes a page keeps for links that are known at the end:
// more than five of them take with the longest of numbers.
const navRoom = 768

// appendPageHead begins a page of a chat and returns where its links go.
func (s styles) appendPageHead(b []byte, c *htmlChat) ([]byte, int64) {
	b = append(b, s.chat...)
	b = appendTitle(b, c)
	b = append(b, "</head>\n<body><header><a class=\"back\" href=\"../index.html\">All chats</a><h1 dir=\"auto\">"...)
	b = appendMarkup(b, clipped(c.chat.Name, headName))
	b = append(b, "</h1><nav>"...)
	nav := int64(len(b))
	for range navRoom {
		b = append(b, ' ')
	}
	b = append(b, "</nav></header>\n<main"...)
	if c.chat.Group {
		b = append(b, " class=\"group\""...)
	}
	return append(b, ">\n"...), nav
}

// headName is how many characters of a chat's name stand on each of its pages.
const headName = 120

func appendTitle(b []byte, c *htmlChat) []byte {
	b = append(b, "<title>"...)
	b = appendMarkup(b, clipped(c.chat.Name, headName))
	return append(b, "</title>"...)
}

// clipped returns the first n characters of s.
func clipped(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i] + "…"
		}
	}
	return s
}

func appendPageEnd(b []byte, c *htmlChat, more bool) []byte {
	b = append(b, "</main>\n<footer id=\"end\"><nav>"...)
	n := len(c.pages)
	if n > 1 {
		b = appendLink(b, c.link(n-1)+"#end", "Older")
	}
	if more {
		b = appendLink(b, c.link(n+1), "Newer")
	}
	return append(b, "</nav></footer></body></html>\n"...)
}

// appendNav writes which page this is and the links to others.
func appendNav(b []byte, c *htmlChat, page int) []byte {
	last := len(c.pages)
	first, end := c.pages[page-1].first, c.seq
	if page < last {
		end = c.pages[page].first
	}
	b = append(b, "<span>"...)
	if last == 1 {
		b = append(b, countWords(int64(end), "message")...)
		return append(b, "</span>"...)
	}
	b = appendCount(b, int64(first)+1)
	b = append(b, "–"...)
	b = appendCount(b, int64(end))
	b = append(b, " of "...)
	b = append(b, countWords(int64(c.seq), "message")...)
	b = append(b, "</span> "...)
	if page > 1 {
		b = appendLink(b, c.link(1), "First")
		b = appendLink(b, c.link(page-1)+"#end", "Older")
	}
	if page < last {
		b = appendLink(b, c.link(page+1), "Newer")
		b = appendLink(b, c.link(last)+"#end", "Last")
	}
	return appendLink(b, c.contents(), "Months")
}

// appendLink links to a page of our own. href and words are ours.
func appendLink(b []byte, href, words string) []byte {
	b = append(b, "<a href=\""...)
	b = append(b, href...)
	b = append(b, "\">"...)
	b = append(b, words...)
	return append(b, "</a> "...)
}

// appendContents writes the list of a chat's months and pages.
func (s styles) appendContents(b []byte, c *htmlChat) []byte {
	b = append(b, s.chat...)
	b = appendTitle(b, c)
	b = append(b, "</head>\n<body><header><a class=\"back\" href=\"../index.html\">All chats</a><h1 dir=\"auto\">"...)
	b = appendMarkup(b, clipped(c.chat.Name, headName))
	b = append(b, "</h1><nav><span>"...)
	b = append(b, countWords(int64(c.seq), "message")...)
	b = append(b, "</span> "...)
	b = appendLink(b, c.link(1), "First")
	b = appendLink(b, c.link(len(c.pages))+"#end", "Last")
	b = append(b, "</nav></header>\n<main class=\"contents\">\n"...)
	year := int32(-1 << 31)
	for _, m := range c.months {
		if y := floorDiv(m.month, 12); y != year {
			if year != -1<<31 {
				b = append(b, "</p>\n"...)
			}
			year = y
			b = append(b, "<h2>"...)
			b = strconv.AppendInt(b, int64(y), 10)
			b = append(b, "</h2>\n<p>"...)
		}
		at := c.link(c.pageOf(m.seq)) + "#m" + strconv.FormatUint(uint64(m.seq), 10)
		b = appendLink(b, at, time.Month(m.month-year*12+1).String())
	}
	if len(c.months) > 0 {
		b = append(b, "</p>\n"...)
	}
	b = append(b, "<h2>Pages</h2>\n<p>"...)
	for i := range c.pages {
		b = appendLink(b, c.link(i+1), strconv.Itoa(i+1))
	}
	return append(b, "</p>\n</main></body></html>\n"...)
}

func floorDiv(a, b int32) int32 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
