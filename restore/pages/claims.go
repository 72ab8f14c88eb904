package pages

// owner is who claims a page: 0 no one, then a tree, then overflowOwner.
type owner uint16

const overflowOwner owner = 1<<16 - 1

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

// beyond calls f for claimed pages after the last one.
func (c *claims) beyond(last uint32, f func(page uint32)) {
	for i, chunk := range c.chunks {
		if i < last/claimChunk {
			continue
		}
		for j, who := range chunk {
			if page := i*claimChunk + uint32(j); who != 0 && page > last {
				f(page)
			}
		}
	}
}
