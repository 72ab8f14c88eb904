package whatsapp

import (
	"fmt"
	"slices"
	"testing"
)

// TestHashIndexFindsAllRows at every number of runs, texts that come again among
// them.
func TestHashIndexFindsAllRows(t *testing.T) {
	x := newHashIndex()
	rows := map[string][]int64{}
	for row := range int64(20*hashRun + 7) {
		text := fmt.Sprint("call:", row%(7*hashRun/2))
		x.add([]byte(text), row)
		rows[text] = append(rows[text], row)
		if row%(hashRun/2) != 0 {
			continue
		}
		for text, want := range rows {
			if got := x.values(nil, []byte(text)); !slices.Equal(got, want) {
				t.Fatalf("after row %d: %s is in rows %d, not %d", row, text, got, want)
			}
		}
	}
	for i, run := range x.runs {
		if i > 0 && 2*len(run) >= len(x.runs[i-1]) {
			t.Errorf("a run of %d after one of %d: looking up would get slow", len(run), len(x.runs[i-1]))
		}
	}
	x.add(nil, 1)
	if got := x.values([]int64{9}, nil); !slices.Equal(got, []int64{9}) {
		t.Errorf("no text is in rows %d", got)
	}
}
