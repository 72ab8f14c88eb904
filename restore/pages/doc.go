// Package pages reads live rows from SQLite pages while they arrive, and keeps
// the pages of tables in an encrypted temporary file so that they can be read
// again.
//
// It knows the SQLite file format (https://sqlite.org/fileformat2.html) and no
// chat format. Pages of a database come in file order, and many of them hold
// rows that were deleted: a leaf that went to the freelist keeps its content.
// So a row leaves this package only once a chain of interior pages from the
// root of its table has reached its leaf.
//
// A database in auto-vacuum mode, as phones make it, says in its pointer maps
// whose child each page is before the page comes, which closes most chains at
// once. In any other, a leaf waits for the last interior page above it, and
// nothing can be done about that: of two files that are the same up to there,
// one may hold the leaf in its tree and the other on its freelist. The same
// holds for the page of the schema that names the table.
//
// Everything in a database is taken as hostile: a page is claimed at most
// once, nothing is allocated on the word of a length, and damage costs the
// rows it touches and is reported as a [CorruptError], never as a panic.
package pages
