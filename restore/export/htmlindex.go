package export

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"touchback/restore/chat"
)

// writeIndex writes the page that all begins at.
func (h *HTML) writeIndex() error {
	shown := 0
	for _, c := range h.order {
		if len(c.pages) > 0 {
			shown++
		}
	}
	b := append([]byte(nil), h.style.index...)
	b = append(b, "<title>Restored chats</title></head>\n<body><header><h1>Restored chats</h1><nav><span>"...)
	b = append(b, countWords(h.total, "message")...)
	b = append(b, " in "...)
	b = append(b, countWords(int64(shown), "chat")...)
	b = append(b, "</span></nav></header>\n<main class=\"index\">\n"+
		"<p class=\"search\" hidden><input type=\"search\" id=\"query\" placeholder=\"Search all chats\" "+
		"aria-label=\"Search all chats\" autocomplete=\"off\" spellcheck=\"false\"></p>\n"+
		"<div id=\"chats\">\n"...)
	for _, c := range h.order {
		if len(c.pages) > 0 {
			b = h.appendChat(b, c)
		}
		if len(b) >= sheetLimit {
			if err := h.folder.Append("index.html", b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	b = append(b, "</div>\n<div id=\"found\" aria-live=\"polite\"></div></main>\n<script type=\"application/json\" id=\"data\">"...)
	b = h.search.appendData(b)
	b = append(b, "</script>\n<script>"...)
	b = append(b, searchScript()...)
	return h.folder.Append("index.html", append(b, "</script></body></html>\n"...))
}

func (h *HTML) appendChat(b []byte, c *htmlChat) []byte {
	b = append(b, "<a class=\"c\" href=\"chats/"...)
	b = append(b, c.link(len(c.pages))...)
	b = append(b, "#end\" data-chat=\""...)
	b = strconv.AppendInt(b, int64(c.index), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, c.chat.Row, 10)
	b = append(b, "\"><span class=\"o h"...)
	b = append(b, byte('0'+hueOf(c.chat.JID)))
	b = append(b, "\" aria-hidden=\"true\">"...)
	b = append(b, initial(c.chat.Name)...)
	b = append(b, "</span><span class=\"w\"><span class=\"s\" dir=\"auto\">"...)
	b = appendMarkup(b, c.chat.Name)
	b = append(b, "</span><span class=\"x\">"...)
	if word := kindWords(&c.chat); word != "" {
		b = append(b, word...)
		b = append(b, " · "...)
	}
	b = append(b, countWords(int64(c.seq), "message")...)
	b = append(b, "</span></span>"...)
	if !c.last.IsZero() {
		day, _ := h.clock.local(c.last)
		h.clock.turn(day)
		b = append(b, "<span class=\"d\">"...)
		b = append(b, h.clock.date...)
		b = append(b, "</span>"...)
	}
	return append(b, "</a>\n"...)
}

// initial is the first letter of a name, "#" where it has none, as a number. A
// letter means nothing to a browser.
func initial(name string) string {
	for len(name) > 0 {
		r, n := utf8.DecodeRuneInString(name)
		if r != utf8.RuneError && unicode.IsLetter(r) {
			return string(r)
		}
		name = name[n:]
	}
	return "#"
}

func kindWords(c *chat.Chat) string {
	word := ""
	switch c.Kind {
	case chat.KindGroup:
		word = "Group"
	case chat.KindCommunity:
		word = "Community"
	case chat.KindChannel:
		word = "Channel"
	case chat.KindStatus:
		word = "Status"
	case chat.KindBroadcast:
		word = "Broadcast list"
	case "":
		if c.Group {
			word = "Group"
		}
	}
	if c.Archived {
		if word != "" {
			word += " · "
		}
		word += "Archived"
	}
	return word
}
