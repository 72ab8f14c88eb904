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
	Product   Type = "product"        // of a shop's catalogue
	Order     Type = "order"          // of a shop's products
	Payment   Type = "payment"
	Invite    Type = "group_invite"
	Template  Type = "template" // a business's message with buttons
	Deleted   Type = "deleted"
	Waiting   Type = "waiting"
)

// Kind is what a chat is, as a word that scripts rely on.
type Kind string

// The kinds of chats.
const (
	KindDirect    Kind = "direct"    // with one person
	KindGroup     Kind = "group"     // also a group inside a community
	KindCommunity Kind = "community" // the one all groups of a community are under
	KindChannel   Kind = "channel"
	KindStatus    Kind = "status"    // what people showed for a day
	KindBroadcast Kind = "broadcast" // a list of people the owner wrote to at once
)

// Chat is one conversation.
type Chat struct {
	Row      int64  // the chat's row in the backup; the ID that --chat takes
	JID      string // "4179…@s.whatsapp.net", "…@g.us"
	Name     string // the best name known, never empty once the backup is read
	Kind     Kind
	Group    bool // a group or a community
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
	// Phone is the address of the number behind a hidden JID ("…@lid"), empty
	// where the JID is no hidden one or the number is not known.
	Phone string
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
	Note     string // plain words for a person about a kind without fields of its own: a product, a payment …
	Status   Status
	Starred  bool
	Forward  bool
	Forwards int64 // how often it was passed on before it came here, where known
	ViewOnce bool
	Received time.Time // when it reached this phone; zero for own messages and where not known
	Edited   time.Time // zero where never edited
	Revoked  bool
	RevokeBy Person // empty where it was the owner, or is not known
	// RevokedByMe says that the owner deleted it.
	RevokedByMe bool
	RevokedAt   time.Time // zero where not known

	Media     *Media
	Quoted    *Quoted
	Reactions []Reaction
	Mentions  []Person  // who is mentioned in the text
	Receipts  []Receipt // of an own message, a person each
	Location  *Location
	Contacts  []Contact
	Poll      *Poll
	Event     *EventInfo
	Album     *AlbumInfo
	InAlbum   int64 // Row of the album that the message is a part of, 0 where of none
	System    *System
	Call      *Call

	// Increment is the number of the incremental backup that added the
	// message, or was the last to change it; nil where all is the base's.
	Increment *int
}

// Receipt is how far an own message got with one person. A time is zero where
// that has not happened, or was not told.
type Receipt struct {
	Person                  Person
	Delivered, Read, Played time.Time
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
	Name   string
	Org    string
	Phones []Phone
	Emails []string
	VCard  string // the card as it is
}

// Phone is a number on a card.
type Phone struct {
	Number string // as it is written there
	Label  string // "cell", "work" …, empty where there is none
	JID    string // its address, where the card says that it has one
}

// Poll is a question with its options.
type Poll struct {
	Question string
	Options  []PollOption
	Choices  int64     // how many options one may choose; 0 is any number
	Ends     time.Time // zero where it does not end
}

// PollOption is one option and how many chose it. Voters are those the backup
// names; they may be fewer than Votes.
type PollOption struct {
	Name   string
	Votes  int64
	Voters []Voter
}

// Voter is who chose an option.
type Voter struct {
	Sender Person
	FromMe bool
	Time   time.Time
}

// EventInfo is something planned in a chat.
type EventInfo struct {
	Name, Description string
	Start, End        time.Time // zero where not said
	Location          *Location
	Link              string // to join a call, say
	Cancelled         bool
	Responses         []EventResponse
}

// EventResponse is one person's answer to an event.
type EventResponse struct {
	Sender   Person
	FromMe   bool
	Response string // "going", "not_going", "maybe", "response:N"
	Guests   int64  // whom they bring along
	Time     time.Time
}

// AlbumInfo is the parent of images and videos that were sent together. Parts are
// rows of the messages that came.
type AlbumInfo struct {
	Images, Videos int64 // as many as were sent
	Parts          []int64
}

// System is something the app noted, as a word and what it concerns.
type System struct {
	Action string   // a word, "action:N" where the code is not known
	Text   string   // plain words for a person
	By     Person   // who did it; empty where it was the owner, or is not known
	People []Person // to whom
}

// Call is a call in the history of a chat.
type Call struct {
	Video   bool
	Group   bool
	Seconds int64
	Result  string // "answered", "missed", "rejected", "unavailable", "result:N"
	People  []CallPerson
}

// CallPerson is who took part in a call of several, or was asked to.
type CallPerson struct {
	Person Person
	Result string // as in Call
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
