package whatsapp

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sort"
)

// index is a sorted list of pairs of integers in little memory: rows of a chat,
// or rows of another table by the message they belong to, a byte or two each.
// Rows come mostly in order, so that adding is mostly appending; what comes late
// costs its chunk anew. Full chunks go to spill, so that what grows with a
// backup in memory is 72 bytes for 1024 entries.
//
// It is not safe for concurrent use.
type index struct {
	chunks []chunk
	n      int
	spill  *spill // nil keeps all in memory
}

// pair is an entry; pairs are sorted by key, then by value.
type pair struct{ key, value int64 }

// chunk holds up to chunkPairs entries: the first as it is, the others as
// differences to the one before.
type chunk struct {
	first, last pair
	data        []byte // nil where it is in the spill
	at          spilled
	n           int32
}

const (
	// chunkPairs is what a chunk holds where entries come late, since each
	// of them costs all of it.
	chunkPairs = 256
	// spillPairs is what a chunk holds that was filled in order, and goes
	// to the spill.
	spillPairs = 1024
)

// pairsRoom is room for what any chunk holds.
type pairsRoom [spillPairs + 1]pair

// add puts an entry in its place and tells whether that was the end.
func (x *index) add(key, value int64) (atEnd bool) {
	p := pair{key, value}
	x.n++
	i := len(x.chunks) - 1
	if i < 0 || !p.before(x.chunks[i].last) {
		if i < 0 || x.full(&x.chunks[i]) {
			x.chunks = append(x.chunks, chunk{first: p, last: p, data: x.seal(), n: 1})
			return true
		}
		x.chunks[i].append(p)
		return true
	}
	// The last chunk that begins at or before p, or else the first one.
	i = max(sort.Search(len(x.chunks), func(i int) bool { return p.before(x.chunks[i].first) })-1, 0)
	var room pairsRoom
	all := x.pairs(room[:0], i)
	at := sort.Search(len(all), func(j int) bool { return p.before(all[j]) })
	all = slices.Insert(all, at, p)
	if len(all) <= chunkPairs {
		x.chunks[i] = pack(all)
		return false
	}
	parts := make([]chunk, 0, 1+2*spillPairs/chunkPairs)
	for n := len(all) / (chunkPairs / 2); n > 0; n-- { // evenly
		m := len(all) / n
		parts = append(parts, pack(all[:m]))
		all = all[m:]
	}
	x.chunks = slices.Replace(x.chunks, i, i+1, parts...)
	return false
}

func (x *index) full(c *chunk) bool {
	if x.spill == nil {
		return c.n >= chunkPairs
	}
	return c.n >= spillPairs
}

// seal puts the last chunk away, which will hardly grow again, and returns its
// memory where it was spilled.
func (x *index) seal() []byte {
	if len(x.chunks) == 0 {
		return nil
	}
	c := &x.chunks[len(x.chunks)-1]
	if at, ok := x.spill.put(c.data); ok {
		room := c.data[:0]
		c.data, c.at = nil, at
		return room
	}
	c.data = bytes.Clone(c.data)
	return nil
}

// pairs appends all entries of chunk i to dst.
func (x *index) pairs(dst []pair, i int) []pair {
	c := &x.chunks[i]
	data := c.data
	if c.at.size > 0 && data == nil {
		data = x.spill.get(c.at)
	}
	return c.pairs(dst, data)
}

// keys appends up to n keys from position from on to dst.
func (x *index) keys(dst []int64, from, n int) []int64 {
	var room pairsRoom
	for i := range x.chunks {
		if has := int(x.chunks[i].n); from >= has {
			from -= has
			continue
		}
		if n <= 0 {
			break
		}
		all := x.pairs(room[:0], i)
		for _, p := range all[min(from, len(all)):] {
			if n <= 0 {
				break
			}
			dst = append(dst, p.key)
			n--
		}
		from = 0
	}
	return dst
}

// values appends the values of a key to dst.
func (x *index) values(dst []int64, key int64) []int64 {
	i := sort.Search(len(x.chunks), func(i int) bool { return x.chunks[i].last.key >= key })
	var room pairsRoom
	for ; i < len(x.chunks) && x.chunks[i].first.key <= key; i++ {
		for _, p := range x.pairs(room[:0], i) {
			if p.key == key {
				dst = append(dst, p.value)
			}
		}
	}
	return dst
}

// walk reads an index that no longer changes, from its start to its end.
type walk struct {
	x    *index
	next int    // chunk
	rest []pair // of the chunk before that
	buf  []pair
}

// values appends the values of a key to dst. Keys must not fall from call to
// call.
func (w *walk) values(dst []int64, key int64) []int64 {
	for {
		for len(w.rest) > 0 && w.rest[0].key < key {
			w.rest = w.rest[1:]
		}
		for len(w.rest) > 0 && w.rest[0].key == key {
			dst = append(dst, w.rest[0].value)
			w.rest = w.rest[1:]
		}
		if len(w.rest) > 0 || w.next == len(w.x.chunks) || w.x.chunks[w.next].first.key > key {
			return dst
		}
		if w.x.chunks[w.next].last.key >= key {
			w.buf = w.x.pairs(w.buf[:0], w.next)
			w.rest = w.buf
		}
		w.next++
	}
}

func (p pair) before(q pair) bool {
	return p.key < q.key || p.key == q.key && p.value < q.value
}

// How an entry's value follows from the one before, in the lowest bits of the
// key's step. Rows of a chat have no values, and rows that belong to a message
// mostly follow each other: neither pays for values.
const (
	sameValue = iota
	nextValue
	otherValue // the difference follows
	turnBits   = 2
)

// append adds p, which is not before the last entry.
func (c *chunk) append(p pair) {
	// Differences wrap around, as adding them again does. 0 stands before
	// what is too far or equal.
	step, turn := uint64(p.key)-uint64(c.last.key), p.value-c.last.value
	c.last = p
	c.n++
	if step > 0 && step < 0x80>>turnBits && turn == 0 {
		c.data = append(c.data, byte(step<<turnBits)) // most are
		return
	}
	switch {
	case step >= 1<<(64-turnBits) || step == 0 && turn == 0:
		c.data = append(c.data, 0)
		c.data = binary.AppendUvarint(c.data, step)
		c.data = binary.AppendVarint(c.data, turn)
	case turn == 0:
		c.data = binary.AppendUvarint(c.data, step<<turnBits) // sameValue is 0
	case turn == 1:
		c.data = binary.AppendUvarint(c.data, step<<turnBits|nextValue)
	default:
		c.data = binary.AppendUvarint(c.data, step<<turnBits|otherValue)
		c.data = binary.AppendVarint(c.data, turn)
	}
}

// pairs appends all entries to dst; data are those of the chunk.
func (c *chunk) pairs(dst []pair, data []byte) []pair {
	p := c.first
	dst = append(dst, p)
	for len(data) > 0 {
		step, n := binary.Uvarint(data)
		data = data[n:]
		turn := step & (1<<turnBits - 1)
		if step == 0 {
			step, n = binary.Uvarint(data)
			data = data[n:]
			turn = otherValue
		} else {
			step >>= turnBits
		}
		p.key += int64(step)
		switch turn {
		case nextValue:
			p.value++
		case otherValue:
			v, n := binary.Varint(data)
			data = data[n:]
			p.value += v
		}
		dst = append(dst, p)
	}
	return dst
}

func pack(all []pair) chunk {
	c := chunk{first: all[0], last: all[0], n: 1, data: make([]byte, 0, 2*len(all))}
	for _, p := range all[1:] {
		c.append(p)
	}
	return c
}
