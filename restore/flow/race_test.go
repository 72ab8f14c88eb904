//go:build race

package flow

// walkSteps is how long a random walk is: the race detector is slow, and there
// is nothing here for it to find.
const walkSteps = 50_000
