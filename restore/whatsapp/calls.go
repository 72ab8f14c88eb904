package whatsapp

import (
	"strings"

	"touchback/restore/chat"
)

// codes of call_log.call_result
const (
	callUnanswered  = 2
	callUnavailable = 3
	callRejected    = 4
	callAnswered    = 5
)

// callOf finds the call that a message stands for: by the link between the
// two where there is that table, or else by its ID, which the log writes with
// "call:" before it.
func (r *reading) callOf(m *chat.Message) *chat.Call {
	if link, ok := r.side(tCallOfMessage, m.Row); ok {
		if log, ok := r.get(tCallLog, link.int(cCallOfMessageLog)); ok {
			return r.call(log)
		}
	}
	bare := strings.TrimPrefix(m.ID, "call:")
	for _, id := range []string{"call:" + bare, bare} {
		r.a.mu.RLock()
		r.rows = r.a.calls.values(r.rows[:0], []byte(id))
		r.a.mu.RUnlock()
		for _, row := range r.rows {
			if log, ok := r.get(tCallLog, row); ok && string(log.bytes(cCallID)) == id {
				return r.call(log)
			}
		}
	}
	return nil
}

func (r *reading) call(log record) *chat.Call {
	c := &chat.Call{
		Video: log.int(cCallVideo) != 0, Group: log.int(cCallGroup) > 0,
		Seconds: max(log.int(cCallSeconds), 0), Result: callWord(log.int(cCallResult)),
	}
	for _, row := range r.anywhere(tCallPeople, log.RowID) {
		if rec, ok := r.get(tCallPeople, row); ok {
			c.People = append(c.People, chat.CallPerson{Person: r.person(rec.int(cCallPersonJID)), Result: callWord(rec.int(cCallPersonResult))})
		}
	}
	c.Group = c.Group || len(c.People) > 1
	return c
}

func callWord(code int64) string {
	switch code {
	case callUnanswered:
		return "missed"
	case callUnavailable:
		return "unavailable"
	case callRejected:
		return "rejected"
	case callAnswered:
		return "answered"
	}
	return numbered("result", code)
}

// missedCall is for the messages that stood for missed calls before call_log
// had them all.
func (r *reading) missedCall(m *chat.Message) *chat.Call {
	c := &chat.Call{Result: "missed"}
	for _, row := range r.of(tMissed, m.Row) {
		rec, ok := r.get(tMissed, row)
		if !ok {
			continue
		}
		c.Video = rec.int(cMissedVideo) != 0
		for _, person := range r.anywhere(tMissedPeople, row) {
			if p, ok := r.get(tMissedPeople, person); ok {
				c.People = append(c.People, chat.CallPerson{
					Person: r.personAt(clip(p.bytes(cCallPersonJID), maxName)), Result: callWord(p.int(cCallPersonResult)),
				})
			}
		}
	}
	c.Group = len(c.People) > 1
	return c
}
