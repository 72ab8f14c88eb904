package whatsapp

import (
	"reflect"
	"strings"
	"testing"

	"touchback/restore/chat"
)

func TestParseCard(t *testing.T) {
	for name, tt := range map[string]struct {
		card string
		want chat.Contact
	}{
		"as the app writes it": {
			"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Silva;Ana;;;\r\nFN:Ana Silva\r\nORG:Acme\\, Inc.;Sales;\r\nitem1.TEL;waid=41791234567:+41 79 123 45 67\r\nitem1.X-ABLabel:Mobile\r\nTEL;type=HOME:044\r\nEMAIL;TYPE=work:a@example.org\r\nEND:VCARD",
			chat.Contact{Name: "Ana Silva", Org: "Acme, Inc., Sales", Emails: []string{"a@example.org"}, Phones: []chat.Phone{
				{Number: "+41 79 123 45 67", JID: "41791234567@s.whatsapp.net"}, {Number: "044", Label: "home"}}},
		},
		"bare line ends, any case, escapes": {
			"begin:vcard\nfn;CHARSET=UTF-8:A\\, B\\; C\\nD \\\\\nend:vcard",
			chat.Contact{Name: `A, B; C D \`},
		},
		"version 2.1": {
			"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6=\nrg;;;\nTEL;CELL;PREF:123\nEND:VCARD",
			chat.Contact{Name: "Jörg Müller", Phones: []chat.Phone{{Number: "123", Label: "cell"}}},
		},
		"version 4.0, folded, quoted": {
			"BEGIN:VCARD\nVERSION:4.0\nFN:Jo\n hn\nTEL;VALUE=uri;TYPE=\"voice,home\";X=\"a:b;c\":tel:+1-555\nEND:VCARD",
			chat.Contact{Name: "John", Phones: []chat.Phone{{Number: "+1-555", Label: "voice"}}},
		},
		"no name but the company's":  {"ORG:Acme", chat.Contact{Name: "Acme", Org: "Acme"}},
		"a family name alone":        {"N:Silva", chat.Contact{Name: "Silva"}},
		"an address that is none":    {"FN:x\nTEL;waid=4179/../x:1", chat.Contact{Name: "x", Phones: []chat.Phone{{Number: "1"}}}},
		"not printable after all":    {"FN;ENCODING=QUOTED-PRINTABLE:=FF=F", chat.Contact{Name: "=FF=F"}},
		"the first name counts":      {"FN:a\nFN:b", chat.Contact{Name: "a"}},
		"nothing":                    {"", chat.Contact{}},
		"no card at all":             {"hello; \"there: =\n :\n;:", chat.Contact{}},
		"ends in a soft line break":  {"FN;QUOTED-PRINTABLE:a=", chat.Contact{Name: "a="}},
		"a fold before any property": {" x\n\tFN:y", chat.Contact{}},
	} {
		t.Run(name, func(t *testing.T) {
			tt.want.VCard = tt.card
			if got := parseCard(tt.card); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestParseCardIsBounded(t *testing.T) {
	c := parseCard("FN:x\n" + strings.Repeat("TEL:1\nEMAIL:e\n", 10_000))
	if len(c.Phones) != maxCardEntries || len(c.Emails) != maxCardEntries {
		t.Errorf("%d numbers, %d addresses", len(c.Phones), len(c.Emails))
	}
}

func FuzzParseCard(f *testing.F) {
	for _, s := range []string{
		"BEGIN:VCARD\r\nFN:Ana\r\nitem1.TEL;waid=1;type=CELL:+1\r\nEND:VCARD", "N;ENCODING=QUOTED-PRINTABLE:=C3=\n=BC;x=\n", "FN:a\n b\n\tc",
		"TEL;\"", "ORG:\\;;\\", "TEL;TYPE=\"a,b\":tel:1", "=\n=\n=", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, card string) {
		c := parseCard(card)
		if c.VCard != card {
			t.Error("the card was changed")
		}
		size := len(c.Name) + len(c.Org)
		for _, p := range c.Phones {
			size += len(p.Number) + len(p.Label) + len(p.JID)
		}
		for _, e := range c.Emails {
			size += len(e)
		}
		// Name may stand for the company, joined by ", ", and each number may
		// have an address made from what is there.
		if size > 4*len(card)+len(c.Phones)*len("@s.whatsapp.net") {
			t.Errorf("%d bytes out of %d", size, len(card))
		}
	})
}
