// Package pages reads live rows from SQLite pages while they arrive, and keeps
// the pages in an encrypted temporary file so that they can be read again.
//
// It knows the SQLite file format (https://sqlite.org/fileformat2.html) and no
// chat format. Pages of a database come in file order, and many of them hold
// rows that were deleted: a leaf that went to the freelist keeps its content.
// So a row leaves this package only once a chain of interior pages from the
// root of its table has reached its leaf.
//
// Everything in a database is taken as hostile: a page is claimed at most
// once, nothing is allocated on the word of a length, and damage costs the
// rows it touches and is reported as a [CorruptError], never as a panic.
package pages
