package flow

import "path/filepath"

// act answers what a person does, screen by screen.
func (s State) act(e Event) (State, []Effect) {
	switch s.Screen {
	case Home:
		return s.atHome(e)
	case Ways:
		return s.atWays(e)
	case OneWay:
		return s.atOneWay(e)
	case Remove:
		return s.atRemove(e)
	case Name:
		return s.atName(e)
	case NewPass, Recipient, KeepKey:
		return s.atTyped(e)
	case Summary:
		return s.atSummary(e)
	case Locked:
		return s.atLocked(e)
	case Find:
		return s.atFind(e)
	case Backup:
		return s.atBackup(e)
	case Method:
		return s.atMethod(e)
	case Connect, Choose:
		return s.atConnect(e)
	case PIN, Password, Key:
		return s.atSecret(e)
	case NewPIN:
		return s.atNewPIN(e)
	case Touch:
		return s.atTouch(e)
	case Browser:
		return s.atBrowser(e)
	case Verify, Restore:
		return s.atRestore(e)
	case Save:
		return s.atSave(e)
	case Done:
		return s.atDone(e)
	case Trouble:
		next, effects := s.atTrouble(e)
		if s.Mend && !next.Mend {
			// The key was kept for the sake of a digit only.
			effects = append([]Effect{Forget{}}, effects...)
		}
		return next, effects
	}
	return s, nil
}

func (s State) atFind(e Event) (State, []Effect) {
	switch e := e.(type) {
	case Enter:
		if s.Choice < s.NBackups {
			return s.open(s.Backups[s.Choice].Path)
		}
	case PathTyped:
		s.Asked = e.Path
		return s.look()
	case Again:
		return s.look()
	case Back:
		if s.AtHome {
			goal := s.Goal
			s, stop := s.to(Home).stop()
			s.Goal, s.Asked, s.Exact = Restoring, "", false
			for i, o := range s.Options() {
				if s.Choice == 0 && o.Act == goal.act() {
					s.Choice = i
				}
			}
			return s, []Effect{stop}
		}
		return s.leave()
	}
	return s, nil
}

// act is the line of Home that leads to a goal.
func (g Goal) act() Act {
	switch g {
	case Locking:
		return GoLock
	case Managing:
		return GoKeys
	}
	return GoRestore
}

func (s State) atBackup(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter, OtherWay:
		switch {
		case s.NMethods == 0:
		case s.Goal == Locking:
			// The key itself is the only way in, and the last of the list.
			return s.use(s.NMethods - 1)
		default:
			return s.to(Method), nil
		}
	case Again:
		return s.open(s.Backup.Path)
	case Back:
		return s.folder()
	}
	return s, nil
}

// folder lists the backups beside the one that was asked for by name, so that
// going back from it does not come to it again.
func (s State) folder() (State, []Effect) {
	if s.Exact {
		s.Asked = filepath.Dir(s.Asked)
	}
	return s.look()
}

// other leads to another backup. Where nothing was found, looking there again
// would find nothing again: then another path is asked for.
func (s State) other() (State, []Effect) {
	if s.Why != NotFound {
		return s.folder()
	}
	s, stop := s.to(Find).stop()
	s.Backups, s.NBackups, s.More = [MaxBackups]Found{}, 0, 0
	return s, []Effect{stop}
}

func (s State) atMethod(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		return s.use(s.Choice)
	case Back:
		return s.to(Backup), nil
	}
	return s, nil
}

func (s State) atRestore(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		if s.Complete {
			return s.to(Save), nil
		}
	case Back, OtherWay:
		if s.Complete {
			// Everything is there: it is let go only on a word of its own.
			return s.trouble(Failed{Why: Cancelled}), nil
		}
		return s.methods()
	}
	return s, nil
}

func (s State) atSave(e Event) (State, []Effect) {
	switch e := e.(type) {
	case SaveAs:
		if s.Saving || e.Path == "" {
			return s, nil
		}
		choice := s.Choice
		s = s.to(Save)
		s.Choice = choice
		s.Saving = true
		s.Progress = Counts{Left: -1}
		s.Result = Result{Format: e.Format, Path: e.Path}
		s.Attempt++
		return s, []Effect{SaveMessages{s.Attempt, e.Format, e.Path}}
	case Back:
		s, stop := s.stop()
		if s.Saving {
			choice := s.Choice
			s = s.to(Save)
			s.Choice = choice
			return s, []Effect{stop}
		}
		return s.to(Restore), []Effect{stop}
	}
	return s, nil
}

func (s State) atDone(e Event) (State, []Effect) {
	switch e.(type) {
	case WantReceipt:
		if s.Asking || s.Receipt != "" {
			return s, nil
		}
		s.Asking, s.Receiptless = true, NoTrouble
		s.Attempt++
		return s, []Effect{WriteReceipt{s.Attempt, s.Chosen().Kind}}
	case Enter:
		return s.leave()
	case Back:
		return s.to(Restore), nil
	case Again:
		return s.to(Save), nil
	}
	return s, nil
}

// methods stops the work under way, lets go of what it released, and goes to
// the list of methods.
func (s State) methods() (State, []Effect) {
	s, stop := s.stop()
	if s.Open {
		if s.Task == Testing || s.Task == Renaming {
			return s.one(s.Way), []Effect{stop}
		}
		return s.hub(), []Effect{stop}
	}
	s.Complete = false
	if s.Goal == Locking {
		return s.to(Backup), []Effect{stop, Forget{}}
	}
	return s.to(Method), []Effect{stop, Forget{}}
}

func (s State) atTrouble(e Event) (State, []Effect) {
	switch e := e.(type) {
	case Enter:
		o := s.Options()
		if s.Choice < len(o) {
			return s.take(o[s.Choice])
		}
	case Again:
		return s.again()
	case PathTyped:
		if s.Why.screen() == Find {
			s.Asked = e.Path
			return s.look()
		}
	case InBrowser:
		if s.Chosen().Web && s.Why.screen() == Touch {
			return s.browse()
		}
	case OtherWay:
		if s.NMethods > 0 {
			return s.methods()
		}
	case Back:
		return s.back()
	}
	return s, nil
}

// take follows a line of a trouble screen.
func (s State) take(o Option) (State, []Effect) {
	switch o.Act {
	case UseMethod:
		return s.use(o.Method)
	case OtherBackup:
		return s.other()
	case UseBrowser:
		return s.browse()
	case UseKey:
		return s.connect()
	case ToNewPIN:
		s, stop := s.to(NewPIN).stop()
		return s, []Effect{stop}
	case MendKey:
		return s.mend()
	case OtherName:
		return s.to(Save), nil
	case GoOn:
		if s.Screen == OneWay {
			return s.ways(), nil
		}
		return s.back()
	case LeaveNow:
		return s.leave()
	case TryAgain:
		return s.again()
	case GoRestore:
		return s.begin(Restoring)
	case GoLock, GoKeys:
		goal := Locking
		if o.Act == GoKeys {
			goal = Managing
		}
		if s.Screen == Trouble {
			s.Goal = goal
			return s.open(s.Backup.Path)
		}
		return s.begin(goal)
	case GoDemo:
		return s.end(ToDemo)
	default:
		return s.takeWay(o)
	}
}

// again goes to where trying once more makes sense.
func (s State) again() (State, []Effect) {
	if s.Open && s.Why != WrongPIN && s.Why != WrongFinger && s.Why != FingerBlocked {
		return s.againOpen()
	}
	switch s.Why {
	case HasKeyring, NoKeyring, RingChanged:
		return s.open(s.Backup.Path)
	case NotFound, NotABackup, WhatsAppPasskey:
		return s.look()
	case WrongPIN, WrongFinger, FingerBlocked:
		// The key is read anew: it may have been replaced, it says how many
		// tries are left, and whether it wants its PIN now.
		return s.read(s.Device)
	case WrongDigits, WrongBackupKey, BadKeyFile, WrongPassword:
		return s.use(s.Method)
	case NoPRF, NotVerified, WrongPasskey, NoAnswer, BrowserRefused, NotTrusted, PageClosed, PageTimedOut:
		return s.browse()
	case Damaged, Changed, KeyringAltered:
		return s.open(s.Backup.Path)
	case Exists, NoSpace, SaveRefused:
		return s.to(Save), nil
	case Cancelled:
		return s.back()
	case Unexpected:
		if s.NMethods == 0 {
			return s.look()
		}
		return s.methods()
	default:
		return s.connect()
	}
}

// againOpen is again while ways are added.
func (s State) againOpen() (State, []Effect) {
	switch s.Why {
	case RingChanged:
		return s.open(s.Backup.Path)
	case NotKept:
		return s.to(KeepKey), nil
	case Exists, NoSpace, SaveRefused:
		if s.Goal == Locking {
			return s.to(Summary), nil
		}
	case NoPRF, NotVerified, WrongPasskey, NoAnswer, BrowserRefused, NotTrusted, PageClosed, PageTimedOut:
		return s.browse()
	default:
		if s.Task == Adding || s.Task == Testing {
			return s.ask()
		}
	}
	return s.hub(), nil
}

// back leaves a trouble for the screen that leads on.
func (s State) back() (State, []Effect) {
	switch s.Why {
	case NotFound, NotABackup, WhatsAppPasskey, HasKeyring, NoKeyring:
		return s.other()
	}
	if s.Open {
		return s.methods()
	}
	switch s.Why {
	case Exists, NoSpace, SaveRefused:
		return s.to(Save), nil
	}
	switch {
	case s.Complete:
		return s.to(Restore), nil
	case s.NMethods > 0:
		return s.methods()
	}
	return s.look()
}
