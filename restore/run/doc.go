// Package run carries out the effects of a flow: it is where keys and backups
// meet. Every front end shares it: the guided terminal, plain lines, an SSH
// session. It asks nobody anything; what a person must do comes in as events.
//
// Beside the flow it offers the same work in one call each (Inspect, Decrypt,
// Export, Lock), for commands that need no guide.
package run
