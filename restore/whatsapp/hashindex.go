package whatsapp

import (
	"hash/maphash"
	"slices"
	"sort"
)

// hashIndex finds rows by a text, in 16 bytes each. It keeps a hash of each
// text, under a seed that no file can know; whoever looks must compare the text
// itself.
//
// Hashes come in no order, so that putting each in its place would cost more
// than all else that is done with a row. They are gathered, sorted a run at a
// time, and runs of like length are merged.
type hashIndex struct {
	seed   maphash.Seed
	runs   [][]pair // each sorted, and more than twice as long as the next
	latest []pair   // as they came
}

// hashRun is how many entries are gathered before they are sorted: what each
// look-up goes through one by one.
const hashRun = 256

func newHashIndex() *hashIndex { return &hashIndex{seed: maphash.MakeSeed()} }

func (x *hashIndex) key(text []byte) int64 { return int64(maphash.Bytes(x.seed, text)) }

func (x *hashIndex) add(text []byte, row int64) {
	if len(text) == 0 {
		return
	}
	x.latest = append(x.latest, pair{x.key(text), row})
	if len(x.latest) < hashRun {
		return
	}
	run := slices.Clone(x.latest)
	x.latest = x.latest[:0]
	slices.SortFunc(run, pair.compare)
	for n := len(x.runs); n > 0 && len(x.runs[n-1]) <= 2*len(run); n = len(x.runs) {
		run = mergePairs(x.runs[n-1], run)
		x.runs = x.runs[:n-1]
	}
	x.runs = append(x.runs, run)
}

func (p pair) compare(q pair) int {
	switch {
	case p.before(q):
		return -1
	case q.before(p):
		return 1
	}
	return 0
}

func mergePairs(a, b []pair) []pair {
	all := make([]pair, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0].before(a[0]) {
			all, b = append(all, b[0]), b[1:]
		} else {
			all, a = append(all, a[0]), a[1:]
		}
	}
	return append(append(all, a...), b...)
}

// values appends to dst the rows whose text may be this one, lowest first.
func (x *hashIndex) values(dst []int64, text []byte) []int64 {
	key, start := x.key(text), len(dst)
	for _, run := range x.runs {
		i := sort.Search(len(run), func(i int) bool { return run[i].key >= key })
		for ; i < len(run) && run[i].key == key; i++ {
			dst = append(dst, run[i].value)
		}
	}
	for _, p := range x.latest {
		if p.key == key {
			dst = append(dst, p.value)
		}
	}
	slices.Sort(dst[start:])
	return dst
}
