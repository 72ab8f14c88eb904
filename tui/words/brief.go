package words

import "touchback/restore/flow"

// Briefs say in a few words what happened and what to do, for windows in which
// the words of a Trouble would leave no room for the ways on: 36 cells wide, four
// lines at most, three where the title takes two. What is not here is short
// enough as it is.
var Briefs = map[flow.Why]string{
	flow.NoKey:           "{key} is looked for: plug it in. If it is in, try another socket.",
	flow.PINBlocked:      "Too many wrong PINs: it can only be reset, which erases its passkeys. Any other method still opens the backup.",
	flow.PINAuthBlocked:  "Three PINs in a row were wrong. Once it is in again, try again: that costs no try.",
	flow.PINChange:       "Change it with the key's program, or fido2-token -C, then try again. It was not sent, and no try was spent.",
	flow.WrongFinger:     "{tries} Take the finger that you enrolled, dry, and cover the whole reader.",
	flow.FingerBlocked:   "Go on with the PIN of the key. One that never had a PIN can only be reset, which erases its passkeys.",
	flow.NoSecret:        "It lacks the hmac-secret extension. It was not asked for its PIN. Take another key, or another way.",
	flow.NoPermission:    "This user may not talk to it. On Linux a udev rule lets you: touchback doctor has it.",
	flow.TimedOut:        "It gave up after half a minute; no try was spent. Try again, and tap the metal when it blinks.",
	flow.WrongBackupKey:  "The digits belong to another backup, or an earlier one. Look for the key of its time.",
	flow.WrongPassword:   "Try as often as you like. Look at the keyboard: capitals, layout. A password manager may know it.",
	flow.NoPRF:           "It has no secret to give (PRF). Take a security key, a phone, or a newer browser.",
	flow.WrongPasskey:    "Choose {key} in the browser, or another way to open it.",
	flow.NoAnswer:        "It was declined, took too long, or is not on that device. Try again, or choose another way.",
	flow.BrowserRefused:  "{detail} Open the address in another one, or choose another way.",
	flow.HasKeyring:      "There is a keyring beside it. What opens it can be changed: see its keys.",
	flow.NotKept:         "The last group of the key is another one. Look where you keep it, or add another way instead.",
	flow.Unstable:        "It did not answer the same twice, and was not added. Update that device, or take another one.",
	flow.KeyringAltered:  "It does not carry the seal of its owner. Take it from another copy, or use the 64-digit key.",
	flow.Damaged:         "{detail} Nothing of it was shown or saved. Take another copy, or copy it anew from the phone.",
	flow.Changed:         "A download or a sync may still write to it. Wait until that is done, then try again.",
	flow.WhatsAppPasskey: "Only WhatsApp can open it. Restore it there, choose a 64-digit key for the encrypted backup, and back up again.",
	flow.NotFound:        "There is none {path}. On the phone: Android/media/com.whatsapp/WhatsApp/Databases. Copy msgstore.db.crypt15 here, or name it.",
}
