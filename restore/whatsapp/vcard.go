package whatsapp

import (
	"strings"
	"unicode/utf8"

	"touchback/restore/chat"
)

// Bounds of what is taken from a card; the card itself is kept whole.
const (
	maxCardEntries = 64      // numbers, and addresses of mail
	maxCardParsed  = 1 << 20 // bytes; photos come last and are not read
)

// parseCard reads a vCard: versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350).
// What it can't make sense of it leaves out.
func parseCard(card string) chat.Contact {
	c := chat.Contact{VCard: card}
	structured := ""
	rest := card[:min(len(card), maxCardParsed)]
	for rest != "" {
		var line string
		line, rest = cardLine(rest)
		name, params, value, ok := cutProperty(line)
		if !ok {
			continue
		}
		if strings.EqualFold(parameter(params, "ENCODING"), "QUOTED-PRINTABLE") || hasToken(params, "QUOTED-PRINTABLE") {
			// Its lines end in "=" where they go on.
			for strings.HasSuffix(value, "=") && rest != "" {
				var more string
				more, rest = rawLine(rest)
				value = value[:len(value)-1] + more
			}
			value = unquotePrintable(value)
		}
		switch strings.ToUpper(name) {
		case "FN":
			if c.Name == "" {
				c.Name = plainValue(value)
			}
		case "N":
			structured = value
		case "ORG":
			if c.Org == "" {
				c.Org = strings.Join(parts(value), ", ")
			}
		case "TEL":
			if len(c.Phones) < maxCardEntries {
				c.Phones = append(c.Phones, cardPhone(params, value))
			}
		case "EMAIL":
			if v := plainValue(value); v != "" && len(c.Emails) < maxCardEntries {
				c.Emails = append(c.Emails, v)
			}
		}
	}
	if c.Name == "" {
		c.Name = structuredName(structured)
	}
	if c.Name == "" {
		c.Name = c.Org
	}
	return c
}

func cardPhone(params, value string) chat.Phone {
	p := chat.Phone{Number: strings.TrimPrefix(plainValue(value), "tel:")}
	if label := parameter(params, "TYPE"); label != "" {
		p.Label = strings.ToLower(label)
	} else if before, _, _ := strings.Cut(params, ";"); before != "" && !strings.Contains(before, "=") {
		p.Label = strings.ToLower(before) // version 2.1: TEL;CELL:
	}
	// The app's own parameter: the number it knows the person by.
	if id := parameter(params, "WAID"); id != "" && strings.Trim(id, "0123456789") == "" {
		p.JID = id + "@s.whatsapp.net"
	}
	return p
}

// cardLine cuts the first line off, with those folded into it (RFC 6350 §3.2).
func cardLine(s string) (line, rest string) {
	line, rest = rawLine(s)
	if rest == "" || rest[0] != ' ' && rest[0] != '\t' {
		return line, rest
	}
	var b strings.Builder
	b.WriteString(line)
	for rest != "" && (rest[0] == ' ' || rest[0] == '\t') {
		line, rest = rawLine(rest[1:])
		b.WriteString(line)
	}
	return b.String(), rest
}

func rawLine(s string) (line, rest string) {
	line, rest, _ = strings.Cut(s, "\n")
	return strings.TrimSuffix(line, "\r"), rest
}

// cutProperty parts "group.NAME;params:value". Colons and semicolons in quotes
// belong to a parameter.
func cutProperty(line string) (name, params, value string, ok bool) {
	quoted, colon, semicolon := false, -1, -1
	for i := 0; i < len(line) && colon < 0; i++ {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == ':' && !quoted:
			colon = i
		case c == ';' && semicolon < 0:
			semicolon = i
		}
	}
	if colon < 0 {
		return "", "", "", false
	}
	name, value = line[:colon], line[colon+1:]
	if semicolon >= 0 {
		name, params = line[:semicolon], line[semicolon+1:colon]
	}
	if _, bare, found := strings.Cut(name, "."); found {
		name = bare
	}
	return name, params, value, true
}

// parameter returns the first value of a parameter, "" where there is none.
func parameter(params, name string) string {
	for params != "" {
		var one string
		one, params, _ = strings.Cut(params, ";")
		if key, value, ok := strings.Cut(one, "="); ok && strings.EqualFold(key, name) {
			value, _, _ = strings.Cut(strings.Trim(value, `"`), ",")
			return value
		}
	}
	return ""
}

func hasToken(params, token string) bool {
	for params != "" {
		var one string
		if one, params, _ = strings.Cut(params, ";"); strings.EqualFold(one, token) {
			return true
		}
	}
	return false
}

// unescape takes the backslashes out of a value.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\,`, ",", `\;`, ";", `\:`, ":", `\n`, " ", `\N`, " ").Replace(s)
}

func plainValue(s string) string { return strings.TrimSpace(unescape(s)) }

// parts splits a value at semicolons that are not escaped, and drops what is
// empty.
func parts(value string) []string {
	var all []string
	for start, i := 0, 0; i <= len(value); i++ {
		switch {
		case i == len(value) || value[i] == ';':
			if p := plainValue(value[start:i]); p != "" {
				all = append(all, p)
			}
			start = i + 1
		case value[i] == '\\' && i+1 < len(value):
			i++
		}
	}
	return all
}

// structuredName makes a name of "family;given;middle;prefix;suffix".
func structuredName(value string) string {
	family, rest, _ := strings.Cut(value, ";")
	all := parts(rest)
	if f := plainValue(family); f != "" {
		all = append(all[:min(1, len(all))], append([]string{f}, all[min(1, len(all)):]...)...)
	}
	return strings.Join(all[:min(2, len(all))], " ")
}

// unquotePrintable reads "=C3=A9" (RFC 2045 §6.7). What is no UTF-8 then, stays
// as it was.
func unquotePrintable(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			if hi, lo := hexDigit(s[i+1]), hexDigit(s[i+2]); hi >= 0 && lo >= 0 {
				b = append(b, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	if !utf8.Valid(b) {
		return s
	}
	return string(b)
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
