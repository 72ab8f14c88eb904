// Package words has what the program says to people, all in one place, so that
// it can be read as a whole and, one day, translated. The words are plain, exact
// and kind: what happened, and what to do now. Titles have no full stop,
// sentences do. (The preview has a few labels of its own.)
package words

import (
	"strconv"

	"touchback/restore/flow"
	"touchback/tui/style"
)

// Everywhere.
const (
	Name      = "Touchback"
	TooSmall  = "Touchback needs a larger window: 36×8 at least."
	ReadOnly  = "Your backup file is only read, never changed."
	TitleSep  = " – "
	MethodKey = "the 64-digit key"
	Password  = "a password"
)

// Marks are the words of the step line.
var Marks = [flow.Marks]string{"backup", "method", "touch", "verify", "restore", "save"}

// MarkVerified is what the mark says once it is done.
const MarkVerified = "verified"

// Find.
const (
	FindTitle   = "Which backup?"
	FindLooking = "Looking for backups"
	FindIn      = "in "
	FindUsual   = "in the usual places"
	FindFolded  = "older copies are folded. o shows them."
	FindFolded1 = "older copy is folded. o shows it."
	FindMore    = "more backups are not listed. Name a folder to see them (f)."
	FindField   = "A backup file, or a folder to look in:"
)

// Backup.
const (
	BackupReading = "Reading the backup"
	BackupTitle   = "This is the backup from %s"
	BackupLocked  = "It is locked with:"
	BackupSealed  = "WhatsApp's own passkey seals it. Only a restore in WhatsApp opens that; the methods above go another way."
	BackupBadRing = "A keyring lies beside it, and cannot be read. The 64-digit key opens the backup all the same."
	BackupTested  = "tested "
	BackupAdded   = "added "
)

// Method.
const (
	MethodTitle = "How would you like to open it?"
	MethodNote  = "Any one of them is enough."
	HintPasskey = "a security key: PIN and touch"
	HintPass    = "typed here"
	HintPhone   = "in your browser"
	HintDigits  = "written down when the backup was set up"
)

// The security key.
const (
	ConnectTitle   = "Insert %s"
	ConnectBody    = "Plug it into this machine. It is seen as soon as it is there."
	ConnectReading = "Asking %s what it can do. No touch is needed for this."
	ConnectTitleRd = "Reading the key"
	ConnectNone    = "no security key plugged in"
	ConnectLooking = "looking"
	ConnectOthers  = "Other ways:"
	ChooseTitle    = "Which key?"
	ChooseBody     = "More than one security key is plugged in. %s is what opens this backup."
	ChooseTouch    = "Touch the one you want"
	ChooseBlink    = "They blink. Or choose it here:"
	KeyNoName      = "a security key"
	YourKey        = "your security key"

	NewPINTitle  = "A first PIN for %s"
	NewPINCare   = "Write it down: nobody can look it up. After 8 wrong PINs in a row the key is useless for its passkeys."
	NewPINRule   = "It has 4 to 63 characters; letters may be among them. From now on it is asked for here, and wherever else this key has to know you."
	NewPINDiffer = "The two are not the same. Type both again."
	NewPINAgain  = "PIN, once more"
	NewPINWork   = "Setting the PIN"

	PinTitle    = "The PIN of %s"
	PinBody     = "The key asks for its PIN before it asks for a touch. It goes to the key, once, and is kept nowhere."
	PinBodyAdd  = "The key asks for its PIN before it asks for a touch. It goes to the key with each of the three touches, and is kept nowhere. A wrong one goes there once."
	PinTries    = "%s before the key blocks its PIN."
	PinField    = "PIN"
	PinShort    = "A PIN has at least four characters."
	PinLong     = "A PIN has at most 63 characters."
	PinStray    = "That was the key's one-time code, from a touch. Nothing was sent and no try was spent. The touch comes after the PIN."
	PinConfirm  = "Only %s. Enter sends this PIN to the key; esc lets you type it again."
	PinOnceMore = "The last PIN was not right. Look at the keyboard: capitals, number lock, layout?"
	DemoPIN     = "This is the demo: the PIN is %s"

	TouchTitle   = "Touch your key"
	TouchBody    = "%s is blinking. Touch the metal once."
	TouchFinger  = "Your finger is only asked whether it is you; nothing of it leaves the key."
	FingerTitle  = "Touch with the enrolled finger"
	FingerBody   = "%s is blinking. Put the finger on it that you enrolled."
	FingerTries  = "%s before the key wants its PIN."
	TouchStart   = "Getting ready. %s will blink in a moment."
	TouchWaiting = "waiting"
	TouchOf      = "of"
	TouchReady   = "not blinking yet"

	DemoTouch  = "space touches it"
	DemoUnplug = "u unplugs it"
	DemoPlug   = "p plugs it in"
	DemoLater  = "this key is drawn: it blinks after the PIN"
)

// The browser. Each gesture is asked for by the words of its number.
const (
	PageTitle    = "Open this page in your browser"
	PageAsks     = "It asks for %s, and says there what to do."
	PageMakes    = "It makes a passkey named “%s”, in three gestures, and says there what to do."
	PageStarting = "Making the page ready."
	PageForward  = "You are connected by SSH. Type this on your own machine first, in another terminal:"
	PageWithin   = "It comes through your own SSH connection, if you came with this. If not, leave with Ctrl+C and come back with it:"
	PageAddress  = "Then open there:"
	PageSecret   = "The address is for you alone, and for this once."
	PageWaiting  = "waiting for the passkey"
	PageOpened   = "The browser here was asked to show it."
	PageNoOpen   = "No browser could be opened here: copy the address."
)

// Password and 64-digit key.
const (
	PassTitle   = "The password"
	PassBody    = "The password that was chosen when this backup was locked."
	PassField   = "password"
	PassTrying  = "Trying the password. This is slow on purpose: it makes guessing expensive."
	PassEmpty   = "Type the password first."
	PassLong    = "That is too long for a password."
	KeyTitle    = "The 64-digit key"
	KeyBody     = "Type or paste it. Spaces, dashes and line breaks do not matter."
	KeyFile     = "A key file: the 64 digits as text, encrypted_backup.key, or key:"
	KeyTrying   = "Trying the key."
	KeyOK       = "All 64 digits are there. Enter goes on."
	KeyCount    = "%d of 64"
	KeyBadChar  = "Group %d (%s) has a character that is none of 0–9 and a–f."
	KeyBadShort = "Group %d (%s) has %d of 4 digits."
	KeyTooMany  = "There is more after the 16th group."
	KeyNotYet   = "%d digits are still missing, from group %d on."
)

// Verify, restore, save, done.
const (
	MendTitle   = "Looking for one mistyped digit"
	MendBody    = "Each of the 960 keys that differ in one digit is tried."
	MendTrying  = "Trying them"
	MendedDigit = "Digit %d, in group %d, was mistyped. Put it right on your paper."
	VerifyTitle = "Checking that nothing was altered"
	VerifyBody  = "Nothing of the backup is shown or used before this is done."
	PerSecond   = "/s"
	TimeLeft    = "left"

	RestoreTitle  = "Restoring the messages"
	Restoring     = "restoring"
	Restored      = "restored"
	Messages      = "messages"
	Chats         = "chats"
	SaveTitle     = "What would you like to keep?"
	SaveField     = "Where to:"
	SaveNever     = "A file that is there already is never written over. Only you can read the new one."
	SaveNoPath    = "Type where the file should go."
	SavingTitle   = "Saving"
	SavingBody    = "The file appears under its name once all of it is written."
	DoneTitle     = "Your messages are saved"
	DoneWhere     = "saved to"
	DoneSize      = "size"
	DoneMessages  = "messages"
	DoneChats     = "chats"
	DoneMedia     = "media"
	DoneMediaNote = "listed; the files themselves are not in the backup"
	DoneTime      = "time"
	DoneAtOnce    = "less than 0.1 s"
	DoneLeft      = "What was left on this machine: nothing else."
	DoneOriginal  = "The backup file is as it was."
	DoneReceipt   = "receipt"
	DoneWriting   = "Writing the receipt"
	LeftBody      = "Goodbye."
)

// Formats are the names of what can be saved, and what they are good for.
var Formats = map[flow.Format][2]string{
	flow.HTML:     {"Web pages", "a folder that any browser opens, with a search"},
	flow.Text:     {"Text", "a folder, a file a chat, as WhatsApp exports them"},
	flow.CSV:      {"CSV", "one table, for spreadsheets"},
	flow.JSONL:    {"JSON Lines", "a message a line, for scripts and other programs"},
	flow.Database: {"Database", "the SQLite file as the phone had it"},
}

// Hint is a key and what it does.
type Hint struct{ Key, Word string }

// The hints of the last line of a screen.
var (
	HintHelp    = Hint{"?", "help"}
	HintHelpF1  = Hint{"f1", "help"}
	HintMove    = Hint{"↑↓", "choose"}
	HintOn      = Hint{"enter", "go on"}
	HintBack    = Hint{"esc", "back"}
	HintCancel  = Hint{"esc", "cancel"}
	HintLeave   = Hint{"esc", "leave"}
	HintAgain   = Hint{"r", "try again"}
	HintWeb     = Hint{"w", "in the browser"}
	HintOpenWeb = Hint{"enter", "open it here"}
	HintFileKey = Hint{"tab", "a key file"}
	HintLook    = Hint{"r", "look again"}
	HintOther   = Hint{"m", "another way"}
	HintEscWay  = Hint{"esc", "another way"}
	HintFile    = Hint{"f", "file or folder"}
	HintUnfold  = Hint{"o", "older"}
	HintFold    = Hint{"o", "fold"}
	HintSave    = Hint{"enter", "save"}
	HintSaveNxt = Hint{"s", "save when done"}
	HintSaveOn  = Hint{"s", "saving is next"}
	HintSaveS   = Hint{"s", "save"}
	HintStay    = Hint{"esc", "type again"}
	HintSend    = Hint{"enter", "send"}
	HintPanes   = Hint{"tab", "chats"}
	HintPanesM  = Hint{"tab", "messages"}
	HintOpen    = Hint{"enter", "open"}
	HintFind    = Hint{"/", "search"}
	HintNext    = Hint{"n", "next found"}
	HintMask    = Hint{"m", "mask"}
	HintUnmask  = Hint{"m", "unmask"}
	HintCopy    = Hint{"y", "copy"}
	HintTouch   = Hint{"space", "touch"}
	HintPlug    = Hint{"p", "plug in"}
	HintUnplug  = Hint{"u", "unplug"}
	HintFinish  = Hint{"enter", "finish"}
	HintAnother = Hint{"r", "save another"}
	HintReceipt = Hint{"c", "receipt"}
	HintLookBk  = Hint{"esc", "look again"}
	HintQuit    = Hint{"q", "leave"}
	HintLock    = Hint{"enter", "lock it"}
	HintList    = Hint{"esc", "other backups"}
	HintScroll  = Hint{"↑↓", "scroll"}
	HintCloseE  = Hint{"esc", "close"}
	HintClose   = Hint{"any key", "close"}
)

// Helps are the keys of all screens, and of each.
var Helps = map[flow.Screen][]Hint{
	"": {
		{"esc", "back, or cancel what is under way"},
		{"ctrl+c", "stop; twice, leave"},
		{"f1", "this help"},
	},
	flow.Home:      {{"↑ ↓", "choose"}, {"enter", "go on"}, {"q", "leave"}},
	flow.Ways:      {{"↑ ↓", "choose a way, or what to add"}, {"enter", "go on with it"}},
	flow.OneWay:    {{"↑ ↓", "choose what to do with it"}, {"enter", "do it"}},
	flow.Remove:    {{"↑ ↓", "choose"}, {"enter", "do it"}},
	flow.Name:      {{"enter", "take the name"}, {"ctrl+u", "empty the field"}},
	flow.NewPass:   {{"enter", "go on"}, {"ctrl+u", "empty the field"}},
	flow.Recipient: {{"enter", "add it"}, {"ctrl+u", "empty the field"}},
	flow.KeepKey:   {{"enter", "check it"}, {"ctrl+u", "empty the field"}},
	flow.Summary:   {{"enter", "write the keyring"}, {"esc", "back to the ways"}},
	flow.Locked:    {{"enter", "finish"}, {"esc", "lock another backup"}, {"q", "leave"}},
	flow.Find:      {{"↑ ↓", "choose a backup"}, {"enter", "open it"}, {"f", "type a file or folder"}, {"o", "show or fold older copies"}, {"r", "look again"}, {"q", "leave"}},
	flow.Backup:    {{"enter", "choose how to open it"}, {"r", "read it again"}, {"q", "leave"}},
	flow.Method:    {{"↑ ↓", "choose a method"}, {"enter", "go on with it"}, {"q", "leave"}},
	flow.Connect:   {{"r", "look for keys again"}, {"w", "the same passkey, in a browser"}, {"m", "another way"}},
	flow.Browser:   {{"enter", "open the page here, where there is a display"}, {"r", "a new page, with a new address"}, {"m", "another way"}},
	flow.Choose:    {{"↑ ↓", "choose a key"}, {"enter", "go on with it"}, {"m", "another way"}},
	flow.PIN:       {{"enter", "send the PIN to the key, once"}, {"ctrl+u", "empty the field"}, {"esc", "another way"}},
	flow.NewPIN:    {{"enter", "go on; the second time, set the PIN"}, {"ctrl+u", "empty the field"}, {"esc", "set none"}},
	flow.Touch:     {{"r", "start over: the key and its PIN"}, {"m", "another way"}},
	flow.Password:  {{"enter", "try it"}, {"ctrl+u", "empty the field"}, {"esc", "another way"}},
	flow.Key:       {{"enter", "try it"}, {"tab", "a key file instead, and back"}, {"ctrl+u", "empty the field"}, {"esc", "another way"}},
	flow.Verify:    {{"esc", "stop, and choose another way"}},
	flow.Restore: {{"s", "save"}, {"tab", "chats or messages"}, {"↑ ↓ j k", "scroll, or choose a chat"}, {"pgup pgdn", "a page"}, {"g G", "first, last message"},
		{"/", "search all chats, or the open one"}, {"n N", "the next older, newer one found"}, {"d", "go to a day"}, {"y", "copy the marked message"}, {"mouse", "open a chat, mark a message, scroll"}, {"m", "mask names and texts"}},
	flow.Save:    {{"↑ ↓", "choose a format"}, {"enter", "save"}, {"ctrl+u", "empty the path"}, {"ctrl+w", "take its last part away"}},
	flow.Done:    {{"enter", "finish"}, {"r", "save another"}, {"c", "write a receipt: what was done, and nothing of what it says"}, {"esc", "look at the messages again"}},
	flow.Trouble: {{"↑ ↓", "choose what to do"}, {"enter", "do it"}, {"r", "try again"}, {"m", "another way"}, {"q", "leave"}},
}

// HelpDemo are the keys of the drawn key.
var HelpDemo = []Hint{{"space u p", "touch, unplug, plug in the drawn key"}}

// HelpTitle stands above them.
const HelpTitle = "Keys"

// TriesLeft says how many tries there are.
func TriesLeft(n int) string {
	if n == 1 {
		return "1 try is left"
	}
	return strconv.Itoa(n) + " tries are left"
}

// Of writes a number of things.
func Of(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return style.Count(n) + " " + many
}
