package export

import (
	"path"
	"strconv"
	"strings"
	"time"

	"touchback/restore/chat"
)

// What a message is, in plain words, where a person reads it: the same in
// every format.

// labelOf names a kind of message.
func labelOf(t chat.Type) string {
	switch t {
	case chat.Text:
		return "Message"
	case chat.Image:
		return "Photo"
	case chat.Voice:
		return "Voice message"
	case chat.Audio:
		return "Audio"
	case chat.Video:
		return "Video"
	case chat.VideoNote:
		return "Video note"
	case chat.GIF:
		return "GIF"
	case chat.Sticker:
		return "Sticker"
	case chat.Document:
		return "Document"
	case chat.ContactT:
		return "Contact"
	case chat.LocationT:
		return "Location"
	case chat.LiveLoc:
		return "Live location"
	case chat.SystemT:
		return "Note of the app"
	case chat.CallT:
		return "Call"
	case chat.PollT:
		return "Poll"
	case chat.Event:
		return "Event"
	case chat.Album:
		return "Album"
	case chat.Mention:
		return "Mention in a status"
	case chat.Product:
		return "Product"
	case chat.Order:
		return "Order"
	case chat.Payment:
		return "Payment"
	case chat.Invite:
		return "Invitation to a group"
	case chat.Template:
		return "Message of a business"
	case chat.Deleted:
		return "Deleted message"
	case chat.Waiting:
		return "Waiting for this message"
	}
	if code, ok := strings.CutPrefix(string(t), "type:"); ok {
		return "Message of type " + code
	}
	return "Message of type " + string(t)
}

// nameOf is how a person is called; "" for no one.
func nameOf(p chat.Person) string {
	if p.Name != "" {
		return p.Name
	}
	jid := p.JID
	if p.Phone != "" {
		jid = p.Phone
	}
	user, server, _ := strings.Cut(jid, "@")
	if server == "s.whatsapp.net" && user != "" {
		return "+" + user
	}
	return jid
}

// whoIs is nameOf where the owner is someone, too.
func whoIs(p chat.Person, me bool) string {
	if me {
		return "You"
	}
	if n := nameOf(p); n != "" {
		return n
	}
	return "Someone"
}

func isSystem(m *chat.Message) bool { return m.Type == chat.SystemT || m.System != nil }

func systemWords(m *chat.Message) string {
	if m.System == nil || m.System.Text == "" {
		if m.Text != "" {
			return m.Text
		}
		return labelOf(chat.SystemT)
	}
	return m.System.Text
}

func isCall(m *chat.Message) bool { return m.Type == chat.CallT || m.Call != nil }

func callWords(m *chat.Message) string {
	c := m.Call
	if c == nil {
		return "Call"
	}
	kind := "voice call"
	if c.Video {
		kind = "video call"
	}
	if c.Group {
		kind = "group " + kind
	}
	var s string
	switch {
	case c.Result == "missed" && m.FromMe:
		s = "Unanswered " + kind
	case c.Result == "missed":
		s = "Missed " + kind
	case c.Result == "rejected":
		s = "Declined " + kind
	case c.Result == "unavailable":
		s = "Unavailable for a " + kind
	default:
		s = strings.ToUpper(kind[:1]) + kind[1:]
	}
	if c.Seconds > 0 {
		s += ", " + durationWords(c.Seconds)
	}
	return s
}

func isDeleted(m *chat.Message) bool { return m.Type == chat.Deleted || m.Revoked }

func deletedWords(m *chat.Message) string {
	switch {
	case m.RevokedByMe, m.FromMe && m.RevokeBy == (chat.Person{}):
		return "You deleted this message"
	case m.RevokeBy != (chat.Person{}):
		return "This message was deleted by " + whoIs(m.RevokeBy, false)
	}
	return "This message was deleted"
}

// durationWords writes seconds as "1:05" or "1:00:05".
func durationWords(n int64) string {
	b := make([]byte, 0, 12)
	if n >= 3600 {
		b = strconv.AppendInt(b, n/3600, 10)
		b = appendDigits(append(b, ':'), n/60%60, 2)
	} else {
		b = strconv.AppendInt(b, max(n, 0)/60, 10)
	}
	return string(appendDigits(append(b, ':'), max(n, 0)%60, 2))
}

// sizeWords writes bytes as a person counts them.
func sizeWords(n int64) string {
	if n < 1000 {
		return countWords(n, "byte")
	}
	f, unit := float64(n)/1000, 0
	for f >= 999.5 && unit < 3 {
		f, unit = f/1000, unit+1
	}
	prec := 0
	if f < 9.95 {
		prec = 1
	}
	return strconv.FormatFloat(f, 'f', prec, 64) + " " + [...]string{"kB", "MB", "GB", "TB"}[unit]
}

// countWords writes "1,234 messages".
func countWords(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return string(appendCount(nil, n)) + " " + what
}

// appendCount appends n with a comma before every three digits.
func appendCount(b []byte, n int64) []byte {
	digits := strconv.FormatInt(n, 10)
	for i := range len(digits) {
		if left := len(digits) - i; i > 0 && left%3 == 0 && digits[i-1] != '-' {
			b = append(b, ',')
		}
		b = append(b, digits[i])
	}
	return b
}

// fileName is the name a media file is called by: never a path.
func fileName(m *chat.Media) string {
	if m.Name != "" {
		return m.Name
	}
	if m.Path == "" {
		return ""
	}
	return path.Base(strings.ReplaceAll(m.Path, `\`, "/"))
}

// mediaWords is a media file in one line, without its name.
func mediaWords(m *chat.Message) string {
	s := labelOf(m.Type)
	if m.ViewOnce {
		s = "View-once " + strings.ToLower(s[:1]) + s[1:]
	}
	if m.Media.Seconds > 0 {
		s += ", " + durationWords(m.Media.Seconds)
	}
	if m.Media.Bytes > 0 {
		s += ", " + sizeWords(m.Media.Bytes)
	}
	return s
}

// coordinates writes a place for people and maps: "46.94800, 7.44740".
func coordinates(l *chat.Location) string {
	return strconv.FormatFloat(l.Lat, 'f', 5, 64) + ", " + strconv.FormatFloat(l.Lon, 'f', 5, 64)
}

// placeWords is a place in one line.
func placeWords(l *chat.Location) string {
	s := coordinates(l)
	for _, name := range []string{l.Address, l.Name} {
		if name != "" {
			s = name + ", " + s
		}
	}
	return s
}

func contactWords(c *chat.Contact) []string {
	var parts []string
	for _, s := range []string{c.Name, c.Org} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	for _, p := range c.Phones {
		if p.Label != "" {
			parts = append(parts, p.Number+" ("+p.Label+")")
		} else {
			parts = append(parts, p.Number)
		}
	}
	parts = append(parts, c.Emails...)
	if len(parts) == 0 {
		return []string{"A card without a name"}
	}
	return parts
}

func albumWords(a *chat.AlbumInfo) string {
	return "Album: " + countWords(a.Images, "photo") + ", " + countWords(a.Videos, "video")
}

func responseWords(r string) string {
	switch r {
	case "going":
		return "going"
	case "not_going":
		return "not going"
	case "maybe":
		return "maybe"
	}
	return r
}

func statusLabel(s chat.Status) string {
	switch s {
	case chat.StatusPending:
		return "Not sent yet"
	case chat.StatusSent:
		return "Sent"
	case chat.StatusDelivered:
		return "Delivered"
	case chat.StatusRead:
		return "Read"
	case chat.StatusPlayed:
		return "Played"
	}
	return ""
}

// latest is the later of two times.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// plainWords is what a message without a file says, in lines of plain text:
// its text, and all that is beside it.
func plainWords(m *chat.Message) string {
	var lines []string
	add := func(s ...string) {
		for _, s := range s {
			if s != "" {
				lines = append(lines, s)
			}
		}
	}
	if m.Poll != nil {
		add("POLL:", m.Poll.Question)
		for _, o := range m.Poll.Options {
			add("OPTION: " + o.Name + " (" + countWords(o.Votes, "vote") + ")")
		}
	}
	if e := m.Event; e != nil {
		add("EVENT: "+e.Name, e.Description)
		if e.Location != nil {
			add(placeWords(e.Location))
		}
		add(e.Link)
	}
	if m.Location != nil {
		add(labelOf(m.Type) + ": " + placeWords(m.Location))
	}
	for i := range m.Contacts {
		add("Contact: " + strings.Join(contactWords(&m.Contacts[i]), ", "))
	}
	if m.Album != nil {
		add(albumWords(m.Album))
	}
	if m.Poll == nil || m.Text != m.Poll.Question {
		add(m.Text)
	}
	add(m.Note)
	if len(lines) == 0 && m.Type != chat.Text {
		add(labelOf(m.Type))
	}
	return strings.Join(lines, "\n")
}
