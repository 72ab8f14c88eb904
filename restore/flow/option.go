package flow

// Act is what a line of a trouble screen does.
type Act string

// The acts.
const (
	TryAgain    Act = "try again"   // the same once more, from where it makes sense
	UseMethod   Act = "use method"  // another method: Option.Method
	UseBrowser  Act = "use browser" // the same passkey, on a page in a browser
	UseKey      Act = "use security key"
	OtherBackup Act = "other backup" // back to the list of backups
	OtherName   Act = "other name"   // back to Save
	GoOn        Act = "go on"        // where the person was
	LeaveNow    Act = "leave"        // quit

	ToNewPIN Act = "set pin" // of a security key that has none
	MendKey  Act = "look for mistyped digit"
)

// The acts of Home, and of the screens of the ways.
const (
	GoRestore    Act = "restore"
	GoLock       Act = "lock"
	GoKeys       Act = "keys"
	GoDemo       Act = "demo"
	AddKey       Act = "add security key"
	AddWeb       Act = "add browser passkey"
	AddPass      Act = "add password"
	AddRecipient Act = "add recipient"
	KeepIt       Act = "keep key" // the person's word, proved by the last digits
	WriteIt      Act = "write"    // on to the summary
	ShowWay      Act = "way"      // Option.Method: an index into State.Ways
	ToTest       Act = "test"
	ToRename     Act = "rename"
	ToRemove     Act = "remove"
	RemoveIt     Act = "remove it"
	LockAnew     Act = "lock anew" // for the ways there are
	StayIn       Act = "keep it"
)

// Option is a line to choose.
type Option struct {
	Act    Act
	Method int // index into State.Methods, for UseMethod; into State.Ways, for ShowWay
}

// Options returns the lines of Home, of a trouble, and of the screens of the
// ways. A trouble has always at least one way forward, and a way out.
func (s State) Options() []Option {
	if s.Screen != Trouble {
		return s.lines()
	}
	var o []Option
	add := func(a Act) { o = append(o, Option{Act: a}) }
	others := func() {
		for i := range s.NMethods {
			if i != s.Method {
				o = append(o, Option{Act: UseMethod, Method: i})
			}
		}
	}
	browser := func() {
		if s.Chosen().Web && s.Task != Renaming && s.Why.screen() == Touch {
			add(UseBrowser)
		}
	}
	if s.Why == PINNotSet && s.Device.Path != "" {
		add(ToNewPIN)
	}
	if s.Open && s.Why != RingChanged {
		if s.Why != Cancelled {
			add(TryAgain)
			browser()
		}
		add(GoOn)
		if s.Why == Cancelled {
			add(OtherBackup)
		}
		add(LeaveNow)
		return o
	}
	switch s.Why {
	case HasKeyring:
		if !s.Backup.BadKeyring {
			add(GoKeys)
		}
		add(OtherBackup)
	case NoKeyring:
		if !s.Backup.BadKeyring {
			add(GoLock)
		}
		add(OtherBackup)
	case NotABackup, NotFound, WhatsAppPasskey:
		if s.Why == WhatsAppPasskey && s.NMethods > 0 {
			others()
			if s.Method < s.NMethods {
				o = append(o, Option{Act: UseMethod, Method: s.Method})
			}
		}
		add(OtherBackup)
	case Exists, NoSpace, SaveRefused:
		add(OtherName)
	case Damaged, Changed, KeyringAltered, RingChanged:
		add(TryAgain)
		add(OtherBackup)
	case PINBlocked:
		others()
		add(TryAgain)
	case NotSupported:
		browser()
		others()
		add(TryAgain)
	case Cancelled:
		add(GoOn)
		add(OtherBackup)
	case Unexpected:
		add(TryAgain)
		if s.NMethods > 0 {
			others()
		}
	case NoPRF, NotVerified, WrongPasskey, NoAnswer, BrowserRefused, NotTrusted, PageClosed, PageTimedOut:
		add(TryAgain)
		if !s.Chosen().WebOnly {
			add(UseKey)
		}
		others()
	default:
		add(TryAgain)
		if s.Mend {
			add(MendKey)
		}
		browser()
		others()
	}
	add(LeaveNow)
	return o
}
