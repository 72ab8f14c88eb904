package export

import (
	"strconv"

	"touchback/restore/chat"
)

func (j *JSONL) appendPoll(b []byte, p *chat.Poll) []byte {
	b = append(b, `,"poll":{"question":`...)
	b = appendString(b, p.Question)
	b = append(b, `,"options":[`...)
	for i, o := range p.Options {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"name":`...)
		b = appendString(b, o.Name)
		b = append(b, `,"votes":`...)
		b = strconv.AppendInt(b, o.Votes, 10)
		if len(o.Voters) > 0 {
			b = append(b, `,"voters":[`...)
			for i, v := range o.Voters {
				b = appendSender(b, i, v.Sender)
				b = j.appendMoment(b, `,"time":`, v.Time)
				b = append(b, '}')
			}
			b = append(b, ']')
		}
		b = append(b, '}')
	}
	b = append(b, ']')
	b = appendNumber(b, `,"choices":`, p.Choices)
	b = j.appendMoment(b, `,"ends":`, p.Ends)
	return append(b, '}')
}

func (j *JSONL) appendEvent(b []byte, e *chat.EventInfo) []byte {
	b = append(b, `,"event":{"name":`...)
	b = appendString(b, e.Name)
	b = appendText(b, `,"description":`, e.Description)
	b = j.appendMoment(b, `,"start":`, e.Start)
	b = j.appendMoment(b, `,"end":`, e.End)
	if e.Location != nil {
		b = appendLocation(b, e.Location)
	}
	b = appendText(b, `,"link":`, e.Link)
	b = appendFlag(b, `,"cancelled":true`, e.Cancelled)
	if len(e.Responses) > 0 {
		b = append(b, `,"responses":[`...)
		for i, r := range e.Responses {
			b = appendSender(b, i, r.Sender)
			b = append(b, `,"response":`...)
			b = appendString(b, r.Response)
			b = appendNumber(b, `,"guests":`, r.Guests)
			b = j.appendMoment(b, `,"time":`, r.Time)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func (j *JSONL) appendReceipts(b []byte, receipts []chat.Receipt) []byte {
	b = append(b, `,"receipts":[`...)
	for i, r := range receipts {
		b = appendSender(b, i, r.Person)
		b = j.appendMoment(b, `,"delivered":`, r.Delivered)
		b = j.appendMoment(b, `,"read":`, r.Read)
		b = j.appendMoment(b, `,"played":`, r.Played)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendAlbum(b []byte, a *chat.AlbumInfo) []byte {
	b = append(b, `,"album":{"images":`...)
	b = strconv.AppendInt(b, a.Images, 10)
	b = append(b, `,"videos":`...)
	b = strconv.AppendInt(b, a.Videos, 10)
	b = append(b, `,"parts":[`...)
	for i, row := range a.Parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, row, 10)
	}
	return append(b, ']', '}')
}

func appendSystem(b []byte, s *chat.System) []byte {
	b = append(b, `,"system":{"action":`...)
	b = appendString(b, s.Action)
	b = appendText(b, `,"text":`, s.Text)
	b = appendText(b, `,"by":`, s.By.JID)
	if len(s.People) > 0 {
		b = append(b, `,"people":`...)
		b = appendPeople(b, s.People)
	}
	return append(b, '}')
}

func appendCall(b []byte, c *chat.Call) []byte {
	b = append(b, `,"call":{"video":`...)
	b = strconv.AppendBool(b, c.Video)
	b = append(b, `,"seconds":`...)
	b = strconv.AppendInt(b, c.Seconds, 10)
	b = appendText(b, `,"result":`, c.Result)
	b = appendFlag(b, `,"group":true`, c.Group)
	if len(c.People) > 0 {
		b = append(b, `,"people":[`...)
		for i, p := range c.People {
			b = appendSender(b, i, p.Person)
			b = appendText(b, `,"result":`, p.Result)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// appendSender begins the i-th object of a list with who it is of; null is the
// owner of the backup. The caller ends it.
func appendSender(b []byte, i int, p chat.Person) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	b = append(b, `{"sender":`...)
	b = appendOrNull(b, p.JID)
	return appendText(b, `,"name":`, p.Name)
}

func appendPeople(b []byte, people []chat.Person) []byte {
	b = append(b, '[')
	for i, p := range people {
		b = append(appendSender(b, i, p), '}')
	}
	return append(b, ']')
}

func appendPhones(b []byte, phones []chat.Phone) []byte {
	if len(phones) == 0 {
		return b
	}
	b = append(b, `,"phones":[`...)
	for i, p := range phones {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"number":`...)
		b = appendString(b, p.Number)
		b = appendText(b, `,"label":`, p.Label)
		b = appendText(b, `,"jid":`, p.JID)
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendStrings appends the key and a list, or nothing where it is empty.
func appendStrings(b []byte, key string, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(append(b, key...), '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}
