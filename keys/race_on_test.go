//go:build race

package keys

// raceEnabled lets the long properties take fewer steps where each costs ten
// times as much.
const raceEnabled = true
