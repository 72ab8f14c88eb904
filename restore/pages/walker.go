package pages

import (
	"context"
	"errors"
	"strings"
)

// maxWaiting is how many leaves may wait for an overflow page at a time, some
// 16 MiB of them. Real databases have a handful.
const maxWaiting = 1 << 18

// walker confirms pages: it goes down from the root of the schema and of each
// wanted table as far as pages have arrived, and hands out the rows of each
// leaf it reaches. Which pages are awaited is all it keeps.
type walker struct {
	pager    *pager
	wanted   map[string]bool // by lower-case name; true once found
	tables   []*Table        // claims name them by position + 1; [0] is the schema
	found    func(*Table)
	on       func(*Table, []Row) error
	claims   claims
	maps     pointerMap
	arrived  uint32           // the last page that can be read
	again    []uint32         // claimed pages that had arrived before; the next one last
	waiting  map[uint32]chain // by the overflow page they wait for
	problems problems

	page    []byte
	cells   []cell
	decoder decoder
}

// chain is how far the overflow pages of a leaf's rows were followed.
type chain struct {
	leaf uint32
	tree owner
	cell uint16 // whose chain it is
	left uint32 // bytes of the row from the awaited page on
}

func newWalker(p *pager, want []string, found func(*Table), on func(*Table, []Row) error) *walker {
	w := &walker{
		pager:   p,
		wanted:  map[string]bool{},
		found:   found,
		on:      on,
		maps:    pointerMap{header: &p.header},
		waiting: map[uint32]chain{},
		page:    make([]byte, p.pageSize),
		decoder: decoder{pager: p},
	}
	for _, name := range want {
		w.wanted[lowerName(name)] = false
	}
	w.addTree(schemaTable(p))
	return w
}

func lowerName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 {
			return rune(lower(byte(r)))
		}
		return r
	}, s)
}

// addTree claims the root of a table and goes on from there.
func (w *walker) addTree(t *Table) {
	w.tables = append(w.tables, t)
	w.point(t.Root, t.Root, owner(len(w.tables)))
}

// point claims page n for a tree, as from says. It is read now if it is there,
// and otherwise when it comes.
func (w *walker) point(from, n uint32, tree owner) {
	if w.claims.confirm(n, tree) {
		return
	}
	why := w.pager.check(n)
	if why == "" {
		why = w.claims.claim(n, tree, w.arrived)
	}
	if why != "" {
		w.problems.corrupt(from, "%s", why)
		return
	}
	if n <= w.arrived {
		w.again = append(w.again, n)
	}
}

// arrive takes the page that has come after all those before.
func (w *walker) arrive(ctx context.Context, n uint32, page []byte) error {
	w.arrived = n
	if w.maps.take(n, page) {
		return nil
	}
	switch tree := w.claims.get(n); tree {
	case 0:
		tree = w.adopt(n)
		if tree == 0 {
			return nil
		}
		if err := w.visit(n, tree, page); err != nil {
			return err
		}
	case overflowOwner:
		if c, ok := w.waiting[n]; ok {
			delete(w.waiting, n)
			if err := w.resume(c, n); err != nil {
				return err
			}
		}
	default:
		if err := w.visit(n, tree, page); err != nil {
			return err
		}
	}
	return w.drain(ctx)
}

// adopt claims page n, which has come and no page has named, for the tree that
// its parent belongs to: a page still to come, that the tree has named. A
// parent that has come has named all its children.
func (w *walker) adopt(n uint32) owner {
	parent := w.maps.parent(n)
	if parent <= n {
		return 0
	}
	tree := w.claims.get(parent)
	if tree == 0 || tree == overflowOwner || w.claims.claim(n, tree|adopted, n) != "" {
		return 0
	}
	return tree
}

// drain reads the pages that were confirmed after they had come.
func (w *walker) drain(ctx context.Context) error {
	for len(w.again) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := w.again[len(w.again)-1]
		w.again = w.again[:len(w.again)-1]
		if err := w.pager.read(n, w.page); w.damage(err) {
			continue
		} else if err != nil {
			return err
		}
		if err := w.visit(n, w.claims.get(n), w.page); err != nil {
			return err
		}
	}
	return nil
}

// damage takes an error that says what is wrong with a page, and tells whether
// it is one.
func (w *walker) damage(err error) bool {
	corrupt := (*CorruptError)(nil)
	if !errors.As(err, &corrupt) {
		return false
	}
	w.problems.add(corrupt)
	return true
}

// visit goes on from a confirmed page of a tree.
func (w *walker) visit(n uint32, tree owner, page []byte) error {
	b, err := parseNode(n, page, w.pager.usable)
	if err != nil {
		w.problems.add(err)
		return nil
	}
	if b.kind == leafPage {
		w.cells = b.appendCells(w.cells[:0], n, w.bad(tree))
		return w.settle(n, tree, page, 0)
	}
	// Backwards, so that what has come before is read in the order of rows.
	for i := b.len(); i >= 0; i-- {
		child, ok := b.child(i)
		if !ok {
			w.problems.corrupt(n, "cell %d: wild pointer", i)
			continue
		}
		w.point(n, child, tree)
	}
	return nil
}

// bad collects what is wrong with rows of a tree.
func (w *walker) bad(tree owner) func(error) {
	return func(err error) {
		if large := (*RecordTooLargeError)(nil); errors.As(err, &large) {
			large.Table = w.tables[tree-1].Name
		}
		w.problems.add(err)
	}
}

// settle releases leaf n, whose rows are in w.cells, unless an overflow page
// of one of them has still to come. A broken chain costs the whole leaf.
func (w *walker) settle(n uint32, tree owner, page []byte, from int) error {
	for i := from; i < len(w.cells); i++ {
		c := &w.cells[i]
		if c.overflow == 0 {
			continue
		}
		if why := w.claimOverflow(c.overflow); why != "" {
			w.problems.corrupt(n, "%s", why)
			return nil
		}
		ready, err := w.follow(chain{n, tree, uint16(i), c.size - c.local}, c.overflow)
		if err != nil || !ready {
			return err
		}
	}
	return w.release(n, tree, page)
}

func (w *walker) claimOverflow(n uint32) string {
	if why := w.pager.check(n); why != "" {
		return why
	}
	return w.claims.claim(n, overflowOwner, w.arrived)
}

// follow goes along a chain from the claimed page n on. It is ready once the
// last page has come.
func (w *walker) follow(c chain, n uint32) (ready bool, err error) {
	for {
		if n > w.arrived {
			if len(w.waiting) >= maxWaiting {
				w.problems.corrupt(c.leaf, "too many rows wait for their rest")
				return false, nil
			}
			w.waiting[n] = c
			return false, nil
		}
		if c.left <= w.pager.fits() {
			return true, nil
		}
		c.left -= w.pager.fits()
		next, err := w.pager.next(n)
		if w.damage(err) {
			return false, nil
		} else if err != nil {
			return false, err
		}
		if why := w.claimOverflow(next); why != "" {
			w.problems.corrupt(n, "%s", why)
			return false, nil
		}
		n = next
	}
}

// resume goes on with a chain whose awaited page n has come.
func (w *walker) resume(c chain, n uint32) error {
	ready, err := w.follow(c, n)
	if err != nil || !ready {
		return err
	}
	if err := w.pager.read(c.leaf, w.page); err != nil {
		return err
	}
	b, err := parseNode(c.leaf, w.page, w.pager.usable)
	if err != nil {
		return err
	}
	w.cells = b.appendCells(w.cells[:0], c.leaf, nil)
	return w.settle(c.leaf, c.tree, w.page, int(c.cell)+1)
}

// release hands out the rows of a confirmed leaf, whose pages are all there.
func (w *walker) release(n uint32, tree owner, page []byte) error {
	if len(w.cells) == 0 {
		return nil
	}
	t := w.tables[tree-1]
	taken, err := t.add(n, w.cells)
	if err != nil {
		return err
	}
	if taken != 0 {
		w.problems.corrupt(n, "rows between those of page %d", taken)
		return nil
	}
	return w.decoder.leaf(t, n, page, w.cells, func(rows []Row) error {
		t.rows.Add(int64(len(rows)))
		if tree == 1 {
			w.schema(n, rows)
			return nil
		}
		if w.on == nil {
			return nil
		}
		return w.on(t, rows)
	}, w.bad(tree))
}

// finish is called when no more pages come.
func (w *walker) finish() {
	if w.pager.pages > w.arrived {
		w.problems.corrupt(1, "the file has %d of %d pages", w.arrived, w.pager.pages)
	}
	w.claims.each(func(n uint32, who owner) {
		switch {
		case n > w.arrived:
			w.problems.corrupt(n, "past the end of the file")
		case who&adopted != 0:
			w.problems.corrupt(n, "its parent does not name it")
		}
	})
}
