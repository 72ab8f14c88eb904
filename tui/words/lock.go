package words

import (
	"fmt"

	"touchback/restore/flow"
)

// Home.
const (
	HomeTitle = "What would you like to do?"
	HomeBody  = "WhatsApp backups that are end-to-end encrypted, and the keys to them."
)

// Marks of locking and of the keyring.
var (
	LockMarks = []string{"backup", "key", "verify", "first way", "second way", "write"}
	KeysMarks = []string{"backup", "method", "touch", "keys"}
)

// MarksOf are the words of the step line for a goal.
func MarksOf(g flow.Goal) []string {
	switch g {
	case flow.Locking:
		return append([]string(nil), LockMarks...)
	case flow.Managing:
		return append([]string(nil), KeysMarks...)
	}
	return append([]string(nil), Marks[:]...)
}

// Locking a backup, and keeping its keyring.
const (
	LockKeyBody   = "The key opens the backup this once, so that it is known to be right."
	WaysTitle     = "What should open this backup?"
	WaysNone      = "The key is right. From now on, any one of these opens the backup instead of the 64 digits."
	WaysOne       = "One way alone is one accident away from losing everything. Add a second one, on another device."
	WaysEnough    = "Any one of these opens it. That is enough; more do no harm."
	WaysKept      = "the 64-digit key, which you keep"
	WaysMore      = "and %d more"
	RingTitle     = "What opens this backup"
	RingSealing   = "Locking anew"
	RingAnew      = "It is locked anew, for the ways there are."
	RingBody      = "Any one of these does, and so does the 64-digit key."
	NameTitle     = "A name for it"
	NameBody      = "It is shown when the backup is opened: what it is, and where it is kept."
	NameAgain     = "Another name"
	NewPassTitle  = "A new password"
	NewPassBody   = "Whoever has it and the keyring opens the backup, from anywhere. Several words that have nothing to do with each other are strong, and can be kept in mind."
	NewPassAgain  = "once more"
	NewOnceMore   = "Type it once more, to be sure of it."
	NewPassDiffer = "The two are not the same. Type both again."
	NewPassWork   = "Locking with the password. This is slow on purpose: it makes guessing expensive."
	RecipTitle    = "An age recipient"
	RecipBody     = "Paste it (age1pq1…), or name a file that holds it. Whoever has its identity opens the backup with age."
	KeepTitle     = "You keep the 64-digit key"
	KeepBody      = "Then it counts as a second way. Type its last group of four, to show that you have it at hand."
	KeepField     = "last four"
	KeepShort     = "The last group has four characters."
	SumTitle      = "Before it is written"
	SumBody       = "From now on any one of these opens the backup:"
	SumLost       = "If all of these are lost, nobody can open it any more: not WhatsApp, not us, not you."
	SumLostKey    = "If all of these are lost, only the 64-digit key still opens it. If that is lost too, nobody can: not WhatsApp, not us."
	SumWhere      = "The keyring goes beside the backup. Keep the two together: it helps nobody who has none of these ways."
	SumWriting    = "Writing the keyring"
	LockedTitle   = "The backup is locked"
	LockedWhere   = "keyring"
	LockedBody    = "Copy it along with the backup, wherever that goes. The backup file itself is as it was."
	LockedHow     = "This restores it:"
	WayUntested   = "never tested"
	RemoveTitle   = "Remove %s?"
	Removing      = "Removing it, and locking anew for the others"
	Renaming      = "Renaming it"
	AddTitle      = "Insert the key to add"
	AddBody       = "Plug it in. It needs a PIN or a fingerprint, and is touched three times."
	TouchN        = "Touch your key (%d of %d)"
	PageN         = "gesture %d of %d: it %s"
	GestureFor    = "This touch %s."
	CancelledRing = "What was added so far is only in memory, and goes when you leave."
	TellStrength  = "An estimate: %s"
)

// Gestures say what each of the three is for.
var Gestures = [flow.Gestures + 1]string{"getting ready", "makes the passkey", "locks with it", "proves that it opens"}

// DefaultName is the name that is offered for something added.
func DefaultName(m flow.MethodInfo) string {
	switch {
	case m.Kind == flow.ByPassword:
		return "password"
	case m.Kind == flow.ByRecipient:
		return "age recipient"
	case m.WebOnly:
		return "phone or computer"
	}
	return "security key"
}

// lineWords are the lines of Home and of the screens of the ways, and what
// stands beside them.
var lineWords = map[flow.Act][2]string{
	flow.GoRestore:    {"Restore a backup", "look at the messages, and save them"},
	flow.GoLock:       {"Lock a backup with a passkey", "so that nobody needs 64 digits"},
	flow.GoKeys:       {"Keys", "see, add and remove what opens a backup"},
	flow.GoDemo:       {"Try the demo", "a sample backup and a drawn key"},
	flow.AddKey:       {"Add a security key", "a passkey on a USB or NFC key"},
	flow.AddWeb:       {"Add a phone or this computer", "a passkey, through the browser"},
	flow.AddPass:      {"Add a password", "typed when it is opened"},
	flow.AddRecipient: {"Add an age recipient", "for an organisation's escrow, say"},
	flow.KeepIt:       {"I keep the 64-digit key", "it counts as a second way"},
	flow.WriteIt:      {"Go on, and lock the backup", ""},
	flow.ToTest:       {"Test it", "see that it still opens the backup"},
	flow.ToRename:     {"Rename it", ""},
	flow.ToRemove:     {"Remove it", ""},
	flow.RemoveIt:     {"Remove it", ""},
	flow.LockAnew:     {"Lock it anew", "for the ways there are; none is asked"},
	flow.StayIn:       {"Keep it", ""},
	flow.GoOn:         {"Back", ""},
	flow.LeaveNow:     {"Leave", ""},
}

// Line words a line of Home or of the screens of the ways, and what stands
// beside it. label is that of the way, which has been cleaned.
func Line(o flow.Option, s flow.State, label func(flow.MethodInfo) string) (line, beside string) {
	if o.Act == flow.ShowWay && o.Method >= 0 && o.Method < s.NWays {
		m := s.Ways[o.Method]
		return label(m), string(m.Kind)
	}
	w := lineWords[o.Act]
	if o.Act == flow.LeaveNow && s.Screen == flow.Ways {
		w[0] = "Done"
	}
	return w[0], w[1]
}

// Lasts says how long guessing takes.
func Lasts(years float64) string {
	const day = 1 / 365.25
	switch {
	case years < day:
		return "guessed within a day. Do not take it."
	case years < 1:
		return "guessed within a year. Take a longer one."
	case years < 100:
		return fmt.Sprintf("%.0f years of guessing by a room full of computers. Longer is better.", max(years, 1))
	case years < 1e6:
		return "centuries of guessing by a room full of computers. Good."
	}
	return "more guessing than anyone can do. Very good."
}
