package words

// What plain mode says beside the words of the screens: a line each, read out
// by a screen reader or kept in a log.
const (
	PlainStep      = "Step %d of %d. %s"
	PlainLocked    = "locked with "
	PlainChoose    = "Choose 1 to %d, or Enter for %d."
	PlainChoose1   = "Enter for 1."
	PlainOrPath    = "Or type a file or a folder."
	PlainKeys      = "b goes back, q quits, ? helps."
	PlainPIN       = "Type the PIN, then Enter. Nothing is shown."
	PlainPass      = "Type the password, then Enter. Nothing is shown."
	PlainDigits    = "Type or paste the 64 digits, then Enter. Nothing is shown."
	PlainMore      = "%d of 64 so far. Go on, or type an empty line to start over."
	PlainOver      = "Started over: nothing is kept of what was typed."
	PlainSend      = "Enter sends it; b lets you type it again."
	PlainPath      = "Type where to, or Enter for %s"
	PlainWaiting   = "Still waiting for %s, %d s"
	PlainLimit     = " of %d s"
	PlainForKey    = "a security key"
	PlainForTouch  = "a touch"
	PlainWorking   = "Still working, %d s"
	PlainChats     = "Restored %s in %s."
	PlainWeb       = "w does it in a browser instead."
	PlainOpenWeb   = "Enter opens it in the browser here."
	PlainPage      = "the page"
	PlainKeyFile   = "Or type the path of a key file, from / or ./ or ~/ on."
	PlainPageN     = "Gesture %d of %d in the browser: it %s"
	PlainName      = "Type the name, or Enter for %s"
	PlainNewWord   = "Type the new password, then Enter. Nothing is shown."
	PlainNewPIN    = "Type the new PIN, then Enter. Nothing is shown."
	PlainAgain     = "Type it once more, then Enter. Nothing is shown."
	PlainRecipient = "Paste the recipient, or name a file."
	PlainKept      = "Type the last four, then Enter. Nothing is shown."
	PlainLock      = "Lock the backup"
	PlainNameBad   = "A name has 1 to 200 characters, and no control characters."
	PlainDemo      = "This is the demo: press Enter to touch the key, u to unplug it, p to plug it in."
	PlainPlugged   = "The key is plugged in."
	PlainUnplugged = "The key is unplugged."
	PlainNothing   = "Nothing is asked now. b goes back, q quits."
	PlainNoSense   = "That is none of the choices."
	PlainNotHere   = "That means nothing here."
	PlainTooLong   = "That line is too long."
	PlainFinish    = "Finish"
	PlainAnother   = "Save another file"
	PlainReceipt   = "Write a receipt, without names or messages"
	PlainSave      = "Save the messages"
	PlainOpen      = "Choose how to open it"
	PlainOpenKey   = "Go on, with its 64-digit key"
	PlainControl   = "A path has no control characters."
	PlainBye       = "Stopped. Nothing more was written."
	PlainHelp      = "Answer with a number or Enter. r tries again, b goes back, m shows the other ways, q quits. An answer is one line."
)

// Faults of an answer in JSON.
const (
	AnswerNotJSON   = "An answer is one JSON object on a line."
	AnswerOne       = "An answer has exactly one member."
	AnswerUnknown   = "There is no such answer."
	AnswerValue     = "The value does not fit the answer."
	AnswerNoSense   = "That answer means nothing here."
	AnswerNoChoice  = "There is no such choice."
	AnswerBadFormat = "There is no such format."
)

// What commands without a guide say.
const (
	AskPIN         = "PIN of %s (%s): "
	AskPINNoTries  = "PIN of %s: "
	AskTouch       = "touch %s now: it blinks"
	AskFinger      = "touch %s now with the enrolled finger: it blinks"
	AskTouchN      = " (touch %d of %d)"
	AskChoose      = "%d security keys are plugged in: touch the one you want, they blink"
	HintNoWay      = "give --key-file FILE, or lock the backup with a passkey first (touchback lock)"
	HintOneMethod  = "name a second method, or say --keep-64-digit-key"
	HintNoRing     = "touchback lock makes one"
	HintConcurrent = "nothing was changed; look at it again, and repeat what you did"
	HintLastWay    = "name a way in that stays: a passkey, a password or an age recipient"
	MethodUntested = "never tested"
	HintLocked     = "touchback keys changes what opens it"
	HintMethod     = "touchback inspect lists the methods"
)

// What was written, where, how large, how long it took.
const (
	Written         = "wrote %s to %s (%s, %s)"
	WrittenDatabase = "the database"
	WrittenPayload  = "what the backup holds"
	WrittenOut      = "standard output"
)

// What inspect says.
const (
	InspectRing        = "any one of the methods of the keyring, or the 64-digit key"
	InspectWhatsApp    = "the 64-digit key, where there is one; WhatsApp's own passkey seals it, which only WhatsApp can ask for"
	InspectWhatsAppToo = "WhatsApp's own passkey seals it, too, and is not needed for that"
	InspectWayOut      = "restore it in WhatsApp on the phone; under Chat backup, End-to-end encrypted backup, choose a 64-digit key; back up again"
	InspectNone        = "the 64-digit key; there is no keyring beside it"
	InspectKeyFile     = "the file \"key\" of the phone; there is no keyring beside it"
	InspectUnproved    = "app, device and number stand in the header, which nothing authenticates: whoever had the file may have changed them"
	InspectBadRing     = "a keyring lies beside it and cannot be read: "
	InspectRingNote    = "labels and dates of the keyring are checked when it is opened, not before"
)
