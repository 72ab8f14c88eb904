package preview

import "touchback/restore/chat"

// The words of the preview, all in one place.
const (
	wordChats     = "Chats"
	wordMessages  = "messages"
	wordMessage   = "message"
	wordYou       = "You"
	wordSomeone   = "someone"
	wordFollowing = "following"
	wordEnd       = "(end)"
	wordBelow     = "below"
	wordAll       = "the end"
	wordWait      = "Messages appear here as they are restored."
	wordNoMatch   = "nowhere found"
	wordHits      = "found"
	wordLooking   = "looking…"
	wordNotFound  = "nothing more"
	wordFound     = "found"
	wordEdited    = "edited"
	wordForwarded = "forwarded"
	wordOnce      = "view once"
	wordDeleted   = "message deleted"
	wordWaiting   = "waiting for this message"
	wordVotes     = "votes"
	wordVote      = "vote"
	wordDay       = "day, as 2026-05-12:"
	wordNoDay     = "that is no day: write it as 2026-05-12"
	wordNoLater   = "nothing that late: the end"
	wordNoCopy    = "masked: nothing is copied"
	wordNothing   = "there is no text to copy"
	wordMarked    = "y copies the marked message"
	wordCopied    = "copied"
	wordUnread    = "these messages could not be read back"
)

var wordOf = map[chat.Type]string{
	chat.Image: "photo", chat.Voice: "voice message", chat.Audio: "audio", chat.Video: "video",
	chat.VideoNote: "video note", chat.GIF: "GIF", chat.Sticker: "sticker", chat.Document: "document",
	chat.ContactT: "contact", chat.LocationT: "location", chat.LiveLoc: "live location",
	chat.PollT: "poll", chat.Event: "event", chat.Album: "album", chat.Text: "text",
	chat.Deleted: wordDeleted, chat.Waiting: wordWaiting, chat.CallT: "call", chat.SystemT: "note",
}

var wordOfResult = map[string]string{
	"answered": "", "missed": "missed ", "rejected": "declined ", "unavailable": "unanswered ",
}

const (
	wordVoiceCall = "voice call"
	wordVideoCall = "video call"
)

// dateFormat is that of the day separators.
const dateFormat = "Mon 2 January 2006"
