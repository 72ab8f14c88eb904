package flow

// Event is something that happened: a person did something, or work went on.
// Events carry no secrets. A PIN, a password or digits are handed to package
// run on the side, before the event that says they are there.
type Event interface{ event() }

// What a person does.
type (
	// Enter takes the line that is picked, or goes on.
	Enter struct{}
	// Move picks another line: -1 up, 1 down.
	Move struct{ By int }
	// Back goes to the screen before. Work under way is stopped.
	Back struct{}
	// Again tries the same once more.
	Again struct{}
	// OtherWay goes to the list of methods.
	OtherWay struct{}
	// Interrupt is Ctrl+C: stop what is under way; a second one leaves.
	Interrupt struct{}
	// Quit leaves.
	Quit struct{}
	// InBrowser asks for the passkey in a browser instead of on a security key.
	InBrowser struct{}
	// PathTyped asks for another file or folder; on Key, for a key file.
	PathTyped struct{ Path string }
	// SecretTyped says that a PIN, a password or 64 digits were handed over.
	SecretTyped struct{}
	// Named gives a name to what is added or renamed.
	Named struct{ Label string }
	// RecipientTyped gives an age recipient, or a file that holds one.
	RecipientTyped struct{ Text string }
	// WantReceipt asks for a receipt of what was saved.
	WantReceipt struct{}
	// SaveAs asks for a file.
	SaveAs struct {
		Format Format
		Path   string
	}
)

// What work reports. Attempt is the number of the effect that started it.
type (
	// FoundBackups ends FindBackups. Exact says that the path asked for is the
	// backup itself, so that there is nothing to choose.
	FoundBackups struct {
		Attempt int
		Backups [MaxBackups]Found
		N, More int
		Exact   bool
	}
	// Opened ends OpenBackup.
	Opened struct {
		Attempt  int
		Backup   BackupInfo
		Methods  [MaxMethods]MethodInfo
		NMethods int
	}
	// KeysSeen says which security keys are plugged in, at first and whenever
	// that changes.
	KeysSeen struct {
		Attempt int
		Devices [MaxDevices]Device
		N       int
		Only    string // path of the only one, of several, that holds the passkey
		Blink   bool   // they wait for a touch of the one to use
		Shut    bool   // there is one that this person may not open
	}
	// KeyTouched says which of several keys was touched.
	KeyTouched struct {
		Attempt int
		Device  string // path
	}
	// KeyRead ends ReadKey: the key can be asked. Tries is -1 where it does
	// not say; Finger says that it verifies by a fingerprint, and that Tries
	// counts those.
	KeyRead struct {
		Attempt int
		Tries   int
		Finger  bool
	}
	// PINSet ends SetPIN.
	PINSet struct{ Attempt int }
	// Blinking says that the key, or the page, waits for a gesture from now on.
	// Gesture is which one, from 1, where there are several.
	Blinking struct{ Attempt, Gesture int }
	// PageReady says that the page can be opened.
	PageReady struct {
		Attempt int
		Forward string // see PageInfo
		Within  bool
		Display bool
	}
	// PageShown answers ShowPage.
	PageShown struct {
		Attempt int
		OK      bool
	}
	// Unlocked ends Unlock: the backup key is known, and not yet tried.
	Unlocked struct{ Attempt int }
	// KeyRepaired ends RepairKey: with this digit put right, 1 to 64, the key
	// opens the backup.
	KeyRepaired struct{ Attempt, Digit int }
	// Ring says what opens the keyring from now on.
	Ring struct {
		Attempt int
		Ways    [MaxMethods]MethodInfo
		N       int
		Path    string // where it is written
	}
	// KeyKept ends CheckKept: those are its last digits.
	KeyKept struct{ Attempt int }
	// Progressed says how far Verify, Restore or Save is.
	Progressed struct {
		Attempt int
		Counts  Counts
	}
	// Verified ends VerifyBackup: the tag is right.
	Verified struct{ Attempt int }
	// Restored ends RestoreMessages: every message has been read.
	Restored struct {
		Attempt int
		Counts  Counts
		Media   int64
		Millis  int64
		Merged  Merged
	}
	// Saved ends SaveMessages.
	Saved struct {
		Attempt int
		Result  Result
	}
	// ReceiptWritten ends WriteReceipt.
	ReceiptWritten struct {
		Attempt int
		Path    string // of the one for people
	}
	// Failed ends any work.
	Failed struct {
		Attempt int
		Why     Why
		Detail  string // words for a person; never a secret
		Tries   int    // WrongPIN, WrongFinger: left, -1 where not known
		Group   int    // WrongDigits: 1 to 16, 0 where not known
	}
	// Tick comes every second while work is under way.
	Tick struct {
		Attempt int
		Elapsed int // seconds since the attempt started
	}
)

func (Enter) event()          {}
func (Move) event()           {}
func (Back) event()           {}
func (Again) event()          {}
func (OtherWay) event()       {}
func (Interrupt) event()      {}
func (Quit) event()           {}
func (InBrowser) event()      {}
func (PathTyped) event()      {}
func (SecretTyped) event()    {}
func (Named) event()          {}
func (RecipientTyped) event() {}
func (WantReceipt) event()    {}
func (SaveAs) event()         {}
func (FoundBackups) event()   {}
func (Opened) event()         {}
func (KeysSeen) event()       {}
func (KeyTouched) event()     {}
func (KeyRead) event()        {}
func (PINSet) event()         {}
func (Blinking) event()       {}
func (PageReady) event()      {}
func (PageShown) event()      {}
func (Unlocked) event()       {}
func (KeyRepaired) event()    {}
func (Ring) event()           {}
func (KeyKept) event()        {}
func (Progressed) event()     {}
func (Verified) event()       {}
func (Restored) event()       {}
func (Saved) event()          {}
func (ReceiptWritten) event() {}
func (Failed) event()         {}
func (Tick) event()           {}

// attempt returns the attempt a report belongs to, and whether e is a report.
func attempt(e Event) (int, bool) {
	switch e := e.(type) {
	case FoundBackups:
		return e.Attempt, true
	case Opened:
		return e.Attempt, true
	case KeysSeen:
		return e.Attempt, true
	case KeyTouched:
		return e.Attempt, true
	case KeyRead:
		return e.Attempt, true
	case PINSet:
		return e.Attempt, true
	case Blinking:
		return e.Attempt, true
	case PageReady:
		return e.Attempt, true
	case PageShown:
		return e.Attempt, true
	case Unlocked:
		return e.Attempt, true
	case KeyRepaired:
		return e.Attempt, true
	case Ring:
		return e.Attempt, true
	case KeyKept:
		return e.Attempt, true
	case Progressed:
		return e.Attempt, true
	case Verified:
		return e.Attempt, true
	case Restored:
		return e.Attempt, true
	case Saved:
		return e.Attempt, true
	case ReceiptWritten:
		return e.Attempt, true
	case Failed:
		return e.Attempt, true
	case Tick:
		return e.Attempt, true
	}
	return 0, false
}
