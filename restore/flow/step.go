package flow

// Start returns the first state and what to do first. path is the backup or
// folder that was asked for; "" looks in the usual places.
func Start(path string, demo bool) (State, []Effect) {
	return Begin(Restoring, path, demo)
}

// Begin is Start for any goal.
func Begin(g Goal, path string, demo bool) (State, []Effect) {
	s := State{Screen: Find, Goal: g, Asked: path, Demo: demo, Tries: -1}
	return s.look()
}

// GoHome begins where the person says what to do.
func GoHome() (State, []Effect) { return State{Screen: Home, AtHome: true, Tries: -1}, nil }

// Step returns the state after an event, and the effects to carry out, in
// order. It is total: an event that means nothing where the person is changes
// nothing, and a report of an attempt that is over is dropped.
func Step(s State, e Event) (State, []Effect) {
	if s.Screen == Left {
		return s, nil
	}
	if n, report := attempt(e); report {
		if n != s.Attempt {
			return s, nil
		}
		return s.report(e)
	}
	switch e := e.(type) {
	case Quit:
		return s.leave()
	case Interrupt:
		return s.interrupt()
	case Move:
		return s.move(e.By), nil
	}
	return s.act(e)
}

// look starts looking for backups.
func (s State) look() (State, []Effect) {
	s = s.reset().to(Find)
	s.Looking = true
	s.Attempt++
	return s, []Effect{Forget{}, FindBackups{s.Attempt, s.Asked}}
}

// to goes to a screen, with nothing left of the one before.
func (s State) to(at Screen) State {
	s.Screen, s.Why, s.Detail, s.Group, s.Choice = at, NoTrouble, "", 0, 0
	s.Looking, s.Reading, s.Asking, s.Saving, s.Mend = false, false, false, false, false
	s.Receipt, s.Receiptless, s.Anew = "", NoTrouble, false
	s.Elapsed, s.Since, s.Gesture, s.Page = 0, 0, 0, PageInfo{}
	switch at {
	case Method:
		s.Choice = s.Method
	case Connect, PIN, Touch, Browser, Password, Key:
		s.Complete = false // what is opened anew is restored anew
	}
	return s
}

// trouble goes to a side screen. The work it came from is over.
func (s State) trouble(f Failed) State {
	s = s.to(Trouble)
	s.Why, s.Detail, s.Group = f.Why, f.Detail, f.Group
	switch f.Why {
	case WrongPIN, WrongFinger:
		s.Tries = f.Tries
	case PINBlocked:
		s.Tries = 0
	}
	return s
}

// stop ends the work under way, so that nothing of it arrives any more.
func (s State) stop() (State, Effect) {
	s.Attempt++
	return s, Stop{s.Attempt}
}

// leave ends the flow.
func (s State) leave() (State, []Effect) {
	out := Stopped
	switch {
	case s.Screen == Done, s.Screen == Locked, s.Screen == Ways && s.Goal == Managing:
		out = Finished
	case s.Screen == Trouble && s.Why != Cancelled:
		out = Failure
	}
	return s.end(out)
}

func (s State) end(out Outcome) (State, []Effect) {
	s, stop := s.stop()
	s = s.to(Left)
	return s, []Effect{stop, Forget{}, Leave{out}}
}

// interrupt is Ctrl+C. Once stops the work and says that nothing happened;
// where there is nothing to stop, and the second time, it leaves.
func (s State) interrupt() (State, []Effect) {
	if s.Screen == Trouble || !s.Busy() {
		return s.leave()
	}
	s, stop := s.stop()
	effects := []Effect{stop}
	if s.Screen == Restore {
		effects = append(effects, Forget{})
	}
	return s.trouble(Failed{Why: Cancelled}), effects
}

// move picks another line where there is a list.
func (s State) move(by int) State {
	n := 0
	switch s.Screen {
	case Find:
		n = s.NBackups
	case Method:
		n = s.NMethods
	case Choose:
		n = s.NDevices
	case Save:
		if !s.Saving {
			n = len(Formats)
		}
	case Trouble, Home, Ways, OneWay, Remove:
		n = len(s.Options())
	}
	if n > 0 {
		s.Choice = min(max(s.Choice+by, 0), n-1)
	}
	return s
}

// open starts reading a backup's header and keyring.
func (s State) open(path string) (State, []Effect) {
	s = s.reset().to(Backup)
	s.Backup = BackupInfo{Path: path}
	s.NMethods, s.Method = 0, 0
	s.Methods = [MaxMethods]MethodInfo{}
	s.Looking = true
	s.Attempt++
	return s, []Effect{OpenBackup{s.Attempt, path}}
}

// use goes the way of a method.
func (s State) use(i int) (State, []Effect) {
	if i < 0 || i >= s.NMethods {
		return s, nil
	}
	s.Method = i
	s.Tries, s.Digit = -1, 0
	switch s.Methods[i].Kind {
	case ByPasskey:
		if s.Methods[i].WebOnly {
			return s.browse()
		}
		return s.connect()
	case ByPassword:
		s, stop := s.to(Password).stop()
		return s, []Effect{stop}
	default:
		s, stop := s.to(Key).stop()
		return s, []Effect{stop}
	}
}

// connect waits for a security key.
func (s State) connect() (State, []Effect) {
	s = s.to(Connect)
	s.NDevices, s.Scanned = 0, false
	s.Devices = [MaxDevices]Device{}
	s.Device = Device{}
	s.Finger = false
	s.Attempt++
	return s, []Effect{WatchKeys{s.Attempt, s.Chosen().ID, s.Task == Adding}}
}

// read asks a security key what it can do.
func (s State) read(d Device) (State, []Effect) {
	s = s.to(Connect)
	s.Device, s.Reading = d, true
	s.Attempt++
	return s, []Effect{ReadKey{s.Attempt, d.Path, s.Chosen().ID, s.Task == Adding}}
}

// unlock opens the chosen method with the secret that was handed over.
func (s State) unlock(at Screen) (State, []Effect) {
	s = s.to(at)
	s.Attempt++
	return s, []Effect{s.effect(false)}
}

// browse asks for the chosen passkey on a page in a browser. No secret is
// typed for that here.
func (s State) browse() (State, []Effect) {
	s = s.to(Browser)
	s.Attempt++
	return s, []Effect{s.effect(true)}
}

// mend looks for one mistyped digit in the key that did not open the backup.
func (s State) mend() (State, []Effect) {
	s = s.to(Verify)
	s.Mend, s.Progress = true, Counts{Left: -1}
	s.Attempt++
	return s, []Effect{RepairKey{s.Attempt}}
}

// verify checks the tag.
func (s State) verify() (State, []Effect) {
	s = s.to(Verify)
	s.Progress, s.Complete = Counts{Left: -1}, false
	s.Attempt++
	return s, []Effect{VerifyBackup{s.Attempt}}
}
