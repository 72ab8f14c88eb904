package pages

import (
	"errors"
	"io"
	"math/bits"
	"sync"
)

// kept is a spool that holds the pages of a database one behind the other, but
// for those of indexes: a quarter of a database of chats, which no table needs,
// and which would cost as much time and space as any. It reads like the
// database. One goroutine may add while others read.
type kept struct {
	header
	spool *Spool

	mu   sync.RWMutex // guards all below
	came uint32       // pages
	runs []pageRun
}

// pageRun tells which of 64 pages are in the spool, the first of them in the
// lowest bit, and how many before them are.
type pageRun struct {
	pages  uint64
	before uint32
}

// errNotKept means a page that is not in the spool.
var errNotKept = errors.New("a page of an index")

// add takes whole pages; only the last one of a file may be cut short.
func (k *kept) add(b []byte) error {
	for len(b) > 0 {
		n, keep := k.alike(b)
		if keep {
			if _, err := k.spool.Write(b[:n]); err != nil {
				return err
			}
		}
		k.mu.Lock()
		for range (n + k.pageSize - 1) / k.pageSize {
			k.count(keep)
		}
		k.mu.Unlock()
		b = b[n:]
	}
	return nil
}

// alike returns how many bytes at the start of b are of pages that are all to
// be kept, or all not.
func (k *kept) alike(b []byte) (n int, keep bool) {
	keep = !k.ofIndex(b[0])
	for n < len(b) && k.ofIndex(b[n]) == !keep {
		n = min(n+k.pageSize, len(b))
	}
	return n, keep
}

// Kinds of index b-tree pages (§1.6).
const (
	indexInterior = 0x02
	indexLeaf     = 0x0a
)

// ofIndex tells by the first byte of a page that no table has it. Pages of
// trees of tables begin with another byte, and overflow pages with the highest
// of four of the number of the next one, which can be that large only in
// databases of a hundred gigabytes, or of a size that nobody knows.
func (h *header) ofIndex(first byte) bool {
	return (first == indexInterior || first == indexLeaf) && h.pages > 0 && h.pages < indexInterior<<24
}

// count takes note of one page more.
func (k *kept) count(keep bool) {
	if k.came%64 == 0 {
		k.runs = append(k.runs, pageRun{before: k.before(k.came)})
	}
	if keep {
		k.runs[k.came/64].pages |= 1 << (k.came % 64)
	}
	k.came++
}

// before returns how many of the first n pages are in the spool.
func (k *kept) before(n uint32) uint32 {
	if n == 0 {
		return 0
	}
	r := k.runs[(n-1)/64]
	return r.before + uint32(bits.OnesCount64(r.pages<<(63-(n-1)%64)))
}

// has tells whether page n, counted from 0, is in the spool.
func (k *kept) has(n uint32) bool { return k.runs[n/64].pages>>(n%64)&1 != 0 }

// ReadAt reads a part of a page, or whole pages, that have come. If the first
// one is not kept, it fails with errNotKept; others that are not read as zeros.
func (k *kept) ReadAt(p []byte, off int64) (int, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	size := int64(k.pageSize)
	if off >= int64(k.came)*size {
		return 0, io.EOF
	}
	first := uint32(off / size)
	if !k.has(first) {
		return 0, errNotKept
	}
	at := int64(k.before(first)) * size
	if within := off % size; within+int64(len(p)) <= size {
		return k.spool.ReadAt(p, at+within)
	}
	end := min(first+uint32(int64(len(p))/size), k.came)
	all := p[:int64(end-first)*size]
	// At one go into the end, and from there to where they belong.
	packed := all[int64(len(all))-int64(k.before(end)-k.before(first))*size:]
	missing := len(packed)
	n, err := k.spool.ReadAt(packed, at)
	missing -= n
	for n := first; n < end && len(packed) < len(all); n++ {
		page := all[:size]
		all = all[size:]
		if k.has(n) {
			copy(page, packed)
			packed = packed[size:]
		} else {
			clear(page)
		}
	}
	n = int(end-first)*k.pageSize - missing
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}
