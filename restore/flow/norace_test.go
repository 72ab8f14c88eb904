//go:build !race

package flow

const walkSteps = 1_000_000
