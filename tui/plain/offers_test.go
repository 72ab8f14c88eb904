package plain

import (
	"testing"

	"touchback/restore/flow"
)

// What lies beside a backup is told before, and what came of it after.
func TestIncrementsAreTold(t *testing.T) {
	w := straight()
	w.backup.Increments = 3
	w.reply = func(e *engine, x flow.Effect) bool {
		save, ok := x.(flow.SaveMessages)
		if ok {
			e.report(flow.Saved{Attempt: save.Attempt, Result: flow.Result{
				Format: save.Format, Path: save.Path, Messages: 14_490, Chats: 3,
				Merged: flow.Merged{Increments: 2, Added: 412, Changed: 1, LeftOut: 1},
			}})
		}
		return ok
	}
	got, _, _ := session(t, newEngine(w), "\n\n2\nsecret\n\n\n\n")
	has(t, got, "and 3 increments: what came after it", "With 2 increments: 412 messages added, 1 changed.", "1 increment was left out: ")
	got, _, _ = session(t, newEngine(w), `{"choose":1}`+"\n"+`{"choose":1}`+"\n"+`{"choose":"pass"}`+"\n"+`{"password":"secret"}`+"\n"+`{"save":{}}`+"\n"+`{"choose":1}`+"\n", inJSON)
	has(t, got, `"increments":3`, `"merged":{"increments":2,"added":412,"changed":1,"left_out":1,"beyond":0}`)
}
