package words

import "touchback/restore/flow"

// Trouble is the words of a side screen: what happened, and what to do. The
// options below it come from the flow.
type Trouble struct {
	Title string
	What  string // what happened; see Fill
	Do    string
	Mark  string // what the step line says instead of the step, where better
}

// Troubles has the words for each Why of the flow; a test holds it to that.
// In them, {key} is the label of the chosen passkey, {device} the security key
// that is plugged in, {detail} the words of the failure, {tries}, {group} and
// {path} what they say.
var Troubles = map[flow.Why]Trouble{
	flow.NoKey: {
		"No security key is plugged in",
		"{key} is still being looked for.",
		"Plug it in, and this goes on by itself. If it is in already: take it out, put it in again, and try another socket.",
		"key",
	},
	flow.WrongKey: {
		"This key does not open this backup",
		"“{device}” answered, but the backup is not locked with it. It was not asked for its PIN, and no try was spent.",
		"", "key",
	},
	flow.WrongPIN: {
		"That PIN was not right",
		"The key did not take it. {tries}",
		"Look at the keyboard before the next one: capitals, number lock, layout.",
		"PIN",
	},
	flow.PINBlocked: {
		"The PIN of this key is blocked",
		"There were too many wrong PINs. The key can only be reset now, and that erases the passkeys on it.",
		"Your backup is untouched: any other method still opens it.",
		"PIN",
	},
	flow.PINAuthBlocked: {
		"Take the key out and put it in again",
		"After three wrong PINs in a row the key wants to see that someone is there. Taking it out costs no try.",
		"Take it out, put it in again, then try again.",
		"PIN",
	},
	flow.PINNotSet: {
		"This key has no PIN yet",
		"A passkey of a backup asks for the PIN, and this key has none.",
		"Set one here, or with the key's own program, and try again.",
		"PIN",
	},
	flow.PINChange: {
		"This key wants another PIN first",
		"Whoever set it up wants its PIN changed before it is used. It was not sent, and no try was spent.",
		"Change it with the key's own program, or with fido2-token -C, then try again.",
		"PIN",
	},
	flow.WrongFinger: {
		"That finger was not recognised",
		"The key does not know it, or could not read it. {tries}",
		"Take the finger that you enrolled on this key. Dry it, and cover the whole reader.",
		"finger",
	},
	flow.FingerBlocked: {
		"The fingerprint reader is blocked",
		"There were too many fingers that it did not know. It reads them again once its PIN was right.",
		"Go on with the PIN of the key. One that never had a PIN can only be reset, which erases its passkeys.",
		"finger",
	},
	flow.NoSecret: {
		"This key can't open a backup",
		"It can sign in, but it has no secret to give: it lacks the hmac-secret extension. It was not asked for its PIN.",
		"Take another key, or another way.",
		"key",
	},
	flow.KeyRemoved: {
		"The key was taken out",
		"It went away before it had answered. Nothing was lost.",
		"Put it in again. Its PIN is asked for once more.",
		"key",
	},
	flow.KeyBusy: {
		"Another program is using the key",
		"A browser or an agent may be waiting for it.",
		"Close what is asking for the key, then try again.",
		"key",
	},
	flow.KeyRefused: {
		"The key refused",
		"It answered: {detail}",
		"Take it out, put it in again, and try again.",
		"key",
	},
	flow.NoPermission: {
		"The system does not let us open the key",
		"The key is there, but this user may not talk to it.",
		"On Linux a udev rule lets you: " + DoctorUdev + " (touchback doctor says where it goes). Then plug the key in again.",
		"key",
	},
	flow.NotSupported: {
		"No security keys here",
		"This build of Touchback, or this system, cannot talk to security keys.",
		"Another method opens the backup all the same.",
		"key",
	},
	flow.TimedOut: {
		"The key was not touched in time",
		"It blinks for about half a minute, then it gives up. No try was spent.",
		"Try again, and touch the metal when it blinks: a short tap is enough. If it never blinked, take it out and put it in again.",
		"",
	},
	flow.WrongDigits: {
		"These are not the 64 digits",
		"{group}",
		"Compare it with your screenshot or paper, group by group. The digits are 0–9 and a–f: no o, no l.",
		"",
	},
	flow.BadKeyFile: {
		"That key file opens nothing",
		"{detail}",
		"It is a text with the 64 digits, or encrypted_backup.key, or for old backups the file key of the phone.",
		"",
	},
	flow.WrongBackupKey: {
		"This key does not open this backup",
		"The 64 digits are well formed, but they belong to another backup, or to an earlier one.",
		"A new key is made each time end-to-end encryption is turned on. Look for one of the time of this backup.",
		"",
	},
	flow.WrongPassword: {
		"That password was not right",
		"It does not open this method. It may be tried as often as you like.",
		"Look at the keyboard: capitals, layout. A password manager may know it.",
		"",
	},
	flow.NoPRF: {
		"This passkey can't open a backup",
		"It can sign in, but it has no secret to give (the PRF extension is missing).",
		"Take another one: a security key, a phone, or a newer browser.",
		"passkey",
	},
	flow.NotVerified: {
		"You were not verified",
		"A backup asks for a passkey with a PIN, a fingerprint or a face.",
		"Set one up on that device, or take another one.",
		"passkey",
	},
	flow.WrongPasskey: {
		"This passkey does not open this backup",
		"Another passkey answered than {key}.",
		"Choose {key} in the browser, or another way to open the backup.",
		"passkey",
	},
	flow.NoAnswer: {
		"No passkey answered",
		"It was declined, it took too long, or the passkey is not on that device: browsers do not say which. Nothing was lost.",
		"Try again, or choose another way.",
		"browser",
	},
	flow.BrowserRefused: {
		"The browser could not ask for a passkey",
		"{detail}",
		"Open the address in another browser, or choose another way.",
		"browser",
	},
	flow.NotTrusted: {
		"The answer could not be trusted",
		"What came back was no answer to what was asked, so it was not used.",
		"Try again with the extensions of the browser switched off.",
		"browser",
	},
	flow.PageClosed: {
		"The page was closed",
		"It went away before a passkey had answered. Nothing was lost.",
		"Try again: there is a new address for it.",
		"browser",
	},
	flow.PageTimedOut: {
		"Nobody answered on the page",
		"It waits for some minutes, then it ends. Nothing was lost.",
		"Try again: there is a new address for it.",
		"browser",
	},
	flow.AlreadyAdded: {
		"This one is added already",
		"The keyring has it, or the device holds a passkey for this backup.",
		"A second way in should be on another device.",
		"passkey",
	},
	flow.HasKeyring: {
		"This backup is locked already",
		"There is a keyring beside it. Another one would only put the first out of sight.",
		"What opens it can be changed: see its keys.",
		"",
	},
	flow.NoKeyring: {
		"This backup has no keyring",
		"Only its 64-digit key opens it so far.",
		"Lock it with a passkey first.",
		"",
	},
	flow.NotKept: {
		"Those are not its last four",
		"The last group of the 64-digit key is another one.",
		"Look at the paper or the screenshot where you keep it. If there is none, add another way instead.",
		"",
	},
	flow.BadRecip: {
		"That recipient can't be added",
		"{detail}",
		"It begins with age1pq1: age-keygen -pq makes one.",
		"",
	},
	flow.Unstable: {
		"This passkey can't be relied on",
		"It did not answer the same twice, so it would not open the backup. It was not added.",
		"Some phones and browsers do that until they are updated. Take another one.",
		"passkey",
	},
	flow.RingChanged: {
		"The keyring was changed meanwhile",
		"Someone else, or a sync, wrote to it. Nothing of yours was written over it.",
		"Read it again, and repeat your last change.",
		"keyring",
	},
	flow.KeyringAltered: {
		"The keyring was altered",
		"The list of methods beside the backup does not carry the seal of its owner. Someone, or something, changed it.",
		"The backup itself may be fine. Take the keyring from another copy, or use the 64-digit key.",
		"keyring",
	},
	flow.Damaged: {
		"The backup is damaged",
		"The key is right, but the file is not as it was written. {detail}",
		"Nothing of it was shown or saved, since nothing in it can be trusted. Take another copy, or copy it from the phone again.",
		"damaged",
	},
	flow.Changed: {
		"The backup changed while it was read",
		"Something wrote to the file in between: a download or a sync that goes on, perhaps. {detail}",
		"Wait until that is done, then try again.",
		"changed",
	},
	flow.NotABackup: {
		"This is no backup we know",
		"{detail}",
		"WhatsApp's encrypted backups end in .crypt15. Choose another file.",
		"",
	},
	flow.WhatsAppPasskey: {
		"Sealed by WhatsApp's own passkey",
		"WhatsApp and your phone hold the key of this backup between them. No program but WhatsApp can ask for it.",
		"The way out: on the phone, restore it in WhatsApp; then under Settings, Chats, Chat backup, End-to-end encrypted backup, choose a 64-digit key, and back up again.",
		"",
	},
	flow.NotFound: {
		"No backup found",
		"There is none {path}.",
		"On the phone it lies in Android/media/com.whatsapp/WhatsApp/Databases, as msgstore.db.crypt15. Copy it here, or name the file or its folder.",
		"",
	},
	flow.Exists: {
		"That file is there already",
		"{path}",
		"It was not touched. Choose another name.",
		"",
	},
	flow.NoSpace: {
		"The disk is full",
		"There is not enough room for the file. What had been written of it is gone again.",
		"Make room, or choose another place.",
		"",
	},
	flow.SaveRefused: {
		"The file could not be written",
		"{detail}",
		"Choose another place. Your messages are still here.",
		"",
	},
	flow.Cancelled: {
		"Stopped",
		"Nothing was saved, and your backup is as it was.",
		"",
		"",
	},
	flow.Unexpected: {
		"Something went wrong",
		"{detail}",
		"Your backup is as it was.",
		"",
	},
}

// Words for what the lines of a trouble screen do, where they do not depend on
// the trouble.
const (
	ActAgain      = "Try again"
	ActPlug       = "Plug in %s"
	ActLooking    = "(looking for it…)"
	ActPIN        = "Type the PIN again"
	ActFingerPIN  = "Go on with its PIN"
	ActFinger     = "Try the finger again"
	ActReplug     = "It is in again: go on"
	ActSetPIN     = "Set a PIN now"
	ActMend       = "Look for one mistyped digit"
	ActDigits     = "Look at the digits again"
	ActPassword   = "Type the password again"
	ActReadAgain  = "Read the backup again"
	ActUsePasskey = "Use the passkey “%s”"
	ActUsePass    = "Use the password"
	ActUsePassL   = "Use the password “%s”"
	ActUseKey     = "Use the 64-digit key"
	ActLockIt     = "Lock it with a passkey"
	ActSeeKeys    = "See and change what opens it"
	ActBrowser    = "Use the browser instead"
	ActSecurity   = "Use a security key instead"
	ActBackup     = "Choose another backup"
	ActName       = "Choose another name or place"
	ActGoOn       = "Go back to where you were"
	ActMethods    = "Go back to the methods"
	ActLeave      = "Leave"
	LockedWith    = "It is locked with:"
	WrongGroup    = "Group %d of 16 is wrong."
	NotOneDigit   = "No single mistyped digit explains it."
	GroupUnknown  = "A 64-digit key is 16 groups of four."
	RestoredKept  = "What was restored is only in memory, and goes when you leave."
)
