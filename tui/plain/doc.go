// Package plain is Touchback without a screen: the guided restore line by line,
// the same as JSON, and what the commands without a guide say.
//
// Its rules:
//
//   - Lines are only ever appended. Nothing moves the cursor or has a colour,
//     so that a screen reader, a log and a person read the same. (The one
//     exception is the progress of a command, on a terminal.)
//   - Results go to standard output: what was restored, what was written, JSON.
//     All that is said on the way, prompts included, goes to standard error.
//   - Errors and hints begin with "touchback: ", in lower case, without a full
//     stop. What the guide says is sentences, since it is read out.
//   - A secret is typed with echo off where there is a terminal. It is never
//     repeated, not even in part, and its bytes are wiped once handed over.
//   - Text from outside goes through package display. In JSON it is exact, and
//     what could move a cursor or hide is written as an escape.
//   - The words are those of the screens: package words has them all.
package plain
