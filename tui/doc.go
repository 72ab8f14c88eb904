// Package tui is the guided restore as a full-screen program: a thin skin over
// the state machine of restore/flow.
//
// What goes where: a key or a report of the engine becomes a flow.Event, Step
// decides, and its effects go to the Engine. Screens are drawn from the state
// alone (scene), return lines, and change nothing; only Model returns a
// tea.View. Text from outside goes through package display, the program's own
// words stand in package words. A PIN, a password and the 64
// digits live in their field and go to the Engine beside the events.
package tui
