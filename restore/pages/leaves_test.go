package pages

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// noReread fails where the index asks a page for its last row in vain.
func noReread(t *rapid.T) func(uint32) (int64, error) {
	return func(uint32) (int64, error) { t.Fatal("a leaf was read again"); return 0, nil }
}

func TestLeavesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4*leafBlock).Draw(t, "leaves")
		order := rapid.SampledFrom([]string{"rising", "falling", "shuffled"}).Draw(t, "order")
		// Leaf i has rows 10i to 10i+6.
		list := make([]int64, n)
		for i := range list {
			list[i] = int64(i)
		}
		switch order {
		case "falling":
			slices.Reverse(list)
		case "shuffled":
			list = rapid.Permutation(list).Draw(t, "leaves")
		}
		var l leaves
		for _, i := range list {
			if taken, err := l.insert(10*i, 10*i+6, uint32(i)+1, noReread(t)); taken != 0 || err != nil {
				t.Fatal(taken, err)
			}
		}
		var pages []uint32
		for block := range l.all() {
			if len(block) == 0 || len(block) > leafBlock {
				t.Fatalf("a block of %d", len(block))
			}
			for _, e := range block {
				pages = append(pages, e.page)
			}
		}
		if len(pages) != n || !slices.IsSorted(pages) {
			t.Fatalf("%d leaves, not in order", len(pages))
		}
		if order == "rising" && len(l.blocks) != (n+leafBlock-1)/leafBlock {
			t.Errorf("%d blocks for %d leaves in order", len(l.blocks), n)
		}
		i := int64(rapid.IntRange(0, n-1).Draw(t, "leaf"))
		for rowid := 10 * i; rowid < 10*i+10; rowid++ {
			if e, ok := l.find(rowid); !ok || e.page != uint32(i)+1 {
				t.Fatalf("row %d: %v, %v", rowid, e, ok)
			}
		}
		if _, ok := l.find(-1); ok {
			t.Error("row -1 is found")
		}
		first := rapid.Int64Range(-8, int64(10*n)).Draw(t, "first")
		last := first + rapid.Int64Range(0, 30).Draw(t, "rows")
		free := last < 0 || first > int64(10*n)-4 || first/10 == last/10 && first >= 0 && first%10 > 6
		if taken, err := l.insert(first, last, 99999, noReread(t)); (taken == 0) != free || err != nil {
			t.Fatalf("rows %d to %d among %d leaves: %d, %v", first, last, n, taken, err)
		}
	})
}

func TestLeavesFarApart(t *testing.T) {
	const last = math.MaxInt64
	reread := func(want uint32, row int64) func(uint32) (int64, error) {
		return func(page uint32) (int64, error) {
			if page != want {
				t.Errorf("page %d was read, not %d", page, want)
			}
			return row, nil
		}
	}
	var l leaves
	for _, step := range []struct {
		first, last int64
		page, taken uint32
		reread      func(uint32) (int64, error)
	}{
		{math.MinInt64, -5, 1, 0, nil},
		{-5, 0, 2, 1, reread(1, -5)},
		{-4, 1 << 40, 2, 0, reread(1, -5)},
		{1 << 40, last, 3, 2, reread(2, 1<<40)},
		{1<<40 + 1, last, 3, 0, reread(2, 1<<40)},
		{last, last, 4, 3, reread(3, last)},
		{math.MinInt64, last, 5, 3, nil},
	} {
		if taken, err := l.insert(step.first, step.last, step.page, step.reread); taken != step.taken || err != nil {
			t.Errorf("%d to %d: %d, %v", step.first, step.last, taken, err)
		}
	}
}

func TestClaimsAreBounded(t *testing.T) {
	var c claims
	refused := 0
	for i := range uint32(2 * claimsAhead) {
		if c.claim(i*claimChunk+7, 1, 0) != "" {
			refused++
		}
	}
	if len(c.chunks) > claimsAhead+1 || refused == 0 {
		t.Errorf("%d chunks, %d refused", len(c.chunks), refused)
	}
	if c.claim(7, 2, 0) == "" || c.claim(8, overflowOwner, 0) != "" || c.get(8) != overflowOwner || c.get(7) != 1 || c.get(9) != 0 {
		t.Error("pages are claimed twice, or not at all")
	}
}
