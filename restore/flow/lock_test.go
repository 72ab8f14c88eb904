package flow

import "testing"

func someWays() (w [MaxMethods]MethodInfo) {
	w[0] = MethodInfo{ID: "p", Kind: ByPasskey, Label: "blue key", Web: true}
	w[1] = MethodInfo{ID: "w", Kind: ByPassword, Label: "password"}
	w[2] = MethodInfo{ID: "r", Kind: ByRecipient, Label: "escrow"}
	return w
}

// open returns a state in which a keyring can be changed, with n ways.
func open(g Goal, screen Screen, n int) State {
	s := at(screen)
	s.Goal, s.Open = g, true
	s.Ways, s.NWays = someWays(), n
	return s
}

func adding(screen Screen, m MethodInfo) State {
	s := open(Locking, screen, 1)
	s.Task, s.New = Adding, m
	return s
}

var newKey = MethodInfo{Kind: ByPasskey, Label: "a key", Web: true}

func ringStates() map[string]State {
	home, _ := GoHome()
	m := map[string]State{
		"home":             home,
		"ways: none":       open(Locking, Ways, 0),
		"ways: one":        open(Locking, Ways, 1),
		"ways: enough":     open(Locking, Ways, 2),
		"ways: kept":       func() State { s := open(Locking, Ways, 1); s.Kept = true; return s }(),
		"ways":             open(Managing, Ways, 3),
		"anew":             func() State { s := open(Managing, Ways, 3); s.Choice = 7; return s }(),
		"resealing":        func() State { s := open(Managing, Ways, 3); s.Asking, s.Choice = true, 7; return s }(),
		"way":              open(Managing, OneWay, 2),
		"only way":         open(Managing, OneWay, 1),
		"escrow":           func() State { s := open(Managing, OneWay, 3); s.Way = 2; return s }(),
		"remove":           open(Managing, Remove, 2),
		"removing":         func() State { s := open(Managing, Remove, 2); s.Asking, s.Choice = true, 1; return s }(),
		"rename":           func() State { s := open(Managing, Name, 2); s.Task = Renaming; return s }(),
		"test":             func() State { s := open(Managing, PIN, 2); s.Task = Testing; return s }(),
		"test password":    func() State { s := open(Managing, Password, 2); s.Task, s.Way = Testing, 1; return s }(),
		"keep":             open(Locking, KeepKey, 1),
		"summary":          open(Locking, Summary, 2),
		"writing":          func() State { s := open(Locking, Summary, 2); s.Saving = true; return s }(),
		"locked":           open(Locking, Locked, 2),
		"name":             adding(Name, newKey),
		"name a phone":     adding(Name, MethodInfo{Kind: ByPasskey, Web: true, WebOnly: true}),
		"name a password":  adding(Name, MethodInfo{Kind: ByPassword}),
		"name a recipient": adding(Name, MethodInfo{Kind: ByRecipient}),
		"add: reading":     func() State { s := adding(Connect, newKey); s.Reading = true; return s }(),
		"add: pin":         adding(PIN, newKey),
		"add: touch":       adding(Touch, newKey),
		"add: page":        func() State { s := adding(Browser, newKey); s.Asking = true; return s }(),
		"new pass":         adding(NewPass, MethodInfo{Kind: ByPassword, Label: "p"}),
		"recipient":        adding(Recipient, MethodInfo{Kind: ByRecipient, Label: "r"}),
	}
	for _, g := range []Goal{Locking, Managing} {
		for _, sc := range []Screen{Find, Backup, Key, Verify} {
			s := at(sc)
			s.Goal = g
			s.Looking = sc == Backup
			m[string(g)+" at "+string(sc)] = s
		}
		s := at(Backup)
		s.Goal = g
		m[string(g)+" at the backup"] = s
		for _, w := range allWhys {
			if w.screen() != Find {
				s := adding(Trouble, newKey)
				s.Goal, s.Why = g, w
				m[string(g)+" trouble: "+string(w)] = s
			}
		}
	}
	return m
}

// The table of locking and of the keyring.
var ringTable = []struct {
	from  string
	event Event
	to    Screen
	why   Why
	first Effect
}{
	{"home", Enter{}, Find, "", FindBackups{}},
	{"home", Back{}, Left, "", Leave{}},
	{"lock at backup", Opened{NMethods: 1, Backup: BackupInfo{Keyring: "x"}}, Trouble, HasKeyring, nil},
	{"keys at backup", Opened{NMethods: 1}, Trouble, NoKeyring, nil},
	{"keys at backup", Opened{NMethods: 1, Backup: BackupInfo{Keyring: "x"}}, Backup, "", nil},
	{"trouble: has keyring", Enter{}, Backup, "", OpenBackup{}},
	{"trouble: no keyring", Enter{}, Backup, "", OpenBackup{}},
	{"lock at the backup", Enter{}, Key, "", nil},
	{"keys at the backup", Enter{}, Method, "", nil},
	{"lock at key", SecretTyped{}, Key, "", Unlock{}},
	{"lock at key", Back{}, Backup, "", nil},
	{"lock at key", Unlocked{}, Verify, "", VerifyBackup{}},
	{"lock at verify", Verified{}, Ways, "", nil},
	{"lock at verify", Back{}, Backup, "", nil},
	{"keys at key", Unlocked{}, Verify, "", OpenRing{}},
	{"keys at verify", Ring{N: 2}, Ways, "", nil},
	{"keys at verify", Verified{}, Verify, "", nil},
	{"ways: none", Enter{}, Name, "", nil},
	{"ways: none", Back{}, Backup, "", nil},
	{"ways: one", Back{}, Trouble, Cancelled, nil},
	{"ways: enough", Enter{}, Summary, "", nil},
	{"ways: kept", Enter{}, Summary, "", nil},
	{"name", Named{"a"}, Connect, "", WatchKeys{}},
	{"name", Named{""}, Name, "", nil},
	{"name", Back{}, Ways, "", nil},
	{"name a phone", Named{"a"}, Browser, "", AddWay{}},
	{"name a password", Named{"a"}, NewPass, "", nil},
	{"name a recipient", Named{"a"}, Recipient, "", nil},
	{"add: reading", KeyRead{Tries: 8}, PIN, "", nil},
	{"add: reading", KeyRead{Finger: true}, Touch, "", AddWay{}},
	{"add: pin", SecretTyped{}, Touch, "", AddWay{}},
	{"add: touch", Blinking{Gesture: 2}, Touch, "", nil},
	{"add: touch", Unlocked{}, Touch, "", nil},
	{"add: touch", Ring{N: 1}, Ways, "", nil},
	{"add: touch", Back{}, Ways, "", nil},
	{"add: page", Ring{N: 1}, Ways, "", nil},
	{"new pass", SecretTyped{}, NewPass, "", AddWay{}},
	{"recipient", RecipientTyped{"age1pq1"}, Recipient, "", AddWay{}},
	{"recipient", SecretTyped{}, Recipient, "", nil},
	{"recipient", Back{}, Ways, "", nil},
	{"keep", SecretTyped{}, KeepKey, "", CheckKept{}},
	{"keep", Failed{Why: NotKept}, Trouble, NotKept, nil},
	{"keep", Back{}, Ways, "", nil},
	{"summary", Enter{}, Summary, "", SaveRing{}},
	{"summary", Back{}, Ways, "", nil},
	{"writing", Ring{N: 2, Path: "x"}, Locked, "", nil},
	{"writing", Failed{Why: SaveRefused}, Trouble, SaveRefused, nil},
	{"locked", Enter{}, Left, "", Leave{}},
	{"locked", Back{}, Find, "", FindBackups{}},
	{"ways", Enter{}, OneWay, "", nil},
	{"ways", Back{}, Backup, "", nil},
	{"anew", Enter{}, Ways, "", ResealRing{}},
	{"resealing", Enter{}, Ways, "", nil},
	{"resealing", Ring{N: 2}, Ways, "", nil},
	{"resealing", Back{}, Backup, "", nil},
	{"way", Enter{}, Connect, "", WatchKeys{}}, // tests it
	{"way", Back{}, Ways, "", nil},
	{"test", SecretTyped{}, Touch, "", TestWay{}},
	{"test", Back{}, OneWay, "", nil},
	{"test password", SecretTyped{}, Password, "", TestWay{}},
	{"rename", Named{"b"}, Name, "", RenameWay{}},
	{"rename", Back{}, OneWay, "", nil},
	{"remove", Enter{}, OneWay, "", nil}, // what is preselected keeps it
	{"remove", Back{}, OneWay, "", nil},
	{"removing", Enter{}, Remove, "", nil},
	{"removing", Ring{N: 1}, Ways, "", nil},
	{"lock trouble: wrong pin", Enter{}, Connect, "", ReadKey{}},
	{"lock trouble: timed out", Enter{}, Connect, "", WatchKeys{}},
	{"lock trouble: no answer", Enter{}, Browser, "", AddWay{}},
	{"lock trouble: not kept", Enter{}, KeepKey, "", nil},
	{"lock trouble: cancelled", Enter{}, Ways, "", nil},
	{"lock trouble: save refused", Enter{}, Summary, "", nil},
	{"keys trouble: keyring changed", Enter{}, Backup, "", OpenBackup{}},
	{"keys trouble: already added", Back{}, Ways, "", nil},
}

// A single way is never written alone, and the last one never removed.
func TestNeverOneWayOnly(t *testing.T) {
	for _, tt := range []struct {
		s      State
		act    Act
		offers bool
	}{
		{open(Locking, Ways, 0), WriteIt, false},
		{open(Locking, Ways, 1), WriteIt, false},
		{open(Locking, Ways, 2), WriteIt, true},
		{open(Managing, OneWay, 1), ToRemove, false},
		{open(Managing, OneWay, 2), ToRemove, true},
	} {
		got := false
		for _, o := range tt.s.Options() {
			got = got || o.Act == tt.act
		}
		if got != tt.offers {
			t.Errorf("%s with %d ways offers %q: %v", tt.s.Screen, tt.s.NWays, tt.act, got)
		}
	}
}

func TestMarksOfLocking(t *testing.T) {
	last := Mark(-1)
	for _, name := range []string{"lock at find", "lock at key", "lock at verify", "ways: none", "ways: one", "summary"} {
		s := ringStates()[name]
		if m := s.Mark(); m != last+1 {
			t.Errorf("%s is at mark %d, want %d", name, m, last+1)
		}
		last = s.Mark()
	}
	for name, s := range ringStates() {
		if m := int(s.Mark()); m < 0 || m >= s.Steps() {
			t.Errorf("%s has mark %d of %d", name, m, s.Steps())
		}
	}
}

// From Home to each goal and back.
func TestHome(t *testing.T) {
	for i, goal := range []Goal{Restoring, Locking, Managing} {
		s, _ := GoHome()
		s, _ = Step(s, Move{i})
		s, _ = Step(s, Enter{})
		if s.Goal != goal || s.Screen != Find {
			t.Fatalf("line %d leads to %q at %s", i, s.Goal, s.Screen)
		}
		s, _ = Step(s, Back{})
		if s.Screen != Home || s.Choice != i {
			t.Fatalf("back leads to %s, line %d", s.Screen, s.Choice)
		}
	}
	s, _ := GoHome()
	s, _ = Step(s, Move{3})
	_, effects := Step(s, Enter{})
	if l, ok := effects[len(effects)-1].(Leave); !ok || l.Outcome != ToDemo {
		t.Errorf("the demo: %v", effects)
	}
}
