//go:build unix

package pages

var otherOpen = openUnlinked
