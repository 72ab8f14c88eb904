package pages

// Columns of sqlite_schema (§2.6).
const (
	schemaType = iota
	schemaName
	_ // tbl_name
	schemaRoot
	schemaSQL
)

// schemaTable is the table of all tables. Its root is page 1, and nothing says
// so but the format.
func schemaTable(p *pager) *Table {
	columns := []string{"type", "name", "tbl_name", "rootpage", "sql"}
	return &Table{
		Name:        "sqlite_schema",
		Columns:     columns,
		RowIDColumn: -1,
		Root:        1,
		stored:      []int{0, 1, 2, 3, 4},
		inRecord:    len(columns),
		defaults:    make([]constant, len(columns)),
		text:        p.text,
		pager:       p,
	}
}

// schema looks for wanted tables among rows of sqlite_schema on page n.
func (w *walker) schema(n uint32, rows []Row) {
	for i := range rows {
		r := &rows[i]
		if string(r.Text(schemaType)) != "table" {
			continue
		}
		name := string(r.Text(schemaName))
		known, wanted := w.wanted[lowerName(name)]
		if !wanted {
			continue
		}
		if known {
			w.problems.corrupt(n, "table %q is there twice", name)
			continue
		}
		w.wanted[lowerName(name)] = true
		root, _ := r.Int(schemaRoot)
		if root != int64(uint32(root)) {
			w.problems.corrupt(n, "table %q has its root at %d", name, root)
			continue
		}
		t, err := newTable(w.pager, name, string(r.Text(schemaSQL)), uint32(root))
		if err != nil {
			w.problems.add(err)
			continue
		}
		w.found(t)
		w.addTree(t)
	}
}
