//go:build race

package tui

// raced says that the race detector slows everything down.
const raced = true
