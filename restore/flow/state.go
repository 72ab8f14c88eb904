package flow

// Screen is where the person is: one question each.
type Screen string

// The screens of a guided restore, in the order of the straight way; those of
// locking and of the keyring stand in lock.go.
const (
	Home     Screen = "home"     // what the person would like to do
	Find     Screen = "find"     // which backup
	Backup   Screen = "backup"   // what it is and how it is protected
	Method   Screen = "method"   // which way to prove it is you
	Connect  Screen = "connect"  // waiting for a security key, or reading it
	Choose   Screen = "choose"   // which of several security keys
	PIN      Screen = "pin"      // the PIN of the security key
	NewPIN   Screen = "new pin"  // a first PIN for a security key that has none
	Touch    Screen = "touch"    // the key blinks
	Browser  Screen = "browser"  // a page in a browser asks for the passkey
	Password Screen = "password" // a password method
	Key      Screen = "key"      // the 64-digit key
	Verify   Screen = "verify"   // the tag is being checked
	Restore  Screen = "restore"  // messages stream in
	Save     Screen = "save"     // what to keep, and where
	Done     Screen = "done"     // what was saved
	Trouble  Screen = "trouble"  // something went wrong: State.Why says what
	Left     Screen = "left"     // the flow has ended
)

// Why says what went wrong. Each one is a screen with a way forward.
type Why string

// The troubles.
const (
	NoTrouble       Why = ""
	NoKey           Why = "no key"           // no security key is plugged in
	WrongKey        Why = "wrong key"        // the security key does not hold the passkey
	WrongPIN        Why = "wrong pin"        // Tries says how many are left
	PINBlocked      Why = "pin blocked"      // for good, until the key is reset
	PINAuthBlocked  Why = "pin auth blocked" // until the key is removed and inserted again
	PINChange       Why = "pin change"       // the PIN must be changed before the key takes it
	WrongFinger     Why = "wrong finger"     // Tries says how many are left
	FingerBlocked   Why = "finger blocked"   // until the PIN was right once
	NoSecret        Why = "no hmac-secret"   // the key can't lock or open anything
	PINNotSet       Why = "pin not set"      // the key has no PIN, and one is needed
	KeyRemoved      Why = "key removed"      // pulled out in the middle
	KeyBusy         Why = "key busy"         // another program has it
	KeyRefused      Why = "key refused"      // any other answer of a security key
	NoPermission    Why = "no permission"    // the system does not let us open the key
	NotSupported    Why = "not supported"    // this build or system has no security keys
	TimedOut        Why = "timed out"        // not touched in time
	WrongDigits     Why = "wrong digits"     // not 64 digits; Group says where, 0 for unknown
	WrongBackupKey  Why = "wrong backup key" // 64 good digits that do not open this backup
	BadKeyFile      Why = "bad key file"     // no key can be read from the file named
	WrongPassword   Why = "wrong password"   // the password does not open the method
	KeyringAltered  Why = "keyring altered"  // its MAC does not match
	NoPRF           Why = "no prf"           // the passkey has no secret to give
	NotVerified     Why = "not verified"     // no PIN, fingerprint or face
	WrongPasskey    Why = "wrong passkey"    // another passkey answered in the browser
	NoAnswer        Why = "no answer"        // declined, too late, or not there: browsers don't say
	BrowserRefused  Why = "browser refused"  // it could not ask; Detail may say why
	NotTrusted      Why = "not trusted"      // what came back is no answer to what was asked
	PageClosed      Why = "page closed"      // before a passkey had answered
	PageTimedOut    Why = "page timed out"   // nobody answered on it
	AlreadyAdded    Why = "already added"    // the keyring has this one
	Damaged         Why = "damaged"          // the tag does not verify under the right key
	Changed         Why = "changed"          // the file changed while it was read
	NotABackup      Why = "not a backup"     // the format is not known
	WhatsAppPasskey Why = "whatsapp passkey" // sealed by WhatsApp's own passkey, no keyring
	NotFound        Why = "not found"        // no backup there
	Exists          Why = "exists"           // the output is already there
	NoSpace         Why = "no space"         // the disk is full
	SaveRefused     Why = "save refused"     // any other refusal to write
	Cancelled       Why = "cancelled"        // the person stopped it
	Unexpected      Why = "unexpected"       // anything else; Detail has the words
)

// Limits of the lists in a State. They are arrays, so that a State stays
// comparable; More counts backups that did not fit. Methods always do: a keyring
// holds 64, and the 64-digit key is one more.
const (
	MaxBackups = 24
	MaxMethods = 65
	MaxDevices = 6
)

// TouchLimit is how long a touch is waited for, in seconds. Security keys give
// up by themselves after about as long (CTAP 2.1 asks for at least 10 s; 30 s
// is common).
const TouchLimit = 30

// ConnectLimit is how long Connect waits silently, in seconds, before it says
// that there is no key. It goes on watching after that.
const ConnectLimit = 20

// Found is a backup in a list.
type Found struct {
	Path      string // as found: hostile text
	App       string // "WhatsApp"
	Format    string // "crypt15"
	Modified  int64  // Unix seconds
	Size      int64  // bytes
	Protected string // "passkeys", "password", "64-digit key", …
	Older     bool   // an older daily copy of another in the list
}

// BackupInfo is what is known of the chosen backup before it is opened.
// Its texts come from a header that nothing authenticates.
type BackupInfo struct {
	Path       string
	Format     string
	Size       int64 // bytes
	Modified   int64 // Unix seconds
	AppVersion string
	Device     string
	NumberEnds string // last digits of the phone number
	Passkey    bool   // sealed by WhatsApp's own passkey
	Keyring    string // path of its keyring, or ""
	BadKeyring bool   // a keyring lies beside it and cannot be read
	SaveBase   string // where a result would go, without an extension
	Increments int    // that lie beside it
}

// MethodKind is how a method proves that it is you.
type MethodKind string

// The kinds of methods.
const (
	ByPasskey  MethodKind = "passkey"
	ByPassword MethodKind = "password"
	ByKey      MethodKind = "64-digit key" // always there, keyring or not
)

// MethodInfo is what a person sees of a method.
type MethodInfo struct {
	ID      string // of the keyring; "" for the 64-digit key
	Kind    MethodKind
	Label   string // hostile text
	Created int64  // Unix seconds; 0 where not known
	Tested  int64  // Unix seconds; 0 where never
	Web     bool   // a passkey that a browser can ask for
	WebOnly bool   // and no security key: a phone's, or this computer's
}

// Device is a security key that is plugged in.
type Device struct {
	Path    string
	Product string // hostile text
}

// Counts is how far work is. Total is 0 where it is not known.
type Counts struct {
	Done, Total     int64 // bytes read of the backup, or messages saved
	Messages, Chats int64
	PerSecond       int64 // bytes or messages
	Left            int64 // seconds, -1 where not known
}

// Format is a form to keep messages in.
type Format string

// The formats, in the order they are offered.
const (
	HTML     Format = "html" // a folder
	JSONL    Format = "jsonl"
	Text     Format = "txt" // a folder, unless it is of one chat
	CSV      Format = "csv"
	Database Format = "db"
)

// Formats are those that can be saved, in the order they are offered.
var Formats = [...]Format{HTML, JSONL, Text, CSV, Database}

// Result is what Done shows.
type Result struct {
	Format   Format
	Path     string
	Bytes    int64 // of the file saved
	Messages int64
	Chats    int64
	Media    int64
	Millis   int64 // from the first byte read to the last message
	Merged   Merged
}

// Merged is what came of the increments beside a backup.
type Merged struct {
	Increments     int   // whose changes are in the messages
	Added, Changed int64 // messages
	LeftOut        int   // increments that could not be read
	Beyond         int   // and those that the file saved has no part of
}

// State is all that the flow knows: comparable, printable, free of secrets.
type State struct {
	Screen Screen
	Why    Why    // on Trouble
	Detail string // words for Unexpected; a path, a group. Never a secret.
	Goal   Goal
	AtHome bool // it began at Home, and leads back there
	Demo   bool // a software security key is drawn, and operated by keys

	// Attempt numbers the work under way. Starting work raises it, and so does
	// stopping it; an event that carries another number is late, and dropped.
	Attempt int

	Asked string // the path or folder that was asked for
	Exact bool   // Asked is the backup itself

	Backups  [MaxBackups]Found
	NBackups int
	More     int // backups that did not fit
	Looking  bool

	Backup BackupInfo

	Methods  [MaxMethods]MethodInfo
	NMethods int
	Method   int // the chosen one

	// Of locking and of the keyring.
	Open  bool // the key is proved: ways can be added
	Ways  [MaxMethods]MethodInfo
	NWays int
	Way   int  // the one looked at
	Anew  bool // Ways: it was just locked anew
	Kept  bool // the 64-digit key is kept: the person typed its last group
	Task  Task
	New   MethodInfo // what is being added

	Devices  [MaxDevices]Device
	NDevices int
	Scanned  bool // the first list of devices has come
	Device   Device
	Reading  bool // Connect: a key is there and is being asked what it can do

	Tries   int  // PIN tries left, or those of a finger; -1 where not known
	Finger  bool // the key verifies by a fingerprint
	Group   int  // WrongDigits: the group, 1 to 16
	Asking  bool // Touch: the key blinks; Choose: all of them do; Browser: the page is there; else: something typed is tried
	Elapsed int  // seconds since the work under way started
	Since   int  // Touch: what Elapsed was when the key began to blink
	Mend    bool // Trouble: the key may be one digit off; Verify: that digit is being looked for
	Digit   int  // of the 64 that was mistyped and put right, 1 to 64; 0 where none was
	Gesture int  // Touch and Browser: which of Gestures is asked for, from 1; 0 before the first

	Page PageInfo // Browser

	Progress Counts
	Complete bool // all messages have been read
	Saving   bool

	Result      Result
	Receipt     string // Done: where one was written
	Receiptless Why    // Done: why none could be
	Choice      int    // the line that is picked on screens with a list
}

// PageInfo is what is known of the page on Browser. Its address holds a secret,
// so it is none of the flow's: the front end asks the engine for it.
type PageInfo struct {
	Forward string // what to type on the person's own machine; "" where that is this one
	Within  bool   // the port is forwarded by the connection that this runs in, and by no other
	Display bool   // a browser can be opened here
	Opened  bool   // one was
	Refused bool   // one could not be
}

// Waited is how long the key has been blinking, in seconds.
func (s State) Waited() int { return max(s.Elapsed-s.Since, 0) }

// Mark is one of the six marks of the step line.
type Mark int

// The marks of the step line.
const (
	MarkBackup Mark = iota
	MarkMethod
	MarkTouch // or key, or password: what the chosen method asks for
	MarkVerify
	MarkRestore
	MarkSave
	Marks // how many there are
)

// The marks of the step line of locking, which has as many, and the last one of
// the keyring's, which has four.
const (
	MarkKey Mark = iota + 1
	MarkProof
	MarkFirst  // the first way in
	MarkSecond // so that there is never only one
	MarkWrite
	MarkKeys = MarkVerify
)

// Steps is how many marks the step line has.
func (s State) Steps() int {
	if s.Goal == Managing {
		return int(MarkKeys) + 1
	}
	return int(Marks)
}

// Mark returns the mark the person is at. A trouble stands at the step it
// happened in.
func (s State) Mark() Mark { return min(s.mark(), Mark(s.Steps()-1)) }

func (s State) mark() Mark {
	at := s.Screen
	if at == Trouble {
		at = s.Why.screen()
	}
	switch s.Goal {
	case Locking:
		return s.markLock(at)
	case Managing:
		if s.Open || at == Verify {
			return MarkKeys
		}
	}
	switch at {
	case Find, Backup, Home:
		return MarkBackup
	case Method:
		return MarkMethod
	case Connect, Choose, PIN, NewPIN, Touch, Browser, Password, Key:
		return MarkTouch
	case Verify:
		return MarkVerify
	case Restore:
		return MarkRestore
	default:
		return MarkSave
	}
}

func (s State) markLock(at Screen) Mark {
	switch {
	case s.Open && (at == Summary || at == Locked || at == Save):
		return MarkWrite
	case s.Open && s.NWays == 0 && !s.Kept:
		return MarkFirst
	case s.Open:
		return MarkSecond
	}
	switch at {
	case Verify:
		return MarkProof
	case Find, Backup, Home:
		return MarkBackup
	default:
		return MarkKey
	}
}

// screen is where a trouble belongs.
func (w Why) screen() Screen {
	switch w {
	case NotABackup, NotFound, WhatsAppPasskey, HasKeyring, NoKeyring:
		return Find
	case NotKept, BadRecip:
		return Ways
	case WrongDigits, WrongBackupKey, BadKeyFile:
		return Key
	case WrongPassword:
		return Password
	case Damaged, Changed:
		return Verify
	case Exists, NoSpace, SaveRefused:
		return Save
	case Cancelled, KeyringAltered, Unexpected:
		return Method
	default:
		return Touch
	}
}

// Chosen returns the method that was chosen, or is being added or tested; its zero value where there is
// none yet.
func (s State) Chosen() MethodInfo {
	switch s.Task {
	case Adding:
		return s.New
	case Testing, Renaming:
		return s.chosenWay()
	}
	if s.Method < 0 || s.Method >= s.NMethods {
		return MethodInfo{}
	}
	return s.Methods[s.Method]
}

// Busy reports whether work is under way that a person would wait for.
func (s State) Busy() bool {
	switch s.Screen {
	case Touch, Verify, Browser:
		return true
	case Restore:
		return !s.Complete
	case Save, Summary:
		return s.Saving
	case Ways, NewPIN, Name, NewPass, Recipient, KeepKey, Remove, Done:
		return s.Asking
	case Find, Backup:
		return s.Looking
	case Connect:
		return s.Reading
	}
	return false
}
