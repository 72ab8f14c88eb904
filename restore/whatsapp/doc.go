// Package whatsapp reads the backups that WhatsApp for Android makes.
//
// Open reads the header of a container and needs no key. Verify checks the
// tag of the whole file before anything is released; only then does a Payload
// exist. Restore turns the payload of a msgstore into a chat.Archive while it
// streams, and Each walks all of its messages in row order.
//
// The package takes keys as bytes and knows nothing of where they come from.
// Every byte of a backup is taken to be hostile.
package whatsapp
