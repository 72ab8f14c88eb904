package flow

// report answers what work says, while its attempt is the present one.
func (s State) report(e Event) (State, []Effect) {
	switch e := e.(type) {
	case FoundBackups:
		return s.found(e)
	case Opened:
		return s.opened(e), nil
	case KeysSeen:
		return s.seen(e)
	case KeyTouched:
		return s.touched(e)
	case KeyRead:
		return s.keyRead(e)
	case PINSet:
		if s.Screen == NewPIN && s.Asking {
			// It is typed once more, as it will be each time.
			return s.read(s.Device)
		}
	case Blinking:
		switch s.Screen {
		case Touch:
			s.Asking, s.Since, s.Gesture = true, s.Elapsed, e.Gesture
		case Browser:
			s.Gesture = e.Gesture
		}
	case PageReady:
		if s.Screen == Browser {
			s.Asking = true
			s.Page = PageInfo{Forward: e.Forward, Within: e.Within, Display: e.Display}
		}
	case PageShown:
		if s.Screen == Browser {
			s.Page.Opened, s.Page.Refused = e.OK, !e.OK
		}
	case Unlocked:
		switch s.Screen {
		case Touch, Browser, Password, Key:
			if !s.Open {
				return s.unlocked()
			}
		}
	case KeyRepaired:
		if s.Screen == Verify && s.Mend {
			s.Digit = min(max(e.Digit, 1), 64)
			return s.unlocked()
		}
	case Ring:
		return s.ring(e), nil
	case KeyKept:
		if s.Screen == KeepKey && s.Asking {
			s = s.hub()
			s.Kept = true
		}
	case Progressed:
		switch s.Screen {
		case Verify, Restore, Save:
			s.Progress = e.Counts
		}
	case Verified:
		if s.Screen == Verify && s.Goal != Managing {
			return s.proved()
		}
	case Restored:
		if s.Screen == Restore {
			s.Complete = true
			s.Progress = e.Counts
			s.Result = Result{
				Messages: e.Counts.Messages, Chats: e.Counts.Chats,
				Media: e.Media, Millis: e.Millis, Merged: e.Merged,
			}
		}
	case Saved:
		if s.Screen == Save && s.Saving {
			s = s.to(Done)
			s.Result = e.Result
		}
	case ReceiptWritten:
		if s.Screen == Done && s.Asking {
			s.Asking, s.Receipt = false, e.Path
		}
	case Tick:
		return s.tick(e)
	case Failed:
		return s.failed(e)
	}
	return s, nil
}

func (s State) found(e FoundBackups) (State, []Effect) {
	if s.Screen != Find {
		return s, nil
	}
	s.Backups, s.NBackups, s.More = e.Backups, min(max(e.N, 0), MaxBackups), e.More
	s.Looking, s.Exact = false, e.Exact
	s.Choice = 0
	switch {
	case s.NBackups == 0:
		return s.trouble(Failed{Why: NotFound, Detail: s.Asked}), nil
	case s.NBackups == 1 && s.Exact:
		return s.open(s.Backups[0].Path)
	}
	return s, nil
}

func (s State) opened(e Opened) State {
	if s.Screen != Backup {
		return s
	}
	s.Looking = false
	s.Backup = e.Backup
	s.Methods, s.NMethods = e.Methods, min(max(e.NMethods, 0), MaxMethods)
	s.Method = 0
	has := s.Backup.Keyring != "" || s.Backup.BadKeyring
	switch {
	case s.Goal == Locking && has:
		return s.trouble(Failed{Why: HasKeyring, Detail: s.Backup.Keyring})
	case s.Goal == Managing && (!has || s.Backup.BadKeyring):
		return s.trouble(Failed{Why: NoKeyring})
	}
	return s
}

// seen answers a change of what is plugged in.
func (s State) seen(e KeysSeen) (State, []Effect) {
	waits := s.Screen == Connect && !s.Reading || s.Screen == Choose ||
		s.Screen == Trouble && (s.Why == NoKey || s.Why == NoPermission)
	if !waits {
		return s, nil
	}
	choice, was := s.Choice, s.Screen
	s.Devices, s.NDevices, s.Scanned = e.Devices, min(max(e.N, 0), MaxDevices), true
	switch s.NDevices {
	case 0:
		switch {
		case e.Shut:
			// The attempt goes on: a key that may be opened is still seen.
			return s.trouble(Failed{Why: NoPermission}), nil
		case was == Choose:
			s = s.to(Connect)
		}
	case 1:
		return s.read(s.Devices[0])
	default:
		for _, d := range s.Devices[:s.NDevices] {
			if e.Only != "" && d.Path == e.Only {
				return s.read(d)
			}
		}
		s = s.to(Choose)
		s.Asking = e.Blink
		if was == Choose {
			s.Choice = min(choice, s.NDevices-1)
		}
	}
	return s, nil
}

// touched takes the one of several keys that was touched.
func (s State) touched(e KeyTouched) (State, []Effect) {
	if s.Screen != Choose {
		return s, nil
	}
	for _, d := range s.Devices[:s.NDevices] {
		if d.Path == e.Device {
			return s.read(d)
		}
	}
	return s, nil
}

func (s State) keyRead(e KeyRead) (State, []Effect) {
	if s.Screen != Connect || !s.Reading {
		return s, nil
	}
	s.Tries, s.Finger = e.Tries, e.Finger
	if e.Finger {
		return s.unlock(Touch)
	}
	return s.to(PIN), nil
}

// tick counts the seconds and keeps the deadlines.
func (s State) tick(e Tick) (State, []Effect) {
	s.Elapsed = max(e.Elapsed, 0)
	switch {
	case s.Screen == Touch && s.Waited() >= TouchLimit:
		s, stop := s.stop()
		return s.trouble(Failed{Why: TimedOut}), []Effect{stop}
	case s.Screen == Connect && !s.Reading && s.Scanned && s.NDevices == 0 && s.Elapsed >= ConnectLimit:
		// The attempt goes on: a key that is plugged in now is still seen.
		return s.trouble(Failed{Why: NoKey}), nil
	}
	return s, nil
}

// mendable is the format whose key is typed as digits: those of others are
// files.
const mendable = "crypt15"

// failed goes to the side screen of a failure, where that is possible.
func (s State) failed(e Failed) (State, []Effect) {
	if s.Screen == Done && s.Asking {
		// The messages are saved all the same: that stays what is seen.
		s.Asking, s.Receiptless = false, e.Why
		if e.Why == NoTrouble {
			s.Receiptless = Unexpected
		}
		return s, nil
	}
	if s.Screen == Trouble || s.Screen == Done || s.Screen == Locked {
		return s, nil
	}
	if e.Why == NoTrouble {
		e.Why = Unexpected
	}
	var effects []Effect
	mend := e.Why == WrongBackupKey && s.Screen == Verify && !s.Mend && s.Digit == 0 &&
		s.Chosen().Kind == ByKey && s.Backup.Format == mendable
	if mend {
		s, stop := s.stop()
		s = s.trouble(e)
		s.Mend = true
		return s, []Effect{stop}
	}
	if s.Screen == Restore || s.Screen == Verify {
		// What was released before the failure is not shown any longer.
		effects = append(effects, Forget{})
		s.Complete = false
	}
	s, stop := s.stop()
	return s.trouble(e), append([]Effect{stop}, effects...)
}
