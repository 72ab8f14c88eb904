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
)

// Option is a line of a trouble screen.
type Option struct {
	Act    Act
	Method int // index into State.Methods, for UseMethod
}

// Options returns the lines of a trouble screen: always at least one way
// forward, and a way out. It is empty on every other screen.
func (s State) Options() []Option {
	if s.Screen != Trouble {
		return nil
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
		if s.Chosen().Web && s.Why.screen() == Touch {
			add(UseBrowser)
		}
	}
	switch s.Why {
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
	case Damaged, Changed, KeyringAltered:
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
		browser()
		others()
	}
	add(LeaveNow)
	return o
}
