package pages

import "sync"

// tables are the wanted tables that were found so far.
type tables struct {
	mu   sync.RWMutex
	list []*Table
}

func (t *tables) put(table *Table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = append(t.list, table)
}

func (t *tables) get(name string) (*Table, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, table := range t.list {
		if sameName(table.Name, name) {
			return table, true
		}
	}
	return nil, false
}
