// Package harden keeps what a process has in memory from leaving it by other
// ways than the program's own: core files and, where the system can, other
// processes of the same person.
//
// It does not keep out the system's administrator, and it does not keep memory
// out of swap: Go moves and copies what it likes.
package harden

// Process hardens the process that calls it, as far as the system can, and for
// good. It is for the start of a program that will hold keys.
func Process() { process() }
