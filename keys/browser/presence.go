package browser

import "time"

// presence is the one page that a ceremony is shown on. A page always has a
// request waiting for what comes next, so that it is known when it goes. It is
// guarded by the ceremony's mu.
type presence struct {
	holder  string // the page's own random name; "" before there was one
	waiting int    // its requests that wait
	lost    *time.Timer
	told    chan struct{} // closed when the page knows how it ended
	isTold  bool
}

// enter lets a page wait. It fails for a second page while there is a first.
func (c *Ceremony) enter(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := &c.page
	if p.holder != name {
		if p.waiting > 0 {
			return false
		}
		p.holder = name // the first, or the same page reloaded
	}
	p.waiting++
	p.stop()
	return true
}

// leave is called when a request that waited is over: answered, or its page
// gone. A page that is there comes back with the next one at once.
func (c *Ceremony) leave(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := &c.page
	if p.holder != name {
		return
	}
	if p.waiting--; p.waiting > 0 || c.over != nil {
		return
	}
	p.stop()
	p.lost = time.AfterFunc(c.opts.Grace, func() { c.vanish(name) })
}

// vanish ends the ceremony of a page that did not come back.
func (c *Ceremony) vanish(name string) {
	c.mu.Lock()
	gone, s := c.page.holder == name && c.page.waiting == 0, c.step
	c.mu.Unlock()
	if gone {
		c.end(s, ErrPageClosed)
	}
}

func (p *presence) stop() {
	if p.lost != nil {
		p.lost.Stop()
		p.lost = nil
	}
}

// tell notes that the page knows how it ended.
func (c *Ceremony) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.page.isTold {
		c.page.isTold = true
		close(c.page.told)
	}
}
