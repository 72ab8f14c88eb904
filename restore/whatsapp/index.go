package whatsapp

import (
	"encoding/binary"
	"sort"
)

// index is a sorted list of pairs of integers in little memory: rows of a chat
// (about a byte each), or rows of another table by the message they belong to
// (two or three). Rows come mostly in order, so that adding is mostly
// appending; what comes late costs its chunk anew.
//
// It is not safe for concurrent use.
type index struct {
	chunks []chunk
	n      int
}

// pair is an entry; pairs are sorted by key, then by value.
type pair struct{ key, value int64 }

// chunk holds up to chunkPairs entries: the first as it is, the others as
// differences to the one before.
type chunk struct {
	first, last pair
	data        []byte
	n           int
}

const chunkPairs = 256

// add puts an entry in its place and tells whether that was the end.
func (x *index) add(key, value int64) (atEnd bool) {
	p := pair{key, value}
	x.n++
	i := len(x.chunks) - 1
	if i < 0 || !p.before(x.chunks[i].last) {
		if i < 0 || x.chunks[i].n >= chunkPairs {
			if i >= 0 { // it will hardly grow again
				x.chunks[i].data = append([]byte(nil), x.chunks[i].data...)
			}
			x.chunks = append(x.chunks, chunk{first: p, last: p, n: 1})
			return true
		}
		x.chunks[i].append(p)
		return true
	}
	// The last chunk that begins at or before p, or else the first one.
	i = max(sort.Search(len(x.chunks), func(i int) bool { return p.before(x.chunks[i].first) })-1, 0)
	all := x.chunks[i].pairs(make([]pair, 0, chunkPairs+1))
	at := sort.Search(len(all), func(j int) bool { return p.before(all[j]) })
	all = append(all, pair{})
	copy(all[at+1:], all[at:])
	all[at] = p
	if len(all) <= chunkPairs {
		x.chunks[i] = pack(all)
		return false
	}
	half := len(all) / 2
	x.chunks = append(x.chunks, chunk{})
	copy(x.chunks[i+2:], x.chunks[i+1:])
	x.chunks[i], x.chunks[i+1] = pack(all[:half]), pack(all[half:])
	return false
}

// keys appends up to n keys from position from on to dst.
func (x *index) keys(dst []int64, from, n int) []int64 {
	var buf [chunkPairs]pair
	for i := range x.chunks {
		c := &x.chunks[i]
		if from >= c.n {
			from -= c.n
			continue
		}
		if n <= 0 {
			break
		}
		for _, p := range c.pairs(buf[:0])[from:min(from+n, c.n)] {
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
	var buf [chunkPairs]pair
	for ; i < len(x.chunks) && x.chunks[i].first.key <= key; i++ {
		for _, p := range x.chunks[i].pairs(buf[:0]) {
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
			w.buf = w.x.chunks[w.next].pairs(w.buf[:0])
			w.rest = w.buf
		}
		w.next++
	}
}

func (p pair) before(q pair) bool {
	return p.key < q.key || p.key == q.key && p.value < q.value
}

// append adds p, which is not before the last entry.
func (c *chunk) append(p pair) {
	// Differences wrap around, as adding them again does. Whether the value
	// differs is told in the lowest bit of the key's step, so that an index
	// without values pays nothing for them. 0 stands before what is too far
	// or equal.
	step, turn := uint64(p.key)-uint64(c.last.key), p.value-c.last.value
	switch {
	case step >= 1<<62 || step == 0 && turn == 0:
		c.data = append(c.data, 0)
		c.data = binary.AppendUvarint(c.data, step)
		c.data = binary.AppendVarint(c.data, turn)
	case turn == 0:
		c.data = binary.AppendUvarint(c.data, step<<1)
	default:
		c.data = binary.AppendUvarint(c.data, step<<1|1)
		c.data = binary.AppendVarint(c.data, turn)
	}
	c.last = p
	c.n++
}

// pairs appends all entries to dst.
func (c *chunk) pairs(dst []pair) []pair {
	p := c.first
	dst = append(dst, p)
	for b := c.data; len(b) > 0; {
		step, n := binary.Uvarint(b)
		b = b[n:]
		turn := step & 1
		if step == 0 {
			step, n = binary.Uvarint(b)
			b = b[n:]
			turn = 1
		} else {
			step >>= 1
		}
		p.key += int64(step)
		if turn == 1 {
			v, n := binary.Varint(b)
			b = b[n:]
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
