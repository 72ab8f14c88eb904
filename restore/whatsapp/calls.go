package whatsapp

import (
	"hash/maphash"
	"strings"

	"touchback/restore/chat"
)

// callIndex finds rows of call_log by call_id. It keeps a hash of each, under
// a seed that no file can know.
type callIndex struct {
	seed maphash.Seed
	rows *index
}

func newCallIndex() callIndex { return callIndex{maphash.MakeSeed(), new(index)} }

func (x callIndex) key(id []byte) int64 { return int64(maphash.Bytes(x.seed, id)) }

func (x callIndex) add(id []byte, row int64) {
	if len(id) > 0 {
		x.rows.add(x.key(id), row)
	}
}

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
			return newCall(log)
		}
	}
	bare := strings.TrimPrefix(m.ID, "call:")
	for _, id := range []string{"call:" + bare, bare} {
		r.a.mu.RLock()
		r.rows = r.a.calls.rows.values(r.rows[:0], r.a.calls.key([]byte(id)))
		r.a.mu.RUnlock()
		for _, row := range r.rows {
			if log, ok := r.get(tCallLog, row); ok && string(log.bytes(cCallID)) == id {
				return newCall(log)
			}
		}
	}
	return nil
}

func newCall(log record) *chat.Call {
	c := &chat.Call{Video: log.int(cCallVideo) != 0, Seconds: log.int(cCallSeconds)}
	switch n := log.int(cCallResult); n {
	case callUnanswered:
		c.Result = "missed"
	case callUnavailable:
		c.Result = "unavailable"
	case callRejected:
		c.Result = "rejected"
	case callAnswered:
		c.Result = "answered"
	default:
		c.Result = numbered("result", n)
	}
	return c
}

// missedCall is for the messages that stood for missed calls before call_log
// had them all.
func (r *reading) missedCall(m *chat.Message) *chat.Call {
	c := &chat.Call{Result: "missed"}
	for _, row := range r.of(tMissed, m.Row) {
		if rec, ok := r.get(tMissed, row); ok {
			c.Video = rec.int(cMissedVideo) != 0
		}
	}
	return c
}
