// Package export writes what was restored to a file, or to any writer.
//
// A File is complete and at its place, or not there at all: it is written
// beside its place under a hidden name, synced, and published without ever
// replacing what is there. Nothing is created before the first byte is
// written. Only what a person asked for is written, and only where they asked
// for it.
//
// A Sink writes one format. The package knows the chat model and no backup
// format.
package export
