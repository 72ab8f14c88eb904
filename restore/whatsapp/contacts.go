package whatsapp

import (
	"context"
	"strings"

	"touchback/restore/pages"
)

// Contacts are the names of a wa.db, by address.
type Contacts struct {
	names map[string]string
}

const (
	// maxContactBytes bounds what a hostile wa.db can cost; an address book
	// of 20,000 people has a megabyte of names.
	maxContactBytes = 16 << 20
	// maxName is how many bytes of a name are kept; the app allows 100
	// characters.
	maxName = 16 << 10
	// contactOverhead is what an entry of the map costs beside its bytes.
	contactOverhead = 64
)

// LoadContacts reads the names of a verified wa.db, through an empty spool
// that is the caller's to close. A wa.db without contacts, which is common,
// is no error; one that is no database is pages.ErrNotSQLite.
func LoadContacts(ctx context.Context, p *Payload, spool *pages.Spool) (*Contacts, error) {
	r, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	c := &Contacts{names: map[string]string{}}
	size := 0
	verified := map[string]string{} // of businesses
	s := pages.NewStream(spool, "wa_contacts", "wa_vnames")
	err = s.Run(ctx, r, func(t *pages.Table, rows []pages.Row) error {
		jid, number := t.Index("jid"), t.Index("number")
		into := c.names
		if t.Name == "wa_vnames" {
			into = verified
		}
		// The name a person saved comes before those the contact chose.
		names := []int{t.Index("display_name"), t.Index("given_name"), t.Index("nickname"), t.Index("company"), t.Index("wa_name"), t.Index("verified_name")}
		for i := range rows {
			row := &rows[i]
			best := row.Text(number)
			for _, n := range names {
				if name := row.Text(n); len(name) > 0 {
					best = name
					break
				}
			}
			address := row.Text(jid)
			if len(best) == 0 || len(address) == 0 || len(address) > maxName {
				continue
			}
			name := clip(best, maxName)
			if size += len(address) + len(name) + contactOverhead; size > maxContactBytes {
				return nil
			}
			into[string(address)] = name
		}
		return nil
	})
	if err != nil && !s.Complete() {
		return nil, err
	}
	for address, name := range verified {
		if known := c.names[address]; known == "" || strings.HasPrefix(known, "+") {
			c.names[address] = name // better than the number
		}
	}
	return c, nil
}

// Len returns how many contacts have a name.
func (c *Contacts) Len() int {
	if c == nil {
		return 0
	}
	return len(c.names)
}

// Name returns the name of an address, "" where there is none.
func (c *Contacts) Name(jid string) string {
	if c == nil {
		return ""
	}
	return c.names[jid]
}

// clip makes a string of at most n bytes of b, whole characters only.
func clip(b []byte, n int) string {
	if len(b) > n {
		for n > 0 && b[n]&0xc0 == 0x80 {
			n--
		}
		b = b[:n]
	}
	return string(b)
}
