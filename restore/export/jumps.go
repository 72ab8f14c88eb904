package export

import "hash/maphash"

// jumps finds where in its chat a message is by its ID, for replies that jump.
// It remembers the newest 780,000 messages, and up to twice as many, in 25 MB at
// most, and forgets the oldest: a reply to one of those does not jump.
type jumps struct {
	seed       maphash.Seed
	young, old places
	limit      int // of messages in young
}

// maxPlaces fills a table of 2^20 slots as far as one is filled.
const maxPlaces = 3 << 18

func newJumps() *jumps { return &jumps{seed: maphash.MakeSeed(), limit: maxPlaces} }

// key is a hash under a seed that no file can know: two messages don't share
// one but by a chance of one in 2^64 a pair.
func (j *jumps) key(chat int64, id string) uint64 {
	var h maphash.Hash
	h.SetSeed(j.seed)
	_, _ = h.WriteString(id)
	k := h.Sum64() ^ uint64(chat)*0x9e3779b97f4a7c15 // 2^64 over the golden ratio: spreads small numbers
	return max(k, 1)                                 // 0 is an empty place
}

func (j *jumps) add(chat int64, id string, seq uint32) {
	if id == "" {
		return
	}
	if j.young.n == j.limit {
		j.old, j.young = j.young, j.old.emptied()
	}
	j.young.put(j.key(chat, id), seq)
}

func (j *jumps) find(chat int64, id string) (seq uint32, ok bool) {
	if id == "" {
		return 0, false
	}
	k := j.key(chat, id)
	if seq, ok = j.young.get(k); !ok {
		seq, ok = j.old.get(k)
	}
	return seq, ok
}

// places is a hash table of 12 bytes a slot; slots are a power of two.
type places struct {
	keys []uint64
	seqs []uint32
	n    int
}

func (p *places) put(k uint64, seq uint32) {
	if p.n*4 >= len(p.keys)*3 {
		p.grow()
	}
	i := p.slot(k)
	if p.keys[i] == 0 {
		p.n++
	}
	p.keys[i], p.seqs[i] = k, seq
}

func (p *places) get(k uint64) (uint32, bool) {
	if p.n == 0 {
		return 0, false
	}
	i := p.slot(k)
	return p.seqs[i], p.keys[i] == k
}

// emptied returns p without what is in it, to be filled again.
func (p places) emptied() places {
	clear(p.keys)
	p.n = 0
	return p
}

// slot is where k is, or where it goes.
func (p *places) slot(k uint64) int {
	mask := len(p.keys) - 1
	i := int(k) & mask
	for p.keys[i] != 0 && p.keys[i] != k {
		i = (i + 1) & mask
	}
	return i
}

func (p *places) grow() {
	was := *p
	size := max(2*len(was.keys), 1<<10)
	p.keys, p.seqs = make([]uint64, size), make([]uint32, size)
	for i, k := range was.keys {
		if k != 0 {
			at := p.slot(k)
			p.keys[at], p.seqs[at] = k, was.seqs[i]
		}
	}
}
