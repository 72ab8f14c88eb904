package pages

// Kind is what a value is stored as.
type Kind uint8

// The storage classes of SQLite.
const (
	Null Kind = iota
	Integer
	Float
	Text
	Blob
)

// Row is one live row. Columns are counted as the schema has them. A column
// that does not exist (-1, say, as Table.Index returns it) reads as NULL, and
// a column that was added after the row was written reads as its default.
//
// A Row that was lent to a callback, and every slice taken from it, is valid
// until the callback returns; Clone makes one to keep.
type Row struct {
	RowID int64

	table  *Table
	rec    []byte
	fields []field
}

// Table returns the table that the row is of.
func (r *Row) Table() *Table { return r.table }

// Len returns the number of columns of the table.
func (r *Row) Len() int { return len(r.table.Columns) }

// value returns what column i is stored as; the rowid is not among it.
func (r *Row) value(i int) (uint32, []byte) {
	if uint(i) >= uint(len(r.table.stored)) {
		return 0, nil
	}
	if at := uint(r.table.stored[i]); at < uint(len(r.fields)) {
		f := r.fields[at]
		return f.kind, r.rec[f.off:][:fieldSize(f.kind)]
	}
	// A VIRTUAL column has no default.
	d := &r.table.defaults[i]
	return d.kind, d.data
}

// Kind returns what column i is stored as. A whole number in a REAL column is
// stored as an Integer.
func (r *Row) Kind(i int) Kind {
	if i == r.table.RowIDColumn && i >= 0 {
		return Integer
	}
	kind, data := r.value(i)
	switch {
	case kind >= 12:
		return Blob - Kind(kind&1)
	case kind == 7:
		if _, ok := floatValue(kind, data); ok {
			return Float
		}
		return Null
	case kind == 0 || kind > 9:
		return Null
	}
	return Integer
}

// IsNull tells whether column i is NULL.
func (r *Row) IsNull(i int) bool { return r.Kind(i) == Null }

// Int returns column i where it is stored as an integer.
func (r *Row) Int(i int) (int64, bool) {
	if i == r.table.RowIDColumn && i >= 0 {
		return r.RowID, true
	}
	return intValue(r.value(i))
}

// Float returns column i where it is a number.
func (r *Row) Float(i int) (float64, bool) {
	if n, ok := r.Int(i); ok {
		return float64(n), true
	}
	return floatValue(r.value(i))
}

// Text returns column i where it is stored as text, and nil where it is not.
// Empty text is not nil. The bytes are those of the database; only UTF-16 is
// made UTF-8. Nothing says that they are valid.
func (r *Row) Text(i int) []byte {
	kind, data := r.value(i)
	if kind < 13 || kind&1 == 0 {
		return nil
	}
	if r.table.text != utf8Text {
		return appendUTF16(make([]byte, 0, len(data)), data, r.table.text)
	}
	return data
}

// Blob returns column i where it is stored as a blob, and nil where it is not.
// An empty blob is not nil.
func (r *Row) Blob(i int) []byte {
	if kind, data := r.value(i); kind >= 12 && kind&1 == 0 {
		return data
	}
	return nil
}

// Clone returns a copy that shares no memory with r.
func (r *Row) Clone() Row {
	c := *r
	c.rec = append([]byte(nil), r.rec...)
	c.fields = append([]field(nil), r.fields...)
	return c
}
