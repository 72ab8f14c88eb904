package pages

import "errors"

// errCreate says that a CREATE TABLE is not one; SQLite would not open a
// database that holds it.
var errCreate = errors.New("its CREATE TABLE can't be read")

// maxColumns is SQLite's own limit (SQLITE_MAX_COLUMN at its highest).
const maxColumns = 32767

// maxCreate is how long a CREATE TABLE may be, in bytes: what its tokens cost
// in memory is some forty times that.
const maxCreate = 1 << 20

// column is one column of a CREATE TABLE.
type column struct {
	name     string
	declared []token // its type
	fallback []token // what follows DEFAULT
	virtual  bool    // computed when read, so not in the record
	rowid    bool    // INTEGER PRIMARY KEY
}

// definition is what a CREATE TABLE says of how rows are stored.
type definition struct {
	columns      []column
	withoutRowID bool
}

// parseCreate reads CREATE TABLE as sqlite_schema holds it
// (https://sqlite.org/lang_createtable.html). Expressions and constraints are
// stepped over, token by token; nothing recurses.
func parseCreate(sql string) (definition, error) {
	var d definition
	if len(sql) > maxCreate {
		return d, errCreate
	}
	t := tokenize(sql)
	for len(t) > 0 && !t[0].is("(") { // CREATE TABLE "name"
		t = t[1:]
	}
	if len(t) == 0 {
		return d, errCreate
	}
	t = t[1:]
	for len(t) > 0 {
		part, closed := cutPart(t)
		t = t[min(len(part)+1, len(t)):]
		switch {
		case len(part) == 0:
			return d, errCreate
		case constraint(part[0]):
			d.primaryKey(part)
		case !part[0].name() || len(d.columns) == maxColumns:
			return d, errCreate
		default:
			d.columns = append(d.columns, parseColumn(part))
		}
		if closed {
			break
		}
	}
	for i := range len(t) - 1 {
		if t[i].is("WITHOUT") && t[i+1].is("ROWID") {
			d.withoutRowID = true
		}
	}
	if len(d.columns) == 0 {
		return d, errCreate
	}
	return d, nil
}

// cutPart returns the tokens up to the next comma that is not in parentheses,
// and whether the list ends there.
func cutPart(t []token) (part []token, closed bool) {
	depth := 0
	for i := range t {
		switch {
		case t[i].is("("):
			depth++
		case t[i].is(")"):
			if depth == 0 {
				return t[:i], true
			}
			depth--
		case t[i].is(",") && depth == 0:
			return t[:i], false
		}
	}
	return t, true
}

// constraint tells whether a part of the list is a constraint of the table. No
// column can have these names without quotes.
func constraint(t token) bool {
	return t.is("CONSTRAINT") || t.is("PRIMARY") || t.is("UNIQUE") || t.is("CHECK") || t.is("FOREIGN")
}

// primaryKey finds PRIMARY KEY (column) among constraints of the table, which
// may follow each other without a comma. Any order (DESC) will do here.
func (d *definition) primaryKey(part []token) {
	depth := 0
	for i := range part {
		switch {
		case part[i].is("("):
			depth++
		case part[i].is(")"):
			depth--
		case depth == 0 && part[i].is("PRIMARY") && i+3 < len(part) && part[i+2].is("("):
			key, _ := cutPart(part[i+3:])
			if len(key) == 0 || i+3+len(key) >= len(part) || !part[i+3+len(key)].is(")") {
				return // more than one column, or none
			}
			for j := range d.columns {
				if c := &d.columns[j]; key[0].name() && sameName(c.name, key[0].text) {
					c.rowid = c.integer()
				}
			}
			return // a table has one
		}
	}
}

// integer tells whether the type is exactly INTEGER, which may be in quotes;
// INT would not do.
func (c *column) integer() bool {
	return len(c.declared) == 1 && sameName(c.declared[0].text, "INTEGER")
}

func parseColumn(part []token) column {
	c := column{name: part[0].text}
	part = part[1:]
	n := typeLength(part)
	c.declared, part = part[:n], part[n:]
	depth := 0
	for i := range part {
		rest := part[i+1:]
		switch t := part[i]; {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth > 0:
		case t.is("PRIMARY"):
			// "INTEGER PRIMARY KEY DESC" is a bug that SQLite keeps: it
			// names no rowid.
			if descending := len(rest) > 1 && rest[1].is("DESC"); !descending {
				c.rowid = c.integer()
			}
		case t.is("DEFAULT") && c.fallback == nil:
			c.fallback = rest
		case t.is("AS"):
			c.virtual = true
		case t.is("STORED"):
			c.virtual = false
		}
	}
	return c
}

// typeLength is how many of the tokens after a column's name are its type:
// words, then perhaps one or two numbers in parentheses.
func typeLength(t []token) int {
	n := 0
	for n < len(t) && t[n].name() && !startsConstraint(t[n:]) {
		n++
	}
	if n > 0 && n < len(t) && t[n].is("(") {
		for n < len(t) && !t[n].is(")") {
			n++
		}
		n = min(n+1, len(t))
	}
	return n
}

func startsConstraint(t []token) bool {
	for _, word := range [...]string{"CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "AS", "ON", "DEFERRABLE"} {
		if t[0].is(word) {
			return true
		}
	}
	return t[0].is("GENERATED") && len(t) > 1 && t[1].is("ALWAYS")
}
