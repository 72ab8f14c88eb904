package pages

// owner is who claims a page: 0 no one, then a tree, then overflowOwner.
type owner uint16

const (
	// adopted marks a page that a tree was given on the word of the pointer
	// map, before its parent has come to name it.
	adopted       owner = 1 << 15
	overflowOwner       = adopted - 1
)

const (
	claimChunk = 512
	// claimsAhead is how many chunks may be spread over pages that have not
	// come yet: 16 MiB at most, however wild the pointers, and still room
	// for 8 million pages to be claimed before the first one arrives.
	claimsAhead = 16 << 10
)

// claims remembers which pages belong to what, two bytes a page where any of
// 512 neighbours is claimed. A page is claimed once or never.
type claims struct {
	chunks map[uint32]*[claimChunk]owner
	at     uint32 // the chunk asked for last, since pages come in order
	last   *[claimChunk]owner
}

func (c *claims) get(page uint32) owner {
	i := page / claimChunk
	if c.last == nil || c.at != i {
		chunk := c.chunks[i]
		if chunk == nil {
			return 0
		}
		c.at, c.last = i, chunk
	}
	return c.last[page%claimChunk]
}

// claim gives a page to who; arrived is the last page that has come. It
// returns why not, and nothing where it did.
func (c *claims) claim(page uint32, who owner, arrived uint32) string {
	if c.get(page) != 0 {
		return "a page is claimed twice"
	}
	i := page / claimChunk
	chunk := c.chunks[i]
	if chunk == nil {
		if len(c.chunks) > int(arrived/claimChunk)+claimsAhead {
			return "pointers all over a file that has not come"
		}
		if c.chunks == nil {
			c.chunks = map[uint32]*[claimChunk]owner{}
		}
		chunk = new([claimChunk]owner)
		c.chunks[i] = chunk
	}
	chunk[page%claimChunk] = who
	return ""
}

// confirm takes the mark off a page that a tree has adopted, now that its
// parent has named it. It says whether there was one.
func (c *claims) confirm(page uint32, who owner) bool {
	if c.get(page) != who|adopted {
		return false
	}
	c.last[page%claimChunk] = who // get has found its chunk
	return true
}

// each calls f for all pages that are claimed.
func (c *claims) each(f func(page uint32, who owner)) {
	for i, chunk := range c.chunks {
		for j, who := range chunk {
			if who != 0 {
				f(i*claimChunk+uint32(j), who)
			}
		}
	}
}
