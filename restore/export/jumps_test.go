package export

import (
	"fmt"
	"testing"
)

func TestJumps(t *testing.T) {
	j := newJumps()
	j.limit = 3000
	for i := range uint32(10_000) {
		j.add(int64(i%3), fmt.Sprint("id", i), i)
	}
	j.add(1, "", 5)
	j.add(0, "id9998", 7) // another chat, the same ID
	for i := range uint32(10_000) {
		seq, ok := j.find(int64(i%3), fmt.Sprint("id", i))
		if ok && seq != i {
			t.Fatalf("%d found at %d", i, seq)
		}
		if i >= 7000 && !ok {
			t.Fatalf("%d is forgotten: one of the newest 3000", i)
		}
		if i < 3000 && ok {
			t.Fatalf("%d is remembered: memory has no bound", i)
		}
	}
	if seq, ok := j.find(0, "id9998"); !ok || seq != 7 {
		t.Errorf("in another chat: %d, %v", seq, ok)
	}
	if _, ok := j.find(1, ""); ok {
		t.Error("a message without an ID was found")
	}
	if _, ok := newJumps().find(1, "x"); ok {
		t.Error("found among none")
	}
}
