package flow

// Effect is something to carry out. Work runs one at a time: an effect with a
// new attempt number ends the work of the one before.
type Effect interface{ effect() }

// What there is to do. Each effect says which events answer it; Failed may
// answer any.
type (
	// FindBackups looks for backups at a path. Answered by FoundBackups.
	FindBackups struct {
		Attempt int
		Path    string
	}
	// OpenBackup reads the header and the keyring. Answered by Opened.
	OpenBackup struct {
		Attempt int
		Path    string
	}
	// WatchKeys lists the security keys until the attempt ends. Of several, the
	// one that holds the passkey is found without a touch; where that says
	// nothing, those that it may be blink. Answered by KeysSeen, KeyTouched and
	// Tick.
	WatchKeys struct {
		Attempt int
		Method  string // ID
		New     bool   // any will do
	}
	// ReadKey asks a security key what it can do, and whether it holds the
	// passkey, without a touch. Answered by KeyRead.
	ReadKey struct {
		Attempt int
		Device  string // path
		Method  string // ID
		New     bool   // whether it could get a new passkey instead
	}
	// SetPIN gives a security key its first PIN, which was handed over. Answered
	// by PINSet.
	SetPIN struct {
		Attempt int
		Device  string // path
	}
	// Unlock opens the method with the secret handed over (a PIN, a password
	// or 64 digits). Answered by Blinking, PageReady, Tick and Unlocked.
	Unlock struct {
		Attempt int
		Kind    MethodKind
		Method  string // ID
		Device  string // path; "" where there is none
		Web     bool   // a page in a browser asks for the passkey
		File    string // a key file to read instead of what was handed over
	}
	// ShowPage opens the page of the work under way in a browser here, and ends
	// nothing. Answered by PageShown.
	ShowPage struct{ Attempt int }
	// RepairKey looks for the key that differs in one digit from the one that
	// did not open the backup. Answered by Progressed and KeyRepaired.
	RepairKey struct{ Attempt int }
	// VerifyBackup checks the tag. Answered by Progressed and Verified.
	VerifyBackup struct{ Attempt int }
	// RestoreMessages reads the messages. Answered by Progressed and Restored.
	RestoreMessages struct{ Attempt int }
	// SaveMessages writes a file. Answered by Progressed and Saved.
	SaveMessages struct {
		Attempt int
		Format  Format
		Path    string
	}
	// WriteReceipt writes what was done beside what was saved, and nothing of
	// what is in it. Kind is what opened the backup. Answered by ReceiptWritten.
	WriteReceipt struct {
		Attempt int
		Kind    MethodKind
	}
	// OpenRing lists the ways into the keyring that Unlock opened. Answered by
	// Ring, and Progressed where the backup has to prove a key first.
	OpenRing struct{ Attempt int }
	// AddWay adds a way to the keyring, with the secret handed over (a PIN or a
	// password). The first one of a backup without a keyring makes it.
	// Answered by Blinking, PageReady, Tick and Ring.
	AddWay struct {
		Attempt   int
		Kind      MethodKind
		Label     string
		Device    string
		Web       bool
		Recipient string // an age recipient, or a file that holds one
	}
	// TestWay opens the keyring by one way, and notes that it did. Answered as
	// AddWay is.
	TestWay struct {
		Attempt int
		Kind    MethodKind
		Method  string // ID
		Device  string
		Web     bool
	}
	// RenameWay and RemoveWay change the keyring. Answered by Ring.
	RenameWay struct {
		Attempt       int
		Method, Label string
	}
	RemoveWay struct {
		Attempt int
		Method  string
	}
	// ResealRing encrypts the backup key anew, to the ways there are. None of
	// them is asked. Answered by Ring.
	ResealRing struct{ Attempt int }
	// CheckKept compares the digits handed over with the last group of the key.
	// Answered by KeyKept.
	CheckKept struct{ Attempt int }
	// SaveRing writes a new keyring. Answered by Ring.
	SaveRing struct{ Attempt int }
	// Stop ends the work under way. Nothing of it is answered any more.
	Stop struct{ Attempt int }
	// Forget wipes the backup key and every message that was read.
	Forget struct{}
	// Leave ends the flow.
	Leave struct{ Outcome Outcome }
)

// Outcome is how the flow ended.
type Outcome string

// The outcomes.
const (
	Finished Outcome = "finished" // something was saved
	Stopped  Outcome = "stopped"  // the person left before the end
	Failure  Outcome = "failure"  // left from a trouble; run knows the error
	ToDemo   Outcome = "demo"     // the person would like to see the demo
)

func (FindBackups) effect()     {}
func (OpenBackup) effect()      {}
func (WatchKeys) effect()       {}
func (ReadKey) effect()         {}
func (SetPIN) effect()          {}
func (Unlock) effect()          {}
func (ShowPage) effect()        {}
func (RepairKey) effect()       {}
func (VerifyBackup) effect()    {}
func (RestoreMessages) effect() {}
func (SaveMessages) effect()    {}
func (WriteReceipt) effect()    {}
func (OpenRing) effect()        {}
func (AddWay) effect()          {}
func (TestWay) effect()         {}
func (RenameWay) effect()       {}
func (RemoveWay) effect()       {}
func (ResealRing) effect()      {}
func (CheckKept) effect()       {}
func (SaveRing) effect()        {}
func (Stop) effect()            {}
func (Forget) effect()          {}
func (Leave) effect()           {}
