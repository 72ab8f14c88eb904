package flow

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// at returns a state on a screen, with a backup of three methods opened and
// two devices seen, so that every choice has something to choose from.
func at(screen Screen) State {
	s, _ := Start("/backups", false)
	s = s.to(screen)
	s.Backups[0].Path, s.Backups[1].Path, s.NBackups = "/backups/a", "/backups/b", 2
	s.Backup = BackupInfo{Path: "/backups/a", SaveBase: "/home/a"}
	s.Methods[0] = MethodInfo{ID: "p", Kind: ByPasskey, Label: "blue key", Web: true}
	s.Methods[1] = MethodInfo{ID: "w", Kind: ByPassword, Label: "password"}
	s.Methods[2] = MethodInfo{Kind: ByKey}
	s.NMethods = 3
	s.Devices[0], s.Devices[1], s.NDevices, s.Scanned = Device{Path: "/dev/1"}, Device{Path: "/dev/2"}, 2, true
	s.Device = s.Devices[0]
	return s
}

// twoKeys are plugged in.
var twoKeys = [MaxDevices]Device{{Path: "/dev/1", Product: "a"}, {Path: "/dev/2", Product: "b"}}

func in(why Why) State {
	s := at(Trouble)
	s.Why = why
	return s
}

func reading() State  { s := at(Connect); s.Reading = true; return s }
func complete() State { s := at(Restore); s.Complete = true; return s }
func saving() State   { s := at(Save); s.Saving, s.Complete = true, true; return s }

var allWhys = []Why{
	NoKey, WrongKey, WrongPIN, PINBlocked, PINAuthBlocked, PINNotSet, PINChange, WrongFinger, FingerBlocked, NoSecret, KeyRemoved, KeyBusy,
	KeyRefused, NoPermission, NotSupported, TimedOut, WrongDigits, WrongBackupKey,
	BadKeyFile, WrongPassword, KeyringAltered, Damaged, Changed, NotABackup, WhatsAppPasskey,
	NotFound, Exists, NoSpace, SaveRefused, Cancelled, Unexpected,
	NoPRF, NotVerified, WrongPasskey, NoAnswer, BrowserRefused, NotTrusted, PageClosed, PageTimedOut, AlreadyAdded,
	HasKeyring, NoKeyring, NotKept, BadRecip, Unstable, RingChanged,
}

// states are one of every kind of place a person can be.
func states() map[string]State {
	m := map[string]State{
		"looking": func() State { s := at(Find); s.Looking = true; return s }(),
		"reading": reading(), "complete": complete(), "saving": saving(),
		"page":      func() State { s := at(Browser); s.Asking, s.Page.Display = true, true; return s }(),
		"elsewhere": func() State { s := at(Browser); s.Asking = true; return s }(),
		"empty":     func() State { s := at(Find); s.NBackups = 0; return s }(),
		"phone":     func() State { s := at(Method); s.Methods[0].WebOnly = true; return s }(),
		"asking":    func() State { s := at(Touch); s.Asking = true; return s }(),
		"setting":   func() State { s := at(NewPIN); s.Asking = true; return s }(),
		"typed":     typed(Verify),
		"one off":   func() State { s := typed(Trouble); s.Why, s.Mend = WrongBackupKey, true; return s }(),
		"mending":   func() State { s := typed(Verify); s.Mend = true; return s }(),
		"receipt":   func() State { s := at(Done); s.Asking, s.Complete = true, true; return s }(),
		"trying":    func() State { s := at(Key); s.Method, s.Asking = 2, true; return s }(),
	}
	for _, sc := range []Screen{Find, Backup, Method, Connect, Choose, PIN, NewPIN, Touch, Browser, Password, Key, Verify, Restore, Save, Done, Left} {
		m[string(sc)] = at(sc)
	}
	for _, w := range allWhys {
		m["trouble: "+string(w)] = in(w)
	}
	for name, s := range ringStates() {
		m[name] = s
	}
	return m
}

// events are one of every kind, all of the attempt given.
func events(attempt int) []Event {
	return []Event{
		Enter{}, Move{1}, Move{-1}, Back{}, Again{}, OtherWay{}, Interrupt{}, Quit{},
		PathTyped{"/other"}, SecretTyped{}, SaveAs{JSONL, "/home/a.jsonl"},
		FoundBackups{Attempt: attempt, N: 1}, FoundBackups{Attempt: attempt},
		Opened{Attempt: attempt, NMethods: 1},
		Opened{Attempt: attempt, NMethods: 3, Methods: at(Method).Methods},
		KeysSeen{Attempt: attempt}, KeysSeen{Attempt: attempt, N: 1}, KeysSeen{Attempt: attempt, N: 2},
		KeysSeen{Attempt: attempt, N: 2, Devices: twoKeys, Blink: true}, KeysSeen{Attempt: attempt, N: 2, Devices: twoKeys, Only: "/dev/2"},
		KeysSeen{Attempt: attempt, Shut: true}, KeyTouched{attempt, "/dev/2"},
		Failed{Attempt: attempt, Why: WrongFinger, Tries: 2}, Failed{Attempt: attempt, Why: FingerBlocked},
		KeyRead{Attempt: attempt, Tries: 8}, KeyRead{Attempt: attempt, Finger: true},
		InBrowser{}, PageReady{Attempt: attempt, Display: true}, PageShown{Attempt: attempt, OK: true}, PageShown{Attempt: attempt},
		Blinking{Attempt: attempt, Gesture: 1}, Unlocked{attempt}, Progressed{Attempt: attempt, Counts: Counts{Done: 1}},
		Verified{attempt}, Restored{Attempt: attempt, Counts: Counts{Messages: 7}},
		Saved{Attempt: attempt, Result: Result{Path: "/home/a.jsonl"}},
		WantReceipt{}, ReceiptWritten{Attempt: attempt, Path: "/home/a.jsonl.receipt.txt"},
		Named{"a name"}, RecipientTyped{"age1pq1"}, KeyKept{attempt}, KeyRepaired{attempt, 37}, PINSet{attempt}, Failed{Attempt: attempt, Why: PINNotSet},
		Failed{Attempt: attempt, Why: WrongBackupKey}, Failed{Attempt: attempt, Why: WrongBackupKey, Detail: "nor in one digit"},
		Ring{Attempt: attempt, N: 1, Ways: someWays()}, Ring{Attempt: attempt, N: 2, Ways: someWays(), Path: "/backups/a.keyring"},
		Opened{Attempt: attempt, NMethods: 3, Methods: at(Method).Methods, Backup: BackupInfo{Path: "/backups/a", Keyring: "/backups/a.keyring"}},
		Failed{Attempt: attempt, Why: AlreadyAdded}, Failed{Attempt: attempt, Why: NotKept},
		Failed{Attempt: attempt, Why: WrongPIN, Tries: 3}, Failed{Attempt: attempt, Why: Damaged},
		Failed{Attempt: attempt}, Tick{attempt, 1}, Tick{attempt, 1000},
	}
}

// The table of the machine: where each event leads from each place. What is
// not named here stays where it is, which TestEveryStateAndEvent checks.
var table = []struct {
	from  string
	event Event
	to    Screen
	why   Why
	first Effect // the kind of the first effect that starts work, or nil
}{
	{"find", Enter{}, Backup, "", OpenBackup{}},
	{"find", PathTyped{"/other"}, Find, "", FindBackups{}},
	{"find", Again{}, Find, "", FindBackups{}},
	{"find", Back{}, Left, "", Leave{}},
	{"looking", FoundBackups{N: 1}, Find, "", nil},
	{"looking", FoundBackups{}, Trouble, NotFound, nil},
	{"looking", FoundBackups{N: 1, Exact: true}, Backup, "", OpenBackup{}},
	{"looking", Failed{Why: NotFound}, Trouble, NotFound, nil},
	{"backup", Opened{NMethods: 1}, Backup, "", nil},
	{"backup", Enter{}, Method, "", nil},
	{"backup", Back{}, Find, "", FindBackups{}},
	{"backup", Failed{Why: NotABackup}, Trouble, NotABackup, nil},
	{"method", Enter{}, Connect, "", WatchKeys{}},
	{"method", Back{}, Backup, "", nil},
	{"connect", KeysSeen{}, Connect, "", nil},
	{"connect", KeysSeen{N: 1}, Connect, "", ReadKey{}},
	{"connect", KeysSeen{N: 2}, Choose, "", nil},
	{"trouble: pin not set", Enter{}, NewPIN, "", nil},
	{"new pin", SecretTyped{}, NewPIN, "", SetPIN{}},
	{"new pin", PINSet{}, NewPIN, "", nil},
	{"new pin", Back{}, Method, "", nil},
	{"setting", SecretTyped{}, NewPIN, "", nil},
	{"setting", PINSet{}, Connect, "", ReadKey{}},
	{"setting", Failed{Why: KeyRefused}, Trouble, KeyRefused, nil},
	{"connect", Back{}, Method, "", nil},
	{"connect", OtherWay{}, Method, "", nil},
	{"connect", InBrowser{}, Browser, "", Unlock{}},
	{"phone", Enter{}, Browser, "", Unlock{}},
	{"browser", PageReady{}, Browser, "", nil},
	{"browser", Enter{}, Browser, "", nil},
	{"page", Enter{}, Browser, "", ShowPage{}},
	{"elsewhere", Enter{}, Browser, "", nil},
	{"page", PageShown{OK: true}, Browser, "", nil},
	{"page", Blinking{Gesture: 1}, Browser, "", nil},
	{"page", Unlocked{}, Verify, "", VerifyBackup{}},
	{"page", Failed{Why: NoAnswer}, Trouble, NoAnswer, nil},
	{"page", Tick{Elapsed: 1000}, Browser, "", nil},
	{"page", Again{}, Browser, "", Unlock{}},
	{"page", Back{}, Method, "", nil},
	{"page", OtherWay{}, Method, "", nil},
	{"page", Interrupt{}, Trouble, Cancelled, nil},
	{"trouble: no answer", Enter{}, Browser, "", Unlock{}},
	{"trouble: no answer", Back{}, Method, "", nil},
	{"trouble: no key", InBrowser{}, Browser, "", Unlock{}},
	{"trouble: wrong digits", InBrowser{}, Trouble, WrongDigits, nil},
	{"trouble: not found", Enter{}, Find, "", nil},
	{"trouble: not found", PathTyped{"/other"}, Find, "", FindBackups{}},
	{"trouble: not a backup", PathTyped{"/other"}, Find, "", FindBackups{}},
	{"trouble: damaged", PathTyped{"/other"}, Trouble, Damaged, nil},
	{"empty", PathTyped{"/other"}, Find, "", FindBackups{}},
	{"key", PathTyped{"/key"}, Key, "", Unlock{}},
	{"pin", PathTyped{"/key"}, PIN, "", nil},
	{"choose", Enter{}, Connect, "", ReadKey{}},
	{"choose", KeysSeen{}, Connect, "", nil},
	{"choose", KeysSeen{N: 1}, Connect, "", ReadKey{}},
	{"choose", Back{}, Method, "", nil},
	{"choose", KeyTouched{Device: "/dev/2"}, Connect, "", ReadKey{}},
	{"choose", KeyTouched{Device: "/dev/3"}, Choose, "", nil},
	{"choose", KeysSeen{Shut: true}, Trouble, NoPermission, nil},
	{"connect", KeyTouched{Device: "/dev/2"}, Connect, "", nil},
	{"connect", KeysSeen{N: 2, Devices: twoKeys, Only: "/dev/2"}, Connect, "", ReadKey{}},
	{"connect", KeysSeen{N: 2, Devices: twoKeys, Only: "/dev/3"}, Choose, "", nil},
	{"connect", KeysSeen{Shut: true}, Trouble, NoPermission, nil},
	{"trouble: no permission", KeysSeen{N: 1}, Connect, "", ReadKey{}},
	{"trouble: wrong finger", Enter{}, Connect, "", ReadKey{}},
	{"trouble: finger blocked", Enter{}, Connect, "", ReadKey{}},
	{"trouble: pin change", Enter{}, Connect, "", WatchKeys{}},
	{"reading", KeyRead{Tries: 8}, PIN, "", nil},
	{"reading", KeyRead{Finger: true}, Touch, "", Unlock{}},
	{"reading", Failed{Why: WrongKey}, Trouble, WrongKey, nil},
	{"reading", KeysSeen{N: 2}, Connect, "", nil},
	{"pin", SecretTyped{}, Touch, "", Unlock{}},
	{"pin", Back{}, Method, "", nil},
	{"touch", Blinking{}, Touch, "", nil},
	{"touch", Unlocked{}, Verify, "", VerifyBackup{}},
	{"touch", Failed{Why: WrongPIN, Tries: 3}, Trouble, WrongPIN, nil},
	{"touch", Tick{Elapsed: TouchLimit - 1}, Touch, "", nil},
	{"touch", Tick{Elapsed: TouchLimit}, Trouble, TimedOut, nil},
	{"touch", Again{}, Connect, "", ReadKey{}},
	{"touch", Back{}, Method, "", nil},
	{"touch", Interrupt{}, Trouble, Cancelled, nil},
	{"password", SecretTyped{}, Password, "", Unlock{}},
	{"password", Unlocked{}, Verify, "", VerifyBackup{}},
	{"key", SecretTyped{}, Key, "", Unlock{}},
	{"key", Unlocked{}, Verify, "", VerifyBackup{}},
	{"key", Failed{Why: WrongDigits, Group: 3}, Trouble, WrongDigits, nil},
	{"verify", Progressed{}, Verify, "", nil},
	{"verify", Verified{}, Restore, "", RestoreMessages{}},
	{"verify", Failed{Why: Damaged}, Trouble, Damaged, nil},
	{"verify", Back{}, Method, "", nil},
	{"restore", Enter{}, Restore, "", nil},
	{"restore", Restored{}, Restore, "", nil},
	{"restore", Failed{Why: Changed}, Trouble, Changed, nil},
	{"restore", Interrupt{}, Trouble, Cancelled, nil},
	{"complete", Enter{}, Save, "", nil},
	{"complete", Back{}, Trouble, Cancelled, nil},
	{"save", SaveAs{JSONL, "/home/a"}, Save, "", SaveMessages{}},
	{"save", Back{}, Restore, "", nil},
	{"saving", Saved{}, Done, "", nil},
	{"saving", Failed{Why: Exists}, Trouble, Exists, nil},
	{"saving", SaveAs{JSONL, "/home/b"}, Save, "", nil},
	{"saving", Back{}, Save, "", nil},
	{"saving", Interrupt{}, Trouble, Cancelled, nil},
	{"done", Enter{}, Left, "", Leave{}},
	{"done", Back{}, Restore, "", nil},
	{"done", Again{}, Save, "", nil},
	{"done", WantReceipt{}, Done, "", WriteReceipt{}},
	{"receipt", WantReceipt{}, Done, "", nil},
	{"receipt", ReceiptWritten{}, Done, "", nil},
	{"receipt", Failed{Why: Exists}, Done, "", nil},
	{"receipt", Interrupt{}, Trouble, Cancelled, nil},
	{"trouble: no key", KeysSeen{N: 1}, Connect, "", ReadKey{}},
	{"trouble: no key", Enter{}, Connect, "", WatchKeys{}},
	{"trouble: wrong key", Enter{}, Connect, "", WatchKeys{}},
	{"trouble: wrong pin", Enter{}, Connect, "", ReadKey{}},
	{"trouble: wrong digits", Enter{}, Connect, "", WatchKeys{}}, // its method is the passkey here
	{"trouble: damaged", Enter{}, Backup, "", OpenBackup{}},
	{"trouble: exists", Enter{}, Save, "", nil},
	{"trouble: cancelled", Enter{}, Method, "", nil},
	{"trouble: not a backup", Enter{}, Find, "", FindBackups{}},
	{"trouble: timed out", Quit{}, Left, "", Leave{}},
}

// with puts the attempt into a report.
func with(e Event, n int) Event {
	switch e := e.(type) {
	case FoundBackups:
		e.Attempt = n
		return e
	case Opened:
		e.Attempt = n
		return e
	case KeyTouched:
		e.Attempt = n
		return e
	case KeysSeen:
		e.Attempt = n
		return e
	case KeyRead:
		e.Attempt = n
		return e
	case Blinking:
		e.Attempt = n
		return e
	case PageReady:
		e.Attempt = n
		return e
	case PageShown:
		e.Attempt = n
		return e
	case Unlocked:
		return Unlocked{n}
	case Ring:
		e.Attempt = n
		return e
	case KeyKept:
		return KeyKept{n}
	case PINSet:
		return PINSet{n}
	case KeyRepaired:
		e.Attempt = n
		return e
	case Progressed:
		e.Attempt = n
		return e
	case Verified:
		return Verified{n}
	case Restored:
		e.Attempt = n
		return e
	case Saved:
		e.Attempt = n
		return e
	case ReceiptWritten:
		e.Attempt = n
		return e
	case Failed:
		e.Attempt = n
		return e
	case Tick:
		e.Attempt = n
		return e
	}
	return e
}

// kind names the type of an effect that starts work or leaves.
func kind(effects []Effect) string {
	for _, e := range effects {
		switch e.(type) {
		case FindBackups:
			return "FindBackups"
		case OpenBackup:
			return "OpenBackup"
		case WatchKeys:
			return "WatchKeys"
		case ReadKey:
			return "ReadKey"
		case Unlock:
			return "Unlock"
		case ShowPage:
			return "ShowPage"
		case SetPIN:
			return "SetPIN"
		case RepairKey:
			return "RepairKey"
		case VerifyBackup:
			return "VerifyBackup"
		case RestoreMessages:
			return "RestoreMessages"
		case SaveMessages:
			return "SaveMessages"
		case WriteReceipt:
			return "WriteReceipt"
		case Leave:
			return "Leave"
		case OpenRing:
			return "OpenRing"
		case AddWay:
			return "AddWay"
		case TestWay:
			return "TestWay"
		case RenameWay:
			return "RenameWay"
		case RemoveWay:
			return "RemoveWay"
		case ResealRing:
			return "ResealRing"
		case CheckKept:
			return "CheckKept"
		case SaveRing:
			return "SaveRing"
		}
	}
	return ""
}

func TestTable(t *testing.T) {
	all := states()
	for _, row := range slices.Concat(table, ringTable) {
		s, ok := all[row.from]
		if !ok {
			t.Fatalf("no state %q", row.from)
		}
		next, effects := Step(s, with(row.event, s.Attempt))
		if next.Screen != row.to || next.Why != row.why {
			t.Errorf("%s + %T%+v = %s %q, want %s %q", row.from, row.event, row.event, next.Screen, next.Why, row.to, row.why)
		}
		want := ""
		if row.first != nil {
			want = kind([]Effect{row.first})
		}
		if got := kind(effects); got != want {
			t.Errorf("%s + %T starts %q, want %q", row.from, row.event, got, want)
		}
	}
}

func TestEveryStateAndEvent(t *testing.T) {
	for name, s := range states() {
		for _, e := range events(s.Attempt) {
			next, effects := Step(s, e)
			if m := int(next.Mark()); m < 0 || m >= next.Steps() {
				t.Errorf("%s + %T: at mark %d of %d", name, e, m, next.Steps())
			}
			if next.Attempt < s.Attempt {
				t.Errorf("%s + %T: the attempt went back", name, e)
			}
			if k := kind(effects); k != "" && k != "Leave" && k != "ShowPage" && next.Attempt == s.Attempt {
				t.Errorf("%s + %T starts %s in the attempt before", name, e, k)
			}
			if (next.Screen == Left) != (s.Screen == Left || kind(effects) == "Leave") {
				t.Errorf("%s + %T: left without Leave, or Leave without leaving", name, e)
			}
			if (next.Why != NoTrouble) != (next.Screen == Trouble) {
				t.Errorf("%s + %T: %s with why %q", name, e, next.Screen, next.Why)
			}
			if next.Screen == Trouble {
				o := next.Options()
				if len(o) < 2 || o[len(o)-1].Act != LeaveNow {
					t.Errorf("%s + %T: no way forward from %q: %v", name, e, next.Why, o)
				}
			}
			if n := len(next.Options()); next.Screen == Trouble && next.Choice >= n {
				t.Errorf("%s + %T: picks line %d of %d", name, e, next.Choice, n)
			}
			if s.Screen == Left && (next != s || effects != nil) {
				t.Errorf("%T does something after the end", e)
			}
		}
		for _, e := range events(s.Attempt + 1) {
			if _, report := attempt(e); !report {
				continue
			}
			if next, effects := Step(s, e); next != s || effects != nil {
				t.Errorf("%s: %T of another attempt is not dropped", name, e)
			}
		}
	}
}

// Every place has a way on and a way back: something a person, or the work
// under way, can do leads to another place.
func TestNoDeadEnd(t *testing.T) {
	for name, s := range states() {
		if s.Screen == Left {
			continue
		}
		moved := func(list []Event) bool {
			return slices.ContainsFunc(list, func(e Event) bool {
				next, _ := Step(s, e)
				return next.Screen != s.Screen || next.Why != s.Why || next.Complete != s.Complete || next.Looking != s.Looking || next.Saving != s.Saving || next.Asking != s.Asking
			})
		}
		if !moved([]Event{Back{}, OtherWay{}}) {
			t.Errorf("%s: no way back", name)
		}
		if !moved(slices.DeleteFunc(events(s.Attempt), func(e Event) bool {
			switch e.(type) {
			case Back, OtherWay, Quit, Interrupt:
				return true
			}
			return false
		})) {
			t.Errorf("%s: no way forward", name)
		}
		if next, _ := Step(s, Quit{}); next.Screen != Left {
			t.Errorf("%s: quit does not leave", name)
		}
		twice, _ := Step(s, Interrupt{})
		twice, _ = Step(twice, Interrupt{})
		if twice.Screen != Left {
			t.Errorf("%s: a second interrupt does not leave", name)
		}
	}
}

// A PIN is spent on one ceremony: nothing but a newly typed secret starts
// another Unlock, unless the key verifies by itself. A page in a browser, and a
// key file, take no secret from here.
func TestUnlockNeedsASecret(t *testing.T) {
	for name, s := range states() {
		for _, e := range events(s.Attempt) {
			_, effects := Step(s, e)
			if kind(effects) != "Unlock" {
				continue
			}
			if u, ok := effects[len(effects)-1].(Unlock); ok && (u.Web || u.File != "") {
				continue
			}
			switch e := e.(type) {
			case SecretTyped:
			case KeyRead:
				if !e.Finger {
					t.Errorf("%s: unlocks without a PIN", name)
				}
			default:
				t.Errorf("%s: %T unlocks", name, e)
			}
		}
	}
}

// Nothing is verified but after Unlocked, nothing restored but after Verified,
// nothing saved but what was wholly restored.
func TestOrder(t *testing.T) {
	for name, s := range states() {
		for _, e := range events(s.Attempt) {
			_, effects := Step(s, e)
			switch kind(effects) {
			case "VerifyBackup":
				_, mended := e.(KeyRepaired)
				if _, ok := e.(Unlocked); !ok && (!mended || !s.Mend) {
					t.Errorf("%s: %T verifies", name, e)
				}
			case "AddWay", "TestWay", "RenameWay", "RemoveWay", "ResealRing", "CheckKept", "SaveRing":
				if !s.Open {
					t.Errorf("%s: %T changes a keyring that no key opened", name, e)
				}
			case "RestoreMessages":
				if _, ok := e.(Verified); !ok || s.Screen != Verify {
					t.Errorf("%s: %T restores", name, e)
				}
			case "SaveMessages":
				if _, ok := e.(SaveAs); !ok || s.Screen != Save {
					t.Errorf("%s: %T saves", name, e)
				}
			}
		}
	}
}

// A long random walk never panics, never shows Complete where nothing was
// restored, and can always still leave.
func TestRandomWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s, _ := Start("", false)
	seen := map[Screen]bool{}
	steps := walkSteps
	if testing.Short() {
		steps = min(steps, 50_000)
	}
	known := maps.Clone(edges())
	list, starts := events(0), 0
	places := states()
	names := slices.Sorted(maps.Keys(places))
	for range steps {
		e, was := list[r.IntN(len(list))], s
		s, _ = Step(s, with(e, s.Attempt))
		seen[s.Screen] = true
		if s.Screen != was.Screen && !leaves(e) && known[edge{was.Screen, s.Screen}] == nil {
			known[edge{was.Screen, s.Screen}] = []string{"reported"}
			t.Errorf("%T leads from %s to %s, which the diagram does not show", e, was.Screen, s.Screen)
		}
		if next, _ := Step(s, Quit{}); next.Screen != Left {
			t.Fatalf("cannot leave %s", s.Screen)
		}
		if s.Complete && (s.Screen == Method || s.Screen == Touch || s.Screen == Find || s.Screen == Verify) {
			t.Fatalf("still complete at %s", s.Screen)
		}
		if s.Screen == Left {
			starts++
			switch starts % 3 {
			case 0:
				s, _ = Start("", false)
			case 1:
				s, _ = GoHome()
			default: // far in, where chance alone hardly comes
				s = places[names[r.IntN(len(names))]]
			}
		}
		if s.Open && s.Goal == Restoring {
			t.Fatalf("a restore at %s holds a keyring open", s.Screen)
		}
	}
	for _, sc := range []Screen{Find, Backup, Method, Connect, PIN, Touch, Browser, Verify, Restore, Trouble,
		Home, Ways, Name, NewPass, Recipient, KeepKey, Summary, Locked, OneWay, Remove} {
		if !seen[sc] {
			t.Errorf("the walk never came to %s", sc)
		}
	}
}

func TestOptionsLeadSomewhere(t *testing.T) {
	for _, w := range allWhys {
		s := in(w)
		for i, o := range s.Options() {
			s.Choice = i
			next, _ := Step(s, Enter{})
			if next.Screen == Trouble {
				t.Errorf("%q: %v leads nowhere", w, o)
			}
			if o.Act == UseMethod && next.Method != o.Method {
				t.Errorf("%q: %v uses method %d", w, o, next.Method)
			}
		}
	}
}

func TestCompleteIsLetGoOnlyOnAWord(t *testing.T) {
	s, effects := Step(complete(), Back{})
	if len(effects) != 0 || !s.Complete {
		t.Fatalf("one key lets go of everything: %v", effects)
	}
	s, effects = Step(s, Enter{})
	if s.Screen != Restore || !s.Complete || len(effects) != 0 {
		t.Fatalf("going on from cancelled: %s, %v", s.Screen, effects)
	}
}

func TestMarks(t *testing.T) {
	last := Mark(-1)
	for _, sc := range []Screen{Find, Method, Touch, Verify, Restore, Save} {
		m := at(sc).Mark()
		if m != last+1 {
			t.Errorf("%s is at mark %d, want %d", sc, m, last+1)
		}
		last = m
	}
	for _, w := range allWhys {
		if m := in(w).Mark(); m < 0 || m >= Marks {
			t.Errorf("%q has mark %d", w, m)
		}
		if strings.TrimSpace(string(w)) == "" {
			t.Error("a trouble without a name")
		}
	}
}

// A backup that was named opens at once, and going back from it lists its
// folder instead of opening it again.
func TestNamedBackup(t *testing.T) {
	s, _ := Start("/backups/a", false)
	s, _ = Step(s, FoundBackups{Attempt: s.Attempt, N: 1, Exact: true, Backups: [MaxBackups]Found{{Path: "/backups/a"}}})
	if s.Screen != Backup {
		t.Fatalf("a named backup is not opened: %s", s.Screen)
	}
	s, effects := Step(s, Back{})
	if s.Screen != Find || s.Asked != "/backups" {
		t.Fatalf("back from it leads to %s of %q: %v", s.Screen, s.Asked, effects)
	}
}

// Nothing found is no loop: what is found nowhere is not looked for again.
func TestNothingFoundAsksForAPath(t *testing.T) {
	s, _ := Start("/nowhere", false)
	s, _ = Step(s, FoundBackups{Attempt: s.Attempt})
	s, effects := Step(s, Enter{})
	if s.Screen != Find || s.Looking || s.NBackups != 0 || kind(effects) != "" {
		t.Fatalf("at %s, looking %v: %v", s.Screen, s.Looking, effects)
	}
	s, effects = Step(s, PathTyped{"/backups"})
	if s.Asked != "/backups" || kind(effects) != "FindBackups" {
		t.Fatalf("a path that was typed then: %v", effects)
	}
}

// The limit of a touch counts from when the key begins to blink.
func TestTouchLimit(t *testing.T) {
	s := at(Touch)
	s, _ = Step(s, Tick{s.Attempt, 20})
	s, _ = Step(s, Blinking{s.Attempt, 2})
	s, _ = Step(s, Tick{s.Attempt, 45})
	if s.Screen != Touch || s.Waited() != 25 || s.Gesture != 2 {
		t.Fatalf("at %s after %d s", s.Screen, s.Waited())
	}
	if s, _ = Step(s, Tick{s.Attempt, 50}); s.Why != TimedOut {
		t.Fatalf("at %s after 30 s", s.Screen)
	}
}
