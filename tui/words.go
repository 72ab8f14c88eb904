package tui

import (
	"fmt"
	"strconv"

	"touchback/restore/flow"
	"touchback/tui/style"
)

// The words of the guided restore, all in one place. They are plain, exact and
// kind: what happened, and what to do now. Titles have no full stop, sentences
// do. (Those of the preview are in its own words.go.)

const (
	wordName      = "Touchback"
	wordTooSmall  = "Touchback needs a larger window: 36×8 at least."
	wordReadOnly  = "Your backup file is only read, never changed."
	wordTitleSep  = " – "
	wordMethodKey = "the 64-digit key"
	wordPassword  = "a password"
)

// Marks of the step line.
var marks = [flow.Marks]string{"backup", "method", "touch", "verify", "restore", "save"}

const markVerified = "verified"

// Find.
const (
	findTitle   = "Which backup?"
	findLooking = "Looking for backups"
	findIn      = "in "
	findUsual   = "in the usual places"
	findFolded  = "older copies are folded. o shows them."
	findFolded1 = "older copy is folded. o shows it."
	findMore    = "more backups are not listed. Name a folder to see them (f)."
	findField   = "A backup file, or a folder to look in:"
)

// Backup.
const (
	backupReading = "Reading the backup"
	backupTitle   = "This is the backup from %s"
	backupLocked  = "It is locked with:"
	backupWApp    = "WhatsApp's own passkey seals it. Only a restore in WhatsApp opens that; the methods above go another way."
	backupTested  = "tested "
	backupAdded   = "added "
)

// Method.
const (
	methodTitle = "How would you like to open it?"
	methodNote  = "Any one of them is enough."
	hintPasskey = "a security key: PIN and touch"
	hintPass    = "typed here"
	hintDigits  = "written down when the backup was set up"
)

// The security key.
const (
	connectTitle   = "Insert %s"
	connectBody    = "Plug it into this machine. It is seen as soon as it is there."
	connectReading = "Asking %s what it can do. No touch is needed for this."
	connectTitleRd = "Reading the key"
	connectNone    = "no security key plugged in"
	connectLooking = "looking"
	connectOthers  = "Other ways:"
	chooseTitle    = "Which key?"
	chooseBody     = "More than one security key is plugged in. %s is what opens this backup."
	keyNoName      = "a security key"
	yourKey        = "your security key"

	pinTitle    = "The PIN of %s"
	pinBody     = "The key asks for its PIN before it asks for a touch. It goes to the key, once, and is kept nowhere."
	pinTries    = "%s before the key blocks its PIN."
	pinField    = "PIN"
	pinShort    = "A PIN has at least four characters."
	pinLong     = "A PIN has at most 63 characters."
	pinStray    = "That was the key's one-time code, from a touch. Nothing was sent and no try was spent. The touch comes after the PIN."
	pinConfirm  = "Only %s. Enter sends this PIN to the key; esc lets you type it again."
	pinOnceMore = "The last PIN was not right. Look at the keyboard: capitals, number lock, layout?"
	demoPIN     = "This is the demo: the PIN is %s"

	touchTitle   = "Touch your key"
	touchBody    = "%s is blinking. Touch the metal once."
	touchFinger  = "Your finger is only asked whether it is you; nothing of it leaves the key."
	touchStart   = "Getting ready. %s will blink in a moment."
	touchWaiting = "waiting"
	touchOf      = "of"
	touchReady   = "not blinking yet"

	demoTouch  = "space touches it"
	demoUnplug = "u unplugs it"
	demoPlug   = "p plugs it in"
	demoLater  = "this key is drawn: it blinks after the PIN"
)

// Password and 64-digit key.
const (
	passTitle   = "The password"
	passBody    = "The password that was chosen when this backup was locked."
	passField   = "password"
	passTrying  = "Trying the password. This is slow on purpose: it makes guessing expensive."
	passEmpty   = "Type the password first."
	passLong    = "That is too long for a password."
	keyTitle    = "The 64-digit key"
	keyBody     = "Type or paste it. Spaces, dashes and line breaks do not matter."
	keyTrying   = "Trying the key."
	keyOK       = "All 64 digits are there. Enter goes on."
	keyCount    = "%d of 64"
	keyBadChar  = "Group %d (%s) has a character that is none of 0–9 and a–f."
	keyBadShort = "Group %d (%s) has %d of 4 digits."
	keyTooMany  = "There is more after the 16th group."
	keyNotYet   = "%d digits are still missing, from group %d on."
)

// Verify, restore, save, done.
const (
	verifyTitle = "Checking that nothing was altered"
	verifyBody  = "Nothing of the backup is shown or used before this is done."
	perSecond   = "/s"
	timeLeft    = "left"

	restoring     = "restoring"
	restored      = "restored"
	wordMessages  = "messages"
	wordChats     = "chats"
	saveTitle     = "What would you like to keep?"
	saveField     = "Where to:"
	saveNever     = "A file that is there already is never written over. Only you can read the new one."
	saveNoPath    = "Type where the file should go."
	savingTitle   = "Saving"
	savingBody    = "The file appears under its name once all of it is written."
	doneTitle     = "Your messages are saved"
	doneWhere     = "saved to"
	doneSize      = "size"
	doneMessages  = "messages"
	doneChats     = "chats"
	doneMedia     = "media"
	doneMediaNote = "listed; the files themselves are not in the backup"
	doneTime      = "time"
	doneLeft      = "What was left on this machine: nothing else."
	doneOriginal  = "The backup file is as it was."
	leftBody      = "Goodbye."
)

// formats are the names of what can be saved, and what they are good for.
var formats = map[flow.Format][2]string{
	flow.JSONL:    {"JSON Lines", "a message a line, for scripts and other programs"},
	flow.Database: {"Database", "the SQLite file as the phone had it"},
}

// hint is a key and what it does.
type hint struct{ key, word string }

// The hints of the last line of a screen.
var (
	hintHelp    = hint{"?", "help"}
	hintHelpF1  = hint{"f1", "help"}
	hintMove    = hint{"↑↓", "choose"}
	hintOn      = hint{"enter", "go on"}
	hintBack    = hint{"esc", "back"}
	hintCancel  = hint{"esc", "cancel"}
	hintLeave   = hint{"esc", "leave"}
	hintAgain   = hint{"r", "try again"}
	hintLook    = hint{"r", "look again"}
	hintOther   = hint{"m", "another way"}
	hintEscWay  = hint{"esc", "another way"}
	hintFile    = hint{"f", "file or folder"}
	hintUnfold  = hint{"o", "older"}
	hintSave    = hint{"enter", "save"}
	hintSaveNxt = hint{"s", "save when done"}
	hintSaveOn  = hint{"s", "saving is next"}
	hintSaveS   = hint{"s", "save"}
	hintStay    = hint{"esc", "type again"}
	hintSend    = hint{"enter", "send"}
	hintPanes   = hint{"tab", "chats"}
	hintPanesM  = hint{"tab", "messages"}
	hintOpen    = hint{"enter", "open"}
	hintFind    = hint{"/", "search"}
	hintMask    = hint{"m", "mask"}
	hintUnmask  = hint{"m", "unmask"}
	hintTouch   = hint{"space", "touch"}
	hintPlug    = hint{"p", "plug in"}
	hintUnplug  = hint{"u", "unplug"}
	hintFinish  = hint{"enter", "finish"}
	hintAnother = hint{"r", "save another"}
	hintLookBk  = hint{"esc", "look again"}
	hintClose   = hint{"any key", "close"}
)

// helps are the keys of all screens, and of each.
var helps = map[flow.Screen][]hint{
	"": {
		{"esc", "back, or cancel what is under way"},
		{"ctrl+c", "stop; twice, leave"},
		{"f1", "this help"},
	},
	flow.Find:     {{"↑ ↓", "choose a backup"}, {"enter", "open it"}, {"f", "type a file or folder"}, {"o", "show or fold older copies"}, {"r", "look again"}, {"q", "leave"}},
	flow.Backup:   {{"enter", "choose how to open it"}, {"r", "read it again"}, {"q", "leave"}},
	flow.Method:   {{"↑ ↓", "choose a method"}, {"enter", "go on with it"}, {"q", "leave"}},
	flow.Connect:  {{"r", "look for keys again"}, {"m", "another way"}},
	flow.Choose:   {{"↑ ↓", "choose a key"}, {"enter", "go on with it"}, {"m", "another way"}},
	flow.PIN:      {{"enter", "send the PIN to the key, once"}, {"ctrl+u", "empty the field"}, {"esc", "another way"}},
	flow.Touch:    {{"r", "start over: the key and its PIN"}, {"m", "another way"}},
	flow.Password: {{"enter", "try it"}, {"ctrl+u", "empty the field"}, {"esc", "another way"}},
	flow.Key:      {{"enter", "try it"}, {"ctrl+u", "empty the field"}, {"esc", "another way"}},
	flow.Verify:   {{"esc", "stop, and choose another way"}},
	flow.Restore: {{"s", "save"}, {"tab", "chats or messages"}, {"↑ ↓ j k", "scroll, or choose a chat"}, {"pgup pgdn", "a page"}, {"g G", "first, last message"},
		{"/", "search names or texts"}, {"n N", "older, newer match"}, {"m", "mask names and texts"}},
	flow.Save:    {{"↑ ↓", "choose a format"}, {"enter", "save"}, {"ctrl+u", "empty the path"}, {"ctrl+w", "take its last part away"}},
	flow.Done:    {{"enter", "finish"}, {"r", "save another"}, {"esc", "look at the messages again"}},
	flow.Trouble: {{"↑ ↓", "choose what to do"}, {"enter", "do it"}, {"r", "try again"}, {"m", "another way"}, {"q", "leave"}},
}

var helpDemo = []hint{{"space u p", "touch, unplug, plug in the drawn key"}}

const helpTitle = "Keys"

// triesLeft says how many tries there are.
func triesLeft(n int) string {
	if n == 1 {
		return "1 try is left"
	}
	return strconv.Itoa(n) + " tries are left"
}

func of(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return style.Count(n) + " " + many
}

func say(format string, a ...any) string { return fmt.Sprintf(format, a...) }
