package flow

// Goal is what the person came to do.
type Goal string

// The goals.
const (
	Restoring Goal = ""
	Locking   Goal = "lock" // make a keyring beside a backup
	Managing  Goal = "keys" // keep the one there is
)

// The screens of locking and of the keyring. A backup is chosen, and its key
// proved, on those that a restore has.
const (
	Ways      Screen = "ways"      // what opens it so far, and what could be added
	Name      Screen = "name"      // how to call what is added, or renamed
	NewPass   Screen = "new pass"  // a new password
	Recipient Screen = "recipient" // an age recipient
	KeepKey   Screen = "keep key"  // the last digits of the key, as proof that it is kept
	Summary   Screen = "summary"   // what is lost if all is lost, before it is written
	Locked    Screen = "locked"    // the keyring is written, and how it opens
	OneWay    Screen = "way"       // one of the ways, and what can be done with it
	Remove    Screen = "remove"    // what removing it does not revoke
)

// Troubles of locking and of the keyring.
const (
	HasKeyring  Why = "has keyring"     // there is nothing to make
	NoKeyring   Why = "no keyring"      // there is nothing to keep
	NotKept     Why = "not kept"        // those are not the last digits of the key
	BadRecip    Why = "bad recipient"   // no age recipient that can be added
	Unstable    Why = "unstable"        // the passkey did not answer the same twice
	RingChanged Why = "keyring changed" // someone else wrote to the keyring meanwhile
)

// ByRecipient is a way whose identity is kept elsewhere: age opens it.
const ByRecipient MethodKind = "age recipient"

// Task is what a passkey or a password is asked for.
type Task string

// The tasks.
const (
	Opening  Task = ""
	Adding   Task = "add"
	Testing  Task = "test"
	Renaming Task = "rename"
)

// Gestures is how often a passkey is asked to lock with it: to create it, to
// wrap with it, and to prove that it opens.
const Gestures = 3

// Enough reports whether the ways there are may stand alone: a single one is
// one accident away from losing everything.
func (s State) Enough() bool { return s.NWays > 1 || s.NWays == 1 && s.Kept }

// hub goes to the ways, with nothing under way.
func (s State) hub() State {
	s = s.to(Ways)
	s.Task, s.New = Opening, MethodInfo{}
	return s
}

// reset forgets what was proved, and what was added since.
func (s State) reset() State {
	s.Open, s.Kept, s.Complete, s.Digit = false, false, false, 0
	s.Ways, s.NWays, s.Way = [MaxMethods]MethodInfo{}, 0, 0
	s.Task, s.New = Opening, MethodInfo{}
	return s
}

// proved is what comes once the key of a backup is known to be right.
func (s State) proved() (State, []Effect) {
	if s.Goal == Locking {
		s.Open = true
		return s.hub(), nil
	}
	s = s.to(Restore)
	s.Progress = Counts{Left: -1}
	s.Attempt++
	return s, []Effect{RestoreMessages{s.Attempt}}
}

// unlocked is what comes once a method has given the key.
func (s State) unlocked() (State, []Effect) {
	if s.Goal != Managing {
		return s.verify()
	}
	s, _ = s.verify()
	return s, []Effect{OpenRing{s.Attempt}}
}

// ring answers what the keyring has become.
func (s State) ring(e Ring) State {
	if !s.Open && (s.Goal != Managing || s.Screen != Verify) {
		return s
	}
	written := s.Screen == Summary && s.Saving
	anew, choice := s.Screen == Ways && s.Asking, s.Choice
	s.Open = true
	s.Ways, s.NWays = e.Ways, min(max(e.N, 0), MaxMethods)
	if written {
		s = s.to(Locked)
		s.Result = Result{Path: e.Path}
		return s
	}
	s = s.hub()
	if s.Goal == Managing {
		s.Choice = min(s.Way, max(s.NWays-1, 0))
	}
	if s.Anew = anew; anew {
		s.Choice = choice
	}
	return s
}

func (s State) atWays(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		if o := s.Options(); s.Choice < len(o) && !s.Asking {
			return s.take(o[s.Choice])
		}
	case Back:
		if s.Goal == Locking && (s.NWays > 0 || s.Kept) {
			// What was added is let go only on a word of its own.
			return s.trouble(Failed{Why: Cancelled}), nil
		}
		s, stop := s.reset().stop()
		return s.to(Backup), []Effect{stop, Forget{}}
	}
	return s, nil
}

// add begins to add a way: first it gets a name.
func (s State) add(m MethodInfo) (State, []Effect) {
	s = s.to(Name)
	s.Task, s.New = Adding, m
	return s, nil
}

func (s State) atName(e Event) (State, []Effect) {
	switch e := e.(type) {
	case Named:
		switch {
		case s.Asking || e.Label == "":
		case s.Task == Renaming:
			s.Asking = true
			s.Attempt++
			return s, []Effect{RenameWay{s.Attempt, s.Chosen().ID, e.Label}}
		default:
			s.New.Label = e.Label
			return s.ask()
		}
	case Back:
		if s.Task == Renaming {
			s, stop := s.stop()
			return s.one(s.Way), []Effect{stop}
		}
		return s.methods()
	}
	return s, nil
}

// ask goes where the chosen way is asked for what it needs.
func (s State) ask() (State, []Effect) {
	m := s.Chosen()
	s.Tries = -1
	switch {
	case m.Kind == ByPasskey && m.WebOnly:
		return s.browse()
	case m.Kind == ByPasskey:
		return s.connect()
	}
	at := Password
	switch {
	case m.Kind == ByRecipient:
		at = Recipient
	case s.Task == Adding:
		at = NewPass
	}
	s, stop := s.to(at).stop()
	return s, []Effect{stop}
}

// atTyped answers what is typed to add a way, or to prove that the key is kept.
func (s State) atTyped(e Event) (State, []Effect) {
	switch e := e.(type) {
	case SecretTyped:
		if s.Asking || s.Screen == Recipient {
			return s, nil
		}
		s.Asking = true
		s.Attempt++
		if s.Screen == KeepKey {
			return s, []Effect{CheckKept{s.Attempt}}
		}
		return s, []Effect{s.effect(false)}
	case RecipientTyped:
		if s.Asking || s.Screen != Recipient || e.Text == "" {
			return s, nil
		}
		s.Asking = true
		s.Attempt++
		return s, []Effect{AddWay{Attempt: s.Attempt, Kind: ByRecipient, Label: s.New.Label, Recipient: e.Text}}
	case Back:
		return s.methods()
	}
	return s, nil
}

// effect asks the chosen way for what the task needs of it.
func (s State) effect(web bool) Effect {
	m, device := s.Chosen(), ""
	if m.Kind == ByPasskey && !web {
		device = s.Device.Path
	}
	switch s.Task {
	case Adding:
		return AddWay{Attempt: s.Attempt, Kind: m.Kind, Label: m.Label, Device: device, Web: web}
	case Testing:
		return TestWay{s.Attempt, m.Kind, m.ID, device, web}
	}
	return Unlock{Attempt: s.Attempt, Kind: m.Kind, Method: m.ID, Device: device, Web: web}
}

func (s State) atSummary(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		if s.Saving {
			return s, nil
		}
		s.Saving = true
		s.Attempt++
		return s, []Effect{SaveRing{s.Attempt}}
	case Back:
		if s.Saving {
			s, stop := s.to(Summary).stop()
			return s, []Effect{stop}
		}
		return s.hub(), nil
	}
	return s, nil
}

func (s State) atLocked(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		return s.leave()
	case Back:
		return s.folder()
	}
	return s, nil
}
