// Package export writes what was restored to a file, or to any writer.
//
// A File is complete and at its place, or not there at all: it is written
// beside its place under a hidden name, synced, and published without ever
// replacing what is there. Nothing is created before the first byte is
// written. Only what a person asked for is written, and only where they asked
// for it. Where the program is killed, a Sweeper takes away what still has a
// hidden name; without one, the next output in the same folder does.
//
// A Folder is the same for formats of many files. A Sink writes one format;
// Open chooses it and what it writes to. JSONL has every text exactly; HTML
// shows it exactly and as nothing but text; txt and csv are for programs that
// obey what they open, and change what could be obeyed. The package knows the
// chat model and no backup format.
package export
