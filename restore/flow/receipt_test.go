package flow

import "testing"

// A receipt is asked for once, and what stands in its way takes nothing away
// of what was saved.
func TestReceipt(t *testing.T) {
	s := at(Done)
	s.Result = Result{Path: "/home/a.jsonl"}
	s, effects := Step(s, WantReceipt{})
	if w, ok := effects[0].(WriteReceipt); !ok || w.Kind != ByPasskey || w.Attempt != s.Attempt {
		t.Fatalf("asks for %v", effects)
	}
	failed, effects := Step(s, Failed{Attempt: s.Attempt, Why: Exists})
	if failed.Screen != Done || failed.Receiptless != Exists || failed.Asking || len(effects) != 0 || failed.Result != s.Result {
		t.Fatalf("after a refusal: %+v, %v", failed, effects)
	}
	if failed, _ = Step(failed, Back{}); failed.Receiptless != NoTrouble {
		t.Error("the refusal is kept on another screen")
	}
	s, _ = Step(s, ReceiptWritten{s.Attempt, "/home/a.jsonl.receipt.txt"})
	if s.Screen != Done || s.Asking || s.Receipt == "" {
		t.Fatalf("after it was written: %+v", s)
	}
	if _, effects = Step(s, WantReceipt{}); effects != nil {
		t.Errorf("a second one: %v", effects)
	}
	s, effects = Step(s, Enter{})
	if l, ok := effects[len(effects)-1].(Leave); !ok || l.Outcome != Finished || s.Screen != Left {
		t.Errorf("leaves with %v", effects)
	}
}
