// Package chat is the one model of a restored conversation: every reader fills
// it and every sink reads it. It knows no format and does no I/O.
//
// All text in it is exactly what the backup held, and hostile until it is a
// display.Text.
package chat

import "time"

// Type is the kind of a message, as a word that scripts rely on. Codes that
// are not known are "type:N"; they never fail a restore.
type Type string

// The kinds of messages with a word of their own.
const (
	Text      Type = "text"
	Image     Type = "image"
	Voice     Type = "voice"
	Audio     Type = "audio"
	Video     Type = "video"
	VideoNote Type = "video_note"
	GIF       Type = "gif"
	Sticker   Type = "sticker"
	Document  Type = "document"
	ContactT  Type = "contact"
	LocationT Type = "location"
	LiveLoc   Type = "live_location"
	SystemT   Type = "system"
	CallT     Type = "call"
	PollT     Type = "poll"
	Event     Type = "event"
	Album     Type = "album"
	Mention   Type = "status_mention" // someone mentioned the owner in a status
	Deleted   Type = "deleted"
	Waiting   Type = "waiting"
)

// Chat is one conversation.
type Chat struct {
	Row      int64  // the chat's row in the backup; the ID that --chat takes
	JID      string // "4179…@s.whatsapp.net", "…@g.us"
	Name     string // the best name known, never empty once the backup is read
	Group    bool
	Archived bool
	Messages int64     // live rows
	Last     time.Time // time of the newest message
	LastText string    // the start of its text; empty where it has none
	LastType Type      // its kind, to label it by where it has no text
	SortTime time.Time // what the phone sorts chats by; newest first
}

// Person is who sent something.
type Person struct {
	JID  string
	Name string // the best name known; may be empty
}

// Status is how far an own message got.
type Status uint8

// The delivery states, in order.
const (
	StatusNone Status = iota
	StatusPending
	StatusSent
	StatusDelivered
	StatusRead
	StatusPlayed
)

// Message is one message with all that belongs to it. Pointers and slices are
// nil where there is nothing.
type Message struct {
	Row      int64 // the message's row in the backup; the order of exports
	Chat     int64 // Chat.Row
	ID       string
	Time     time.Time // UTC, milliseconds
	FromMe   bool
	Sender   Person // empty for own messages
	Type     Type
	Text     string // exact
	Status   Status
	Starred  bool
	Forward  bool
	ViewOnce bool
	Edited   time.Time // zero where never edited
	Revoked  bool
	RevokeBy Person

	Media     *Media
	Quoted    *Quoted
	Reactions []Reaction
	Location  *Location
	Contacts  []Contact
	Poll      *Poll
	System    *System
	Call      *Call
}

// Media is a file that came with a message. Path is as the phone kept it and
// never becomes a path here.
type Media struct {
	Path, MIME, Name, Caption string
	Bytes                     int64
	Seconds                   int64
	Width, Height             int64
	SHA256                    string // base64, as the backup has it
}

// Quoted is what a message replies to.
type Quoted struct {
	ID     string
	Sender Person
	FromMe bool
	Type   Type
	Text   string
}

// Reaction is one person's reaction.
type Reaction struct {
	Sender Person
	FromMe bool
	Emoji  string
	Time   time.Time
}

// Location is a place that was shared.
type Location struct {
	Lat, Lon      float64
	Name, Address string
	Live          bool
}

// Contact is a card that was shared.
type Contact struct {
	Name  string
	VCard string
}

// Poll is a question with its options.
type Poll struct {
	Question string
	Options  []PollOption
}

// PollOption is one option and how many chose it.
type PollOption struct {
	Name  string
	Votes int64
}

// System is something the app noted, as a word and what it concerns.
type System struct {
	Action string // a word, "action:N" where the code is not known
	Text   string // plain words for a person
}

// Call is a call in the history of a chat.
type Call struct {
	Video   bool
	Seconds int64
	Result  string // "answered", "missed", "rejected", "unavailable", "result:N"
}

// Archive is a restored backup, as a preview reads it: an index, and only the
// rows in sight. It grows while the backup is read; every method may be called
// at any time from any goroutine.
type Archive interface {
	// Chats returns a snapshot of all chats known so far, as the phone sorts
	// them: newest first.
	Chats() []Chat
	// Count returns how many messages of the chat can be read now, and a
	// generation that changes whenever rows were inserted before the end.
	Count(chat int64) (n int, generation uint64)
	// Messages returns up to n messages of the chat, the from-th oldest
	// first (0 is the oldest).
	Messages(chat int64, from, n int) ([]Message, error)
	// Total returns how many messages and chats are known so far.
	Total() (messages, chats int64)
}
